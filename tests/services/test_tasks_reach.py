"""Whom a task's message has reached stays told: a reminder's refusal, however it comes, takes nothing back."""

from collections.abc import Callable

import pytest

from models.message import Message
from models.task import Assignment, Task
from models.task_counts import totals
from services import binding, outbox
from services.context import Context
from services.seats import Seat
from services.tasks import progress, tally
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.owing import receipt as report
from tests.services.tasks import at, notice, sent, work
from tests.services.tools import owed

Sit = Callable[[str], Seat]


@pytest.fixture
def task(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> Task:
    """A task of which 王建国 was told, and that was then asked for once more."""
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    task = sent(ctx, sit("school"), notice())
    outbox.pump_templates(ctx)
    clock.advance(hours=1)
    progress.remind(ctx, sit("school"), task.code)
    work(ctx)
    outbox.pump_templates(ctx)
    outbox.settle_receipts(ctx)
    assert at(task, cast.counselor).reach == "told"
    return task


def receipt(ctx: Context, template: str, status: str) -> None:
    [message] = [row for row in owed(template) if row.channel == "template"]
    assert message.msgid
    report(message.msgid, status, fingerprint=message.code)
    outbox.settle_receipts(ctx)


@pytest.mark.parametrize("status", ["failed:user block", "failed: system failed"])
def test_a_reminder_that_fails_takes_nothing_back(ctx: Context, cast: Cast, task: Task, status: str) -> None:
    receipt(ctx, "task_unfinished", status)
    assert at(task, cast.counselor).reach == "told"
    tally.sweep(ctx)
    assert totals([task.id], cast.units["school"])[task.id].told == 1
    receipt(ctx, "task_assigned", "success")
    assert at(task, cast.counselor).reach == "delivered"


def test_nor_after_the_first_was_delivered(ctx: Context, cast: Cast, task: Task) -> None:
    receipt(ctx, "task_assigned", "success")
    receipt(ctx, "task_unfinished", "failed:user block")
    assert at(task, cast.counselor).reach == "delivered"


def test_whom_none_of_them_reached_is_not_told(ctx: Context, cast: Cast, task: Task) -> None:
    receipt(ctx, "task_assigned", "failed: system failed")
    assert at(task, cast.counselor).reach == "told"  # by the reminder
    receipt(ctx, "task_unfinished", "failed:user block")
    assert at(task, cast.counselor).reach == "blocked"


def test_a_refusal_of_the_only_message_counts(ctx: Context, cast: Cast, sit: Sit) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    task = sent(ctx, sit("school"), notice())
    outbox.pump_templates(ctx)
    receipt(ctx, "task_assigned", "failed:user block")
    assert at(task, cast.counselor).reach == "blocked"
    assert Assignment.select().where(Assignment.reach == "told").count() == 0
    assert Message.select().where(Message.status == "blocked").count() == 1
