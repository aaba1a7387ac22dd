"""How a graduate's destination stands, by what became of the agreements."""

from collections.abc import Callable

import pytest

from models.agreement import Agreement
from models.graduate import Graduate
from services import destinations
from services.agreements import answering, endings, moves, paper_way
from services.agreements.parties import CLOCK
from services.context import Context
from services.destinations import Standing, State
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_world import World
from tests.agreements import TERMS
from tests.cast import Cast
from tests.fakes import FixedClock


@pytest.fixture
def world(ctx: Context, cast: Cast, clock: FixedClock) -> World:
    agreements.open_school(ctx, cast)
    return World(ctx, cast, clock)


@pytest.fixture
def standing(ctx: Context, cast: Cast) -> Callable[[], Standing]:
    assert cast.graduate.graduate is not None
    code = cast.graduate.graduate.code

    def look() -> Standing:
        graduate = Graduate.get(Graduate.code == code)
        return destinations.standing(ctx, graduate)

    return look


def released(world: World, row: Agreement) -> None:
    """解约, as the worker leaves it."""
    ways.asked(world.ctx, world.graduate, row)
    held = agreements.fresh(row)
    moves.move(world.ctx, held, "release", CLOCK, {"kind": "term.released"}, **endings.ended(world.ctx))


def test_from_nothing_to_an_agreement_in_force(world: World, standing: Callable[[], Standing]) -> None:
    before = standing()
    assert (before.state, before.name, before.agreement) == (State.NONE, "待就业", None)
    party, row = ways.offered(world.ctx, world.cast.graduate)
    assert standing().state is State.NONE  # an offer is the unit's word alone
    row = agreements.accept(world.ctx, world.cast.graduate, row)
    signing = standing()
    assert (signing.state, signing.name, signing.is_bound) == (State.SIGNING, "待就业", True)
    ways.passed(world.ctx, world.cast, row)
    assert standing().state is State.SIGNING  # its paper is not sealed yet
    row = ways.brought_into_force(world.ctx, row)
    done = standing()
    assert (done.state, done.name, done.is_bound) == (State.SIGNED, "签就业协议形式就业", True)
    assert done.agreement is not None
    assert (done.agreement.code, done.agreement.unit_name) == (row.code, TERMS["unit_name"])
    assert (done.agreement.number, done.agreement.effective_on) == (row.number, row.effective_on)
    ways.asked(world.ctx, party, row)
    assert (standing().state, standing().name) == (State.RELEASING, "签就业协议形式就业")


@pytest.mark.slow
def test_what_was_released_or_void_counts_no_more(world: World, standing: Callable[[], Standing]) -> None:
    row = ways.in_force(world.ctx, world.cast)[1]
    released(world, row)
    over = standing()
    assert (over.state, over.name, over.is_bound) == (State.RELEASED, "待就业", False)
    world.later(hours=1)
    second = ways.in_force(world.ctx, world.cast)[1]
    assert standing().agreement == second
    world.void(second)
    assert (standing().state, standing().agreement) == (State.VOIDED, second)
    # What ends without having been in force takes nothing away.
    third = ways.accepted(world.ctx, world.cast.graduate)[1]
    assert standing().state is State.SIGNING
    ways.reject(world.ctx, world.cast.counselor, third)
    assert (standing().state, standing().agreement) == (State.VOIDED, second)


@pytest.mark.slow
def test_of_two_that_have_ended_the_last_end_counts(world: World, standing: Callable[[], Standing]) -> None:
    rows = []
    for _ in range(2):
        rows.append(ways.in_force(world.ctx, world.cast)[1])
        released(world, rows[-1])
    rows[0].change(ended_at=world.ctx.clock().replace(year=2028))
    assert standing().agreement == rows[0]


def test_a_form_that_was_applied_for_is_signing_and_binds_nobody(
    world: World, standing: Callable[[], Standing]
) -> None:
    party, visitor = agreements.graduate_party(world.ctx, world.cast.graduate)
    row = paper_way.begin(world.ctx, party, visitor)
    assert standing().state is State.NONE
    row = paper_way.apply(world.ctx, party, row, TERMS)
    assert (standing().state, standing().is_bound) == (State.SIGNING, False)
    ways.give_back(world.ctx, world.cast.counselor, row, "terms", "graduate")
    assert (standing().state, standing().agreement) == (State.SIGNING, row)
    # One that binds goes before it, however the numbers of the rows run.
    other = ways.accepted(world.ctx, world.cast.graduate)[1]
    assert (standing().agreement, standing().is_bound) == (other, True)
    party, visitor = agreements.graduate_party(world.ctx, world.cast.graduate)
    answering.withdraw(world.ctx, party, visitor, other.code, "另有打算")
    assert standing().agreement == row


def test_a_registered_agreement_counts_from_the_schools_word(
    world: World, standing: Callable[[], Standing]
) -> None:
    row = ways.recorded(world.ctx, world.cast.graduate)[1]
    assert standing().state is State.SIGNING
    ways.passed(world.ctx, world.cast, row)
    ways.brought_into_force(world.ctx, row)
    found = standing()
    assert found.agreement is not None
    assert (found.state, found.agreement.kind) == (State.SIGNED, "recorded")


def test_somebody_elses_agreement_says_nothing(world: World) -> None:
    ways.in_force(world.ctx, world.cast)
    other = world.cast.other_graduate.graduate
    assert other is not None
    assert destinations.standing(world.ctx, other) == Standing(State.NONE, "待就业", None)


def test_the_guide_names_what_a_category_is_registered_as(ctx: Context) -> None:
    guides = destinations.guide(ctx, 2027)
    assert [guide.branch.name for guide in guides] == ["unit", "other", "open"]
    assert guides[0].names["public_recruitment"] == "签就业协议形式就业"
    assert guides[1].names["study"] == "升学"
    assert all(set(guide.names) == {one.name for one in guide.branch.categories} for guide in guides)
