"""The check-ins of a task that is a live course."""

from domain.tasks import TaskKind, Window, windows
from models.task import Task


def windows_of(task: Task) -> tuple[Window, ...]:
    """The check-ins that a task asks for; none unless it is a live course."""
    if task.kind != TaskKind.LIVE or task.starts_at is None or task.ends_at is None:
        return ()
    return windows(
        task.starts_at, task.ends_at, task.minutes_before, task.minutes_after, twice=task.is_check_in_twice
    )
