"""A task taken back: who was told hears of it, whom nobody told hears nothing."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from domain.refusals import IllegalMove
from models.db import transaction
from models.message import Message
from models.task import Assignment, Task, TaskWave
from models.task_people import hold
from services import binding, outbox
from services.context import Context
from services.outbox.recording import record
from services.outbox.sending import LEASE
from services.seats import Seat
from services.tasks import compose, progress, waves
from tests.cast import Cast
from tests.fakes import FixedClock, SmsInbox
from tests.services.tasks import at, notice, sent, work
from tests.services.tools import owed
from wechat.answers import Sent
from wechat.outcomes import Outcome

Sit = Callable[[str], Seat]
PHONES = ["13900000201", "13900000202"]  # of the two counselors


def test_taken_back_what_is_unsent_is_dropped_and_who_was_told_is_told(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    for persona in (cast.counselor, cast.other_counselor):
        binding.bind(ctx, persona.account, persona.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    told, waiting = at(task, cast.counselor), at(task, cast.other_counselor)
    Assignment.note_reach({"told": [told.id]})
    Message.update({Message.status: "accepted"}).where(Message.assignment_id == told.id).execute()
    compose.withdraw(ctx, seat, task.code)
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    work(ctx)
    states = {row.assignment_id: row.status for row in owed("task_assigned")}
    assert states == {told.id: "accepted", waiting.id: "skipped"}
    assert [row.openid for row in owed("task_withdrawn")] == [cast.counselor.openid]
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)


def test_taken_back_while_it_is_being_sent(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    """What comes back unsent is not tried again; who may have got it hears that it is withdrawn."""
    for persona in (cast.counselor, cast.other_counselor):
        binding.bind(ctx, persona.account, persona.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    claimed = Message.claim_due(ctx.clock(), 10, LEASE)
    first, second = [row for row in claimed if row.template == "task_assigned"]
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    record(ctx, [(first, Sent(Outcome.ACCEPTED, 7)), (second, Sent(Outcome.QUOTA_SPENT, 0, 45009))])
    assert [row.status for row in owed("task_assigned")] == ["accepted", "skipped"]
    assert len(owed("task_withdrawn")) == 2
    clock.advance(hours=24)
    assert {row.template for row in Message.claim_due(ctx.clock(), 10, LEASE)} == {"task_withdrawn"}


def test_who_was_told_by_text_alone_hears_of_the_withdrawal_by_text(
    ctx: Context, cast: Cast, sit: Sit, inbox: SmsInbox
) -> None:
    """One is bound to nothing; the other is, but the platform does not reach them."""
    other = cast.other_counselor
    binding.bind(ctx, other.account, other.openid)
    seat = sit("school")
    task = sent(ctx, seat, notice())
    Message.update(status="failed", errcode=43004).where(Message.openid == other.openid).execute()
    outbox.escalate(ctx)
    outbox.pump_texts(ctx)
    assert sorted(phone for phone, name, _ in inbox.messages if name == "task_assigned") == PHONES
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    outbox.pump_texts(ctx)
    assert {row.openid for row in owed("task_withdrawn") if row.channel == "template"} == {other.openid}
    Message.update(status="failed", errcode=43004).where(Message.openid == other.openid).execute()
    outbox.escalate(ctx)
    outbox.pump_texts(ctx)
    told = [(phone, params) for phone, name, params in inbox.messages if name == "task_withdrawn"]
    assert sorted(phone for phone, _ in told) == PHONES
    assert all(params == {"task": task.title[:20], "dispatcher": task.unit.name} for _, params in told)


def test_a_text_that_was_not_sent_yet_is_dropped_and_nobody_hears_of_anything(
    ctx: Context, cast: Cast, sit: Sit, inbox: SmsInbox
) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    outbox.pump_texts(ctx)
    assert inbox.messages == []


def test_a_reminder_that_begins_in_the_moment_of_the_withdrawal_tells_nobody(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    """Too late to be ended by the withdrawal, and its look at the task came before."""
    seat = sit("school")
    task = sent(ctx, seat, notice())
    progress.remind(ctx, seat, task.code)

    def withdrawing() -> datetime:
        wave = TaskWave.get(TaskWave.kind == "nudge")
        if wave.lease_until is not None and Task.get_by_id(task.id).status == "dispatched":
            compose.withdraw(ctx, seat, task.code)
            TaskWave.update(finished_at=None).where(TaskWave.id == wave.id).execute()
        return ctx.clock()

    waves.work(replace(ctx, clock=withdrawing))
    assert Task.get_by_id(task.id).status == "withdrawn"
    assert owed("task_unfinished") == []
    assert TaskWave.get(TaskWave.kind == "nudge").problem == ""  # it was not for another reason


def test_a_withdrawal_waits_for_the_stretch_that_is_being_told(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = sent(ctx, seat, notice())
    with ThreadPoolExecutor(1) as hands:

        @transaction
        def stretch() -> Future[Task]:
            assert hold(task.id) == "dispatched"
            other = hands.submit(compose.withdraw, ctx, seat, task.code)
            time.sleep(0.1)
            assert not other.done()
            return other

        assert stretch().result(10).status == "withdrawn"


def test_taken_back_in_the_middle_nobody_else_gets_it(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.dispatch(ctx, seat, task.code)
    compose.withdraw(ctx, seat, task.code)
    work(ctx)
    assert Assignment.select().count() == 0
    assert Task.get_by_id(task.id).status == "withdrawn"
