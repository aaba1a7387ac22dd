"""Whether a task may go out at a moment: what a dispatcher is refused, the clock and the worker are refused as well."""

from datetime import datetime

from domain.actors import SYSTEM
from domain.machines import TASK
from domain.tasks import TaskKind
from models import journal
from models.account import Account
from models.org import OrgUnit, Staff
from models.task import Task

SENDER_LEFT = "sender_left"


def wrong_times(task: Task, moment: datetime) -> dict[str, str]:
    """Field → the code of what is wrong with it for those who would get the task at ``moment``."""
    wrong = {}
    if task.due_at is not None and task.due_at <= moment:
        wrong["due"] = "task_due_past"
    if task.kind == TaskKind.LIVE:
        if task.starts_at is None or task.ends_at is None:
            wrong["starts"] = "task_course_times"
        elif task.starts_at <= moment:
            wrong["starts"] = "task_starts_past"
    return wrong


def why_not(task: Task, moment: datetime) -> str:
    """The code of what speaks against sending a scheduled task at ``moment``; empty for nothing.

    It goes out in the name of a unit, by the right of whoever set the hour: it must not once that right is gone.
    """
    if not _may_still_send(task):
        return SENDER_LEFT
    return next(iter(wrong_times(task, moment).values()), "")


def _may_still_send(task: Task) -> bool:
    sender = Staff.id == (task.sender_id or task.staff_id)
    query = Staff.select(Staff.id).join(Account).switch(Staff).join(OrgUnit)
    here = (Staff.unit == task.unit_id) & (Staff.level == task.level) & Staff.ended_at.is_null()
    at_work = Account.disabled_at.is_null() & OrgUnit.closed_at.is_null()
    return bool(query.where(sender & here & at_work).exists())


def miss(task: Task, why: str) -> None:
    """Marks a task as not sent, in the caller's transaction, before anybody has it. Raises IllegalMove."""
    journal.step(task, TASK, "miss", SYSTEM, note={"why": why}, missed_why=why, dispatched_at=None)
