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
COUNTED = ("assigned", "told", "delivered", *UNREACHED, *MARKS, "checked_in")


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a number of counselors are. ``told`` includes the delivered; the five reasons are of those not told."""

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
    """Asks for counts of a task at some units (id → path) for the first time."""
    places = {unit_id: of_path(path) for unit_id, path in units.items()}
    rows = [
        (task_id, unit_id, *places[unit_id].values(), 1, *([0] * len(COUNTED))) for unit_id in sorted(units)
    ]
    for start in range(0, len(rows), _STATEMENT):
        # Whole numbers and names of our own, as below.
        values = ",".join(str(row) for row in rows[start : start + _STATEMENT]).replace("None", "NULL")
        database.execute_sql(
            f"INSERT {'OR ' if is_sqlite() else ''}IGNORE INTO task_tally (task_id, unit_id, province_id,"  # noqa: S608  # see above
            f" school_id, college_id, is_dirty, {', '.join(COUNTED)}) VALUES {values}"
        )


def touch_whole(task_id: int) -> None:
    """Asks for new counts of a task everywhere, in the transaction that ends a pass over its counselors."""
    TaskTally.update(is_dirty=True).where(TaskTally.task == task_id).execute()


@transaction
def recount(many: int) -> int:
    """Counts anew what has changed at up to ``many`` units; returns at how many.

    The mark goes first: a change that comes in between waits for this transaction and sets it again.
    """
    found = TaskTally.select(TaskTally.id, TaskTally.task, TaskTally.unit).where(TaskTally.is_dirty == True)  # noqa: E712  # SQL
    rows = sorted(found.limit(many).tuples())
    if not rows:
        return 0
    TaskTally.update(is_dirty=False).where(TaskTally.id.in_([row[0] for row in rows])).execute()
    by_task: dict[int, dict[int, int]] = {}
    for row_id, task_id, unit_id in rows:
        by_task.setdefault(task_id, {})[unit_id] = row_id
    for task_id, units in by_task.items():
        _recount_task(task_id, units)
    return len(rows)


def _recount_task(task_id: int, units: dict[int, int]) -> None:
    counted = {unit_id: numbers for unit_id, *numbers in _counted(task_id, list(units))}
    nothing = [0] * len(COUNTED)
    rows = [
        (row_id, task_id, unit_id, 0, *(int(number or 0) for number in counted.get(unit_id, nothing)))
        for unit_id, row_id in units.items()
    ]
    # Whole numbers and names of our own: one statement for all rows, which are there and locked.
    values = ",".join(str(row) for row in rows)
    database.execute_sql(f"{_HEAD} {values} {_tail()}")


_HEAD = f"INSERT INTO task_tally (id, task_id, unit_id, is_dirty, {', '.join(COUNTED)}) VALUES"


def _tail() -> str:
    """What to do with rows that are there."""
    if is_sqlite():
        return "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in COUNTED)
    return "ON DUPLICATE KEY UPDATE " + ", ".join(f"{name} = VALUES({name})" for name in COUNTED)


def _counted(task_id: int, unit_ids: list[int]) -> Any:
    twice = Task.select(Task.is_check_in_twice).where(Task.id == task_id).scalar()
    is_in = Assignment.checked_in_at.is_null(False)
    if twice:
        is_in &= Assignment.checked_out_at.is_null(False)
    reached = [fn.SUM(_one(Assignment.reach == reason)) for reason in UNREACHED]
    marks = [fn.COUNT(getattr(Assignment, f"{mark}_at")) for mark in MARKS]
    return (
        Assignment.select(
            Assignment.unit,
            fn.COUNT(Assignment.id),
            fn.SUM(_one(Assignment.reach.in_(("told", "delivered")))),
            fn.SUM(_one(Assignment.reach == "delivered")),
            *reached,
            *marks,
            fn.SUM(_one(is_in)),
        )
        .where((Assignment.task == task_id) & Assignment.unit.in_(unit_ids))
        .group_by(Assignment.unit)
        .tuples()
    )


def _one(condition: Any) -> Any:
    return Case(None, ((condition, 1),), 0)


_BELOW = {"ministry": "province_id", "province": "school_id", "school": "college_id", "college": "college_id"}
_HERE = {"province": "province_id", "school": "school_id", "college": "unit"}


def inside(unit: OrgUnit) -> Any:
    """The condition on TaskTally that it counts in this unit or below it."""
    column = _HERE.get(unit.level)
    return TaskTally.id > 0 if column is None else getattr(TaskTally, column) == unit.id


def reaches(unit: OrgUnit) -> Any:
    """The condition on Task that somebody in this unit or below it has it."""
    return fn.EXISTS(TaskTally.select(TaskTally.id).where((TaskTally.task == Task.id) & inside(unit)))


def by_unit_below(task_id: int, unit: OrgUnit) -> dict[int | None, Counts]:
    """The unit's next level → its counts; None for those who stand in the unit itself."""
    key = getattr(TaskTally, _BELOW[unit.level])
    query = TaskTally.select(key, *_sums()).where((TaskTally.task == task_id) & inside(unit)).group_by(key)
    return {row[0]: _counts(row[1:]) for row in query.tuples()}


def totals(task_ids: Sequence[int], unit: OrgUnit) -> dict[int, Counts]:
    """Task → its counts in a unit and below it, for a few tasks at once."""
    if not task_ids:
        return {}
    mine = TaskTally.task.in_(list(task_ids)) & inside(unit)
    query = TaskTally.select(TaskTally.task, *_sums()).where(mine).group_by(TaskTally.task)
    return {row[0]: _counts(row[1:]) for row in query.tuples()}


def units_of(task_id: int, unit: OrgUnit) -> list[int]:
    """The units in and below a unit where somebody has the task."""
    mine = (TaskTally.task == task_id) & inside(unit)
    return [row_id for (row_id,) in TaskTally.select(TaskTally.unit).where(mine).tuples()]


def is_counting(task_id: int) -> bool:
    """Whether something has happened that the counts do not show yet."""
    waiting = (TaskTally.task == task_id) & (TaskTally.is_dirty == True)  # noqa: E712  # SQL
    return bool(TaskTally.select(TaskTally.id).where(waiting).exists())


def _sums() -> list[Any]:
    return [fn.SUM(getattr(TaskTally, name)) for name in COUNTED]


def _counts(row: Sequence[Any]) -> Counts:
    return Counts(**{name: int(number or 0) for name, number in zip(COUNTED, row, strict=True)})
