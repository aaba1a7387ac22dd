"""A school with its people and a graduate, for tests that lead agreements through many ways."""

from models.agreement import Agreement, Release
from services.agreements import releases, timers
from services.agreements.parties import Party
from services.context import Context
from tests import agreement_ways as ways
from tests.cast import Cast, Persona
from tests.fakes import FixedClock


class World:
    """One school with its people, and a graduate with a unit."""

    def __init__(self, ctx: Context, cast: Cast, clock: FixedClock) -> None:
        self.ctx, self.cast, self.clock = ctx, cast, clock
        self.second = ways.another(cast.school)

    @property
    def graduate(self) -> Party:
        return ways.graduate_of(self.ctx, self.cast.graduate)

    def later(self, **span: float) -> None:
        """Some time passes and the clock's sweep comes by."""
        self.clock.advance(**span)
        timers.sweep(self.ctx)

    def void(self, row: Agreement) -> None:
        """Out of the way, for whatever comes next."""
        ways.ask_void(self.ctx, self.cast.school, row)
        ways.confirm_void(self.ctx, self.second, row)

    def accepted(self) -> tuple[Party, Agreement]:
        return ways.accepted(self.ctx, self.cast.graduate)

    def first(self, row: Agreement) -> Agreement:
        return ways.pass_first(self.ctx, self.cast.counselor, row)

    def back(self, who: Persona, row: Agreement, kind: str, side: str = "graduate") -> Agreement:
        return ways.give_back(self.ctx, who, row, kind, side)

    def filed(self, row: Agreement) -> Release:
        party = self.graduate
        release = releases.begin(self.ctx, party, row)
        ways.add_letter(self.ctx, party, release)
        return releases.file_offline(self.ctx, party, release, "升学")
