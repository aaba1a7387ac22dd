"""What must not go out any more does not: its times passed while no worker ran, or its sender lost the right."""

from collections.abc import Callable

import pytest

from domain.refusals import Invalid, NotFound
from models.journal import Journal
from models.message import Message
from models.org import Staff
from models.task import Assignment, Task, TaskWave
from services.context import Context
from services.overview import look
from services.seats import Seat
from services.tasks import compose, lists
from services.tasks.drafts import Draft
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import course, later, notice, work
from tests.services.tools import acts

Sit = Callable[[str], Seat]


def set_for(ctx: Context, seat: Seat, draft: Draft, clock: FixedClock, **span: float) -> Task:
    """A task that is to go out so much later."""
    task = compose.save(ctx, seat, draft)
    return compose.schedule(ctx, seat, task.code, later(clock, **span))


def told() -> tuple[int, int]:
    return Assignment.select().count(), Message.select().count()


def test_a_deadline_that_passed_while_nobody_worked(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = set_for(ctx, seat, notice(due=later(clock, hours=5)), clock, hours=2)
    clock.advance(hours=6)
    work(ctx)
    work(ctx)
    found = Task.get_by_id(task.id)
    assert (found.status, found.missed_why, found.dispatched_at) == ("missed", "task_due_past", None)
    assert told() == (0, 0)
    assert acts("task")[-1] == ("miss", "system", "scheduled", "missed")
    assert Journal.get(Journal.verb == "miss").note == {"why": "task_due_past"}


def test_a_course_that_began_while_nobody_worked(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    task = set_for(ctx, sit("school"), course(clock), clock, hours=20)
    clock.advance(hours=24)
    work(ctx)
    assert (Task.get_by_id(task.id).missed_why, told()) == ("task_starts_past", (0, 0))


def test_one_sent_by_hand_that_no_worker_began_in_time(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, hours=1)))
    work(ctx)
    compose.dispatch(ctx, seat, task.code)
    clock.advance(hours=1)
    work(ctx)
    found = Task.get_by_id(task.id)
    assert (found.status, found.missed_why, found.dispatched_at) == ("missed", "task_due_past", None)
    assert told() == (0, 0)
    assert TaskWave.select().where(TaskWave.finished_at.is_null()).count() == 0


def test_what_has_begun_to_go_out_goes_out_to_everybody(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, hours=1)))
    work(ctx)
    compose.dispatch(ctx, seat, task.code)
    through = cast.counselor.staff.id  # the first stretch, of 王建国 alone
    TaskWave.update(at_id=through).where(TaskWave.kind == "dispatch").execute()
    clock.advance(hours=1)
    work(ctx)
    rest = [row.staff_id for row in Assignment.select()]
    assert (Task.get_by_id(task.id).status, rest) == ("dispatched", [cast.other_counselor.staff.id])


def test_one_without_times_goes_out_however_late(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    task = set_for(ctx, sit("school"), notice(), clock, hours=2)
    clock.advance(days=30)
    work(ctx)
    assert (Task.get_by_id(task.id).status, Assignment.select().count()) == ("dispatched", 2)


def test_put_right_it_goes_out(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    seat = sit("school")
    task = set_for(ctx, seat, notice(due=later(clock, hours=5)), clock, hours=2)
    clock.advance(hours=6)
    work(ctx)
    assert (lists.missed(seat), look(ctx, seat).missed) == (1, 1)
    with pytest.raises(Invalid):
        compose.dispatch(ctx, seat, task.code)
    draft = compose.rework(ctx, seat, task.code)
    assert compose.rework(ctx, seat, task.code).version == draft.version
    assert (draft.status, draft.missed_why, draft.send_at) == ("draft", "", None)
    compose.save(ctx, seat, notice(due=later(clock, days=2), version=str(draft.version)), task.code)
    work(ctx)
    compose.dispatch(ctx, seat, task.code)
    work(ctx)
    assert (Task.get_by_id(task.id).status, lists.missed(seat)) == ("dispatched", 0)


def test_or_is_thrown_away(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    seat = sit("school")
    task = set_for(ctx, seat, notice(due=later(clock, hours=5)), clock, hours=2)
    clock.advance(hours=6)
    work(ctx)
    assert compose.discard(ctx, seat, task.code).status == "discarded"


@pytest.mark.parametrize("lost", ["duty", "account", "unit"])
def test_nothing_goes_out_by_a_right_that_is_gone(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock, lost: str
) -> None:
    seat = sit("school")
    task = set_for(ctx, seat, notice(), clock, hours=2)
    {
        "duty": lambda: seat.staff.change(ended_at=clock.now),
        "account": lambda: seat.staff.account.change(disabled_at=clock.now),
        "unit": lambda: cast.units["school"].change(closed_at=clock.now),
    }[lost]()
    clock.advance(hours=2)
    work(ctx)
    assert (Task.get_by_id(task.id).status, Task.get_by_id(task.id).missed_why) == ("missed", "sender_left")
    assert told() == (0, 0)


def test_whoever_follows_and_whoever_supervises_see_it(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat, province = sit("school"), sit("province")
    task = set_for(ctx, seat, notice(), clock, hours=2)
    assert [row.code for row in lists.tasks(ctx, province, "below").rows] == []
    seat.staff.change(ended_at=clock.now)
    clock.advance(hours=2)
    work(ctx)
    assert [row.code for row in lists.tasks(ctx, province, "below").rows] == [task.code]
    assert lists.one(ctx, province, task.code).missed_why == "sender_left"
    with pytest.raises(NotFound):
        compose.rework(ctx, province, task.code)
    follower = Staff.create(account=cast.person.account, level="school", unit=cast.units["school"])
    new = Seat(seat.actor, follower, seat.scope)
    assert lists.missed(new) == 1
    assert compose.rework(ctx, new, task.code).status == "draft"
    work(ctx)
    compose.dispatch(ctx, new, task.code)
    work(ctx)
    assert Task.get_by_id(task.id).status == "dispatched"


def test_a_colleague_who_set_the_hour_sends_what_somebody_else_wrote(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    colleague = Staff.create(account=cast.person.account, level="school", unit=cast.units["school"])
    compose.schedule(ctx, Seat(seat.actor, colleague, seat.scope), task.code, later(clock, hours=2))
    seat.staff.change(ended_at=clock.now)
    clock.advance(hours=2)
    work(ctx)
    assert (Task.get_by_id(task.id).status, Task.get_by_id(task.id).sender_id) == ("dispatched", colleague.id)
