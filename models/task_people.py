"""Named queries over the counselors whom a task is for, a stretch of ids at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peewee import JOIN

from domain.actors import Role
from models.db import is_sqlite
from models.org import OrgUnit, Responsibility, Staff
from models.task import Assignment, Task
from models.wechat_user import Binding

_TOUCHES = (
    *(Assignment.viewed_at, Assignment.forwarded_at, Assignment.completed_at),
    *(Assignment.checked_in_at, Assignment.checked_out_at),
)
_FEW = 1_000  # units that are better looked up than walked past


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is meant: counselors in ``units`` (id → path), and those standing in one of ``schools`` itself who answer
    for one of its ``colleges``; by what they answer for, where ``years`` or ``educations`` narrow.

    Where a college dispatches itself it is their ``home``: whoever stands in the school is counted there, so that the
    college sees how far those are who have its task.
    """

    units: dict[int, str]
    schools: dict[int, str]  # id → path of those that are not chosen as a whole
    colleges: frozenset[int]
    years: tuple[int, ...] = ()
    educations: tuple[str, ...] = ()
    home: int = 0

    def path_of(self, unit_id: int) -> str:
        """The path of a unit where somebody meant stands."""
        return self.units.get(unit_id) or self.schools[unit_id]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A counselor of a stretch. ``openid`` is the WeChat to which they are bound, if any."""

    staff_id: int
    account_id: int
    unit_id: int
    openid: str | None


def units_below(paths: Sequence[str]) -> dict[int, str]:
    """Id → path of the units at some paths and below them."""
    found: dict[int, str] = {}
    for path in paths:
        query = OrgUnit.select(OrgUnit.id, OrgUnit.path).where(OrgUnit.path.startswith(path))
        found.update(query.tuples())
    return found


def stretch(circle: Circle, app_id: str, after: int, many: int) -> tuple[list[Candidate], int]:
    """Those meant among the next counselors at work behind the id ``after``, and the last id looked at; 0 at the end.

    Few units are looked up by their index; of many the table is walked, so that no stretch costs more than ``many``
    rows.
    """
    at_work = (Staff.level == Role.COUNSELOR.value) & Staff.ended_at.is_null() & (Staff.id > after)
    places = set(circle.units) | set(circle.schools)
    if len(places) <= _FEW:
        at_work &= Staff.unit.in_(sorted(places))
    query = Staff.select(Staff.id, Staff.account, Staff.unit, Binding.openid)
    query = query.join(Binding, JOIN.LEFT_OUTER, on=_bound(app_id)).where(at_work)
    rows = [Candidate(*row) for row in query.order_by(Staff.id).limit(many).tuples()]
    end = rows[-1].staff_id if len(rows) == many else 0
    return list(_meant(circle, [row for row in rows if row.unit_id in places])), end


def _meant(circle: Circle, rows: list[Candidate]) -> Iterator[Candidate]:
    answers = circle.years or circle.educations or any(row.unit_id not in circle.units for row in rows)
    held = _duties(circle, [row.staff_id for row in rows]) if answers else {}
    narrowed = bool(circle.years or circle.educations)
    for row in rows:
        colleges = held.get(row.staff_id, frozenset())
        if row.unit_id not in circle.units:
            if colleges & circle.colleges:
                yield replace(row, unit_id=circle.home or row.unit_id)
        elif colleges or not narrowed:
            yield row


def _duties(circle: Circle, staff_ids: list[int]) -> dict[int, frozenset[int]]:
    """Counselor → colleges in which what they answer for is of the years and levels meant."""
    right = Responsibility.staff.in_(staff_ids)
    if circle.years:
        right &= Responsibility.year.in_(circle.years)
    if circle.educations:
        right &= Responsibility.education.in_(circle.educations)
    found: dict[int, set[int]] = {}
    if staff_ids:
        for staff_id, college in (
            Responsibility.select(Responsibility.staff, Responsibility.college).where(right).tuples()
        ):
            found.setdefault(staff_id, set()).add(college)
    return {staff_id: frozenset(colleges) for staff_id, colleges in found.items()}


def _bound(app_id: str) -> Any:
    return (Binding.app_id == app_id) & (Binding.account == Staff.account)


def hold(task_id: int) -> str:
    """Keeps a task from being withdrawn until the caller's transaction ends; answers its status."""
    query = Task.select(Task.status).where(Task.id == task_id)
    return str((query if is_sqlite() else query.for_update()).get().status)


def in_touch(assignment_ids: Sequence[int]) -> dict[int, datetime]:
    """Assignment → when its counselor first opened it or last did something with it, of those that were opened.

    The rows stay as they are until the caller's transaction ends.
    """
    wanted = Assignment.id.in_(sorted(assignment_ids))
    query = Assignment.select(Assignment.id, *_TOUCHES).where(wanted).order_by(Assignment.id).tuples()
    rows = (query if is_sqlite() else query.for_update()) if assignment_ids else []
    return {row_id: max(filter(None, moments)) for row_id, *moments in rows if any(moments)}


def assignments(task_id: int, first: int, last: int) -> list[tuple[int, str, int]]:
    """(id, code, staff) of a task's assignments at counselors from one id to another."""
    mine = (Assignment.task == task_id) & (Assignment.staff >= first) & (Assignment.staff <= last)
    return list(Assignment.select(Assignment.id, Assignment.code, Assignment.staff).where(mine).tuples())


@dataclass(frozen=True, slots=True)
class Told:
    """An assignment with whom a message about it goes to."""

    id: int
    code: str
    staff_id: int
    account_id: int
    status: str
    reach: str
    openid: str | None


def told_stretch(within: Any, app_id: str, after: int, many: int) -> list[Told]:
    """The next assignments that a condition holds, by staff id."""
    columns = (Assignment.id, Assignment.code, Assignment.staff, Staff.account)
    query = (
        Assignment.select(*columns, Assignment.status, Assignment.reach, Binding.openid)
        .join(Staff)
        .join(Binding, JOIN.LEFT_OUTER, on=_bound(app_id))
        .where(within & (Assignment.staff > after))
    )
    return [Told(*row) for row in query.order_by(Assignment.staff).limit(many).tuples()]


def with_task(task_id: int, unit_ids: Sequence[int] | None = None, undone: str = "") -> Any:
    """The condition on Assignment: of a task, in some units alone, where the column ``undone`` is empty.

    Of whom something is to be done, those who have left are not among them.
    """
    mine = Assignment.task == task_id
    if unit_ids is not None:
        mine &= Assignment.unit.in_(list(unit_ids))
    if undone:
        mine &= getattr(Assignment, undone).is_null() & Staff.ended_at.is_null()
    return mine
