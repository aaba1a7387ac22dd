"""生源查询: counts by school, major, level and region, and nothing about anybody.

What employers may read is counted school by school in the background. A number below ``SMALLEST_COUNT`` is left out
before anything is added up: every total is made of shown numbers alone, so no difference of two totals tells of fewer
people than that.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain import personal
from domain.posts import RANKS, SMALLEST_COUNT
from domain.years import current_year
from models.db import transaction
from models.org import OrgUnit
from models.places import of_path
from models.sources import SourceCount, SourcesCounted
from services import listing
from services.context import Context
from services.listing import SLICE, Slice
from services.sessions import Visitor

EVERY = timedelta(hours=20)
MOST_FOUND = 20
_SWEEP = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """``school`` and ``province`` are codes of units, ``major`` the beginning of a code or a name, ``level`` a rank."""

    school: str = ""
    province: str = ""
    major: str = ""
    level: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.school or self.province or self.major)


@dataclass(frozen=True, slots=True)
class Sources:
    """A page of counts; ``total`` of one school's, None otherwise."""

    found: Slice[SourceCount]
    total: int | None = None


def count(ctx: Context) -> int:
    """Counts the schools whose numbers are old; returns how many."""
    now = ctx.clock()
    schools = SourcesCounted.due(now - EVERY, _SWEEP)
    for school in schools:
        _count_one(ctx, school)
    return len(schools)


@transaction
def _count_one(ctx: Context, school: OrgUnit) -> None:
    province_id = of_path(school.path)["province_id"]
    now = ctx.clock()
    SourceCount.renew(school, province_id, current_year(now), SMALLEST_COUNT)
    row, is_new = SourcesCounted.add_or_get({"school": school}, {"counted_at": now})
    if not is_new:
        SourcesCounted.update(counted_at=now).where(SourcesCounted.id == row.id).execute()


def look_up(ctx: Context, visitor: Visitor, asked: Asked, after: str = "") -> Sources:
    """A page of counts; nothing where nothing narrows them. A total is given for one school alone."""
    if asked.is_empty:
        return Sources(Slice([]))
    condition = _condition(ctx, asked)
    last = listing.place_of(after, (int,))
    rows = SourceCount.page(condition, last[0] if last else 0, SLICE + 1)
    shown = rows[:SLICE]
    total = None
    if asked.school:
        total = sum(row.count for row in SourceCount.page(condition, 0, 5_000))
    return Sources(Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else ""), total)


def _condition(ctx: Context, asked: Asked) -> Any:
    condition = SourceCount.year == current_year(ctx.clock())
    if asked.school:
        condition &= SourceCount.school == _unit_id(asked.school, "school")
    if asked.province:
        condition &= SourceCount.province_id == _unit_id(asked.province, "province")
    if major := personal.clean(asked.major):
        is_code = major.isascii()
        if is_code:
            condition &= SourceCount.major_code.startswith(major.upper())
        else:
            condition &= SourceCount.major_name.contains(major)
    if asked.level:
        condition &= SourceCount.education.in_(
            [digit for digit, rank in RANKS.items() if rank == asked.level]
        )
    return condition


def _unit_id(code: str, level: str) -> int:
    unit = OrgUnit.get_or_none((OrgUnit.code == code) & (OrgUnit.level == level))
    return unit.id if unit is not None else 0


def provinces() -> list[OrgUnit]:
    """Open provinces by id."""
    return list(OrgUnit.select().where((OrgUnit.level == "province") & OrgUnit.closed_at.is_null()))


def schools(word: str) -> list[OrgUnit]:
    """Open schools whose name holds a word; a few of them."""
    name = personal.clean(word)
    if not name:
        return []
    query = OrgUnit.select().where(
        (OrgUnit.level == "school") & OrgUnit.closed_at.is_null() & OrgUnit.name.contains(name)
    )
    return list(query.order_by(OrgUnit.name).limit(MOST_FOUND))
