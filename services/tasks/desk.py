"""What a counselor does with a task: look, forward, finish, check in. Every verb may be repeated.

《辅导员平台使用说明》(6)①: 「查看任务并转发给学生后，辅导员需在平台中找到相应任务并点击“完成”」; for a live course
「还需在直播课开课前后，在平台中点击“签到”」.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.actors import Role
from domain.machines import ASSIGNMENT
from domain.refusals import Conflict, NotAllowed, NotFound
from domain.tasks import TaskKind, Window, windows
from models import journal
from models.db import transaction
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskFile, TaskTally
from services.context import Context
from services.sessions import Visitor
from services.tasks import files


def windows_of(task: Task) -> tuple[Window, ...]:
    """The check-ins that a task asks for; none unless it is a live course."""
    if task.kind != TaskKind.LIVE or task.starts_at is None or task.ends_at is None:
        return ()
    return windows(
        task.starts_at, task.ends_at, task.minutes_before, task.minutes_after, twice=task.is_check_in_twice
    )


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
    return row


@transaction
def forwarded(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """Notes that the public page was passed on; the first time counts. Raises NotFound, Conflict."""
    row = _at_work(visitor, code)
    if row.forwarded_at is None:
        _step(ctx, visitor, row, "forward", forwarded_at=ctx.clock())
    return row


@transaction
def complete(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """完成. Raises NotFound, Conflict before it was looked at and once it is withdrawn."""
    row = _at_work(visitor, code)
    if row.completed_at is None:
        now = ctx.clock()
        checked = all(getattr(row, window.mark) is not None for window in windows_of(row.task))
        _step(ctx, visitor, row, "complete", completed_at=now, finished_at=now if checked else None)
    return row


@transaction
def check_in(ctx: Context, visitor: Visitor, code: str) -> Assignment:
    """签到, inside a window and once in each. Raises NotFound, Conflict outside of all and for what is no course."""
    row = _at_work(visitor, code)
    now, asked = ctx.clock(), windows_of(row.task)
    window = next((window for window in asked if window.holds(now)), None)
    if window is None:
        raise _closed(asked, row, now)
    if getattr(row, window.mark) is None:
        done = {window.mark: now}
        others = all(getattr(row, other.mark) is not None for other in asked if other is not window)
        if others and row.completed_at is not None:
            done["finished_at"] = now
        _step(ctx, visitor, row, "check_in", note={"mark": window.mark}, **done)
    return row


def _closed(asked: tuple[Window, ...], row: Assignment, now: datetime) -> Conflict:
    if not asked:
        return Conflict("task_no_check_in")
    is_to_come = any(now < window.opens_at for window in asked)
    return Conflict("check_in_not_open" if is_to_come else "check_in_closed")


@transaction
def shared(ctx: Context, share_code: str) -> Task:
    """The task behind a forwarded page, with its unit; counts one opening. Raises NotFound, also once withdrawn."""
    row = _shared(share_code)
    Assignment.update(opens=Assignment.opens + 1).where(Assignment.id == row.id).execute()
    return row.task


def file(ctx: Context, visitor: Visitor, code: str, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment of a task of one's own. Raises NotFound, also once the task is withdrawn."""
    row = _mine(visitor, code)
    if row.task.status == "withdrawn":
        raise NotFound("task_withdrawn")
    return files.content(ctx, row.task, file_code)


def shared_file(ctx: Context, share_code: str, file_code: str) -> tuple[TaskFile, Iterator[bytes]]:
    """An attachment behind a forwarded page. Raises NotFound."""
    return files.content(ctx, _shared(share_code).task, file_code)


def _shared(share_code: str) -> Assignment:
    row = _rows().where(Assignment.share_code == share_code).first()
    if row is None:
        raise NotFound()
    if row.task.status == "withdrawn":
        raise NotFound("task_withdrawn")
    return row


def _rows() -> Any:
    """Assignments with task and dispatching unit."""
    return Assignment.select(Assignment, Task, OrgUnit).join(Task).join(OrgUnit)


def _mine(visitor: Visitor, code: str) -> Assignment:
    staff = counselor(visitor)
    row = _rows().where((Assignment.code == code) & (Assignment.staff == staff.id)).first()
    if row is None:
        raise NotFound()
    return row


def _at_work(visitor: Visitor, code: str) -> Assignment:
    """A task of one's own with which something may be done: not withdrawn, and looked at."""
    row = _mine(visitor, code)
    if row.task.status == "withdrawn":
        raise Conflict("task_withdrawn")
    if row.status == "unread":
        raise Conflict("task_view_first")
    return row


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
