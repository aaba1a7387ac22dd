"""Who is left in peace: the frequency cap, the quiet hours, and what digests leave for tasks."""

import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from models.message import Message
from services import quota
from services.context import Context
from tests.fakes import FixedClock

EIGHT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)  # in the morning, on the day after the tests' day
_keys = itertools.count()


def message(
    template: str = "jobs_for_graduate", openid: str = "o1", priority: int = 3, **columns: object
) -> Message:
    row = {
        "channel": "template",
        "template": template,
        "payload": "{}",
        "openid": openid,
        "priority": priority,
    }
    key = f"k{next(_keys)}"
    Message.add_many([row | {"key": key}])
    if columns:
        Message.update(**columns).where(Message.key == key).execute()
    return Message.get(Message.key == key)


def had(ctx: Context, days_ago: float, **columns: object) -> None:
    sent = {"status": "delivered", "settled_at": ctx.clock() - timedelta(days=days_ago)}
    message(**sent | columns)


@pytest.mark.parametrize(
    ("here", "until"),
    [
        ("2026-11-20 21:59", None),
        ("2026-11-20 22:00", "2026-11-21 08:00"),
        ("2026-11-20 23:59", "2026-11-21 08:00"),
        ("2026-11-21 00:00", "2026-11-21 08:00"),
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", None),
    ],
)
def test_quiet_hours_are_those_of_china(here: str, until: str | None) -> None:
    moment = datetime.fromisoformat(f"{here}+08:00").astimezone(UTC)
    assert quota.quiet_until(moment) == (datetime.fromisoformat(f"{until}+08:00") if until else moment)


def test_quiet_messages_wait_for_the_morning_and_others_do_not(ctx: Context, clock: FixedClock) -> None:
    clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    quiet, loud = message("task_due", priority=1), message("task_assigned", priority=1)
    assert quota.postponed(ctx, [quiet, loud]) == {quiet.id: EIGHT}


def test_one_digest_a_day(ctx: Context) -> None:
    rows = [message(), message(), message(openid="o2"), message("news_pushed")]
    assert quota.postponed(ctx, rows) == {rows[1].id: EIGHT, rows[3].id: EIGHT}


def test_a_digest_that_is_on_its_way_counts(ctx: Context) -> None:
    message(status="sending")
    row = message()
    assert quota.postponed(ctx, [row]) == {row.id: EIGHT}


def test_what_did_not_arrive_does_not_count(ctx: Context) -> None:
    had(ctx, 0, status="failed")
    had(ctx, 0, status="blocked")
    had(ctx, 0, template="task_due")
    assert quota.postponed(ctx, [message()]) == {}


def test_three_digests_a_week(ctx: Context) -> None:
    had(ctx, 6)
    had(ctx, 4)
    had(ctx, 2)
    row, other = message(), message(openid="o2")
    # The day before yesterday's week is over tomorrow, when the oldest of the three is seven days old.
    assert quota.postponed(ctx, [row, other]) == {row.id: EIGHT}


def test_a_week_has_seven_days(ctx: Context) -> None:
    had(ctx, 7)
    had(ctx, 4)
    had(ctx, 2)
    assert quota.postponed(ctx, [message()]) == {}


def test_what_was_perhaps_sent_is_not_put_off(ctx: Context, clock: FixedClock) -> None:
    had(ctx, 0)
    clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert quota.postponed(ctx, [message(doubtful_since=ctx.clock())]) == {}


def test_digests_leave_a_part_of_the_day_for_tasks(ctx: Context) -> None:
    settings = ctx.settings.model_copy(update={"daily_template_quota": 10})
    ctx = dataclasses.replace(ctx, settings=settings)
    quota.spend(ctx, 6)
    rows = [message("help_due", openid=f"o{n}") for n in range(4)]
    tasks = [message("task_assigned", priority=1) for _ in range(4)]
    assert quota.postponed(ctx, [*tasks, *rows]) == {rows[2].id: EIGHT, rows[3].id: EIGHT}


def test_where_no_limit_is_known_digests_go(ctx: Context) -> None:
    settings = ctx.settings.model_copy(update={"daily_template_quota": 0})
    assert quota.postponed(dataclasses.replace(ctx, settings=settings), [message("help_due")]) == {}


def test_people_without_an_address_are_nobodys_cap(ctx: Context) -> None:
    assert quota.postponed(ctx, [message(openid=None), message(openid=None)]) == {}


def test_a_claim_puts_off_and_takes_the_rest(ctx: Context) -> None:
    first, second = message(due_at=ctx.clock()), message(due_at=ctx.clock())
    later = Message.claim_due(
        ctx.clock(), 10, timedelta(minutes=5), hold=lambda rows: quota.postponed(ctx, rows)
    )
    assert [row.id for row in later] == [first.id]
    assert Message.get_by_id(second.id).due_at == EIGHT


@pytest.mark.slow
def test_two_workers_do_not_both_give_the_last_digest_of_the_day(ctx: Context) -> None:
    for _ in range(8):
        message(due_at=ctx.clock())
    start = Barrier(4)

    def claim() -> list[int]:
        start.wait()
        rows = Message.claim_due(
            ctx.clock(), 2, timedelta(minutes=5), hold=lambda some: quota.postponed(ctx, some)
        )
        return [row.id for row in rows]

    with ThreadPoolExecutor(4) as workers:
        taken = [row_id for found in [workers.submit(claim) for _ in range(4)] for row_id in found.result()]
    assert len(taken) == 1
    assert Message.select().where(Message.due_at == EIGHT).count() == 7
