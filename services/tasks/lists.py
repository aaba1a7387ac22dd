"""Tasks as the console lists them: one's own, those from above that reach one's range, and those of units below."""

from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import Role
from domain.refusals import Invalid
from domain.tasks import TaskKind
from models.account import Account
from models.org import OrgUnit, Staff
from models.task import Task, TaskFile
from models.task_counts import Counts, totals
from services.context import Context
from services.listing import SLICE, Slice, count, place, place_of
from services.seats import Seat
from services.tasks import files, visible

TABS = ("own", "above", "below")
MOST_WALKED = 2_000  # tasks that one slice of a narrowed list looks through
_TABS = {"own": visible.own, "above": visible.above, "below": visible.below}
# A list needs no bodies, which are long.
_COLUMNS = (
    *(Task.id, Task.code, Task.version, Task.unit, Task.staff, Task.level, Task.status, Task.kind),
    *(Task.title, Task.campaign, Task.due_at, Task.starts_at, Task.ends_at, Task.send_at),
    *(Task.dispatched_at, Task.withdrawn_at, Task.created_at, Task.updated_at),
)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list shows; an empty field narrows nothing. ``keyword`` is a part of the title."""

    kind: str = ""
    status: str = ""
    campaign: str = ""
    keyword: str = ""


def tasks(
    ctx: Context, seat: Seat, tab: str = "own", after: str = "", filters: TaskFilter | None = None
) -> Slice[Task]:
    """One tab of the list, with units, the newest first. Raises NotAllowed, and Invalid for no such tab.

    Narrowed, a slice looks through ``MOST_WALKED`` tasks at most: it may be short, even empty, and still lead on.
    """
    visible.check_dispatcher(seat)
    if tab not in TABS:
        raise Invalid("bad_choice")
    wanted, condition, start = filters or TaskFilter(), _TABS[tab](seat), place_of(after, (int,))
    if start is not None:
        condition &= Task.id < start[0]
    floor = last_walked(condition) if wanted != TaskFilter() else None
    query = _narrowed(condition if floor is None else condition & (Task.id >= floor), wanted)
    total = count(query) if start is None and floor is None and _is_counted(seat, tab) else None
    rows = list(query.order_by(Task.id.desc()).limit(SLICE + 1))
    _with_units(rows)
    if len(rows) > SLICE:
        return Slice(rows[:SLICE], place(rows[SLICE - 1].id), total)
    return Slice(rows, place(floor) if floor is not None else "", total)


def last_walked(condition: Any) -> int | None:
    """The id of the last task that one slice looks through; None when it looks through all that there are.

    No index knows the words of titles: whoever looks for a rare one would else wait for a walk past every task.
    """
    walk = Task.select(Task.id).where(condition).order_by(Task.id.desc())
    found: int | None = walk.offset(MOST_WALKED - 1).limit(1).scalar()
    return found


def _is_counted(seat: Seat, tab: str) -> bool:
    """Of a whole province or the country nobody counts tasks while somebody waits for a page."""
    return tab == "own" or seat.level in (Role.SCHOOL, Role.COLLEGE)


def _with_units(rows: list[Task]) -> None:
    """Reads the units of a slice by themselves: joined, MariaDB would begin with them and sort."""
    ids = {row.unit_id for row in rows}
    units = {unit.id: unit for unit in OrgUnit.select().where(OrgUnit.id.in_(ids))} if ids else {}
    for row in rows:
        row.unit = units[row.unit_id]


def progress(ctx: Context, seat: Seat, rows: list[Task]) -> dict[int, Counts]:
    """Task id → how far it is in the seat's range, for the rows of one slice."""
    return totals([row.id for row in rows if row.status in visible.SENT], seat.scope.unit)


def one(ctx: Context, seat: Seat, code: str) -> Task:
    """A task that the seat sees, with unit, writer and the writer's account. Raises NotAllowed, NotFound."""
    found = visible.seen(seat, code)
    query = Task.select(Task, OrgUnit, Staff, Account).join(OrgUnit).switch(Task).join(Staff).join(Account)
    return query.where(Task.id == found.id).get()


def missed(seat: Seat) -> int:
    """How many tasks of one's own unit did not go out at their hour and wait to be decided about."""
    return count(Task.select(Task.id).where(visible.own(seat) & (Task.status == "missed")))


def may_change(seat: Seat, task: Task) -> bool:
    """Whether this seat writes, sends and withdraws that task: it is of its own unit."""
    return bool(task.unit_id == seat.staff.unit_id)


def files_of(task: Task) -> list[TaskFile]:
    """The attachments of a task that was found."""
    return files.of_task(task)


def _narrowed(condition: Any, filters: TaskFilter) -> Any:
    query = Task.select(*_COLUMNS).where(condition)
    if filters.kind in set(TaskKind):
        query = query.where(Task.kind == filters.kind)
    query = query.where(Task.status == filters.status if filters.status else Task.status != "discarded")
    if filters.campaign:
        query = query.where(Task.campaign == filters.campaign)
    if word := personal.prose(filters.keyword):
        query = query.where(Task.title.contains(word))
    return query
