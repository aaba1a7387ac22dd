"""What is due by the clock: scheduled tasks go out, and waves begin that remind of what is to come.

Everything is found by its state, so a missed hour costs nothing: a reminder that is late goes out when the worker is
back, one that has become useless never does. Each goes out once per task.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.actors import SYSTEM
from domain.desk_hours import CHINA
from domain.machines import TASK
from domain.tasks import TaskKind
from models import journal
from models.db import connected, transaction
from models.task import Task, TaskWave
from services.context import Context
from services.tasks.compose import begin
from services.tasks.course import windows_of
from services.tasks.drafts import LONGEST_COURSE
from services.tasks.readiness import miss, why_not

MORNING = time(9)  # in China, the day before a deadline
BEFORE_CLOSING = timedelta(minutes=10)
_MOST = 200  # tasks to a turn
_DAY = timedelta(days=1)
_WINDOW = timedelta(hours=4)  # longer than a check-in may be open before or after
# Of a course; its text, which is long, stays where it is.
_TIMES = (
    *(Task.id, Task.kind, Task.starts_at, Task.ends_at, Task.dispatched_at),
    *(Task.minutes_before, Task.minutes_after, Task.is_check_in_twice),
)


def sweep(ctx: Context) -> int:
    """Begins what has become due; returns how many things that are. Any number of workers may."""
    with connected():
        return _send_scheduled(ctx) + _remind(ctx)


def _send_scheduled(ctx: Context) -> int:
    due = (Task.status == "scheduled") & (Task.send_at <= ctx.clock())
    codes = [row.code for row in Task.select(Task.code).where(due).order_by(Task.send_at).limit(_MOST)]
    return sum(_send(ctx, code) for code in codes)


@transaction
def _send(ctx: Context, code: str) -> bool:
    """Sends a task whose hour has come, unless it could not be sent by hand any more either."""
    task = Task.get(Task.code == code)
    if task.status != "scheduled" or task.send_at > ctx.clock():
        return False
    if why := why_not(task, ctx.clock()):
        miss(task, why)
        return True
    journal.step(task, TASK, "dispatch", SYSTEM, dispatched_at=ctx.clock())
    begin(ctx, task)
    return True


def _remind(ctx: Context) -> int:
    now = ctx.clock()
    return _begin_waves([*_due(now), *_check_ins(now)])


def _due(now: datetime) -> Iterator[dict[str, Any]]:
    """Waves for tasks whose deadline is tomorrow, or has come nearer while nobody looked.

    Only those that are to be reminded of are asked for: others would fill a turn and hold them up.
    """
    today = now.astimezone(CHINA).date()
    for day in (today, today + _DAY):
        begins, moment = _at(day), _at(day - _DAY, MORNING)
        if moment > now:
            continue
        soon = (Task.status == "dispatched") & (Task.due_at > now) & (Task.dispatched_at < moment)
        soon &= (Task.due_at >= begins) & (Task.due_at < _at(day + _DAY))
        for task in _without(soon, "due", Task.due_at):
            yield {"task": task.id, "kind": "due", "number": 0, "due_at": moment}


def _at(day: date, clock: time = time()) -> datetime:
    return datetime.combine(day, clock, tzinfo=CHINA)


def _check_ins(now: datetime) -> Iterator[dict[str, Any]]:
    """Waves for live courses whose check-in has opened or closes soon."""
    near = (Task.starts_at > now - LONGEST_COURSE - _WINDOW) & (Task.starts_at <= now + _WINDOW)
    courses = (Task.status == "dispatched") & (Task.kind == TaskKind.LIVE.value) & near
    for task in Task.select(*_TIMES).where(courses).order_by(Task.starts_at):
        for number, window in enumerate(windows_of(task)):
            warn_at = window.closes_at - BEFORE_CLOSING
            if not now < window.closes_at:
                continue
            if task.dispatched_at < window.opens_at <= now < warn_at:
                yield {"task": task.id, "kind": "opens", "number": number, "due_at": window.opens_at}
            if max(task.dispatched_at, window.opens_at) < warn_at <= now:
                yield {"task": task.id, "kind": "closes", "number": number, "due_at": warn_at}


def _without(condition: Any, kind: str, order: Any) -> Any:
    """Tasks that have no wave of a kind yet."""
    begun = TaskWave.select(TaskWave.task).where((TaskWave.task == Task.id) & (TaskWave.kind == kind))
    return Task.select(Task.id).where(condition & Task.id.not_in(begun)).order_by(order).limit(_MOST)


@transaction
def _begin_waves(rows: list[dict[str, Any]]) -> int:
    ids = {row["task"] for row in rows}
    columns = (TaskWave.task, TaskWave.kind, TaskWave.number)
    begun = set(TaskWave.select(*columns).where(TaskWave.task.in_(ids)).tuples()) if ids else set()
    new = [row for row in rows if (row["task"], row["kind"], row["number"]) not in begun]
    TaskWave.insert_once(new)
    return len(new)
