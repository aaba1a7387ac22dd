"""For whom a task is: the units and duties that a dispatcher chose, as a circle of counselors.

《辅导员平台使用说明》: 省级 「分学校、学院、届别、层次选择辅导员」, 校级 「分学院、届别、层次」, 院级 「分届别、层次」.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.actors import Role
from domain.refusals import Invalid
from domain.tasks import Filter
from models.org import OrgUnit
from models.task import Task
from models.task_people import Circle, units_below
from services.seats import Seat

MOST_UNITS = 500
LEVELS = {
    Filter.PROVINCE: Role.PROVINCE,
    Filter.SCHOOL: Role.SCHOOL,
    Filter.COLLEGE: Role.COLLEGE,
}


def chosen_units(seat: Seat, audience: Mapping[str, Sequence[Any]]) -> list[OrgUnit]:
    """The units of a choice. Raises Invalid for one that is outside the seat's range, of another level, or too many."""
    found: list[OrgUnit] = []
    for name, level in LEVELS.items():
        codes = list(audience.get(name, ()))
        if len(codes) > MOST_UNITS:
            raise Invalid.field(name, "task_too_many_units")
        if not codes:
            continue
        here = OrgUnit.code.in_(codes) & (OrgUnit.level == level.value)
        units = list(seat.scope.units(OrgUnit.select()).where(here))
        if len(units) != len(codes):
            raise Invalid.field(name, "task_unit_outside")
        found += units
    return found


def circle_of(task: Task) -> Circle:
    """The counselors that a task is for, as its audience stands: of units that are there still."""
    audience: Mapping[str, Sequence[Any]] = task.audience or {}
    codes = [code for name in LEVELS for code in audience.get(name, ())]
    home = task.unit
    chosen = [home]
    if codes:
        inside = OrgUnit.code.in_(codes) & OrgUnit.path.startswith(home.path)
        chosen = list(OrgUnit.select().where(inside))
    chosen = _innermost(chosen)
    colleges = [unit for unit in chosen if unit.level == Role.COLLEGE]
    return Circle(
        units_below([unit.path for unit in chosen]),
        _schools_of(colleges),
        frozenset(unit.id for unit in colleges),
        tuple(audience.get(Filter.YEAR, ())),
        tuple(audience.get(Filter.EDUCATION, ())),
        home.id if home.level == Role.COLLEGE else 0,
    )


def _innermost(units: Iterable[OrgUnit]) -> list[OrgUnit]:
    """Whoever chooses a school and one of its colleges means that college alone."""
    above = {path for unit in units for path in _paths_above(unit.path)}
    return [unit for unit in units if unit.path not in above]


def _paths_above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:count]) + "/" for count in range(1, len(parts))]


def _schools_of(colleges: list[OrgUnit]) -> dict[int, str]:
    """School → path: some counselors stand in the school itself and answer for a college."""
    return {unit.parent_id: _paths_above(unit.path)[-1] for unit in colleges}
