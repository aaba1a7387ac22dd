"""What counselors answer for (届别 × 院系 × 层次 × 班级 × 专业), year by year."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from config.codes import code_table
from domain import personal
from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotFound
from models import journal
from models.db import transaction
from models.org import OrgUnit, Responsibility, Staff
from services import people, units
from services.context import Context
from services.seats import Seat

_LONGEST_CLASS = 60
_MAJOR = re.compile(r"[0-9A-Z]{4,12}")
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Duty:
    """One responsibility as a form carries it; ``college`` is the unit's code, an empty class or major means all."""

    year: int
    college: str
    education: str
    class_name: str = ""
    major_code: str = ""


def of_staff(seat: Seat, staff: Staff) -> list[tuple[Duty, OrgUnit]]:
    """What a counselor answers for in colleges of the seat's range, the newest 届别 first."""
    inside = seat.scope.units(OrgUnit.select(OrgUnit.id))
    rows = Responsibility.of_staff(staff.id)
    seen = {unit_id for (unit_id,) in inside.where(OrgUnit.id.in_([r.college_id for r in rows])).tuples()}
    return [(_duty(row), row.college) for row in rows if row.college_id in seen]


def colleges_for(seat: Seat, staff: Staff) -> list[OrgUnit]:
    """The colleges that a counselor may be given: those of the own school in the seat's range."""
    query = seat.scope.units(OrgUnit.select()).where(
        (OrgUnit.level == Role.COLLEGE)
        & OrgUnit.path.startswith(_school_path(staff.unit))
        & OrgUnit.closed_at.is_null()
    )
    return list(query.order_by(OrgUnit.name))


@transaction
def add(ctx: Context, seat: Seat, code: str, duty: Duty) -> None:
    """Gives a counselor a responsibility; one that is held already stays as it is.

    Raises NotFound, NotAllowed, Conflict for somebody who is no counselor at work, Invalid for a bad field.
    """
    staff = counselor_at_work(seat, code)
    duty = _tidy(duty)
    college = college_of(seat, staff, duty)
    if row_of(staff, college, duty) is None:
        Responsibility.create(staff=staff, **columns_of(college, duty))
        journal.write(staff, "add_duty", seat.actor, note=asdict(duty))


@transaction
def remove(ctx: Context, seat: Seat, code: str, duty: Duty, *, why: str = "") -> None:
    """Takes a responsibility away; one that is not held is gone already. ``why`` goes into the journal.

    Raises NotFound, NotAllowed, Conflict.
    """
    staff = counselor_at_work(seat, code)
    college = units.unit_of(seat, duty.college)
    row = row_of(staff, college, duty)
    if row is not None:
        row.delete_instance()
        note = asdict(duty) | {"others": others_with(staff, college, duty)} | ({"why": why} if why else {})
        journal.write(staff, "remove_duty", seat.actor, note=note)


def others_with(staff: Staff, college: OrgUnit, duty: Duty) -> int:
    """How many other counselors at work answer for just the same range."""
    same = [getattr(Responsibility, name) == value for name, value in columns_of(college, duty).items()]
    query = Responsibility.select().join(Staff).where(*same, Staff.id != staff.id, Staff.ended_at.is_null())
    return int(query.count())


@transaction
def change(ctx: Context, seat: Seat, code: str, old: Duty, new: Duty) -> None:
    """Puts ``new`` in the place of ``old``; the journal keeps both.

    Raises NotFound, also where neither is held, NotAllowed, Invalid, Conflict when ``new`` is held besides ``old``.
    """
    staff = counselor_at_work(seat, code)
    new = _tidy(new)
    college = college_of(seat, staff, new)
    row = row_of(staff, units.unit_of(seat, old.college), old)
    there = row_of(staff, college, new)
    if row is None:
        if there is None:
            raise NotFound()
        return
    if there is not None:
        if there.id != row.id:
            raise Conflict("duty_exists")
        return
    Responsibility.update(**columns_of(college, new)).where(Responsibility.id == row.id).execute()
    journal.write(staff, "change_duty", seat.actor, note={"before": asdict(old), "after": asdict(new)})


@transaction
def change_year(ctx: Context, seat: Seat, code: str, old: int, new: int) -> int:
    """Moves what a counselor answers for from one 届别 to another, in place (直接修改负责届别); answers how many.

    Classes stay as they are called. What is held in the new 届别 already is not held twice. Asked again it moves
    nothing. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    staff = counselor_at_work(seat, code)
    if new not in _YEARS:
        raise Invalid.field("year", "bad_year")
    if old == new:
        raise Invalid.field("year", "same_year")
    moved = 0
    for duty, college in of_staff(seat, staff):
        if duty.year != old:
            continue
        held = row_of(
            staff, college, Duty(new, duty.college, duty.education, duty.class_name, duty.major_code)
        )
        row = row_of(staff, college, duty)
        if row is None:
            continue
        if held is None:
            Responsibility.update(year=new).where(Responsibility.id == row.id).execute()
        else:
            row.delete_instance()
        moved += 1
    if moved:
        journal.write(staff, "change_year", seat.actor, note={"before": old, "after": new, "duties": moved})
    return moved


@transaction
def change_year_of(ctx: Context, seat: Seat, codes: Sequence[str], old: int, new: int) -> int:
    """``change_year`` for several counselors, for all or for none; answers for how many something moved.

    Raises NotFound, NotAllowed, Conflict, Invalid, also for more than ``people.MOST_AT_ONCE``.
    """
    if not 0 < len(codes) <= people.MOST_AT_ONCE:
        raise Invalid("bad_choice")
    for code in codes:
        counselor_at_work(seat, code)
    return sum(change_year(ctx, seat, code, old, new) > 0 for code in codes)


def counselor_at_work(seat: Seat, code: str) -> Staff:
    """A counselor whom the seat manages. Raises NotFound, NotAllowed, Conflict for anybody else and the ended."""
    staff = people.managed(seat, code)
    if staff.level != Role.COUNSELOR:
        raise Conflict("not_of_counselors")
    if staff.ended_at is not None:
        raise Conflict("account_ended")
    return staff


def college_of(seat: Seat, staff: Staff, duty: Duty) -> OrgUnit:
    """The college of a responsibility, if this counselor may be given it. Raises Invalid."""
    college = next((unit for unit in colleges_for(seat, staff) if unit.code == duty.college), None)
    if college is None:
        raise Invalid.field("college", "duty_college")
    return college


def _school_path(unit: OrgUnit) -> str:
    """The path of the school in which a counselor's unit stands: without the college's own part."""
    if unit.level == Role.SCHOOL:
        return str(unit.path)
    return str(unit.path).rstrip("/").rpartition("/")[0] + "/"


def row_of(staff: Staff, college: OrgUnit, duty: Duty) -> Responsibility | None:
    """The counselor's responsibility of just this range, if it is held."""
    keys = columns_of(college, duty)
    return Responsibility.get_or_none(staff=staff.id, **keys)


def columns_of(college: OrgUnit, duty: Duty) -> dict[str, object]:
    """A responsibility as the columns of its row."""
    return {
        "year": duty.year,
        "college": college.id,
        "education": duty.education,
        "class_name": duty.class_name,
        "major_code": duty.major_code,
    }


def _duty(row: Responsibility) -> Duty:
    return Duty(row.year, row.college.code, row.education, row.class_name, row.major_code)


def _tidy(duty: Duty) -> Duty:
    wrong = {}
    class_name = personal.clean(duty.class_name)
    major = personal.clean(duty.major_code).upper()
    if duty.year not in _YEARS:
        wrong["year"] = "bad_year"
    if duty.education not in code_table("education"):
        wrong["education"] = "bad_choice"
    if len(class_name) > _LONGEST_CLASS:
        wrong["class_name"] = "too_long"
    if major and not _MAJOR.fullmatch(major):
        wrong["major_code"] = "bad_major_code"
    if wrong:
        raise Invalid("form", fields=wrong)
    return Duty(duty.year, duty.college, duty.education, class_name, major)
