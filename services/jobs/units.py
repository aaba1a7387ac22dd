"""The import of units right below the importer's own."""

from collections.abc import Sequence

from domain import personal
from domain.refusals import Refusal
from models.db import rehearse
from models.org import OrgUnit
from services import units
from services.context import Context
from services.jobs.forms import Checked, Found, Staged, Tally
from services.jobs.seen import Seen
from services.seats import Seat


class Units:
    """Creates what is not there yet; each unit is a transaction of its own, as if typed into the form."""

    is_atomic = False

    def __init__(self, ctx: Context, seat: Seat) -> None:
        self._ctx = ctx
        self._seat = seat
        self._seen = Seen()

    def check(self, lines: Sequence[tuple[int, dict[str, str]]]) -> Checked:
        checked = Checked([], [])
        rehearse(lambda: self._try(lines, checked))
        return checked

    def _try(self, lines: Sequence[tuple[int, dict[str, str]]], checked: Checked) -> None:
        """Creates them all, one behind the other, so that they also meet each other."""
        for line, values in lines:
            name, number = values.get("name", ""), values.get("number", "")
            try:
                units.create(self._ctx, self._seat, name, number)
            except Refusal as refusal:
                column = "number" if "number" in refusal.fields else "name"
                checked.found.append(Found(line, column, values.get(column, ""), refusal.code))
                continue
            if self._seen.add(personal.clean(name)):
                checked.staged.append([line, name, number])
            else:
                checked.found.append(Found(line, "name", name, "twice_in_file"))

    def recall(self, staged: Staged) -> None:
        for row in staged:
            self._seen.add(personal.clean(row[1]))

    def forecast(self, staged: Staged) -> Tally:
        there = sum(self._is_there(name) for _line, name, _number in staged)
        return Tally(added=len(staged) - there, same=there)

    def judge(self, staged: Staged) -> list[Found]:
        again = Units(self._ctx, self._seat)
        return again.check([(line, {"name": name, "number": number}) for line, name, number in staged]).found

    def prepare(self, staged: Staged) -> Staged:
        return staged

    def apply(self, staged: Staged) -> Tally:
        tally = self.forecast(staged)
        for _line, name, number in staged:
            units.create(self._ctx, self._seat, name, number)
        return tally

    def _is_there(self, name: str) -> bool:
        mine = (OrgUnit.parent == self._seat.staff.unit_id) & (OrgUnit.name == personal.clean(name))
        return bool(OrgUnit.select(OrgUnit.id).where(mine).exists())
