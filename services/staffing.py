"""Whether there are enough people, and why somebody's list of graduates is empty."""

from dataclasses import dataclass
from enum import StrEnum

from domain.actors import Role
from models.graduate import Graduate
from models.org import OrgUnit, Staff
from models.staffing import graduates_by_school, staff_by_unit, staff_rows
from services import units
from services.context import Context
from services.listing import SLICE, Slice
from services.seats import Seat

PER_PERSON = 500  # 「毕业年度毕业生 500:1」, 教就业〔2023〕4号 第25条
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class SchoolStaffing:
    """A school's graduates of a 届别 against its 校级就业工作人员."""

    school: OrgUnit
    graduates: int
    staff: int

    @property
    def needed(self) -> int:
        """How many the rule asks for."""
        return -(-self.graduates // PER_PERSON)

    @property
    def lacking(self) -> int:
        return max(0, self.needed - self.staff)


def of_schools(ctx: Context, seat: Seat, year: int, after: str = "") -> Slice[SchoolStaffing]:
    """The schools in the range with graduates and staff of a 届别. Raises NotFound for a strange ``after``."""
    query = seat.scope.units(OrgUnit.select()).where(
        (OrgUnit.level == Role.SCHOOL) & OrgUnit.closed_at.is_null()
    )
    if after:
        query = query.where(OrgUnit.id > units.unit_of(seat, after).id)
    schools = list(query.order_by(OrgUnit.id).limit(SLICE + 1))
    shown = [school.id for school in schools[:SLICE]]
    graduates, staff = graduates_by_school(shown, year), staff_by_unit(shown, Role.SCHOOL)
    rows = [
        SchoolStaffing(school, graduates.get(school.id, 0), staff.get(school.id, 0))
        for school in schools[:SLICE]
    ]
    return Slice(rows, schools[SLICE - 1].code if len(schools) > SLICE else "")


class Reason(StrEnum):
    """The three reasons for an empty page that 《安徽省24365大学生就业服务平台操作指南》 names, in its order."""

    NO_DUTY = "no_duty"  # 没有分配相应届别和院系、班级
    WRONG_EDUCATION = "wrong_education"  # 管理学历与毕业生的学历不相符
    NO_ROSTER = "no_roster"  # 没有导入毕业生


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Why a list of graduates is empty, and the people to ask, the nearest level first."""

    reason: Reason
    ask: list[Staff]


def why_empty(ctx: Context, seat: Seat, year: int = 0) -> Emptiness | None:
    """Why the seat sees no graduate at all (of one 届别, or of any); None when it does see some."""
    reason = _reason(seat, year)
    return None if reason is None else Emptiness(reason, _superiors(seat))


def _reason(seat: Seat, year: int) -> Reason | None:
    of_year = (Graduate.year == year) if year else (Graduate.id > 0)
    if seat.scope.graduates(Graduate.select(Graduate.id)).where(of_year).exists():
        return None
    if seat.level is not Role.COUNSELOR:
        return Reason.NO_ROSTER
    duties = [duty for duty in seat.scope.duties if year in (0, duty.year)]
    if not duties:
        return Reason.NO_DUTY
    is_imported = False
    for duty in duties:
        cohort = (Graduate.college == duty.college_id) & (Graduate.year == duty.year)
        if not Graduate.select(Graduate.id).where(cohort).exists():
            continue
        is_imported = True
        same_level = cohort & (Graduate.education == duty.education)
        if Graduate.select(Graduate.id).where(same_level).exists():
            return Reason.NO_DUTY  # the class or the major is not one of theirs
    return Reason.WRONG_EDUCATION if is_imported else Reason.NO_ROSTER


def _superiors(seat: Seat) -> list[Staff]:
    """Those at work who manage this seat's level: in its own unit and the school, the nearest first."""
    above = {
        Role.COUNSELOR: (Role.COLLEGE, Role.SCHOOL),
        Role.COLLEGE: (Role.SCHOOL,),
        Role.SCHOOL: (Role.PROVINCE,),
        Role.PROVINCE: (Role.MINISTRY,),
    }.get(seat.level, ())
    path = [int(part) for part in seat.staff.unit.path.strip("/").split("/")]
    query = staff_rows().where(Staff.unit.in_(path) & Staff.level.in_(above) & Staff.ended_at.is_null())
    return list(query.order_by(OrgUnit.path.desc(), Staff.id).limit(_MOST_NAMED))
