"""Nobody sees or touches a task that is not theirs: every seat of a small country against every task in it.

The oracle walks the units' parents; the product compares paths and sums counts.
"""

from collections.abc import Callable

import pytest

from domain.actors import Actor, Role
from domain.refusals import NotAllowed, NotFound, Refusal
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskFile, TaskTally, TaskWave
from services import seats, sessions
from services.context import Context
from services.seats import Seat
from services.sessions import Visitor
from services.tasks import audience, compose, desk, files, lists, progress
from tests.services import country
from tests.services.tasks import notice, work

PDF = b"%PDF-1.7 test"
Verb = Callable[[Context, Seat, str], object]


def seat_of(staff: Staff) -> Seat:
    roles = frozenset({Role.PERSON, Role(staff.level)})
    return seats.seat_for(Actor(staff.account.code, roles, staff.account_id, staff_id=staff.id), staff)


def visitor_of(ctx: Context, staff: Staff) -> Visitor:
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, staff.account, "desktop"))
    assert visitor is not None
    return visitor


def is_under(unit: OrgUnit, other: OrgUnit) -> bool:
    here: OrgUnit | None = unit
    while here is not None:
        if here.id == other.id:
            return True
        here = here.parent
    return False


def sees(unit: OrgUnit, task: Task) -> bool:
    if unit.id == task.unit_id:
        return True
    return task.status != "draft" and (is_under(unit, task.unit) or is_under(task.unit, unit))


def answered(verb: Callable[..., object], *told: object) -> bool:
    """Whether a verb was carried out, or refused for another reason than whose it is."""
    try:
        verb(*told)
    except (NotFound, NotAllowed):
        return False
    except Refusal:
        return True
    return True


def fetch_first(ctx: Context, seat: Seat, code: str) -> object:
    """The attachment of a task that the seat sees."""
    file = TaskFile.get(TaskFile.task == lists.one(ctx, seat, code))
    return files.fetch(ctx, seat, code, file.code)


READS: tuple[Verb, ...] = (
    lists.one,
    progress.of,
    progress.counselors,
    fetch_first,
)
WRITES: tuple[Verb, ...] = (
    lambda ctx, seat, code: compose.save(ctx, seat, notice(version="0"), code),
    lambda ctx, seat, code: compose.attach(ctx, seat, code, "a.pdf", "", [PDF]),
    lambda ctx, seat, code: compose.detach(ctx, seat, code, "none"),
    lambda ctx, seat, code: compose.schedule(ctx, seat, code, ""),
    compose.recall,
    audience.preview,
    audience.unbound,
)
# Tried by those who must not alone: whoever may would change what the next one meets.
ENDS: tuple[Verb, ...] = (compose.dispatch, compose.discard, compose.withdraw)


@pytest.fixture
def tasks(ctx: Context, database: None) -> list[Task]:
    """Each unit's draft and its task that has gone out, with a file each."""
    country.build()
    made = []
    for staff in Staff.select().where(Staff.level != "counselor").order_by(Staff.id):
        for is_sent in (False, True):
            task = compose.save(ctx, seat_of(staff), notice())
            compose.attach(ctx, seat_of(staff), task.code, "a.pdf", "", [PDF])
            if is_sent:
                compose.dispatch(ctx, seat_of(staff), task.code)
            made.append(task)
    work(ctx)
    return [Task.get_by_id(task.id) for task in made]


@pytest.mark.slow
def test_every_seat_against_every_task(ctx: Context, tasks: list[Task]) -> None:
    before = (TaskFile.select().count(), TaskWave.select().where(TaskWave.kind != "preview").count())
    for staff in Staff.select().order_by(Staff.id):
        seat, is_dispatcher = seat_of(staff), staff.level != "counselor"
        for task in tasks:
            may_see = is_dispatcher and sees(staff.unit, task)
            is_own = is_dispatcher and task.unit_id == staff.unit_id
            for verb in READS:
                assert answered(verb, ctx, seat, task.code) == may_see
            if not is_own:
                for verb in (*WRITES, *ENDS):
                    assert not answered(verb, ctx, seat, task.code)
            if not may_see:
                for verb in (compose.copy, progress.remind):
                    assert not answered(verb, ctx, seat, task.code)
    assert before == (TaskFile.select().count(), TaskWave.select().where(TaskWave.kind != "preview").count())
    for task in tasks:
        assert Task.get_by_id(task.id).version == task.version


@pytest.mark.slow
def test_lists_and_counts_hold_what_one_may_see_and_nothing_else(ctx: Context, tasks: list[Task]) -> None:
    assert (
        sum(row.assigned for row in TaskTally.select().where(TaskTally.level == "unit"))
        == Assignment.select().count()
    )
    for staff in Staff.select().where(Staff.level != "counselor"):
        seat, unit = seat_of(staff), staff.unit
        seen = {tab: {row.id for row in lists.tasks(ctx, seat, tab).rows} for tab in lists.TABS}
        sent = [task for task in tasks if task.status != "draft"]
        assert seen["own"] == {task.id for task in tasks if task.unit_id == unit.id}
        assert seen["above"] == {
            task.id for task in sent if task.unit_id != unit.id and is_under(unit, task.unit)
        }
        assert seen["below"] == {
            task.id for task in sent if task.unit_id != unit.id and is_under(task.unit, unit)
        }
        for task in sent:
            if not sees(unit, task):
                continue
            rows = Assignment.select().where(Assignment.task == task.id)
            mine = {row.id for row in rows if is_under(row.unit, unit) and is_under(row.unit, task.unit)}
            assert progress.of(ctx, seat, task.code).total.assigned == len(mine)
            assert {row.id for row in progress.counselors(ctx, seat, task.code).rows} == mine
            for other in OrgUnit.select():
                may = is_under(other, unit) and is_under(other, task.unit)
                assert answered(progress.of, ctx, seat, task.code, other.code) == may


@pytest.mark.slow
def test_a_counselor_has_ones_own_assignments_alone(ctx: Context, tasks: list[Task]) -> None:
    rows = list(Assignment.select())
    for staff in list(Staff.select().where(Staff.level == "counselor"))[:3]:
        visitor = visitor_of(ctx, staff)
        listed = {row.id for row in desk.assignments(ctx, visitor, "all").rows}
        assert listed == {row.id for row in rows if row.staff_id == staff.id}
        for row in rows:
            file = TaskFile.get(TaskFile.task == row.task_id)
            verbs = (desk.open, desk.forwarded, desk.check_in, desk.complete)
            done = {answered(verb, ctx, visitor, row.code) for verb in verbs}
            assert done == {row.staff_id == staff.id}
            assert answered(desk.file, ctx, visitor, row.code, file.code) == (row.staff_id == staff.id)
            other = next(file.code for file in TaskFile.select() if file.task_id != row.task_id)
            assert not answered(desk.shared_file, ctx, row.share_code, other)
