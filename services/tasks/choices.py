"""What a dispatcher may choose from: the units below by level, all of them or those that a word finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import STAFF_LEVELS, Role
from domain.refusals import Invalid
from domain.tasks import FILTERS, Filter
from models.org import OrgUnit
from models.task import Task
from services.seats import Seat
from services.tasks.circles import LEVELS, MOST_UNITS
from services.tasks.visible import check_dispatcher

MOST_SHOWN = 200  # more than these are looked for by a word
MOST_FOUND = 50
_Parent = OrgUnit.alias()


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit to choose, with the unit above it where names alone could be mistaken."""

    code: str
    name: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a filter offers: every unit, or where there are too many those chosen already."""

    choices: list[Choice]
    is_searched: bool


def offers(seat: Seat, chosen: dict[str, list[str]]) -> dict[str, Offer]:
    """Filter → its offer, for the filters by units that the seat's level has."""
    check_dispatcher(seat)
    return {name: _offer(seat, name, chosen.get(name, [])) for name in LEVELS if name in FILTERS[seat.level]}


def find(seat: Seat, name: str, word: str) -> list[Choice]:
    """Open units of a filter with ``word`` in their names, at most ``MOST_FOUND``.

    Raises NotAllowed, and Invalid for no filter of this level.
    """
    check_dispatcher(seat)
    wanted = next((known for known in LEVELS if known == name and known in FILTERS[seat.level]), None)
    if wanted is None:
        raise Invalid("bad_choice")
    word = personal.clean(word)
    return _choices(seat, wanted, OrgUnit.name.contains(word), MOST_FOUND) if word else []


def _offer(seat: Seat, name: Filter, chosen: list[str]) -> Offer:
    # Counted as far as it matters before anything is put in order: a country has tens of thousands of colleges.
    if _open_units(seat, name).limit(MOST_SHOWN + 1).count() <= MOST_SHOWN:
        return Offer(_choices(seat, name, OrgUnit.id > 0, MOST_SHOWN), is_searched=False)
    known = _choices(seat, name, OrgUnit.code.in_(chosen[:MOST_UNITS]), MOST_UNITS) if chosen else []
    return Offer(known, is_searched=True)


def _choices(seat: Seat, name: Filter, which: object, most: int) -> list[Choice]:
    """By name; colleges with their school for everybody who has several."""
    query = _open_units(seat, name).select(OrgUnit.code, OrgUnit.name, _Parent.name)
    query = query.join(_Parent, on=(OrgUnit.parent == _Parent.id))
    query = query.where(which).order_by(OrgUnit.name, OrgUnit.id).limit(most)
    says_above = name is Filter.COLLEGE and seat.level is not Role.SCHOOL
    return [Choice(code, unit, above if says_above else "") for code, unit, above in query.tuples()]


def said(task: Task, educations: Mapping[str, str]) -> list[tuple[Filter, list[str]]]:
    """What a task's audience is narrowed by, in names; ``educations`` are those of the 层次 by code."""
    audience: Mapping[str, Sequence[Any]] = task.audience or {}
    names: list[tuple[Filter, list[str]]] = []
    for name in Filter:
        values = audience.get(name, [])
        if not values:
            continue
        if name in LEVELS:
            found = OrgUnit.select(OrgUnit.name).where(OrgUnit.code.in_(values)).order_by(OrgUnit.name)
            names.append((name, [unit for (unit,) in found.tuples()]))
        else:
            names.append((name, [educations.get(str(value), str(value)) for value in values]))
    return names


def _open_units(seat: Seat, name: Filter) -> Any:
    """Those right below one's own are found by their parent, which has an index."""
    level, unit = LEVELS[name], seat.staff.unit
    here = (OrgUnit.level == level.value) & OrgUnit.closed_at.is_null()
    if STAFF_LEVELS.index(level) == STAFF_LEVELS.index(seat.level) + 1:
        here &= OrgUnit.parent == unit.id
    return seat.scope.units(OrgUnit.select(OrgUnit.id)).where(here)
