"""Counselors who are not at work any more: nothing of a task is asked of them, until they come back.

A sweep over whoever has left or is back: each has a mark (``TaskAbsence``) between the one and the other, so that a
turn looks at counselors alone and not at what they were ever given.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from domain.actors import SYSTEM, Role
from domain.machines import ASSIGNMENT
from models import journal
from models.db import connected, transaction
from models.org import Staff
from models.task import Assignment, Task, TaskAbsence, TaskTally
from services.context import Context

# Longer than a task takes from reading who is at work to being at them: nobody gets one behind the sweep.
SURELY = timedelta(minutes=2)
TURN_SECONDS = 20.0
_MOST = 200  # counselors read at a time
_SENT = ("dispatching", "dispatched")


def sweep(ctx: Context) -> int:
    """Releases who has left and takes back who returned; answers how many counselors. Any number of workers may."""
    give_up_at = time.monotonic() + TURN_SECONDS
    with connected():
        return sum(_each(ctx, find, verb, give_up_at) for find, verb in ((_left, _release), (_back, _resume)))


def _each(
    ctx: Context,
    find: Callable[[Context], Sequence[int]],
    verb: Callable[[Context, int], bool],
    give_up_at: float,
) -> int:
    done = 0
    while staff_ids := find(ctx):
        for staff_id in staff_ids:
            if ctx.stopping.is_set() or time.monotonic() > give_up_at:
                return done
            done += verb(ctx, staff_id)
    return done


def _left(ctx: Context) -> list[int]:
    """Counselors who have left without a mark of it."""
    gone = (Staff.level == Role.COUNSELOR.value) & (Staff.ended_at < ctx.clock() - SURELY)
    unmarked = Staff.id.not_in(TaskAbsence.select(TaskAbsence.staff))
    query = Staff.select(Staff.id).where(gone & unmarked).order_by(Staff.id)
    return [staff_id for (staff_id,) in query.limit(_MOST).tuples()]


def _back(ctx: Context) -> list[int]:
    """Counselors at work with a mark of having left."""
    query = TaskAbsence.select(TaskAbsence.staff).join(Staff).where(Staff.ended_at.is_null())
    return [staff_id for (staff_id,) in query.order_by(TaskAbsence.id).limit(_MOST).tuples()]


@transaction
def _release(ctx: Context, staff_id: int) -> bool:
    now = ctx.clock()
    TaskAbsence.insert_once([{"staff": staff_id, "since": now}])  # first: another worker waits here
    open_ones = Assignment.finished_at.is_null() & Assignment.left_at.is_null() & Task.status.in_(_SENT)
    _move(staff_id, open_ones, "release", left_at=now)
    return True


@transaction
def _resume(ctx: Context, staff_id: int) -> bool:
    if not TaskAbsence.delete().where(TaskAbsence.staff == staff_id).execute():
        return False
    _move(staff_id, Assignment.left_at.is_null(False), "resume", left_at=None)
    return True


def _move(staff_id: int, which: Any, verb: str, **columns: Any) -> None:
    rows = list(Assignment.select().join(Task).where((Assignment.staff == staff_id) & which))
    for row in rows:
        journal.step(row, ASSIGNMENT, verb, SYSTEM, **columns)
    TaskTally.touch_all([(row.task_id, row.unit_id) for row in rows])
