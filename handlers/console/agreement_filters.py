"""The filters that the lists of agreements and of releases share: 学历、院系、专业、审核情况、关键字, and 届别."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.actors import Role
from handlers import visit
from handlers.console.empty_list import why_empty
from services import code_tables, roster_list, staffing
from services.agreements import queues
from services.agreements.queues import Asked
from services.roster_list import RosterChoices, RosterFilter
from services.seats import Seat

ALL = "all"
NAMES = ("status", "kind", "year", "education", "college", "major", "marked", "q")
_LONGEST = 60
_ABOVE = frozenset({Role.PROVINCE, Role.MINISTRY})


def asked_of(desk: Seat, given: Mapping[str, str]) -> Asked:
    """The filter, as an address or a form gives it.

    Without a status it is what waits for the seat; what the national system found wrong waits for nobody's review.
    """
    text = {name: given.get(name, "").strip()[:_LONGEST] for name in NAMES}
    is_marked, year = text["marked"] == "1", text["year"]
    waiting = queues.WAITING if desk.level in queues.STATES and not is_marked else ""
    return Asked(
        state={"": waiting, ALL: ""}.get(text["status"], text["status"]),
        kind=text["kind"],
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        keyword=text["q"],
        education=text["education"],
        college=text["college"],
        major=text["major"],
        is_marked=is_marked,
    )


def values(desk: Seat, asked: Asked, rows: Sequence[Any]) -> dict[str, Any]:
    """What the filters may be set to, and why the list is empty, where that is not for its filters."""
    ctx, is_above = visit.ctx(), desk.level in _ABOVE
    choices = RosterChoices([], [], [], [])
    if not is_above:
        college = desk.staff.unit.code if desk.level is Role.COLLEGE else asked.college
        choices = roster_list.choices(ctx, desk, RosterFilter(year=asked.year, college=college))
    is_told = not rows and not is_above
    return {
        "is_above": is_above,
        "years": [(year, f"{year}届") for year in choices.years],
        "colleges": choices.colleges if desk.level is not Role.COLLEGE else [],
        "majors": [(code, f"{name}（{code}）") for code, name in choices.majors],
        "levels": code_tables.names(ctx, "education_level", asked.year),
        "empty": why_empty(staffing.why_empty(ctx, desk, asked.year)) if is_told else None,
    }
