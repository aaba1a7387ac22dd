"""生源信息, the list: what a seat may see, narrowed by 届别, 学历, 院系和专业, 确认情况 and a keyword, page by page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from domain import personal
from domain.actors import Role
from domain.refusals import Invalid, NotFound
from models import rosters
from models.graduate import Graduate
from models.org import OrgUnit
from models.rosters import Reach
from services import units, whole_numbers
from services.context import Context
from services.listing import MOST_COUNTED, SLICE
from services.seats import Seat

ORDERS = ("student_number", "name", "updated_at")
STATUSES = ("open", "confirmed", "locked")

_MOST_YEARS = 12
_FEW = 4_000  # rows that are sooner found and sorted than met on a walk through a school in its order
_NATIONAL = frozenset({Role.MINISTRY, Role.PROVINCE})


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What a list shows; an empty value narrows nothing. ``school`` and ``college`` are codes of units.

    ``year`` 0 stands for the newest 届别 there is. ``major_code`` may be a code's beginning or words of a name.
    ``order`` is one of ORDERS, with ``-`` in front for descending.
    """

    year: int = 0
    school: str = ""
    college: str = ""
    education_code: str = ""
    major_code: str = ""
    status: str = ""
    keyword: str = ""
    order: str = "student_number"
    edited: bool = False

    @property
    def column(self) -> str:
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")


@dataclass(frozen=True, slots=True)
class RosterPage:
    """One screen. ``wanted`` is the filter as it was carried out; ``after`` and ``before`` lead on and back.

    ``total`` counts to 10,001. ``needs_school`` says that a list of this range begins with choosing a school.
    """

    wanted: RosterFilter
    rows: list[Graduate]
    colleges: dict[int, str]
    total: int = 0
    after: str = ""
    before: str = ""
    needs_school: bool = False


@dataclass(frozen=True, slots=True)
class RosterChoices:
    """What the filters offer: 届别, units as (code, name), and the 专业 of the chosen college."""

    years: list[int]
    schools: list[tuple[str, str]]
    colleges: list[tuple[str, str]]
    majors: list[tuple[str, str]]


def listed(ctx: Context, seat: Seat, wanted: RosterFilter, after: str = "", before: str = "") -> RosterPage:
    """The screen after the row with the code ``after``, before the one with the code ``before``, or the first.

    Raises NotFound, and TooMany for too many whole numbers in an hour where the seat sees them in part only.
    """
    whole_numbers.count_search(ctx, seat, wanted.keyword)
    wanted, reach = reach_of(seat, wanted)
    if reach is None:
        return RosterPage(wanted, [], {}, needs_school=True)
    start = rosters.start_of(seat.scope.holds_graduate(), after or before) if after or before else None
    backwards = bool(before) and start is not None
    finder = reach.finder(wanted.column)
    known = rosters.counted(reach.within, MOST_COUNTED, finder if reach.finds else "") if finder else _FEW + 1
    few = finder if known <= _FEW else ""
    rows = rosters.screen(reach, wanted.column, wanted.descending != backwards, start, SLICE + 1, few)
    is_more, rows = len(rows) > SLICE, rows[:SLICE]
    is_whole = start is None and not is_more
    total = known if finder else len(rows) if is_whole else rosters.counted(reach.within, MOST_COUNTED)
    if backwards:
        rows.reverse()
    has_after, has_before = (True, is_more) if backwards else (is_more, start is not None)
    return RosterPage(
        wanted,
        rows,
        _college_names(rows),
        total,
        after=rows[-1].code if rows and has_after else "",
        before=rows[0].code if rows and has_before else "",
    )


def reach_of(seat: Seat, wanted: RosterFilter) -> tuple[RosterFilter, Reach | None]:
    """The filter as it is carried out, and the rows it reaches; None before a school is chosen."""
    if wanted.column not in ORDERS:
        wanted = replace(wanted, order=ORDERS[0])
    if seat.level is Role.COLLEGE:
        wanted = replace(wanted, college=seat.staff.unit.code)
    units_reach = _units_reach(seat, wanted)
    word = personal.clean(wanted.keyword)
    exact = _exact(word)
    if units_reach is None:
        if exact is None:
            return wanted, None
        everybody = Reach(seat.scope.holds_graduate() & exact, frozenset())
        return wanted, everybody.where(year=wanted.year, status=wanted.status)
    wanted = replace(wanted, year=wanted.year or next(iter(_years(seat, units_reach, 1)), 0))
    base = units_reach.where(year=wanted.year)
    reach = base.where(
        education_code=wanted.education_code,
        status=wanted.status,
    )
    if wanted.edited:
        reach = reach.edited()
    if wanted.major_code:
        reach = _of_majors(seat, wanted, reach)
    if word:
        is_exact = exact is not None and rosters.exists(base.within & exact)
        meant, order = (exact, "") if is_exact else _meant(base.within, word)
        if not order:
            return wanted, reach.only(meant)
        return replace(wanted, order=order), reach.ranged(meant)
    return wanted, reach


def _of_majors(seat: Seat, wanted: RosterFilter, reach: Reach) -> Reach:
    """Those of the 专业 that a code names, or else of all whose code begins or whose name is written with it."""
    word = personal.clean(wanted.major_code)
    code = word.upper()
    chosen = [_unit(seat, wanted.college, Role.COLLEGE)] if wanted.college else _colleges(seat, wanted)
    if wanted.college:
        mine = (Graduate.college == chosen[0].id) & (Graduate.year == wanted.year)
        if rosters.exists(mine & (Graduate.major_code == code)):
            return reach.where(major_code=code)
    found = rosters.majors_of([college.id for college in chosen], wanted.year)
    meant = [row for row in found if row[1] == code] or [
        row for row in found if row[1].startswith(code) or word in row[2]
    ]
    if not meant:
        return reach.only(Graduate.id < 0)
    return reach.of_majors(sorted({row[0] for row in meant}), sorted({row[1] for row in meant}))


def choices(ctx: Context, seat: Seat, wanted: RosterFilter) -> RosterChoices:
    """What the filters may be set to, for a filter that was carried out."""
    colleges = _colleges(seat, wanted)
    majors = []
    if wanted.college and wanted.year:
        college = _unit(seat, wanted.college, Role.COLLEGE)
        within = (Graduate.college == college.id) & (Graduate.year == wanted.year)
        is_part = seat.level is Role.COUNSELOR
        majors = rosters.majors(within & seat.scope.holds_graduate() if is_part else within)
    return RosterChoices(
        _years(seat, _units_reach(seat, wanted)),
        [(unit.code, unit.name) for unit in _schools(seat)],
        [(unit.code, unit.name) for unit in colleges],
        majors,
    )


def _units_reach(seat: Seat, wanted: RosterFilter) -> Reach | None:
    """The range narrowed to the chosen units; None where a school must be chosen first. Raises NotFound.

    A unit inside the range stands for all of it: asked for together with those above it, MariaDB would merge indexes.
    """
    if seat.level is Role.COUNSELOR:
        mine = Reach(seat.scope.holds_graduate(), frozenset({"duties"}))
        return mine.where(college=_unit(seat, wanted.college, Role.COLLEGE).id) if wanted.college else mine
    if wanted.college:
        return Reach.of(college=_unit(seat, wanted.college, Role.COLLEGE).id)
    if wanted.school:
        return Reach.of(school=_unit(seat, wanted.school, Role.SCHOOL).id)
    return (
        None if seat.level in _NATIONAL else Reach(seat.scope.holds_graduate(), frozenset({seat.level.value}))
    )


def _unit(seat: Seat, code: str, level: Role) -> OrgUnit:
    if seat.level is Role.COUNSELOR:
        found = next((duty.college for duty in seat.scope.duties if duty.college.code == code), None)
    else:
        found = units.unit_of(seat, code)
    if found is None or found.level != level:
        raise NotFound()
    return found


def _exact(word: str) -> Any:
    """The condition that a whole identity number or phone names one person; None for any other keyword."""
    kinds: tuple[tuple[Callable[[str], str], Callable[[str], Any]], ...] = (
        (personal.identity_number, rosters.has_identity_number),
        (personal.mobile, rosters.has_phone),
    )
    for read, holds in kinds:
        try:
            return holds(read(word))
        except Invalid:
            continue
    return None


def _meant(base: Any, word: str) -> tuple[Any, str]:
    """What a keyword stands for among the rows of ``base``, and the order that its index gives.

    Names by their first characters, 学号 by its first digits, 考生号 as a whole.
    """
    name = rosters.begins("name", personal.fold_name(word))
    if not word.isascii():
        return name, "name"
    number = re.sub(r"\s", "", word).upper()
    numbers = rosters.begins("student_number", number)
    for holds, order in (
        (numbers, "student_number"),
        (Graduate.candidate_number == number, ""),
        (name, "name"),
    ):
        if rosters.exists(base & holds):
            return holds, order
    return numbers, "student_number"


def _years(seat: Seat, reach: Reach | None, most: int = _MOST_YEARS) -> list[int]:
    if seat.level is Role.COUNSELOR:
        return sorted({duty.year for duty in seat.scope.duties}, reverse=True)[:most]
    return [] if reach is None else list(islice(rosters.years(reach.within), most))


def _schools(seat: Seat) -> list[OrgUnit]:
    return units.open_units(seat, Role.SCHOOL, most=3000) if seat.level in _NATIONAL else []


def _colleges(seat: Seat, wanted: RosterFilter) -> list[OrgUnit]:
    if seat.level is Role.COUNSELOR:
        return list({duty.college_id: duty.college for duty in seat.scope.duties}.values())
    if seat.level is Role.COLLEGE:
        return [seat.staff.unit]
    school = units.unit_of(seat, wanted.school) if wanted.school else seat.staff.unit
    if school.level != Role.SCHOOL:
        return []
    found = OrgUnit.select().where((OrgUnit.parent == school.id) & (OrgUnit.level == Role.COLLEGE.value))
    return list(found.order_by(OrgUnit.name))


def _college_names(rows: list[Graduate]) -> dict[int, str]:
    ids = {row.college_id for row in rows}
    return {unit.id: unit.name for unit in OrgUnit.select().where(OrgUnit.id.in_(ids))} if ids else {}
