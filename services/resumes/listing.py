"""毕业生简历维护情况: how complete the résumés of a range are, page by page, and how they are distributed."""

from dataclasses import dataclass, replace

from config.resume import resume_form
from domain.actors import Role
from models import rosters
from models.graduate import Graduate
from models.org import OrgUnit
from models.rosters import Reach
from services import roster_list, whole_numbers
from services.context import Context
from services.listing import MOST_COUNTED, SLICE, Slice, place, place_of
from services.roster_list import RosterFilter
from services.seats import Seat

ORDERS = ("resume_percent", "student_number", "name")
WHOLE = 100
_FEW = 1_000  # rows that are sorted rather than looked for in their order


@dataclass(frozen=True, slots=True)
class ResumeFilter:
    """What the list shows; an empty value narrows nothing. ``school`` and ``college`` are codes of units.

    ``low`` and ``high`` are percent. ``order`` is one of ORDERS, with ``-`` in front for descending. A class is looked
    for within a college alone.
    """

    year: int = 0
    school: str = ""
    college: str = ""
    class_name: str = ""
    education_code: str = ""
    low: int = 0
    high: int = WHOLE
    keyword: str = ""
    order: str = ORDERS[0]

    @property
    def of_roster(self) -> RosterFilter:
        """The part of it that the list of 生源信息 has too."""
        return RosterFilter(
            year=self.year,
            school=self.school,
            college=self.college,
            education_code=self.education_code,
            keyword=self.keyword,
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """Résumés between two degrees of completeness, in percent."""

    low: int
    high: int
    number: int


@dataclass(frozen=True, slots=True)
class ResumePage:
    """One screen. ``wanted`` is the filter as it was carried out.

    ``bars`` and ``mean`` are of the whole unit and 届别, whatever else the filter says. ``needs_school`` says that a
    list of this range begins with choosing a school.
    """

    wanted: ResumeFilter
    rows: Slice[Graduate]
    colleges: dict[int, str]
    bars: list[Bar]
    needs_school: bool = False

    @property
    def everybody(self) -> int:
        return sum(bar.number for bar in self.bars)

    @property
    def whole(self) -> int:
        return sum(bar.number for bar in self.bars if bar.low == WHOLE)


def listed(ctx: Context, seat: Seat, wanted: ResumeFilter, after: str = "") -> ResumePage:
    """The screen after the place ``after``, or the first. Raises NotFound, and TooMany like the list of 生源信息."""
    whole_numbers.count_search(ctx, seat, wanted.keyword)
    wanted, reach = reach_of(seat, wanted)
    if reach is None:
        return ResumePage(wanted, Slice([]), {}, [], needs_school=True)
    column, descending = wanted.order.removeprefix("-"), wanted.order.startswith("-")
    start = _start(column, after)
    finder = reach.finder(column)
    total = rosters.counted(reach.within, MOST_COUNTED, finder if reach.finds else "")
    few = finder if total <= _FEW else ""
    rows = rosters.screen(reach, column, descending, start, SLICE + 1, few)
    last = rows[SLICE - 1] if len(rows) > SLICE else None
    more = place(getattr(last, column), last.id) if last else ""
    ids = {row.college_id for row in rows}
    colleges = {unit.id: unit.name for unit in OrgUnit.select().where(OrgUnit.id.in_(ids))} if ids else {}
    return ResumePage(wanted, Slice(rows[:SLICE], more, total), colleges, _bars(seat, wanted))


def reach_of(seat: Seat, wanted: ResumeFilter) -> tuple[ResumeFilter, Reach | None]:
    """The filter as it is carried out, and the rows it reaches; None before a school is chosen."""
    if wanted.order.removeprefix("-") not in ORDERS:
        wanted = replace(wanted, order=ORDERS[0])
    carried_out, reach = roster_list.reach_of(seat, wanted.of_roster)
    wanted = replace(
        wanted,
        year=carried_out.year,
        college=carried_out.college,
        class_name=wanted.class_name if carried_out.college or seat.level is Role.COUNSELOR else "",
        low=max(0, min(wanted.low, WHOLE)),
        high=max(0, min(wanted.high, WHOLE)),
    )
    if reach is None:
        return wanted, None
    if wanted.keyword:
        wanted = replace(wanted, order=carried_out.order)
    reach = reach.where(class_name=wanted.class_name)
    if (wanted.low, wanted.high) != (0, WHOLE):
        between = Graduate.resume_percent.between(wanted.low, wanted.high)
        by_it = wanted.order.removeprefix("-") == "resume_percent"
        reach = reach.ranged(between) if by_it else reach.also(between)
    return wanted, reach


def classes(seat: Seat, wanted: ResumeFilter) -> list[str]:
    """The 班级 to choose from, for a filter that was carried out: those of one college, or of a counselor."""
    if not wanted.college and seat.level is not Role.COUNSELOR:
        return []
    unit = ResumeFilter(year=wanted.year, school=wanted.school, college=wanted.college)
    reach = reach_of(seat, unit)[1]
    return [] if reach is None else rosters.classes(reach.within)


def _start(column: str, after: str) -> Graduate | None:
    keys = place_of(after, (int if column == "resume_percent" else str, int))
    return None if keys is None else Graduate(**{column: keys[0], "id": keys[1]})


def _bars(seat: Seat, wanted: ResumeFilter) -> list[Bar]:
    unit = ResumeFilter(year=wanted.year, school=wanted.school, college=wanted.college)
    reach = reach_of(seat, unit)[1]
    if reach is None:  # one person was looked for by a whole number
        return []
    numbers = list(rosters.percents(reach).tuples())
    highs = resume_form().bars
    lows = [0, *(high + 1 for high in highs)]
    return [
        Bar(low, high, sum(number for percent, number in numbers if low <= percent <= high))
        for low, high in zip(lows, highs, strict=False)
    ]
