"""The worker's passes over counselors: counting, handing out, reminding, taking back.

A pass goes by stretches, each in one transaction with the place where the next one begins. A worker that is killed
leaves its lease; whoever comes next begins where the last transaction ended, so nobody is left out or told twice.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from config.metrics import WAVES
from domain.actors import SYSTEM
from domain.machines import TASK
from models import journal
from models.base import new_code
from models.bulk import insert_rows
from models.db import DatabaseAway, connected, transaction
from models.message import Message
from models.org import OrgUnit
from models.task import Assignment, Task, TaskWave
from models.task_counts import add_rows, touch_whole, units_of
from models.task_people import (
    Candidate,
    Circle,
    Told,
    assignments,
    hold,
    stretch,
    told_stretch,
    with_task,
)
from services import outbox
from services.context import Context
from services.outbox import Owed
from services.tasks import words
from services.tasks.circles import circle_of
from services.tasks.readiness import miss, wrong_times

log = structlog.get_logger()

LEASE = timedelta(minutes=1)
STRETCH = 1_000  # counselors to a transaction
MOST_TRIES = 8  # without coming forward
PAUSE = timedelta(seconds=5)  # doubled with every failure: all together 20 minutes
_COLUMNS = (
    *("code", "version", "created_at", "updated_at", "task_id", "staff_id", "unit_id", "share_code"),
    *("status", "reach", "opens"),
)


Written = dict[str, Any]


class Lost(Exception):
    """Somebody else has the wave now, or it was ended: whoever gets this stops without a word."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A wave under way, with what is the same for all of its stretches. ``known`` are units that are counted."""

    wave: TaskWave
    task: Task
    circle: Circle | None = None
    units: list[int] | None = None
    known: set[int] = field(default_factory=set)


def preview(ctx: Context) -> int:
    """Counts whom drafts would reach, while long waves are under way: somebody waits for it. Returns how many."""
    return _work(ctx, ("preview",))


def work(ctx: Context) -> int:
    """Works on waves until none is due or the process is to stop; returns how many it took."""
    return _work(ctx, list(_STEPS))


def _work(ctx: Context, kinds: Sequence[str]) -> int:
    taken = 0
    with connected():
        while not ctx.stopping.is_set():
            wave = TaskWave.take(ctx.clock(), ctx.clock() + LEASE, kinds)
            if wave is None:
                break
            taken += 1
            run(ctx, wave)
    return taken


def run(ctx: Context, wave: TaskWave) -> None:
    """Works on a wave that was taken, to its end or until it is somebody else's."""
    try:
        under_way = _prepare(wave)
        while not ctx.stopping.is_set():
            if _STEPS[wave.kind](ctx, under_way):
                return
        _release(wave)
    except Lost:
        log.info("wave_lost", task=wave.task_id, kind=wave.kind)
    except Exception as error:
        # A fault of ours must neither come back for ever nor hold up the other waves.
        log.exception("wave_failed", task=wave.task_id, kind=wave.kind)
        with suppress(*DatabaseAway):  # then the lease lapses, and whoever comes next tries it
            _fail(ctx, wave, error)


@transaction
def _fail(ctx: Context, wave: TaskWave, error: Exception) -> None:
    """Puts a wave off, longer each time, and gives it up in the end: then a person has it tried again."""
    now, tries = ctx.clock(), wave.tries + 1
    is_last = tries >= MOST_TRIES
    mine = (
        (TaskWave.id == wave.id) & TaskWave.finished_at.is_null() & (TaskWave.lease_until == wave.lease_until)
    )
    columns = {"tries": tries, "problem": type(error).__name__[:60]}
    columns |= {"failed_at": now, "lease_until": None} if is_last else {"lease_until": now + PAUSE * 2**tries}
    if TaskWave.update(**columns).where(mine).execute():
        WAVES.labels(wave.kind, "given_up" if is_last else "put_off").inc()


def _prepare(wave: TaskWave) -> Pass:
    task = Task.get_by_id(wave.task_id)
    if wave.kind in ("preview", "dispatch"):
        return Pass(wave, task, circle=circle_of(task))
    units = units_of(task.id, OrgUnit.get_by_id(wave.unit_id)) if wave.unit_id else None
    return Pass(wave, task, units=units)


def _advance(ctx: Context, wave: TaskWave, at: int, count: int, **columns: Any) -> Written:
    """Moves the wave on, first thing in the transaction of a stretch; ``at`` 0 ends it.

    Answers what to set on the row in memory once the transaction holds. Raises Lost.
    """
    now = ctx.clock()
    written = {"count": wave.count + count, "lease_until": now + LEASE, "tries": 0, "problem": "", **columns}
    written |= {"at_id": at} if at else {"finished_at": now, "lease_until": None}
    mine = (
        (TaskWave.id == wave.id)
        & TaskWave.finished_at.is_null()
        & (TaskWave.at_id == wave.at_id)
        & (TaskWave.lease_until == wave.lease_until)
    )
    if TaskWave.update(**written).where(mine).execute() != 1:
        raise Lost
    return written


def _hold(task: Task, status: str) -> None:
    """Keeps a task from being withdrawn until the transaction ends; before anything else of the task is locked.

    A wave may have begun in the very moment of a withdrawal, too late to be ended by it. Raises Lost.
    """
    if hold(task.id) != status:
        raise Lost


def _settle(wave: TaskWave, written: Written) -> None:
    """Takes over what was written."""
    for name, value in written.items():
        setattr(wave, name, value)
    if wave.finished_at is not None:
        WAVES.labels(wave.kind, "finished").inc()


@transaction
def _release(wave: TaskWave) -> None:
    mine = (TaskWave.id == wave.id) & (TaskWave.lease_until == wave.lease_until)
    TaskWave.update(lease_until=None).where(mine).execute()


@transaction
def _give_up(ctx: Context, wave: TaskWave) -> None:
    TaskWave.update(finished_at=ctx.clock(), lease_until=None).where(TaskWave.id == wave.id).execute()


def _count(ctx: Context, under_way: Pass) -> bool:
    """A stretch of a preview."""
    wave, task = under_way.wave, under_way.task
    rows, end = stretch(_circle(under_way), ctx.settings.wechat_app_id, wave.at_id, STRETCH)
    before = wave.params["unbound"] if wave.params else 0
    unbound = before + sum(not row.openid for row in rows)
    _settle(wave, _write_count(ctx, wave, task, (end, len(rows), unbound)))
    return not end


@transaction
def _write_count(ctx: Context, wave: TaskWave, task: Task, found: tuple[int, int, int]) -> Written:
    end, recipients, unbound = found
    written = _advance(ctx, wave, end, recipients, params={"unbound": unbound})
    if not end:
        preview = {
            "recipients": wave.count + recipients,
            "unbound": unbound,
            "at": ctx.clock().isoformat(),
        }
        Task.update(preview=preview).where(Task.id == task.id).execute()
    return written


def _dispatch(ctx: Context, under_way: Pass) -> bool:
    """A stretch of handing a task out."""
    wave = under_way.wave
    if not wave.at_id and wrong_times(under_way.task, ctx.clock()):
        _miss(ctx, under_way)  # no worker was there in time; of what some have got already everybody gets it
        return True
    rows, end = stretch(_circle(under_way), ctx.settings.wechat_app_id, wave.at_id, STRETCH)
    _settle(wave, _hand_out(ctx, under_way, rows, end))
    under_way.known.update(row.unit_id for row in rows)
    return not end


@transaction
def _miss(ctx: Context, under_way: Pass) -> None:
    _advance(ctx, under_way.wave, 0, 0)
    task = Task.get_by_id(under_way.task.id)
    miss(task, next(iter(wrong_times(task, ctx.clock()).values())))


@transaction
def _hand_out(ctx: Context, under_way: Pass, rows: list[Candidate], end: int) -> Written:
    wave, task, circle = under_way.wave, under_way.task, _circle(under_way)
    _hold(task, "dispatching")
    written = _advance(ctx, wave, end, len(rows))
    at = Task.created_at.db_value(ctx.clock())
    insert_rows(
        Assignment,
        _COLUMNS,
        [
            (
                *(new_code(), 0, at, at, task.id, row.staff_id, row.unit_id, new_code()),
                *("unread", "waiting" if row.openid else "unbound", 0),
            )
            for row in rows
        ],
    )
    new = {row.unit_id for row in rows} - under_way.known
    add_rows(task.id, {unit_id: circle.path_of(unit_id) for unit_id in new})
    if rows:
        _owe_first(ctx, task, rows)
    if not end:
        touch_whole(task.id)
        journal.step(Task.get_by_id(task.id), TASK, "finish", SYSTEM, note={"people": wave.count + len(rows)})
    return written


def _owe_first(ctx: Context, task: Task, rows: list[Candidate]) -> None:
    """The messages that tell of a task; the outbox knows what to do for people without an openid."""
    people = {row.staff_id: row for row in rows}
    message = words.assigned(task)
    owed = [
        Owed(
            message,
            people[staff_id].openid,
            key=f"task:{row_id}",
            path=words.path(code),
            account_id=people[staff_id].account_id,
            assignment_id=row_id,
        )
        for row_id, code, staff_id in assignments(task.id, rows[0].staff_id, rows[-1].staff_id)
    ]
    outbox.owe_many(ctx, owed)


def _remind(ctx: Context, under_way: Pass) -> bool:
    """A stretch of reminding those who are not through."""
    wave, task = under_way.wave, Task.get_by_id(under_way.task.id)
    if task.status != "dispatched" or not words.is_useful(task, wave, ctx.clock()):
        _give_up(ctx, wave)
        return True
    within = with_task(task.id, under_way.units, words.undone(task, wave, ctx.clock()))
    rows = told_stretch(within, ctx.settings.wechat_app_id, wave.at_id, STRETCH)
    end = rows[-1].staff_id if len(rows) == STRETCH else 0
    _settle(wave, _owe_reminders(ctx, wave, task, (rows, end)))
    return not end


@transaction
def _owe_reminders(ctx: Context, wave: TaskWave, task: Task, found: tuple[list[Told], int]) -> Written:
    rows, end = found
    _hold(task, "dispatched")
    written = _advance(ctx, wave, end, len(rows))
    messages = {status: words.reminder(task, wave, status) for status in {row.status for row in rows}}
    outbox.owe_many(
        ctx,
        [
            Owed(
                messages[row.status],
                row.openid,
                key=f"task-{wave.kind}:{wave.id}:{row.id}",
                path=words.path(row.code),
                account_id=row.account_id,
                assignment_id=row.id,
                useless_at=words.useful_until(task, wave),
            )
            for row in rows
        ],
    )
    return written


def _withdraw(ctx: Context, under_way: Pass) -> bool:
    """A stretch of taking back: what is unsent is dropped, whoever was told is told of it."""
    wave = under_way.wave
    within = with_task(under_way.task.id)
    rows = told_stretch(within, ctx.settings.wechat_app_id, wave.at_id, STRETCH)
    end = rows[-1].staff_id if len(rows) == STRETCH else 0
    _settle(wave, _take_back(ctx, under_way, (rows, end)))
    return not end


@transaction
def _take_back(ctx: Context, under_way: Pass, found: tuple[list[Told], int]) -> Written:
    rows, end = found
    wave, task = under_way.wave, under_way.task
    written = _advance(ctx, wave, end, len(rows))
    ids = [row.id for row in rows]
    Message.skip_of(ids, ctx.clock())
    told = Message.perhaps_told(ids)  # read after that: what was being sent meanwhile is among them
    message = words.withdrawn(task)
    outbox.owe_many(
        ctx,
        [
            Owed(
                message,
                row.openid,
                key=f"task-withdrawn:{row.id}",
                path=words.path(row.code),
                account_id=row.account_id,
            )
            for row in rows
            if row.id in told or row.reach in ("told", "delivered")
        ],
    )
    if not end:
        touch_whole(task.id)
    return written


def _circle(under_way: Pass) -> Circle:
    if under_way.circle is None:
        raise AssertionError("this kind of wave has a circle")
    return under_way.circle


_STEPS: dict[str, Callable[[Context, Pass], bool]] = {
    "preview": _count,
    "dispatch": _dispatch,
    "withdraw": _withdraw,
    "due": _remind,
    "opens": _remind,
    "closes": _remind,
    "nudge": _remind,
}
