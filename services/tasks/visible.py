"""Which tasks a seat sees, and what may be done with them from there."""

from typing import Any

from domain.actors import Role
from domain.refusals import NotAllowed, NotFound
from domain.tasks import DISPATCHERS
from models.org import OrgUnit
from models.task import Task
from models.task_counts import reaches
from services.seats import Seat

SENT = ("dispatching", "dispatched", "withdrawn")
TOLD_ABOVE = (*SENT, "missed")  # whoever supervises sees, too, what should have gone out and did not
_COLUMN = {Role.PROVINCE: Task.province_id, Role.SCHOOL: Task.school_id}


def check_dispatcher(seat: Seat) -> None:
    """Raises NotAllowed for a seat that dispatches nothing."""
    if seat.level not in DISPATCHERS:
        raise NotAllowed()


def own(seat: Seat) -> Any:
    """The condition on Task that the seat's own unit dispatches it."""
    return Task.unit == seat.staff.unit_id


def above(seat: Seat) -> Any:
    """The condition on Task that a unit above dispatched it to somebody in the seat's range."""
    ids = [int(part) for part in seat.scope.unit.path.strip("/").split("/")][:-1]
    return Task.unit.in_(ids or [0]) & Task.status.in_(SENT) & reaches(seat.scope.unit)


def below(seat: Seat) -> Any:
    """The condition on Task that a unit below dispatched it."""
    if seat.level is Role.COLLEGE:
        return Task.id < 0
    levels = [level.value for level in DISPATCHERS[DISPATCHERS.index(seat.level) + 1 :]]
    others = Task.by_levels(levels, TOLD_ABOVE)
    if seat.level is Role.MINISTRY:
        return others
    return others & (_COLUMN[seat.level] == seat.staff.unit_id)


def seen(seat: Seat, code: str) -> Task:
    """A task of one's own unit, or one that was sent by a unit above or below. Raises NotAllowed, NotFound."""
    check_dispatcher(seat)
    wanted = Task.code == code
    for condition in (own(seat), below(seat), above(seat)):
        task = Task.select(Task, OrgUnit).join(OrgUnit).where(wanted & condition).first()
        if task is not None:
            return task
    raise NotFound()


def owned(seat: Seat, code: str) -> Task:
    """A task of one's own unit, read afresh. Raises NotAllowed, NotFound."""
    check_dispatcher(seat)
    task = Task.select(Task, OrgUnit).join(OrgUnit).where((Task.code == code) & own(seat)).first()
    if task is None:
        raise NotFound()
    return task


def place_of(seat: Seat, task: Task, unit_code: str) -> OrgUnit:
    """The unit whose counselors are looked at: one in the seat's range and below the task's own, or the widest such.

    Raises NotFound.
    """
    top = widest(seat, task)
    if not unit_code:
        return top
    unit = OrgUnit.get_or_none((OrgUnit.code == unit_code) & OrgUnit.path.startswith(top.path))
    if unit is None:
        raise NotFound()
    return unit


def widest(seat: Seat, task: Task) -> OrgUnit:
    """As far as both the seat sees and the task went."""
    mine, its = seat.scope.unit, task.unit
    return its if its.path.startswith(mine.path) else mine
