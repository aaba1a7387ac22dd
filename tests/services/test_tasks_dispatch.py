"""Deciding about a task: now or at an hour, once whoever presses, and nothing changes afterwards."""

from collections.abc import Callable

import pytest

from domain.refusals import Conflict, IllegalMove
from models.task import Assignment, Task, TaskWave
from services.context import Context
from services.seats import Seat
from services.tasks import compose, waves
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import PDF, course, later, notice, work
from tests.services.tools import acts, fields_of, together

Sit = Callable[[str], Seat]


def test_a_task_goes_out_at_its_hour_once(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, days=3)))
    moment = later(clock, hours=2)
    compose.schedule(ctx, seat, task.code, moment)
    compose.schedule(ctx, seat, task.code, moment)
    work(ctx)
    assert Task.get_by_id(task.id).status == "scheduled"
    clock.advance(hours=30)  # nobody was there at the hour
    work(ctx)
    work(ctx)
    found = Task.get_by_id(task.id)
    assert (found.status, found.dispatched_at, Assignment.select().count()) == ("dispatched", clock.now, 2)
    assert [act[:2] for act in acts("task")] == [
        ("create", "school"),
        ("schedule", "school"),
        ("dispatch", "system"),
        ("finish", "system"),
    ]


def test_a_schedule_can_be_recalled_and_has_to_make_sense(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice(due=later(clock, hours=3)))
    for moment in ("", "soon", later(clock, hours=-1), later(clock, days=181)):
        assert fields_of(lambda moment=moment: compose.schedule(ctx, seat, task.code, moment)) == {"send_at"}
    assert fields_of(lambda: compose.schedule(ctx, seat, task.code, later(clock, hours=4))) == {"due"}
    compose.schedule(ctx, seat, task.code, later(clock, hours=1))
    with pytest.raises(Conflict, match="task_no_draft"):
        compose.save(ctx, seat, notice(version=str(task.version)), task.code)
    compose.recall(ctx, seat, task.code)
    compose.recall(ctx, seat, task.code)
    clock.advance(hours=2)
    work(ctx)
    assert Task.get_by_id(task.id).status == "draft"


def test_times_that_have_passed_are_refused_at_dispatch(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    late = compose.save(ctx, seat, notice(due=later(clock, hours=1)))
    begun = compose.save(ctx, seat, course(clock))
    clock.advance(hours=25)
    assert fields_of(lambda: compose.dispatch(ctx, seat, late.code)) == {"due"}
    assert fields_of(lambda: compose.dispatch(ctx, seat, begun.code)) == {"starts"}


def test_dispatching_twice_at_once_is_once(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    results = together(*[lambda: compose.dispatch(ctx, seat, task.code)] * 3)
    assert {result.status for result in results} == {"dispatching"}
    together(*[lambda: waves.work(ctx)] * 3)
    assert (Assignment.select().count(), TaskWave.select().count()) == (2, 1)
    assert [act[0] for act in acts("task")] == ["create", "dispatch", "finish"]


def test_one_with_an_hour_is_no_question_of_rights_to_another_page(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    compose.schedule(ctx, seat, task.code, later(clock, hours=1))
    with pytest.raises(IllegalMove):
        compose.dispatch(ctx, seat, task.code)


@pytest.mark.parametrize("_turn", range(5))
def test_nothing_of_a_task_changes_once_it_is_sent(ctx: Context, cast: Cast, sit: Sit, _turn: int) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    file = compose.attach(ctx, seat, task.code, "安排.pdf", "application/pdf", [PDF])
    draft = notice(title="招聘会改期了", version=str(task.version))
    together(
        lambda: compose.dispatch(ctx, seat, task.code),
        lambda: compose.save(ctx, seat, draft, task.code),
        lambda: compose.attach(ctx, seat, task.code, "名单.pdf", "application/pdf", [PDF]),
        lambda: compose.detach(ctx, seat, task.code, file.code),
    )
    assert acts("task")[-1][0] == "dispatch"
