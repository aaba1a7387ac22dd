"""A counselor's tasks: what is new, due, overdue, done, and the live courses of a month."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.desk_hours import CHINA
from domain.refusals import Invalid
from domain.tasks import TaskKind
from models.org import OrgUnit
from models.task import Assignment, Task
from services.context import Context
from services.listing import SLICE, Slice, count, place, place_of
from services.sessions import Visitor
from services.tasks.desk import counselor

SOON = timedelta(days=3)
SHOWS = ("todo", "unread", "due", "overdue", "done", "all")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_SENT = ("dispatching", "dispatched")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks wait for a counselor; each stops at ``listing.MOST_COUNTED + 1``. Due is within ``SOON``."""

    todo: int
    unread: int
    due: int
    overdue: int


def assignments(ctx: Context, visitor: Visitor, show: str = "todo", after: str = "") -> Slice[Assignment]:
    """One's own tasks with task and dispatching unit, the newest first. ``show`` is one of SHOWS; else Invalid."""
    query = _shown(ctx, visitor, show)
    start = place_of(after, (int,))
    if start is not None:
        query = query.where(Assignment.id < start[0])
    rows = list(query.order_by(Assignment.id.desc()).limit(SLICE + 1))
    return Slice(rows[:SLICE], place(rows[SLICE - 1].id) if len(rows) > SLICE else "")


def counts(ctx: Context, visitor: Visitor) -> Counts:
    """What waits for a counselor."""
    return Counts(
        **{show: count(_shown(ctx, visitor, show)) for show in ("todo", "unread", "due", "overdue")}
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
    query = _mine(visitor).where(course & Task.status.in_(_SENT))
    return list(query.order_by(Task.starts_at, Assignment.id).limit(200))


def _shown(ctx: Context, visitor: Visitor, show: str) -> Any:
    if show not in SHOWS:
        raise Invalid("bad_choice")
    query = _mine(visitor)
    if show == "all":
        return query
    if show == "done":
        return query.where(Assignment.finished_at.is_null(False))
    now = ctx.clock()
    query = query.where(Assignment.finished_at.is_null() & Task.status.in_(_SENT))
    if show == "unread":
        return query.where(Assignment.status == "unread")
    if show == "due":
        return query.where((Task.due_at > now) & (Task.due_at <= now + SOON))
    if show == "overdue":
        return query.where(Task.due_at <= now)
    return query


def _mine(visitor: Visitor) -> Any:
    staff = counselor(visitor)
    query = Assignment.select(Assignment, Task, OrgUnit).join(Task).join(OrgUnit)
    return query.where(Assignment.staff == staff.id)
