"""What a counselor does with a task: look, forward, finish, check in. Every verb may be repeated.

《辅导员平台使用说明》(6)①: 「查看任务并转发给学生后，辅导员需在平台中找到相应任务并点击“完成”」; for a live course
「还需在直播课开课前后，在平台中点击“签到”」.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.actors import Role
from domain.desk_hours import CHINA
from domain.machines import ASSIGNMENT
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.tasks import TaskKind, Window
from models import journal
from models.db import transaction
from models.message import Message
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskFile, TaskOpening, TaskTally
from services.context import Context
from services.listing import SLICE, Slice, count, place, place_of
from services.sessions import Visitor
from services.tasks import files
from services.tasks.course import LONGEST_AFTER, windows_of

SOON = timedelta(days=3)
SHOWS = ("todo", "unread", "due", "overdue", "done", "all")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_SENT = ("dispatching", "dispatched")
# A list needs no bodies, which are long.
_LISTED = (
    *(Task.id, Task.code, Task.unit, Task.status, Task.kind, Task.title, Task.campaign, Task.due_at),
    *(Task.starts_at, Task.ends_at, Task.minutes_before, Task.minutes_after, Task.is_check_in_twice),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks wait and are done, each up to ``listing.MOST_COUNTED + 1``. Due is within ``SOON``."""

    todo: int
    unread: int
    due: int
    overdue: int
    done: int


def counselor(visitor: Visitor) -> Staff:
    """The capacity in which somebody has tasks. Raises NotAllowed."""
    if visitor.counselor is None:
        raise NotAllowed()
    return visitor.counselor


@transaction
def open(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """A task of one's own, which is read thereby; a withdrawn one is shown and nothing more. Raises NotFound."""
    row = _mine(visitor, code)
    if row.status == "unread" and row.task.status != "withdrawn":
        _step(ctx, visitor, row, "view", viewed_at=ctx.clock())
        Message.skip_second(row.id, ctx.clock())
    return row


@transaction
def forwarded(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """Notes that the public page was passed on; the first time counts. Raises NotFound, Conflict."""
    row = _mine(visitor, code)
    if row.forwarded_at is None:
        _check_at_work(row)
        _step(ctx, visitor, row, "forward", forwarded_at=ctx.clock())
    return row


@transaction
def complete(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """完成. Raises NotFound, Conflict before it was looked at and once it is withdrawn."""
    row = _mine(visitor, code)
    if row.completed_at is None:
        _check_at_work(row)
        now = ctx.clock()
        checked = all(getattr(row, window.mark) is not None for window in windows_of(row.task))
        _step(ctx, visitor, row, "complete", completed_at=now, finished_at=now if checked else None)
    return row


@transaction
def check_in(ctx: Context, visitor: Visitor, code: str, mark: str = "") -> Assignment:
    """签到, inside a window and once in each; ``mark`` says which, empty for the one that opened last.

    One that was made is answered again whenever it is asked for. Raises NotFound, Conflict outside of all windows and
    for what is no course.
    """
    row = _mine(visitor, code)
    now, asked = ctx.clock(), windows_of(row.task)
    window = _asked_for(asked, mark, now)
    if window is None or getattr(row, window.mark) is None:
        _check_at_work(row)
        if window is None or not window.holds(now):
            raise _closed(asked, window, now)
        done = {window.mark: now}
        others = all(getattr(row, other.mark) is not None for other in asked if other is not window)
        if others and row.completed_at is not None:
            done["finished_at"] = now
        _step(ctx, visitor, row, "check_in", note={"mark": window.mark}, **done)
    return row


def _asked_for(asked: tuple[Window, ...], mark: str, now: datetime) -> Window | None:
    """The named window, or the last to have opened; None before all of them and for no course."""
    named = [window for window in asked if window.mark == mark]
    return next(iter(named or [window for window in reversed(asked) if window.opens_at <= now]), None)


def _closed(asked: tuple[Window, ...], window: Window | None, now: datetime) -> Conflict:
    if not asked:
        return Conflict("task_no_check_in")
    is_to_come = any(now < one.opens_at for one in ((window,) if window else asked))
    return Conflict("check_in_not_open" if is_to_come else "check_in_closed")


def shared(ctx: Context, share_code: str) -> Task:
    """The task behind a forwarded page, with its unit. Raises NotFound, also once withdrawn."""
    task: Task = _shared(share_code).task
    return task


@transaction
def opened(ctx: Context, share_code: str, phone: str, visitor: Visitor | None = None) -> bool:
    """Counts that somebody looks at a forwarded page: each phone once a day in China; answers whether it counted.

    ``phone`` is the word by which a browser is known. The counselor who forwards it is nobody's reader. Raises
    NotFound, also once withdrawn.
    """
    row = _shared(share_code)
    if visitor is not None and visitor.counselor is not None and visitor.counselor.id == row.staff_id:
        return False
    day = ctx.clock().astimezone(CHINA).date()
    keys = {"assignment_id": row.id, "phone": phone, "day": day}
    _, is_new = TaskOpening.add_or_get(keys, {})
    if is_new:
        Assignment.update(opens=Assignment.opens + 1).where(Assignment.id == row.id).execute()
    return is_new


def file(ctx: Context, visitor: Visitor, code: str, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment of a task of one's own. Raises NotFound, also once the task is withdrawn."""
    row = _mine(visitor, code)
    if row.task.status == "withdrawn":
        raise NotFound("task_withdrawn")
    return files.content(ctx, row.task, file_code)


def shared_file(ctx: Context, share_code: str, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment behind a forwarded page. Raises NotFound."""
    return files.content(ctx, _shared(share_code).task, file_code)


def assignments(ctx: Context, visitor: Visitor, show: str = "todo", after: str = "") -> Slice[Assignment]:
    """One's own tasks with task and dispatching unit, the newest first. ``show`` is one of SHOWS; else Invalid."""
    query = _shown(ctx, visitor, show)
    start = place_of(after, (int,))
    if start is not None:
        query = query.where(Assignment.id < start[0])
    rows = list(query.order_by(Assignment.id.desc()).limit(SLICE + 1))
    return Slice(rows[:SLICE], place(rows[SLICE - 1].id) if len(rows) > SLICE else "")


def counts(ctx: Context, visitor: Visitor) -> Counts:
    """What waits for a counselor, and what is done."""
    return Counts(
        **{show: count(_shown(ctx, visitor, show)) for show in ("todo", "unread", "due", "overdue", "done")}
    )


def calendar(ctx: Context, visitor: Visitor, month: str = "") -> list[Assignment]:
    """The live courses of a month in China as in ``2026-11``, empty for this one, by their beginning.

    Raises Invalid for what is no month.
    """
    month = month or f"{ctx.clock().astimezone(CHINA):%Y-%m}"
    parts = _MONTH.fullmatch(month)
    if parts is None:
        raise Invalid("bad_choice")
    begins = datetime(int(parts[1]), int(parts[2]), 1, tzinfo=CHINA)
    ends = (begins + timedelta(days=32)).replace(day=1)
    course = (Task.kind == TaskKind.LIVE.value) & (Task.starts_at >= begins) & (Task.starts_at < ends)
    query = _own(visitor, *_LISTED).where(course & Task.status.in_(_SENT))
    return list(query.order_by(Task.starts_at, Assignment.id).limit(200))


def _shared(share_code: str) -> Assignment:
    row = _rows().where(Assignment.share_code == share_code).first()
    if row is None:
        raise NotFound()
    if row.task.status == "withdrawn":
        raise NotFound("task_withdrawn")
    return row


def _rows(*columns: Any) -> Any:
    """Assignments with task, or these columns of it, and dispatching unit."""
    return Assignment.select(Assignment, *(columns or (Task,)), OrgUnit).join(Task).join(OrgUnit)


def _own(visitor: Visitor, *columns: Any) -> Any:
    return _rows(*columns).where(Assignment.staff == counselor(visitor).id)


def _mine(visitor: Visitor, code: str) -> Assignment:
    row = _own(visitor).where(Assignment.code == code).first()
    if row is None:
        raise NotFound()
    return row


def _check_at_work(row: Assignment) -> None:
    """Raises Conflict unless something may be done with a task: not withdrawn, and looked at."""
    if row.task.status == "withdrawn":
        raise Conflict("task_withdrawn")
    if row.status == "unread":
        raise Conflict("task_view_first")


def _step(
    ctx: Context,
    visitor: Visitor,
    row: Assignment,
    verb: str,
    note: dict[str, Any] | None = None,
    **marks: Any,
) -> None:
    """One step of the machine, and the counts made anew behind it."""
    if not visitor.actor.is_a(Role.COUNSELOR):
        raise NotAllowed()
    journal.step(row, ASSIGNMENT, verb, visitor.actor, note=note, **marks)
    TaskTally.touch(row.task_id, [row.unit_id])


def _shown(ctx: Context, visitor: Visitor, show: str) -> Any:
    if show not in SHOWS:
        raise Invalid("bad_choice")
    query = _own(visitor, *_LISTED)
    if show == "all":
        return query
    if show == "done":
        return query.where(Assignment.finished_at.is_null(False))
    now = ctx.clock()
    query = query.where(Assignment.finished_at.is_null() & Task.status.in_(_SENT) & ~_is_missed(now))
    if show == "unread":
        return query.where(Assignment.status == "unread")
    if show == "due":
        return query.where((Task.due_at > now) & (Task.due_at <= now + SOON))
    if show == "overdue":
        return query.where(Task.due_at <= now)
    return query


def _is_missed(now: datetime) -> Any:
    """The condition that all is done but a check-in, for which it is too late: nothing is left to be done."""
    too_late = (Task.kind == TaskKind.LIVE.value) & (Task.ends_at < now - LONGEST_AFTER)
    return Assignment.completed_at.is_null(False) & too_late
