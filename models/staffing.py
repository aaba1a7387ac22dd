"""Named queries over units and staff: lists, people by phone, and classes for which nobody answers."""

from typing import Any

from peewee import JOIN, fn

from models.account import PHONE, Account
from models.db import Keys
from models.graduate import Graduate, Link
from models.org import OrgUnit, Responsibility, Staff
from models.people import AccountRequest
from models.wechat_user import Binding


def staff_rows() -> Any:
    """Capacities with unit and account, for a scope to narrow."""
    return Staff.select(Staff, OrgUnit, Account).join(OrgUnit).switch(Staff).join(Account)


def carries_phone(phone: str) -> Any:
    """The condition on Account that its phone is this one, whichever key indexed it."""
    return Account.phone_index.in_(Keys.ring.blinds(phone, PHONE))


def is_bound(app_id: str) -> Any:
    """The condition on Staff that the person is bound to a WeChat."""
    bound = Binding.select(Binding.account).where((Binding.app_id == app_id) & Binding.openid.is_null(False))
    return Staff.account.in_(bound)


def answers_for_year(year: int) -> Any:
    """The condition on Staff that the person answers for graduates of a 届别."""
    return Staff.id.in_(Responsibility.select(Responsibility.staff).where(Responsibility.year == year))


def groups_of_year(college_ids: list[int], year: int) -> list[tuple[int, str, str, str, int]]:
    """(college, 层次, class, major code, graduates) of every group of a 届别 in some colleges."""
    keys = (Graduate.college, Graduate.education, Graduate.class_name, Graduate.major_code)
    query = Graduate.select(*keys, fn.COUNT(Graduate.id)).where(_of_year(college_ids, year)).group_by(*keys)
    return list(query.tuples()) if college_ids else []


def classes_of_year(college_ids: list[int], year: int) -> list[tuple[int, str, str, int]]:
    """(college, 层次, class, graduates) of every class of a 届别 in some colleges; read from one index alone."""
    keys = (Graduate.college, Graduate.education, Graduate.class_name)
    query = Graduate.select(*keys, fn.COUNT(Graduate.id)).where(_of_year(college_ids, year)).group_by(*keys)
    return list(query.tuples()) if college_ids else []


def _of_year(college_ids: list[int], year: int) -> Any:
    return Graduate.college.in_(college_ids) & (Graduate.year == year)


def duties_at_work(college_ids: list[int], year: int) -> list[Responsibility]:
    """What counselors at work answer for in some colleges and a 届别."""
    return list(
        Responsibility.select(Responsibility)
        .join(Staff)
        .where(
            Responsibility.college.in_(college_ids) & (Responsibility.year == year) & Staff.ended_at.is_null()
        )
    )


def graduates_by_school(school_ids: list[int], year: int) -> dict[int, int]:
    """School → its graduates of a 届别; read from the index alone."""
    query = (
        Graduate.select(Graduate.school, fn.COUNT(Graduate.id))
        .where(Graduate.school.in_(school_ids) & (Graduate.year == year))
        .group_by(Graduate.school)
    )
    return dict(query.tuples())


def staff_by_unit(unit_ids: list[int], level: str) -> dict[int, int]:
    """Unit → how many people work there at a level."""
    query = (
        Staff.select(Staff.unit, fn.COUNT(Staff.id))
        .where(Staff.unit.in_(unit_ids) & (Staff.level == level) & Staff.ended_at.is_null())
        .group_by(Staff.unit)
    )
    return dict(query.tuples())


def links_of(staff_id: int, status: str) -> list[Link]:
    """A counselor's links in one status, with the graduates and their accounts."""
    return list(
        Link.select(Link, Graduate, Account)
        .join(Graduate)
        .join(Account, JOIN.LEFT_OUTER, on=(Graduate.account == Account.id), attr="account")
        .where((Link.staff == staff_id) & (Link.status == status))
        .order_by(Link.id)
    )


def accounts_with_phone(phone: str) -> list[Account]:
    """The accounts of every directory with this phone, in the order in which they came."""
    return list(Account.select().where(carries_phone(phone)).order_by(Account.id))


def request_rows() -> Any:
    """Requests for accounts with asker, asker's account and unit, for a scope to narrow."""
    return (
        AccountRequest.select(AccountRequest, Staff, Account, OrgUnit)
        .join(Staff)
        .join(Account)
        .switch(AccountRequest)
        .join(OrgUnit, on=(AccountRequest.unit == OrgUnit.id))
    )


def duties_of(staff_ids: list[int], path: str) -> dict[int, list[Responsibility]]:
    """Capacity → what it answers for in colleges below a path, the newest 届别 first."""
    query = (
        Responsibility.select(Responsibility, OrgUnit)
        .join(OrgUnit)
        .where(Responsibility.staff.in_(staff_ids) & OrgUnit.path.startswith(path))
        .order_by(
            Responsibility.year.desc(), OrgUnit.name, Responsibility.education, Responsibility.class_name
        )
    )
    found: dict[int, list[Responsibility]] = {}
    for row in query:
        found.setdefault(row.staff_id, []).append(row)
    return found
