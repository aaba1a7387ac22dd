"""The check-ins of a task that is a live course."""

from datetime import datetime, timedelta

from domain.tasks import TaskKind, Window, windows
from models.task import Task

MOST_MINUTES = 180
LONGEST_AFTER = timedelta(minutes=MOST_MINUTES)  # of a check-in after what it is measured from


def windows_of(task: Task) -> tuple[Window, ...]:
    """The check-ins that a task asks for; none unless it is a live course."""
    if task.kind != TaskKind.LIVE or task.starts_at is None or task.ends_at is None:
        return ()
    return windows(
        task.starts_at, task.ends_at, task.minutes_before, task.minutes_after, twice=task.is_check_in_twice
    )


def is_over(task: Task, now: datetime) -> bool:
    """Whether a task asks for check-ins and none can be made any more."""
    asked = windows_of(task)
    return bool(asked) and all(window.closes_at < now for window in asked)
