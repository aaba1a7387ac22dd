"""Reminders by the clock: each in its time, once, to those alone who have not done what it reminds of."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from models.message import Message
from models.org import Staff
from models.task import Task, TaskWave
from services import binding
from services.context import Context
from services.seats import Seat
from services.tasks import compose, desk, reminders
from tests.cast import Cast
from tests.fakes import FixedClock, RecordingGateway
from tests.pumps import pump
from tests.services.tasks import at, course, notice, sent, work
from tests.services.tools import Meet, owed
from wechat.outcomes import Outcome

Sit = Callable[[str], Seat]


@pytest.fixture(autouse=True)
def everybody_bound(ctx: Context, cast: Cast) -> None:
    for persona in (cast.counselor, cast.other_counselor):
        binding.bind(ctx, persona.account, persona.openid)


def china(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def told(template: str) -> list[str]:
    return [row.openid for row in owed(template)]


def test_the_morning_before_the_deadline_to_the_unfinished(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), notice(due="2026-11-25T18:00"))
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)
    desk.complete(ctx, visitor, row.code)
    clock.now = china("2026-11-24T08:59:59")
    work(ctx)
    assert told("task_due") == []
    clock.now = china("2026-11-24T09:00:00")
    work(ctx)
    work(ctx)
    assert told("task_due") == [cast.other_counselor.openid]
    clock.now = china("2026-11-25T09:00:00")
    work(ctx)
    assert len(told("task_due")) == 1


@pytest.mark.parametrize(
    ("back_at", "reminded"),
    [("2026-11-24T20:00:00", 2), ("2026-11-25T17:59:00", 2), ("2026-11-25T18:00:00", 0)],
)
def test_late_is_better_than_never_until_it_is_useless(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock, back_at: str, reminded: int
) -> None:
    sent(ctx, sit("school"), notice(due="2026-11-25T18:00"))
    clock.now = china(back_at)
    work(ctx)
    assert len(told("task_due")) == reminded


def test_who_gets_a_task_that_is_due_tomorrow_is_not_reminded_at_once(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    sent(ctx, sit("school"), notice(due="2026-11-21T12:00"))  # it is 15:00 the day before
    clock.advance(hours=1)
    work(ctx)
    assert told("task_due") == []


def test_a_reminder_that_could_not_go_out_in_time_never_does(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock, gateway: RecordingGateway
) -> None:
    """The day's quota is spent; by the next day the check-in is over."""
    sent(ctx, sit("school"), course(clock))
    pump(ctx)
    clock.now = china("2026-11-21T14:30:00")
    work(ctx)
    gateway.outcomes = [Outcome.QUOTA_SPENT] * 2
    pump(ctx)
    sent_by_then = len(gateway.sent)
    clock.now = china("2026-11-22T08:00:00")
    pump(ctx)
    assert {row.status for row in owed("check_in_opens")} == {"skipped"}
    assert len(gateway.sent) == sent_by_then


def test_whoever_has_left_is_reminded_of_nothing(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    sent(ctx, sit("school"), notice(due="2026-11-25T18:00"))
    gone = Staff.id == cast.counselor.staff.id
    Staff.update(ended_at=clock.now).where(gone).execute()
    clock.now = china("2026-11-24T09:00:00")
    work(ctx)
    assert told("task_due") == [cast.other_counselor.openid]


def test_tasks_without_a_reminder_hold_up_no_other(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    """Sent after the morning on which they would have been reminded of, however many they are."""
    last = sent(ctx, sit("school"), notice(due="2026-11-25T20:00"))
    clock.now = china("2026-11-24T10:00:00")
    late = {"status": "dispatched", "dispatched_at": clock.now, "due_at": china("2026-11-25T18:00:00")}
    same = {name: getattr(last, name) for name in ("unit", "staff", "level", "kind", "title")}
    Task.insert_many([same | late for _ in range(300)]).execute()
    reminders.sweep(ctx)
    assert [wave.task_id for wave in TaskWave.select().where(TaskWave.kind == "due")] == [last.id]


def test_the_check_in_opens_and_closes(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), course(clock))  # tomorrow 15:00, from 14:30 to 15:30
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)
    clock.now = china("2026-11-21T14:29:59")
    work(ctx)
    assert told("check_in_opens") == []
    clock.now = china("2026-11-21T14:30:00")
    work(ctx)
    work(ctx)
    assert sorted(told("check_in_opens")) == sorted([cast.counselor.openid, cast.other_counselor.openid])
    desk.check_in(ctx, visitor, row.code)
    clock.now = china("2026-11-21T15:19:59")
    work(ctx)
    assert told("check_in_closes") == []
    clock.now = china("2026-11-21T15:20:00")
    work(ctx)
    work(ctx)
    assert told("check_in_closes") == [cast.other_counselor.openid]


def test_twice_means_two_openings_and_two_closings(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    sent(ctx, sit("college"), course(clock, check_in_twice=True))  # 15:00 to 16:00
    for moment in ("14:30", "14:50", "15:30", "16:00", "16:20", "16:31"):
        clock.now = china(f"2026-11-21T{moment}:00")
        work(ctx)
    assert [row.template for row in owed() if row.template.startswith("check_in")] == [
        "check_in_opens",
        "check_in_closes",
        "check_in_opens",
        "check_in_closes",
    ]


def test_a_worker_back_at_the_end_says_that_it_closes_and_not_that_it_opens(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    sent(ctx, sit("college"), course(clock))
    clock.now = china("2026-11-21T15:25:00")
    work(ctx)
    assert (told("check_in_opens"), len(told("check_in_closes"))) == ([], 1)


def test_nothing_after_the_window_and_nothing_of_a_withdrawn_task(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    sent(ctx, seat, course(clock))
    withdrawn = sent(ctx, seat, course(clock, due="2026-11-22T20:00"))
    compose.withdraw(ctx, seat, withdrawn.code)
    clock.now = china("2026-11-21T15:31:00")
    work(ctx)
    assert [row.template for row in owed() if row.template.startswith(("check_in", "task_due"))] == []


def test_a_wave_that_has_become_useless_tells_nobody(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), notice(due="2026-11-25T18:00"))
    TaskWave.create(task=task, kind="due", due_at=clock.now)
    clock.now = china("2026-11-25T19:00:00")
    work(ctx)
    assert told("task_due") == []
    assert TaskWave.get(TaskWave.kind == "due").finished_at == clock.now


def test_every_reminder_has_a_key_of_its_own(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    sent(ctx, sit("college"), course(clock, check_in_twice=True, due="2026-11-22T18:00"))
    for hour in range(0, 60):
        clock.now = china("2026-11-21T00:20:00")
        clock.advance(hours=hour)
        work(ctx)
    keys = [row.key for row in Message.select()]
    assert len(keys) == len(set(keys))
