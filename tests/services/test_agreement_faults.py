"""What somebody could do to an agreement in another's place, or to others by way of it; none of it works."""

import pytest

from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import materials, releases
from services.agreements.parties import Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import Cast
from tests.papers import photo
from tests.services.tools import refusal_of

Held = tuple[Party, Agreement]


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Held:
    """An agreement in force, and the unit's side."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)


def add(ctx: Context, party: Party, release: Release, kind: str = "letter") -> None:
    materials.add(ctx, party, release.agreement, kind, iter([photo((300, 400))]), release=release)


def test_nobody_but_the_asker_puts_a_letter_in_place_of_the_askers(
    ctx: Context, cast: Cast, held: Held
) -> None:
    unit, row = held
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    assert refusal_of(lambda: add(ctx, unit, release)).code == "material_not_asked"
    [letter] = AgreementFile.select().where(AgreementFile.kind == "letter")
    assert (letter.side, letter.replaced_at) == ("graduate", None)
    releases.cancel(ctx, graduate, release)
    theirs = ways.asked(ctx, unit, agreements.fresh(row))
    assert refusal_of(lambda: add(ctx, graduate, theirs)).code == "material_not_asked"
    ways.add_letter(ctx, unit, theirs)


def test_what_belongs_to_no_release_is_not_put_into_one(ctx: Context, held: Held) -> None:
    unit, row = held
    release = ways.asked(ctx, unit, row)
    assert refusal_of(lambda: add(ctx, unit, release, "licence")).code == "material_not_asked"
