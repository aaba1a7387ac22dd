"""What the clock does to agreements, to the second: ends, reminders, the school's attention; it passes nothing."""

from datetime import timedelta

import pytest

from models.agreement import Agreement, Release, SigningTicket
from models.message import Message
from services import binding
from services.agreements import paper_way, releases, timers
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import strokes
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import owed


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    for persona in (cast.counselor, cast.college, cast.school):
        assert persona.account is not None
        binding.bind(ctx, persona.account, persona.openid)


def days_told(ctx: Context, clock: FixedClock, days: int) -> list[int]:
    """On which days from now somebody was told something, by one sweep a day."""
    told = []
    for day in range(days + 1):
        before = Message.select().count()
        timers.sweep(ctx)
        told += [day] * (Message.select().count() > before)
        clock.advance(days=1)
    return told


def test_a_code_and_a_draft_end_by_themselves(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _party, row = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    clock.advance(hours=48, seconds=-1)
    timers.sweep(ctx)
    assert agreements.fresh(row).status == "draft"
    clock.advance(seconds=1)
    before = len(owed())
    timers.sweep(ctx)
    gone = agreements.fresh(row)
    assert (gone.status, gone.draft_key, gone.ended_at) == ("expired", None, clock())
    assert len(owed()) == before
    clock.advance(days=5)
    timers.sweep(ctx)
    assert SigningTicket.get().status == "expired"


def test_an_offer_ends_to_the_second_and_is_reminded_of_twice(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    _party, row = ways.offered(ctx, cast.graduate)
    steps = []
    for hours in (120, 36, 12):  # 48 and 12 hours before the end, and the end
        clock.advance(hours=hours, seconds=-1)
        before = len(owed())
        timers.sweep(ctx)
        steps.append(len(owed()) - before)
        clock.advance(seconds=1)
        timers.sweep(ctx)
        timers.sweep(ctx)
        steps.append(len(owed()) - before)
    assert steps == [0, 1, 0, 1, 0, 2]
    gone = agreements.fresh(row)
    assert (gone.status, gone.offer_key, gone.draft_key) == ("expired", None, None)


def test_what_was_missed_is_told_once(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _party, row = ways.offered(ctx, cast.graduate)
    clock.advance(days=6, hours=13)
    before = len(owed())
    timers.sweep(ctx)
    timers.sweep(ctx)
    assert (len(owed()) - before, agreements.fresh(row).reminders) == (1, 2)


def test_a_return_that_nobody_answers_is_a_rejection(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    ways.give_back(ctx, cast.counselor, row, "licence", "unit")
    assert days_told(ctx, clock, 8) == [5, 7]
    gone = agreements.fresh(row)
    assert (gone.status, gone.live_key) == ("rejected", None)


@pytest.mark.parametrize("stage", ["college_review", "school_review"])
def test_a_review_is_reminded_of_and_escalated_and_never_passes(
    ctx: Context, cast: Cast, clock: FixedClock, stage: str
) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    if stage == "school_review":
        ways.pass_first(ctx, cast.counselor, row)
    assert days_told(ctx, clock, 60) == [3, 7]
    waits = agreements.fresh(row)
    assert (waits.status, waits.due_at, waits.reminders) == (stage, None, 2)
    assert waits.live_key


def test_a_paper_draft_has_no_end(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = paper_way.begin(ctx, party, visitor)
    clock.advance(days=100)
    timers.sweep(ctx)
    assert agreements.fresh(row).status == "draft"


def test_a_returned_application_ends(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _party, row = ways.applied(ctx, cast.graduate)
    ways.give_back(ctx, cast.counselor, row, "terms", "graduate")
    assert days_told(ctx, clock, 8) == [5, 7]
    assert agreements.fresh(row).status == "rejected"


def test_a_release_is_reminded_of_and_over(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    assert days_told(ctx, clock, 8) == [5, 7]
    assert ways.release_of(release).status == "expired"
    assert agreements.fresh(row).status == "effective"


def test_a_release_in_review_is_reminded_of(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    releases.agree(ctx, ways.graduate_of(ctx, cast.graduate), release, strokes(5))
    assert days_told(ctx, clock, 30) == [3, 7]
    assert ways.release_of(release).status == "college_review"


def test_somebody_who_acts_in_time_is_left_alone(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    _party, row = ways.offered(ctx, cast.graduate)
    clock.advance(days=6)
    agreements.accept(ctx, cast.graduate, row)
    clock.advance(days=2)
    timers.sweep(ctx)
    assert agreements.fresh(row).status == "college_review"
    assert agreements.fresh(row).due_at == clock() + timedelta(days=1)
    assert Agreement.select().count() == 1
    assert Release.select().count() == 0
