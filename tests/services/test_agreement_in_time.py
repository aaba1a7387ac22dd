"""What had to be done before is refused to the second, also while the clock has not come by yet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.agreements import AGREEMENTS, IN_TIME
from models.agreement import Agreement, Release
from models.db import transaction
from services.agreements import drafting, materials, moves, offers, paper_way, recording, releases
from services.agreements.parties import CLOCK
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_world import World
from tests.agreements import TERMS, strokes
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import refusal_of

Verb = Callable[[], Any]
Way = Callable[[World], tuple[Agreement | Release, Verb, timedelta, str]]
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(ctx: Context, cast: Cast, clock: FixedClock) -> World:
    agreements.open_school(ctx, cast)
    return World(ctx, cast, clock)


def sent(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    ctx = world.ctx
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, world.cast.graduate).token)
    ways.know_signer(row)
    agreements.fill(ctx, party, row)
    return (
        row,
        lambda: drafting.submit(ctx, party, row, consent=True, strokes=strokes()),
        timedelta(hours=48),
        "draft_over",
    )


def accepted(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    _unit, row = ways.offered(world.ctx, world.cast.graduate)
    return (
        row,
        lambda: agreements.accept(world.ctx, world.cast.graduate, row),
        timedelta(days=7),
        "offer_over",
    )


def revised(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    unit, row = ways.offered(world.ctx, world.cast.graduate)
    typed = TERMS | {"pay": "9000"}
    return (
        row,
        lambda: offers.revise(world.ctx, unit, row, typed, **ways.ink(2)),
        timedelta(days=7),
        "offer_over",
    )


def mended(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    ctx = world.ctx
    unit, row = world.accepted()
    world.back(world.cast.counselor, row, "licence", "unit")
    world.clock.advance(seconds=1)
    materials.add(ctx, unit, row, "licence", iter([ways.SCAN]))
    return row, lambda: offers.replace(ctx, unit, row), timedelta(days=7) - SECOND, "mending_over"


def applied(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    ctx = world.ctx
    party, visitor = agreements.graduate_party(ctx, world.cast.graduate)
    row = paper_way.begin(ctx, party, visitor)
    return row, lambda: paper_way.apply(ctx, party, row, TERMS), timedelta(days=30), "draft_over"


def saved(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    ctx = world.ctx
    party, visitor = agreements.graduate_party(ctx, world.cast.graduate)
    row = recording.begin(ctx, party, visitor)
    return row, lambda: recording.save(ctx, party, row, TERMS), timedelta(days=30), "draft_over"


def applied_again(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    party, row = ways.applied(world.ctx, world.cast.graduate)
    world.back(world.cast.counselor, row, "terms")
    again = TERMS | {"pay": "9000"}
    return row, lambda: paper_way.apply(world.ctx, party, row, again), timedelta(days=7), "mending_over"


def scanned(world: World) -> tuple[Agreement, Verb, timedelta, str]:
    """A numbered form that is out, without its paper."""
    ctx = world.ctx
    party, row = ways.applied(ctx, world.cast.graduate)
    ways.passed(ctx, world.cast, row)
    due = world.clock() + timedelta(days=30)
    moves.move(ctx, agreements.fresh(row), "issue", CLOCK, {"kind": "paper.issued"}, due_at=due)
    ways.add_scan(ctx, party, row, pages=1)
    return row, lambda: paper_way.upload(ctx, party, row, ways.SIGNED_ON), timedelta(days=30), "scan_over"


def refused(world: World) -> tuple[Release, Verb, timedelta, str]:
    unit, row = ways.in_force(world.ctx, world.cast)
    release = ways.asked(world.ctx, world.graduate, row)
    return (
        release,
        lambda: releases.refuse(world.ctx, unit, release, "尚在协商"),
        timedelta(days=7),
        "release_over",
    )


def agreed(world: World) -> tuple[Release, Verb, timedelta, str]:
    unit, row = ways.in_force(world.ctx, world.cast)
    release = ways.asked(world.ctx, world.graduate, row)

    @transaction
    def agree() -> None:
        moves.move_release(world.ctx, ways.release_of(release), "agree", unit, {"kind": "term.agreed"})

    return release, agree, timedelta(days=7), "release_over"


def filed(world: World) -> tuple[Release, Verb, timedelta, str]:
    ctx, graduate = world.ctx, world.graduate
    _unit, row = ways.in_force(ctx, world.cast)
    release = releases.begin(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    return (
        release,
        lambda: releases.file_offline(ctx, graduate, release, "升学"),
        timedelta(days=7),
        "draft_over",
    )


def proved_late(world: World) -> tuple[Release, Verb, timedelta, str]:
    """After the question was over, for as long as its papers are kept."""
    ctx, graduate = world.ctx, world.graduate
    _unit, row = ways.in_force(ctx, world.cast)
    release = ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    world.later(days=7)
    assert ways.release_of(release).status == "expired"
    return release, lambda: releases.add_proof(ctx, graduate, release), timedelta(days=30), "release_over"


WAYS = (
    *(sent, accepted, revised, mended, applied, saved, applied_again, scanned),
    *(refused, agreed, filed, proved_late),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("seconds", [0, 1])
def test_when_the_time_is_over_it_is_refused_without_the_clock(world: World, way: Way, seconds: int) -> None:
    row, verb, span, code = way(world)
    world.clock.now += span + timedelta(seconds=seconds)
    before = type(row).get_by_id(row.id)
    assert refusal_of(verb).code == code
    after = type(row).get_by_id(row.id)
    assert (after.status, after.version, after.due_at) == (before.status, before.version, before.due_at)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_second_before_it_goes_through(world: World, way: Way) -> None:
    row, verb, span, _code = way(world)
    world.clock.now += span - SECOND
    verb()
    assert type(row).get_by_id(row.id).version > row.version


def test_every_such_arrow_is_there() -> None:
    assert {arrow for machine in AGREEMENTS for arrow in machine.arrows} >= set(IN_TIME)


def test_what_is_over_can_still_be_given_up(world: World) -> None:
    ctx = world.ctx
    unit, row = ways.offered(ctx, world.cast.graduate)
    world.clock.advance(days=7)
    assert offers.recall(ctx, unit, row, "岗位取消").status == "recalled"
