"""Whom a task would reach: counted by the worker before it is sent, and those whom no message can reach."""

from models.account import Account
from models.db import transaction
from models.org import OrgUnit, Staff
from models.task import Task, TaskWave
from models.task_people import stretch
from services.context import Context
from services.listing import SLICE, Slice, place, place_of
from services.seats import Seat
from services.tasks.circles import circle_of
from services.tasks.visible import owned

_STRETCH = 500
_MOST_STRETCHES = 20  # one page looks at so many: where everybody is bound it ends early and leads on


@transaction
def preview(ctx: Context, seat: Seat, code: str) -> Task:
    """Lets the worker count whom a task would reach; ``Task.preview`` then has ``recipients`` and ``unbound``.

    One that is being counted goes on. Raises NotFound.
    """
    task = owned(seat, code)
    of_task = (TaskWave.task == task.id) & (TaskWave.kind == "preview")
    last = TaskWave.select().where(of_task).order_by(TaskWave.number.desc()).first()
    if last is not None and last.failed_at is not None:
        TaskWave.begin_again(task.id)
    elif last is None or last.finished_at is not None:
        number = 0 if last is None else last.number + 1
        TaskWave.create(task=task, kind="preview", number=number, due_at=ctx.clock())
    return task


def is_previewing(task: Task) -> bool:
    """Whether the worker is still to count whom a task would reach."""
    running = (TaskWave.task == task.id) & (TaskWave.kind == "preview") & TaskWave.finished_at.is_null()
    running &= TaskWave.failed_at.is_null()
    return bool(TaskWave.select().where(running).exists())


def unbound(ctx: Context, seat: Seat, code: str, after: str = "") -> Slice[Staff]:
    """Counselors whom a task is for and who are bound to no WeChat, with account and unit. Raises NotFound.

    A slice may be short, even empty, and still lead on.
    """
    task = owned(seat, code)
    circle = circle_of(task)
    start = place_of(after, (int,))
    at: int = start[0] if start else 0
    found: list[int] = []
    for _ in range(_MOST_STRETCHES):
        rows, end = stretch(circle, ctx.settings.wechat_app_id, at, _STRETCH)
        found += [row.staff_id for row in rows if not row.openid]
        if len(found) > SLICE:
            return Slice(_staff(found[:SLICE]), place(found[SLICE - 1]))
        if not end:
            return Slice(_staff(found))
        at = end
    return Slice(_staff(found), place(at))


def _staff(ids: list[int]) -> list[Staff]:
    query = Staff.select(Staff, OrgUnit, Account).join(OrgUnit).switch(Staff).join(Account)
    return list(query.where(Staff.id.in_(ids)).order_by(Staff.id)) if ids else []
