"""What the clock does to agreements, to the second: ends, reminders, the school's attention; it passes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from domain.refusals import IllegalMove, NotFound
from models.agreement import Agreement, Release, SigningTicket
from models.message import Message
from services import binding
from services.agreements import (
    drafting,
    paper_way,
    queues,
    recording,
    release_reviews,
    releases,
    timers,
)
from services.agreements.queues import Asked
from services.context import Context
from templates_msg.fields import BadField
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS
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


@pytest.mark.parametrize("way", [paper_way, recording], ids=["paper", "recorded"])
def test_a_graduates_own_draft_ends_a_month_after_it_was_saved(
    ctx: Context, cast: Cast, clock: FixedClock, way: Any
) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = way.begin(ctx, party, visitor)
    clock.advance(days=29)
    way.save(ctx, party, row, TERMS)
    clock.advance(days=30, seconds=-1)
    timers.sweep(ctx)
    assert agreements.fresh(row).status == "draft"
    before = len(owed())
    clock.advance(seconds=1)
    timers.sweep(ctx)
    gone = agreements.fresh(row)
    assert (gone.status, gone.draft_key, gone.ended_at, gone.terms) == ("discarded", None, clock(), None)
    assert len(owed()) == before
    assert agreements.chain_of(row)[-1].endswith(".draft_expired")
    assert queues.agreements(ctx, ways.seat(ctx, cast.school), Asked(state="")).rows == []
    assert way.begin(ctx, party, visitor).id != row.id


def test_an_application_taken_back_is_a_draft_again(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, row = ways.applied(ctx, cast.graduate)
    clock.advance(days=2)
    assert paper_way.recall(ctx, party, row).due_at == clock() + timedelta(days=30)
    clock.advance(days=30)
    timers.sweep(ctx)
    gone = agreements.fresh(row)
    assert (gone.status, gone.terms, gone.offered_at) == ("discarded", None, None)


def test_a_draft_that_ends_forgets_whoever_would_have_signed(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    """A unit that nobody ever heard of; of one whose offer merely ran out the other side knows."""
    _party, sent = ways.offered(ctx, cast.graduate)
    drafts = []
    for number, is_discarded in enumerate((False, True)):
        party, row = agreements.scan(
            ctx, agreements.show_ticket(ctx, cast.graduate).token, f"oSigner0000000000000000009{number}"
        )
        drafting.save(ctx, party, row, TERMS)
        ways.know_signer(row)
        if is_discarded:
            drafting.discard(ctx, party, agreements.fresh(row))
        drafts.append(row)
    clock.advance(days=7)
    timers.sweep(ctx)
    assert [agreements.fresh(row).status for row in drafts] == ["expired", "discarded"]
    for gone in map(agreements.fresh, drafts):
        known = (gone.signer_name, gone.signer_phone, gone.signer_phone_index, gone.signer_openid, gone.terms)
        assert known == (None,) * 5
        assert gone.signer_position == ""
    kept = agreements.fresh(sent)
    assert (kept.status, kept.signer_name, bool(kept.terms)) == ("expired", "周敏", True)


@pytest.mark.parametrize("who", ["graduate", "unit", "staff"])
def test_a_release_that_is_never_asked_for_is_over(
    ctx: Context, cast: Cast, clock: FixedClock, who: str
) -> None:
    unit, row = ways.in_force(ctx, cast)
    begin: dict[str, Callable[[], Release]] = {
        "graduate": lambda: releases.begin(ctx, ways.graduate_of(ctx, cast.graduate), row),
        "unit": lambda: releases.begin(ctx, unit, row),
        "staff": lambda: releases.begin_for(ctx, ways.seat(ctx, cast.counselor), ways.DESK, row),
    }
    begun = begin[who]()
    before = len(owed())
    clock.advance(days=7, seconds=-1)
    timers.sweep(ctx)
    assert (ways.release_of(begun).status, begin[who]().id) == ("opened", begun.id)
    clock.advance(seconds=1)
    timers.sweep(ctx)
    assert (ways.release_of(begun).status, agreements.fresh(row).status) == ("discarded", "effective")
    assert len(owed()) == before
    assert releases.of_agreement(row) == []
    assert queues.releases(ctx, ways.seat(ctx, cast.school), Asked(state="")).rows == []
    with pytest.raises(NotFound):
        release_reviews.one(ctx, ways.seat(ctx, cast.school), begun.code)
    assert begin[who]().id != begun.id


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
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    assert days_told(ctx, clock, 30) == [3, 7]
    assert ways.release_of(release).status == "college_review"


def counted(what: str, outcome: str) -> float:
    labels = {"what": what, "outcome": outcome}
    return REGISTRY.get_sample_value("wxb_agreement_times_total", labels) or 0


def test_a_row_that_fails_stops_no_other_and_is_tried_again(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    """Of the first to end no message can be made, for it names no unit."""
    _party, broken = ways.offered(ctx, cast.graduate)
    _party, other = agreements.scan(ctx, agreements.show_ticket(ctx, cast.other_graduate).token)
    Agreement.update(unit_name="").where(Agreement.id == broken.id).execute()
    clock.advance(days=7)
    before = counted("expire", "failed"), counted("expire", "ok")
    for _ in range(2):
        with pytest.raises(ExceptionGroup) as failed:
            timers.sweep(ctx)
        assert [type(error) for error in failed.value.exceptions] == [BadField]
        assert agreements.fresh(broken).status == "offered"
        assert agreements.fresh(other).status == "expired"
        assert {ticket.status for ticket in SigningTicket.select()} == {"expired"}
    assert (counted("expire", "failed"), counted("expire", "ok")) == (before[0] + 2, before[1] + 3)
    Agreement.update(unit_name="合肥创新软件有限公司").where(Agreement.id == broken.id).execute()
    assert timers.sweep(ctx) == 1
    assert agreements.fresh(broken).status == "expired"


def test_more_rows_that_fail_than_a_slice_holds_stop_none_behind_them(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    token = agreements.show_ticket(ctx, cast.graduate).token
    rows = [agreements.scan(ctx, token, f"oSigner0000000000000000000{at}")[1] for at in range(5)]
    Agreement.update(status="offered", unit_name="合肥创新软件有限公司").execute()
    Agreement.update(kind="unheard-of").where(Agreement.id <= rows[2].id).execute()
    clock.advance(days=2)
    with pytest.raises(ExceptionGroup) as failed:
        timers.sweep(ctx, most=2)
    assert [type(error) for error in failed.value.exceptions] == [KeyError] * 3
    assert [agreements.fresh(row).status for row in rows] == ["offered"] * 3 + ["expired"] * 2


def test_a_release_that_cannot_end_keeps_no_review_waiting(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    Agreement.update(status="effective").where(Agreement.id == row.id).execute()
    _party, waits = ways.applied(ctx, cast.other_graduate)
    clock.advance(days=7)
    with pytest.raises(ExceptionGroup) as failed:
        timers.sweep(ctx)
    assert [type(error) for error in failed.value.exceptions] == [IllegalMove]
    assert ways.release_of(release).status == "asked"
    assert agreements.fresh(waits).reminders == 1


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
