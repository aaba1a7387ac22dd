"""Scope (数据范围): what a member of staff may see, as conditions on queries. What lies outside does not exist."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self

from domain.actors import Role
from domain.rights import below
from models.graduate import Graduate
from models.journal import Journal
from models.org import OrgUnit, Responsibility, Staff
from models.places import of_path

# Journals have no index by college: those of one school are few enough.
_PLACE = {
    Role.PROVINCE: ("province_id",),
    Role.SCHOOL: ("school_id",),
    Role.COLLEGE: ("school_id", "college_id"),
    Role.COUNSELOR: ("school_id",),
}
_COLUMN = {Role.PROVINCE: Graduate.province, Role.SCHOOL: Graduate.school, Role.COLLEGE: Graduate.college}


@dataclass(frozen=True, slots=True)
class Scope:
    """The range of one capacity: the units below its own, and for a counselor the graduates answered for."""

    level: Role
    unit: OrgUnit
    duties: tuple[Responsibility, ...] = ()

    @classmethod
    def of(cls, staff: Staff) -> Self:
        """The range of a capacity. Reads the duties of a counselor."""
        level = Role(staff.level)
        duties = Responsibility.of_staff(staff.id) if level is Role.COUNSELOR else []
        return cls(level, staff.unit, tuple(duties))

    def graduates(self, query: Any) -> Any:
        """Narrows a query that reads Graduate."""
        return query.where(self.holds_graduate())

    def holds_graduate(self) -> Any:
        """The condition on Graduate."""
        if self.level is Role.MINISTRY:
            return Graduate.id > 0
        if self.level is not Role.COUNSELOR:
            return _COLUMN[self.level] == self.unit.id
        if not self.duties:
            return Graduate.id < 0
        return reduce(or_, (_answered_for(duty) for duty in self.duties))

    def units(self, query: Any) -> Any:
        """Narrows a query that reads OrgUnit: one's own unit and all below it."""
        if self.level is Role.MINISTRY:
            return query
        return query.where(OrgUnit.path.startswith(self.unit.path))

    def staff(self, query: Any) -> Any:
        """Narrows a query that joins Staff with its OrgUnit: lower levels in one's own unit and below it."""
        levels = [level.value for level in below(self.level)]
        inside = OrgUnit.path.startswith(self.unit.path)
        return query.where(Staff.level.in_(levels) & inside)

    def acts(self, query: Any, account_code: str) -> Any:
        """Narrows a query that reads Journal: acts on what lies in one's range, and within it by whoever it was.

        A counselor sees their own acts (those of ``account_code``) and what befell the graduates answered for.
        """
        if self.level is Role.MINISTRY:
            return query
        place = of_path(self.unit.path)
        for column in _PLACE[self.level]:
            query = query.where(getattr(Journal, column) == place[column])
        if self.level is not Role.COUNSELOR:
            return query
        mine = Graduate.select(Graduate.code).where(self.holds_graduate())
        return query.where(
            (Journal.actor == account_code) | ((Journal.kind == "graduate") & Journal.record.in_(mine))
        )


def _answered_for(duty: Responsibility) -> Any:
    mine = (
        (Graduate.college == duty.college_id)
        & (Graduate.year == duty.year)
        & (Graduate.education == duty.education)
    )
    if duty.class_name:
        mine &= Graduate.class_name == duty.class_name
    if duty.major_code:
        mine &= Graduate.major_code == duty.major_code
    return mine
