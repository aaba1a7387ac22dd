"""The messages that speak of a task, and when a reminder still makes sense."""

from datetime import datetime

from domain.tasks import TaskKind, Window
from models.task import Task, TaskWave
from services.tasks.course import is_over, windows_of
from templates_msg.base import Template
from templates_msg.fields import Span
from templates_msg.tasks import (
    KINDS,
    STATES,
    CheckInCloses,
    CheckInOpens,
    TaskAssigned,
    TaskDue,
    TaskUnfinished,
    TaskWithdrawn,
)

_KINDS = dict(zip(TaskKind, KINDS, strict=True))
_UNSEEN, _UNFINISHED, _UNCHECKED = STATES


def path(code: str) -> str:
    """The page of ours that shows an assignment to its counselor."""
    return f"/h5/tasks/{code}"


def assigned(task: Task) -> Template:
    """To everybody when a task goes out."""
    return TaskAssigned(
        task=task.title, kind=_KINDS[TaskKind(task.kind)], dispatcher=task.unit.name, due=task.due_at
    )


def withdrawn(task: Task) -> Template:
    """To those who had been told of a task."""
    return TaskWithdrawn(task=task.title, dispatcher=task.unit.name, at=task.withdrawn_at)


def reminder(task: Task, wave: TaskWave, status: str) -> Template:
    """To somebody whose assignment has a status, for a wave that reminds."""
    state = _UNSEEN if status == "unread" else _UNCHECKED if status == "completed" else _UNFINISHED
    if wave.kind == "due":
        return TaskDue(task=task.title, dispatcher=task.unit.name, due=task.due_at, state=state)
    if wave.kind == "nudge":
        return TaskUnfinished(task=task.title, asker=wave.params["asker"], due=task.due_at, state=state)
    window = window_of(task, wave)
    message = CheckInOpens if wave.kind == "opens" else CheckInCloses
    return message(task=task.title, window=Span(window.opens_at, window.closes_at))


def window_of(task: Task, wave: TaskWave) -> Window:
    """The check-in that a wave speaks of."""
    return windows_of(task)[wave.number]


def undone(task: Task, wave: TaskWave, now: datetime) -> str:
    """The column of an assignment that is empty for those whom a wave reminds.

    Who has missed a check-in is not asked for it: only for what can still be done.
    """
    if wave.kind in ("opens", "closes"):
        return window_of(task, wave).mark
    return "completed_at" if is_over(task, now) else "finished_at"


def useful_until(task: Task, wave: TaskWave) -> datetime | None:
    """When what a wave reminds of is over; None for what never is."""
    if wave.kind == "nudge":
        return None
    moment: datetime = task.due_at if wave.kind == "due" else window_of(task, wave).closes_at
    return moment


def is_useful(task: Task, wave: TaskWave, now: datetime) -> bool:
    """Whether what a wave reminds of is still to come."""
    until = useful_until(task, wave)
    return until is None or now < until
