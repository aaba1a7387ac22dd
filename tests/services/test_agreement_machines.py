"""The status tables of 网签 as the services carry them out: every arrow is taken once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.agreements import PAPER_SIGNING, RECORDING, RELEASE, SIGNING, TICKET
from domain.machine import Machine
from models.agreement import Agreement
from models.journal import Journal
from services.agreements import (
    answering,
    chain,
    drafting,
    moves,
    offers,
    paper_way,
    recording,
    release_reviews,
    releases,
    sealing,
    tickets,
)
from services.agreements.parties import Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import DESK
from tests.agreement_world import World
from tests.agreements import TERMS, strokes
from tests.cast import Cast
from tests.fakes import FixedClock

Arrow = tuple[str, str, str]
pytestmark = pytest.mark.slow


@pytest.fixture
def world(ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path) -> World:
    agreements.open_school(ctx, cast)
    return World(ways.with_seal(ctx, tmp_path), cast, clock)


def arrows(machine: Machine) -> set[Arrow]:
    return {(status, verb, to.status) for (status, verb), to in machine.arrows.items()}


def taken(table: str, kind: str = "") -> set[Arrow]:
    """The arrows that the journal has seen, of agreements of one kind."""
    records = {row.code for row in Agreement.select(Agreement.code).where(Agreement.kind == kind)}
    rows = Journal.select().where((Journal.kind == table) & (Journal.status_before != ""))
    return {
        (row.status_before, row.verb, row.status_after) for row in rows if not kind or row.record in records
    }


def whole(*rows: Agreement) -> bool:
    return all(chain.broken_at(agreements.fresh(row)) is None for row in rows)


# -- every arrow once --------------------------------------------------------------------------------------


def test_every_arrow_of_signing_online(world: World) -> None:
    for way in (_drafts_and_offers, _answers, _online_reviews, _online_life):
        way(world)
    assert taken("agreement", "online") == arrows(SIGNING)
    assert whole(*Agreement.select())


def _drafts_and_offers(world: World) -> None:
    ctx, graduate = world.ctx, world.cast.graduate
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, graduate).token)
    drafting.discard(ctx, party, row)
    agreements.scan(ctx, agreements.show_ticket(ctx, graduate).token)
    world.later(days=2)
    party, row = ways.offered(ctx, graduate)
    offers.revise(ctx, party, row, TERMS | {"pay": "9000"}, **ways.ink(2))
    offers.recall(ctx, party, row, "岗位取消")
    ways.offered(ctx, graduate)
    world.later(days=7)


def _answers(world: World) -> None:
    ctx, graduate = world.ctx, world.cast.graduate
    _party, row = ways.offered(ctx, graduate)
    answering.decline(ctx, *agreements.graduate_party(ctx, graduate), row.code, "已有去向")
    for stage in ("college_review", "school_review", "returned"):
        _party, row = world.accepted()
        if stage == "school_review":
            world.first(row)
        if stage == "returned":
            world.back(world.cast.college, row, "licence", "unit")
        assert agreements.fresh(row).status == stage
        answering.withdraw(ctx, *agreements.graduate_party(ctx, graduate), row.code, "考取研究生")


def _online_reviews(world: World) -> None:
    ctx, graduate = world.ctx, world.cast.graduate
    unit, row = world.accepted()
    world.first(row)
    world.back(world.cast.school, row, "graduate_ink")
    world.clock.advance(minutes=1)
    ways.materials.add_ink(ctx, world.graduate, row, strokes(20))
    answering.replace(ctx, *agreements.graduate_party(ctx, graduate), row.code)
    ways.reject(ctx, world.cast.counselor, row)
    _unit, row = world.accepted()
    world.first(row)
    ways.reject(ctx, world.cast.school, row)
    _unit, row = world.accepted()
    world.back(world.cast.counselor, row, "licence", "unit")
    world.later(days=7)
    assert agreements.fresh(row).status == "rejected"
    assert unit is not None


def _online_life(world: World) -> None:
    ctx, cast = world.ctx, world.cast
    _unit, row = ways.effective(ctx, cast)
    _marked_and_mended(world, row)
    world.void(row)
    world.void(ways.passed(ctx, cast, world.accepted()[1]))
    unit, row = ways.in_force(ctx, cast)
    releases.refuse(ctx, unit, ways.asked(ctx, world.graduate, row), "不同意")
    ways.asked(ctx, unit, row)
    _marked_and_mended(world, row)
    world.void(row)
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    ways.agreed(ctx, world.graduate, release)
    ways.release_passed(ctx, cast, release)
    assert sealing.sweep(ctx) == 1


def test_every_arrow_of_signing_on_paper(world: World) -> None:
    for way in (_forms, _scans):
        way(world)
    _lives(world, lambda: _scanned(world)[1])
    assert taken("agreement", "paper") == arrows(PAPER_SIGNING)
    assert whole(*Agreement.select())


def _forms(world: World) -> None:
    ctx, cast = world.ctx, world.cast
    party, row = ways.applied(ctx, cast.graduate)
    paper_way.recall(ctx, party, row)
    paper_way.discard(ctx, party, row)
    paper_way.begin(ctx, *agreements.graduate_party(ctx, cast.graduate))
    world.later(days=30)
    party, row = ways.applied(ctx, cast.graduate)
    world.back(cast.counselor, row, "terms")
    paper_way.apply(ctx, party, row, TERMS)
    world.first(row)
    world.back(cast.school, row, "terms")
    paper_way.discard(ctx, party, row)
    _party, row = ways.applied(ctx, cast.graduate)
    ways.reject(ctx, cast.college, row)
    _party, row = ways.applied(ctx, cast.graduate)
    world.first(row)
    ways.reject(ctx, cast.school, row)
    _party, row = ways.applied(ctx, cast.graduate)
    world.back(cast.counselor, row, "terms")
    world.later(days=7)


def _numbered(world: World) -> tuple[Party, Agreement]:
    """A form whose number is out, without its paper."""
    party, row = ways.applied(world.ctx, world.cast.graduate)
    ways.passed(world.ctx, world.cast, row)
    due = world.clock() + timedelta(days=30)
    event = {"kind": "paper.issued"}
    moves.move(world.ctx, agreements.fresh(row), "issue", ways.CLOCK, event, due_at=due)
    return party, row


def _scanned(world: World) -> tuple[Party, Agreement]:
    party, row = _numbered(world)
    ways.add_scan(world.ctx, party, row, pages=1)
    return party, paper_way.upload(world.ctx, party, row, ways.SIGNED_ON)


def _scans(world: World) -> None:
    ctx, cast = world.ctx, world.cast
    party, row = ways.issued(ctx, cast)
    paper_way.cancel(ctx, party, row, "单位不再录用")
    _party, row = ways.applied(ctx, cast.graduate)
    world.void(ways.passed(ctx, cast, row))
    world.void(_numbered(world)[1])
    _numbered(world)
    world.later(days=30)
    party, row = _scanned(world)
    world.back(cast.counselor, row, "scan")
    world.clock.advance(minutes=1)
    ways.add_scan(ctx, party, row, pages=1)
    paper_way.upload(ctx, party, row, ways.SIGNED_ON)
    world.first(row)
    world.back(cast.school, row, "scan")
    paper_way.cancel(ctx, party, row, "单位不再录用")
    _party, row = _scanned(world)
    ways.reject(ctx, cast.counselor, row)
    _party, row = _scanned(world)
    world.first(row)
    ways.reject(ctx, cast.school, row)
    _party, row = _scanned(world)
    world.back(cast.counselor, row, "scan")
    world.later(days=7)


def _marked_and_mended(world: World, row: Agreement) -> None:
    """What the national system feeds back changes nothing else, whatever is under way."""
    ways.report(world.ctx, world.cast.school, row)
    assert ways.mend(world.ctx, world.cast.school, row).error_note == ""


def _lives(world: World, begin: Callable[[], Agreement]) -> None:
    """What befalls an agreement that was signed on paper once both reviews are content."""
    ctx, cast = world.ctx, world.cast
    world.void(ways.passed(ctx, cast, begin()))
    row = begin()
    ways.passed(ctx, cast, row)
    assert sealing.sweep(ctx) == 1
    _marked_and_mended(world, row)
    world.void(row)
    for end in ("keep", "void", "release"):
        row = begin()
        ways.passed(ctx, cast, row)
        release = world.filed(ways.brought_into_force(ctx, row))
        _marked_and_mended(world, row)
        if end == "keep":
            sitting = ways.seat(ctx, cast.counselor)
            release_reviews.reject(ctx, sitting, DESK, ways.release_of(release), "材料不符")
        if end == "release":
            ways.release_passed(ctx, cast, release)
            assert sealing.sweep(ctx) == 1
        else:
            world.void(row)


def test_every_arrow_of_registering(world: World) -> None:
    ctx, cast = world.ctx, world.cast
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    recording.discard(ctx, party, recording.begin(ctx, party, visitor))
    recording.begin(ctx, party, visitor)
    world.later(days=30)
    typed = TERMS | ways.ON_PAPER
    for stage in ("college_review", "school_review", "returned"):
        party, row = ways.recorded(ctx, cast.graduate)
        if stage == "school_review":
            world.first(row)
        if stage == "returned":
            world.back(cast.counselor, row, "terms")
        assert agreements.fresh(row).status == stage
        recording.withdraw(ctx, party, row, "填错单位")
    party, row = ways.recorded(ctx, cast.graduate)
    world.first(row)
    world.back(cast.school, row, "terms")
    recording.submit(ctx, party, row, typed)
    ways.reject(ctx, cast.college, row)
    _party, row = ways.recorded(ctx, cast.graduate)
    world.first(row)
    ways.reject(ctx, cast.school, row)
    _party, row = ways.recorded(ctx, cast.graduate)
    world.back(cast.counselor, row, "terms")
    world.later(days=7)
    _lives(world, lambda: ways.recorded(ctx, cast.graduate)[1])
    assert taken("agreement", "recorded") == arrows(RECORDING)
    assert whole(*Agreement.select())


def test_every_arrow_of_releases(world: World) -> None:
    ctx, cast = world.ctx, world.cast
    unit, row = ways.in_force(ctx, cast)
    releases.refuse(ctx, unit, ways.asked(ctx, world.graduate, row), "不同意")
    releases.cancel(ctx, unit, ways.asked(ctx, unit, row))
    releases.begin(ctx, world.graduate, row)
    world.later(days=7)
    late = ways.asked(ctx, world.graduate, row)
    world.later(days=7)
    ways.add_letter(ctx, world.graduate, late)
    releases.add_proof(ctx, world.graduate, late)
    clerk = ways.seat(ctx, cast.counselor)
    release_reviews.reject(ctx, clerk, DESK, ways.release_of(late), "公章不清")
    asked = ways.asked(ctx, world.graduate, row)
    ways.add_letter(ctx, world.graduate, asked)
    releases.add_proof(ctx, world.graduate, asked)
    first = release_reviews.pass_first(ctx, clerk, DESK, ways.release_of(asked), ways.ALL)
    release_reviews.reject(ctx, ways.seat(ctx, cast.school), DESK, first, "公章不清")
    asked = ways.asked(ctx, unit, row)
    ways.agreed(ctx, world.graduate, asked)
    ways.release_passed(ctx, cast, asked)
    assert sealing.sweep(ctx) == 1
    for stage in ("asked", "college_review", "school_review", "sealing"):
        unit, row = ways.in_force(ctx, cast)
        release = ways.asked(ctx, unit, row) if stage == "asked" else world.filed(row)
        if stage == "school_review":
            clerk = ways.seat(ctx, cast.college)
            release_reviews.pass_first(ctx, clerk, DESK, ways.release_of(release), ways.ALL)
        if stage == "sealing":
            ways.release_passed(ctx, cast, release)
        assert ways.release_of(release).status == stage
        world.void(row)
    assert taken("release") == arrows(RELEASE)
    assert whole(*Agreement.select())


def test_every_arrow_of_codes(world: World) -> None:
    party, visitor = agreements.graduate_party(world.ctx, world.cast.graduate)
    tickets.show(world.ctx, party, visitor)
    tickets.revoke(world.ctx, party, visitor)
    tickets.show(world.ctx, party, visitor)
    world.later(days=7)
    assert taken("signing_ticket") == arrows(TICKET)
