"""Named queries over the counts of tasks: making them anew, and adding them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Case, fn

from models.db import database, is_sqlite, transaction
from models.org import OrgUnit
from models.places import of_path
from models.task import Assignment, Task, TaskTally

UNREACHED = ("unbound", "unfollowed", "blocked", "failed", "unknown")
MARKS = ("viewed", "forwarded", "completed", "finished")
_STATEMENT = 500  # rows
COUNTED = ("assigned", "told", "delivered", *UNREACHED, *MARKS, "checked_in", "away")


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a number of counselors are. ``told`` includes the delivered; the five reasons are of those not told.

    Who left before they were through are ``away`` and in no other number: nothing is asked of them any more.
    """

    assigned: int = 0
    told: int = 0
    delivered: int = 0
    unbound: int = 0
    unfollowed: int = 0
    blocked: int = 0
    failed: int = 0
    unknown: int = 0
    viewed: int = 0
    forwarded: int = 0
    completed: int = 0
    finished: int = 0
    checked_in: int = 0
    away: int = 0

    @property
    def unreachable(self) -> int:
        return sum(getattr(self, reason) for reason in UNREACHED)

    @property
    def waiting(self) -> int:
        """Whose messages are still to be sent."""
        return max(0, self.assigned - self.told - self.unreachable)

    @property
    def unfinished(self) -> int:
        return self.assigned - self.finished


def add_rows(task_id: int, units: dict[int, str]) -> None:
    """Asks for counts of a task at some units (id → path) and for sums above them, for the first time."""
    rows = {}
    for unit_id, path in units.items():
        ids = [int(part) for part in path.strip("/").split("/")]
        rows[unit_id, "unit"] = (*of_path(path).values(),)
        for level, above, place in (
            ("school", ids[2], (ids[1], ids[2], None)),
            ("province", ids[1], (ids[1], None, None)),
            ("ministry", ids[0], (None, None, None)),
        ):
            rows[above, level] = place
    found = [(task_id, unit, level, *rows[unit, level], 1, *_NOTHING) for unit, level in sorted(rows)]
    for start in range(0, len(found), _STATEMENT):
        # Whole numbers and names of our own, as below.
        values = ",".join(str(row) for row in found[start : start + _STATEMENT]).replace("None", "NULL")
        database.execute_sql(
            f"INSERT {'OR ' if is_sqlite() else ''}IGNORE INTO task_tally (task_id, unit_id, level,"  # noqa: S608  # see above
            f" province_id, school_id, college_id, is_dirty, {', '.join(COUNTED)}) VALUES {values}"
        )


def touch_whole(task_id: int) -> None:
    """Asks for new counts of a task everywhere, in the transaction that ends a pass over its counselors."""
    TaskTally.update(is_dirty=True).where(TaskTally.task == task_id).execute()


@transaction
def renew(level: str, many: int) -> int:
    """Counts anew, or adds up anew, up to ``many`` rows of a level that something has changed; returns how many.

    The mark goes first: a change that comes in between waits for this transaction and sets it again. What lies above
    is marked with it, so that a turn over LEVELS in their order leaves everything right.
    """
    waiting = (TaskTally.is_dirty == True) & (TaskTally.level == level)  # noqa: E712  # SQL
    columns = (TaskTally.id, TaskTally.task, TaskTally.unit, TaskTally.province_id, TaskTally.school_id)
    rows = sorted(TaskTally.select(*columns).where(waiting).limit(many).tuples())
    if not rows:
        return 0
    TaskTally.update(is_dirty=False).where(TaskTally.id.in_([row[0] for row in rows])).execute()
    by_task: dict[int, list[tuple[int, ...]]] = {}
    for row_id, task_id, *places in rows:
        by_task.setdefault(task_id, []).append((row_id, *places))
    for task_id, some in by_task.items():
        units = {unit_id: row_id for row_id, unit_id, _, _ in some}
        _write(task_id, level, units, _COUNT[level](task_id, list(units)))
        if level == "unit":
            TaskTally.update(is_dirty=True).where(
                _sums(task_id, "school", {row[3] for row in some})
            ).execute()
        elif level == "school":
            TaskTally.update(is_dirty=True).where(
                _sums(task_id, "province", {row[2] for row in some})
            ).execute()
        elif level == "province":
            TaskTally.update(is_dirty=True).where(_sums(task_id, "ministry", set())).execute()
    return len(rows)


def _sums(task_id: int, level: str, units: set[int]) -> Any:
    mine = (TaskTally.task == task_id) & (TaskTally.level == level)
    return mine & TaskTally.unit.in_(sorted(units)) if units else mine


def _write(task_id: int, level: str, units: dict[int, int], counted: Any) -> None:
    """Writes counts by unit into rows (unit → id), which are there and locked, in one statement."""
    found = {unit_id: numbers for unit_id, *numbers in counted}
    rows = [
        (row_id, task_id, unit_id, level, 0, *(int(number or 0) for number in found.get(unit_id, _NOTHING)))
        for unit_id, row_id in units.items()
    ]
    # Whole numbers and names of our own.
    database.execute_sql(f"{_HEAD} {','.join(str(row) for row in rows)} {_tail()}")


_NOTHING = (0,) * len(COUNTED)
_HEAD = f"INSERT INTO task_tally (id, task_id, unit_id, level, is_dirty, {', '.join(COUNTED)}) VALUES"


def _tail() -> str:
    """What to do with rows that are there."""
    if is_sqlite():
        return "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in COUNTED)
    return "ON DUPLICATE KEY UPDATE " + ", ".join(f"{name} = VALUES({name})" for name in COUNTED)


def _added_up(column: Any, level: str) -> Any:
    """What adds up the counts of ``level`` by a column that names the unit above."""

    def added(task_id: int, unit_ids: list[int]) -> Any:
        mine = (TaskTally.task == task_id) & (TaskTally.level == level) & column.in_(unit_ids)
        return TaskTally.select(column, *_totals()).where(mine).group_by(column).tuples()

    return added


def _everything(task_id: int, unit_ids: list[int]) -> Any:
    """The sum of the provinces, for the one unit at the top."""
    mine = (TaskTally.task == task_id) & (TaskTally.level == "province")
    return [(unit_ids[0], *TaskTally.select(*_totals()).where(mine).tuples().get())]


def _totals() -> list[Any]:
    return [fn.SUM(getattr(TaskTally, name)) for name in COUNTED]


def _counted(task_id: int, unit_ids: list[int]) -> Any:
    twice = Task.select(Task.is_check_in_twice).where(Task.id == task_id).scalar()
    is_in = Assignment.checked_in_at.is_null(False)
    if twice:
        is_in &= Assignment.checked_out_at.is_null(False)
    here = Assignment.left_at.is_null()
    reached = [fn.SUM(_one(here & (Assignment.reach == reason))) for reason in UNREACHED]
    marks = [fn.SUM(_one(here & getattr(Assignment, f"{mark}_at").is_null(False))) for mark in MARKS]
    return (
        Assignment.select(
            Assignment.unit,
            fn.SUM(_one(here)),
            fn.SUM(_one(here & Assignment.reach.in_(("told", "delivered")))),
            fn.SUM(_one(here & (Assignment.reach == "delivered"))),
            *reached,
            *marks,
            fn.SUM(_one(here & is_in)),
            fn.SUM(_one(~here)),
        )
        .where((Assignment.task == task_id) & Assignment.unit.in_(unit_ids))
        .group_by(Assignment.unit)
        .tuples()
    )


def _one(condition: Any) -> Any:
    return Case(None, ((condition, 1),), 0)


# Level → what makes its numbers; in the order in which they depend on each other.
_COUNT: dict[str, Any] = {
    "unit": _counted,
    "school": _added_up(TaskTally.school_id, "unit"),
    "province": _added_up(TaskTally.province_id, "school"),
    "ministry": _everything,
}
LEVELS = tuple(_COUNT)


def _here(unit: OrgUnit) -> Any:
    """The condition on TaskTally that it is the row for everybody in this unit and below it."""
    level = "unit" if unit.level == "college" else unit.level
    return (TaskTally.unit == unit.id) & (TaskTally.level == level)


def reaches(unit: OrgUnit) -> Any:
    """The condition on Task that somebody in this unit or below it has it.

    Few tasks of all there are reach a school: they are looked up. Most of those from above reach a province, so the
    newest are asked one by one; as EXISTS, MariaDB would gather every count there is first.
    """
    if unit.level in ("school", "college"):
        return Task.id.in_(TaskTally.select(TaskTally.task).where(_here(unit)))
    some = TaskTally.select(TaskTally.id).where((TaskTally.task == Task.id) & _here(unit)).limit(1)
    return fn.COALESCE(some, 0) > 0


def by_unit_below(task_id: int, unit: OrgUnit) -> dict[int, Counts]:
    """Unit right below → its counts; under the unit's own id those who stand in it directly."""
    below = {
        "ministry": TaskTally.level == "province",
        "province": (TaskTally.level == "school") & (TaskTally.province_id == unit.id),
        "school": (TaskTally.level == "unit") & (TaskTally.school_id == unit.id),
    }[unit.level]
    numbers = [getattr(TaskTally, name) for name in COUNTED]
    query = TaskTally.select(TaskTally.unit, *numbers).where((TaskTally.task == task_id) & below)
    return {row[0]: _counts(row[1:]) for row in query.tuples()}


def totals(task_ids: Sequence[int], unit: OrgUnit) -> dict[int, Counts]:
    """Task → its counts in a unit and below it, for the tasks of a slice at once."""
    if not task_ids:
        return {}
    numbers = [getattr(TaskTally, name) for name in COUNTED]
    query = TaskTally.select(TaskTally.task, *numbers)
    query = query.where(TaskTally.task.in_(list(task_ids)) & _here(unit))
    return {row[0]: _counts(row[1:]) for row in query.tuples()}


def _inside(task_id: int, unit: OrgUnit) -> Any:
    """The condition on TaskTally that it counts a task at a unit in this one or below it."""
    inside = {
        "ministry": TaskTally.id > 0,
        "province": TaskTally.province_id == unit.id,
        "school": TaskTally.school_id == unit.id,
        "college": TaskTally.unit == unit.id,
    }[unit.level]
    return (TaskTally.task == task_id) & (TaskTally.level == "unit") & inside


def units_of(task_id: int, unit: OrgUnit) -> list[int]:
    """The units in and below a unit where somebody has the task."""
    found = TaskTally.select(TaskTally.unit).where(_inside(task_id, unit))
    return [row_id for (row_id,) in found.tuples()]


_HERE = Assignment.left_at.is_null()
# What of a unit's counselors may be shown → whether an assignment belongs to it, whether counts say that there is one.
_SHOWN: dict[str, tuple[Any, Any]] = {
    "all": (Assignment.id > 0, TaskTally.assigned + TaskTally.away > 0),
    "unread": (_HERE & Assignment.viewed_at.is_null(), TaskTally.assigned > TaskTally.viewed),
    "unfinished": (_HERE & Assignment.finished_at.is_null(), TaskTally.assigned > TaskTally.finished),
    "away": (Assignment.left_at.is_null(False), TaskTally.away > 0),
    "finished": (Assignment.finished_at.is_null(False), TaskTally.finished > 0),
    "unreachable": (
        _HERE & Assignment.reach.in_(UNREACHED),
        sum((getattr(TaskTally, reason) for reason in UNREACHED[1:]), getattr(TaskTally, UNREACHED[0])) > 0,
    ),
}
SHOWS = tuple(_SHOWN)
_SHOWN |= {
    reason: (_HERE & (Assignment.reach == reason), getattr(TaskTally, reason) > 0) for reason in UNREACHED
}


def shows(show: str) -> Any:
    """The condition on Assignment that it belongs to what is shown: one of SHOWS, or a reason of UNREACHED."""
    return _SHOWN[show][0]


def units_showing(task_id: int, unit: OrgUnit, show: str, start: int, many: int) -> list[int]:
    """The first units from the id ``start`` on, in this one or below it, where there is somebody to show.

    Those whose counts are being made anew are among them.
    """
    some = _SHOWN[show][1] | (TaskTally.is_dirty == True)  # noqa: E712  # SQL
    found = TaskTally.select(TaskTally.unit).where(_inside(task_id, unit) & (TaskTally.unit >= start) & some)
    return [row_id for (row_id,) in found.order_by(TaskTally.unit).limit(many).tuples()]


def is_counting(task_id: int) -> bool:
    """Whether something has happened that the counts do not show yet."""
    waiting = (TaskTally.task == task_id) & (TaskTally.is_dirty == True)  # noqa: E712  # SQL
    return bool(TaskTally.select(TaskTally.id).where(waiting).exists())


def _counts(row: Sequence[Any]) -> Counts:
    return Counts(**{name: int(number or 0) for name, number in zip(COUNTED, row, strict=True)})
