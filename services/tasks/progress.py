"""How far a task is: for its dispatcher and those above as a whole, for those below in their own range.

《辅导员平台使用说明》: 「实时查看…辅导员用户完成上级和本级发布任务的进度」.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.actors import Role
from domain.refusals import Conflict, Invalid, TooMany
from models import journal
from models.account import Account
from models.db import transaction
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskWave
from models.task_counts import (
    SHOWS,
    UNREACHED,
    Counts,
    by_unit_below,
    is_counting,
    shows,
    totals,
    units_of,
    units_showing,
)
from services.context import Context
from services.listing import SLICE, Slice, place, place_of
from services.seats import Seat
from services.tasks import visible
from services.tasks.course import is_over

AGAIN_AFTER = timedelta(hours=4)  # between two reminders by the same unit
_ONE_TAP = timedelta(minutes=1)
_BATCH = 500
_UNITS = 60  # looked at together: of those that show somebody a few more than a page needs


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the level below, or the unit itself for those who stand in it directly."""

    unit: OrgUnit
    counts: Counts
    leads_on: bool  # whether there is a level between it and its counselors


@dataclass(frozen=True, slots=True)
class Progress:
    """Where we are and how far everybody below is. ``trail`` leads here from the widest unit that the seat sees.

    ``is_moving`` says that the worker is at it: handing out, or counting what has just happened.
    """

    task: Task
    unit: OrgUnit
    trail: tuple[OrgUnit, ...]
    total: Counts
    rows: tuple[Line, ...]
    is_moving: bool
    remind_again_in: int = 0  # seconds until this seat may remind again


def of(ctx: Context, seat: Seat, code: str, unit_code: str = "") -> Progress:
    """The progress of a sent task at a unit and those right below it. Raises NotAllowed, NotFound."""
    task = visible.seen(seat, code)
    unit = visible.place_of(seat, task, unit_code)
    total = totals([task.id], unit).get(task.id, Counts())
    rows = () if unit.level == Role.COLLEGE else tuple(_lines(task, unit))
    wait = _wait(ctx, _last_nudge(seat, task))
    moving = task.status == "dispatching" or is_counting(task.id)
    return Progress(task, unit, _trail(visible.widest(seat, task), unit), total, rows, moving, wait)


def _lines(task: Task, unit: OrgUnit) -> Iterator[Line]:
    found = by_unit_below(task.id, unit)
    units = {row.id: row for row in OrgUnit.select().where(OrgUnit.id.in_(list(found)))} if found else {}
    lines = [
        Line(units[unit_id], counts, units[unit_id].level != Role.COLLEGE and unit_id != unit.id)
        for unit_id, counts in found.items()
    ]
    yield from sorted(lines, key=lambda line: (line.unit.id != unit.id, line.unit.name, line.unit.id))


def _trail(top: OrgUnit, unit: OrgUnit) -> tuple[OrgUnit, ...]:
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    query = OrgUnit.select().where(OrgUnit.id.in_(ids) & OrgUnit.path.startswith(top.path))
    return tuple(query.order_by(OrgUnit.path))


def counselors(
    ctx: Context, seat: Seat, code: str, unit_code: str = "", show: str = "all", after: str = ""
) -> Slice[Assignment]:
    """The counselors of a unit and below it with what became of the task, with staff, account and unit, by unit.

    ``show`` is one of SHOWS or a reason why nobody was reached; else Invalid. Raises NotAllowed, NotFound.
    """
    task = visible.seen(seat, code)
    unit = visible.place_of(seat, task, unit_code)
    if show not in (*SHOWS, *UNREACHED):
        raise Invalid("bad_choice")
    start = place_of(after, (int, int)) or (0, 0)
    rows: list[Assignment] = []
    at_unit: int = start[0]
    while len(rows) <= SLICE:
        # The counts say in which units there is somebody to show: nobody walks past a whole country.
        units = units_showing(task.id, unit, show, at_unit, _UNITS)
        rows += _some(task, units, show, start, SLICE + 1 - len(rows))
        if len(units) < _UNITS:
            break
        at_unit = units[-1] + 1
    last = rows[SLICE - 1] if len(rows) > SLICE else None
    return Slice(rows[:SLICE], place(last.unit_id, last.id) if last else "")


def _some(task: Task, units: list[int], show: str, start: tuple[int, int], many: int) -> list[Assignment]:
    beyond = (Assignment.unit > start[0]) | ((Assignment.unit == start[0]) & (Assignment.id > start[1]))
    shown = _rows(task).where(Assignment.unit.in_(units or [0]) & shows(show) & beyond)
    return list(shown.order_by(Assignment.unit, Assignment.id).limit(many))


def names_above(rows: Sequence[Assignment]) -> dict[int, str]:
    """Unit id → name of the unit above it, for the units of some rows: colleges of many schools share a name."""
    above = OrgUnit.alias()
    query = OrgUnit.select(OrgUnit.id, above.name).join(above, on=(OrgUnit.parent == above.id))
    return dict(query.where(OrgUnit.id.in_({row.unit_id for row in rows})).tuples()) if rows else {}


def every(task: Task, unit: OrgUnit) -> Iterator[list[Assignment]]:
    """All counselors of a unit and below it, in batches; each is read when it is asked for."""
    query = _rows(task).order_by(Assignment.staff).limit(_BATCH)
    if unit.id != task.unit_id:
        query = query.where(Assignment.unit.in_(units_of(task.id, unit) or [0]))
    rows = list(query)
    while rows:
        yield rows
        rows = list(query.where(Assignment.staff > rows[-1].staff_id))


def _rows(task: Task) -> Any:
    query = Assignment.select(Assignment, Staff, Account, OrgUnit).join(Staff).join(Account)
    return query.switch(Assignment).join(OrgUnit).where(Assignment.task == task.id)


@transaction
def remind(ctx: Context, seat: Seat, code: str) -> int:
    """Lets the worker remind those in the seat's range who are not through; answers how many they are.

    A second tap gets the first one's answer. Raises NotAllowed, NotFound, Conflict for a task that is not out or has
    nobody left, TooMany within ``AGAIN_AFTER`` of the seat's last reminder.
    """
    task = visible.seen(seat, code)
    if task.status != "dispatched":
        raise Conflict("task_not_out")
    unit, now = visible.widest(seat, task), ctx.clock()
    last = _last_nudge(seat, task)
    if last is not None and now - last.due_at < _ONE_TAP:
        return int(last.params["people"])
    if wait := _wait(ctx, last):
        raise TooMany("task_reminded", wait)
    counts = totals([task.id], unit).get(task.id, Counts())
    people = counts.assigned - counts.completed if is_over(task, now) else counts.unfinished
    if not people:
        raise Conflict("task_all_done")
    TaskWave.create(
        task=task,
        kind="nudge",
        unit_id=unit.id,
        number=0 if last is None else last.number + 1,
        due_at=now,
        params={"people": people, "asker": seat.scope.unit.name},
    )
    journal.write(task, "nudge", seat.actor, note={"people": people})
    return people


def _last_nudge(seat: Seat, task: Task) -> TaskWave | None:
    unit = visible.widest(seat, task)
    mine = (TaskWave.task == task.id) & (TaskWave.kind == "nudge") & (TaskWave.unit_id == unit.id)
    return TaskWave.select().where(mine).order_by(TaskWave.number.desc()).first()


def _wait(ctx: Context, last: TaskWave | None) -> int:
    if last is None:
        return 0
    asked_at: datetime = last.due_at
    return max(0, int((asked_at + AGAIN_AFTER - ctx.clock()).total_seconds()))
