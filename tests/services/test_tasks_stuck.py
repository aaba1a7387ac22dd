"""A pass that fails again and again: put off, longer each time, given up in the end, and begun again by a person."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models import board
from models.task import Assignment, Task, TaskWave
from services.context import Context
from services.seats import Seat
from services.tasks import audience, compose, tally, waves
from services.tasks.waves import MOST_TRIES, PAUSE
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import notice, work
from tests.services.tools import acts

Sit = Callable[[str], Seat]
BROKEN = {"colleges": 7}  # nothing that the product writes: whoever reads it falls over


def breaks(task: Task) -> None:
    Task.update(audience=BROKEN).where(Task.id == task.id).execute()


def mends(task: Task) -> None:
    Task.update(audience={}).where(Task.id == task.id).execute()


@pytest.fixture
def broken(ctx: Context, cast: Cast, sit: Sit) -> Task:
    """A task on its way that no worker can hand out."""
    task = compose.save(ctx, sit("school"), notice())
    work(ctx)
    compose.dispatch(ctx, sit("school"), task.code)
    breaks(task)
    return task


def wave() -> TaskWave:
    return TaskWave.get(TaskWave.kind == "dispatch")


def try_out(ctx: Context, clock: FixedClock) -> list[float]:
    """Turns a worker every second until the wave is given up; answers the seconds between the tries."""
    pauses, since, seen = [], clock.now, 0
    while wave().failed_at is None:
        waves.work(ctx)
        if wave().tries != seen:
            pauses.append((clock.now - since).total_seconds())
            since, seen = clock.now, wave().tries
        clock.advance(seconds=1)
        assert clock.now - since < timedelta(hours=1), "neither tried nor given up"
    return pauses


def test_tried_so_often_and_later_each_time(
    ctx: Context, cast: Cast, broken: Task, clock: FixedClock
) -> None:
    pauses = try_out(ctx, clock)
    assert len(pauses) == MOST_TRIES
    assert pauses[0] == 0
    for number, pause in enumerate(pauses[1:], 1):
        assert pause - (PAUSE * 2**number).total_seconds() in (0, 1)
    given_up = wave()
    assert (given_up.problem, given_up.finished_at) == ("TypeError", None)
    clock.advance(days=1)
    waves.work(ctx)
    assert wave().tries == MOST_TRIES  # nobody tries it any more
    assert (board.waves_failed(), board.waves_waiting(clock.now)[0]) == (1, 0)
    assert (Task.get_by_id(broken.id).status, Assignment.select().count()) == ("dispatching", 0)


def test_others_go_on_meanwhile(ctx: Context, cast: Cast, sit: Sit, broken: Task) -> None:
    other = compose.save(ctx, sit("school"), notice())
    audience.preview(ctx, sit("school"), other.code)
    waves.work(ctx)
    compose.dispatch(ctx, sit("school"), other.code)
    waves.work(ctx)
    assert Task.get_by_id(other.id).status == "dispatched"
    assert wave().tries == 1


def test_a_person_has_it_tried_again(
    ctx: Context, cast: Cast, sit: Sit, broken: Task, clock: FixedClock
) -> None:
    seat = sit("school")
    assert compose.retry(ctx, seat, broken.code) == 0  # the worker is at it still
    try_out(ctx, clock)
    mends(broken)
    assert (compose.retry(ctx, seat, broken.code), compose.retry(ctx, seat, broken.code)) == (1, 0)
    assert acts("task")[-1][:2] == ("retry", "school")
    waves.work(ctx)
    tally.sweep(ctx)
    assert (Task.get_by_id(broken.id).status, Assignment.select().count()) == ("dispatched", 2)
    assert (board.waves_failed(), TaskWave.failed(broken.id)) == (0, [])


def test_what_comes_forward_counts_its_tries_anew(
    ctx: Context, cast: Cast, broken: Task, clock: FixedClock
) -> None:
    waves.work(ctx)
    clock.advance(minutes=1)
    waves.work(ctx)
    assert wave().tries == 2
    mends(broken)
    clock.advance(minutes=1)
    waves.work(ctx)
    assert (wave().tries, wave().problem, wave().finished_at is None) == (0, "", False)


def test_a_count_that_was_given_up_is_no_count_under_way(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    task = compose.save(ctx, seat, notice())
    audience.preview(ctx, seat, task.code)
    breaks(task)
    for _ in range(MOST_TRIES):
        waves.preview(ctx)
        clock.advance(hours=1)
    assert not audience.is_previewing(task)
    mends(task)
    audience.preview(ctx, seat, task.code)
    assert audience.is_previewing(task)
    waves.preview(ctx)
    assert Task.get_by_id(task.id).preview["recipients"] == 2
    assert TaskWave.select().count() == 1


def test_withdrawn_it_is_over(ctx: Context, cast: Cast, sit: Sit, broken: Task, clock: FixedClock) -> None:
    try_out(ctx, clock)
    compose.withdraw(ctx, sit("school"), broken.code)
    waves.work(ctx)
    assert TaskWave.failed(broken.id) == []
    assert TaskWave.select().where(TaskWave.finished_at.is_null()).count() == 0
