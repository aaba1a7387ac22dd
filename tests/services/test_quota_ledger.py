"""The day's ledger of template messages, and how long a campaign takes by it."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.refusals import NotAllowed
from models.journal import Journal
from models.message import Message
from models.sending import SendQuota
from services import quota
from services.context import Context
from services.seats import Seat
from tests.fakes import FixedClock

Sit = Callable[[str], Seat]
TODAY = date(2026, 11, 20)
TASK, DIGEST = 1, 3


def small(ctx: Context, limit: int) -> Context:
    settings = ctx.settings.model_copy(update={"daily_template_quota": limit})
    return dataclasses.replace(ctx, settings=settings)


def waiting(number: int, priority: int, **columns: object) -> None:
    row = {"channel": "template", "template": "x", "payload": "{}", "priority": priority} | columns
    Message.add_many([row | {"key": f"{priority}-{n}-{columns}"} for n in range(number)])


def test_what_went_out_is_taken_off(ctx: Context) -> None:
    ctx = small(ctx, 100)
    assert quota.allowance(ctx) == 100
    quota.spend(ctx, 30)
    quota.spend(ctx, 30)
    quota.spend(ctx, 0)
    assert quota.allowance(ctx) == 40
    quota.spend(ctx, 50)
    assert quota.allowance(ctx) == 0
    assert SendQuota.select().count() == 1


def test_where_no_limit_is_known_everything_may_go(ctx: Context) -> None:
    ctx = small(ctx, 0)
    quota.spend(ctx, 10**6)
    assert quota.allowance(ctx) is None
    assert quota.ends_on(ctx, 10**9, TASK) == TODAY


def test_midnight_in_china_brings_a_new_day(ctx: Context, clock: FixedClock) -> None:
    ctx = small(ctx, 100)
    clock.now = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    quota.spend(ctx, 100)
    assert quota.allowance(ctx) == 0
    clock.advance(minutes=1)
    assert quota.allowance(ctx) == 100


def test_the_platforms_word_counts_more_than_ours(ctx: Context, clock: FixedClock) -> None:
    ctx = small(ctx, 100)
    quota.spend(ctx, 60)
    quota.exhausted(ctx, 45009)
    clock.advance(minutes=5)
    quota.exhausted(ctx, 45009)
    day = quota.look(ctx)
    assert (day.used, day.left, day.learnt, day.is_spent) == (60, 0, 60, True)
    clock.advance(days=1)
    assert quota.allowance(ctx) == 100
    assert quota.look(ctx).learnt == 60
    clock.advance(days=7)
    assert quota.look(ctx).learnt is None


def test_an_operator_says_that_the_count_is_set_back(ctx: Context, sit: Sit, clock: FixedClock) -> None:
    ctx = small(ctx, 100)
    quota.spend(ctx, 60)
    quota.exhausted(ctx, 45009)
    later = ctx.clock() + timedelta(hours=1)
    waiting(1, TASK, errcode=45009, due_at=later)
    waiting(1, TASK, errcode=0, due_at=later)
    quota.reset(ctx, sit("ministry"))
    assert quota.allowance(ctx) == 100
    assert sorted(row.due_at == ctx.clock() for row in Message.select()) == [False, True]
    quota.spend(ctx, 30)
    assert (quota.look(ctx).used, quota.look(ctx).left) == (90, 70)
    quota.exhausted(ctx, 45009)
    assert quota.look(ctx).learnt == 30
    assert Journal.select().where(Journal.verb == "reset_quota").count() == 1


@pytest.mark.parametrize("who", ["province", "school", "college", "counselor"])
def test_below_the_top_nobody_touches_the_quota(ctx: Context, sit: Sit, who: str) -> None:
    with pytest.raises(NotAllowed):
        quota.reset(ctx, sit(who))
    with pytest.raises(NotAllowed):
        quota.resume(ctx, sit(who), "nothing")


@pytest.mark.parametrize(
    ("recipients", "days"),
    [(0, 0), (40, 0), (41, 1), (140, 1), (141, 2), (1040, 10)],
)
def test_a_campaign_ends_when_the_quota_lets_it(ctx: Context, recipients: int, days: int) -> None:
    ctx = small(ctx, 100)
    quota.spend(ctx, 60)
    assert quota.ends_on(ctx, recipients, TASK) == TODAY + timedelta(days=days)


def test_a_campaign_ends_after_what_is_as_urgent_or_more(ctx: Context) -> None:
    ctx = small(ctx, 10)
    waiting(8, TASK)
    waiting(8, DIGEST)
    waiting(50, TASK, channel="sms")
    waiting(50, TASK, status="accepted")
    assert quota.backlog(ctx) == {TASK: 8, DIGEST: 8}
    assert quota.ends_on(ctx, 2, TASK) == TODAY
    assert quota.ends_on(ctx, 3, TASK) == TODAY + timedelta(days=1)
    # Digests have eight a day: sixteen wait or go first, one more needs a third day.
    assert quota.ends_on(ctx, 0, DIGEST) == TODAY + timedelta(days=1)
    assert quota.ends_on(ctx, 1, DIGEST) == TODAY + timedelta(days=2)


def test_a_limit_that_the_platform_showed_shapes_the_forecast(ctx: Context, clock: FixedClock) -> None:
    ctx = small(ctx, 100)
    quota.spend(ctx, 20)
    quota.exhausted(ctx, 45009)
    assert quota.ends_on(ctx, 40, TASK) == TODAY + timedelta(days=2)
    clock.advance(days=1)
    assert quota.ends_on(ctx, 100, TASK) == TODAY + timedelta(days=1)
    assert quota.ends_on(ctx, 101, TASK) == TODAY + timedelta(days=2)


def test_a_hopeless_campaign_has_a_date_all_the_same(ctx: Context) -> None:
    ctx = small(ctx, 10)
    quota.exhausted(ctx, 45009)  # at the very first message of the day
    assert quota.ends_on(ctx, 10**9, TASK).year == 2036


def test_the_backlog_is_not_counted_for_every_asker(ctx: Context) -> None:
    assert quota.backlog(ctx) == {}
    waiting(3, TASK)
    assert quota.backlog(ctx) == {}
    ctx.redis.flushdb()
    assert quota.backlog(ctx) == {TASK: 3}
    assert quota.backlog(ctx) == {TASK: 3}


def test_a_stopped_template_stops_alone_until_it_is_resumed(ctx: Context, sit: Sit) -> None:
    quota.stop(ctx, "task_assigned", 40037, "invalid template_id")
    quota.stop(ctx, "task_assigned", 40037, "again")
    quota.stop(ctx, quota.stop_name("task_assigned", "subscribe"), 40037, "x" * 300)
    assert quota.stopped(ctx) == {"task_assigned", "subscribe:task_assigned"}
    first, _second = quota.stops(ctx)
    seat = sit("ministry")
    quota.resume(ctx, seat, first.code)
    quota.resume(ctx, seat, first.code)
    assert quota.stopped(ctx) == {"subscribe:task_assigned"}
    assert Journal.select().where(Journal.verb == "resume_template").count() == 1
    quota.stop(ctx, "task_assigned", 40037, "once more")
    assert "task_assigned" in quota.stopped(ctx)
