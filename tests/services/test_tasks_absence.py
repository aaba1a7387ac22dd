"""Whoever has left is no unfinished counselor: nothing is asked of them, they are in no share, until they are back."""

from collections.abc import Callable

import pytest

from domain.refusals import Conflict
from models.task import Assignment, Task, TaskAbsence
from models.task_counts import Counts
from services import people, sessions
from services.context import Context
from services.seats import Seat
from services.tasks import absence, compose, desk, export, progress, tally
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import at, course, notice, sent
from tests.services.tools import Meet, acts, statements, together

Sit = Callable[[str], Seat]


@pytest.fixture
def task(ctx: Context, cast: Cast, sit: Sit) -> Task:
    return sent(ctx, sit("province"), notice())


def leave(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    people.end(ctx, sit("school"), cast.counselor.staff.code)
    clock.advance(minutes=3)


def swept(ctx: Context) -> int:
    done = absence.sweep(ctx)
    tally.sweep(ctx)
    return done


def figures(ctx: Context, sit: Sit, task: Task, who: str = "school") -> Counts:
    return progress.of(ctx, sit(who), task.code).total


def test_released_and_counted_apart_everywhere_above(
    ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock
) -> None:
    assert (figures(ctx, sit, task).assigned, figures(ctx, sit, task).unfinished) == (2, 2)
    leave(ctx, cast, sit, clock)
    assert (swept(ctx), swept(ctx)) == (1, 0)
    for who in ("college", "school", "province", "ministry"):
        counts = figures(ctx, sit, task, who)
        left = 0 if who == "college" else 1
        assert (counts.assigned, counts.unfinished, counts.away) == (left, left, 1), who
        assert counts.unbound == left
    row = at(task, cast.counselor)
    assert (row.status, row.left_at) == ("unread", clock.now)
    assert acts("assignment") == [("release", "system", "unread", "unread")]

    seat = sit("school")
    for show, names in (("all", ["王建国", "赵敏"]), ("unfinished", ["赵敏"]), ("away", ["王建国"])):
        shown = progress.counselors(ctx, seat, task.code, "", show).rows
        assert [one.staff.account.name for one in shown] == names
    assert progress.remind(ctx, seat, task.code) == 1


def test_not_before_it_is_sure_that_nobody_is_being_given_a_task(
    ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock
) -> None:
    people.end(ctx, sit("school"), cast.counselor.staff.code)
    clock.advance(seconds=100)
    assert (swept(ctx), figures(ctx, sit, task).away) == (0, 0)


def test_with_everybody_else_through_nobody_is_left_to_remind(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet, task: Task, clock: FixedClock
) -> None:
    visitor, code = meet(cast.other_counselor), at(task, cast.other_counselor).code
    desk.open(ctx, visitor, code)
    desk.complete(ctx, visitor, code)
    leave(ctx, cast, sit, clock)
    swept(ctx)
    with pytest.raises(Conflict, match="task_all_done"):
        progress.remind(ctx, sit("school"), task.code)


def test_what_was_finished_stays_finished(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet, task: Task, clock: FixedClock
) -> None:
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    desk.complete(ctx, visitor, code)
    leave(ctx, cast, sit, clock)
    swept(ctx)
    counts = figures(ctx, sit, task)
    assert (counts.assigned, counts.finished, counts.away) == (2, 1, 0)


@pytest.mark.parametrize("steps", [(), (desk.open,), (desk.open, desk.forwarded), (desk.open, desk.complete)])
def test_whoever_comes_back_goes_on_where_they_stood(
    ctx: Context,
    cast: Cast,
    sit: Sit,
    meet: Meet,
    clock: FixedClock,
    steps: tuple[Callable[..., Assignment], ...],
) -> None:
    task = sent(ctx, sit("school"), course(clock))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    for step in steps:
        step(ctx, visitor, code)
    before = at(task, cast.counselor)
    tally.sweep(ctx)
    counted = figures(ctx, sit, task)
    for _ in range(2):  # and once more
        leave(ctx, cast, sit, clock)
        assert (swept(ctx), figures(ctx, sit, task).away) == (1, 1)
        people.restore(ctx, sit("school"), cast.counselor.staff.code)
        assert (swept(ctx), TaskAbsence.select().count()) == (1, 0)
        row = at(task, cast.counselor)
        assert (row.status, row.left_at, row.viewed_at) == (before.status, None, before.viewed_at)
        assert figures(ctx, sit, task) == counted
    token = sessions.open_session(ctx, cast.counselor.account, "desktop")
    back = sessions.visitor_of(ctx, token)
    assert back is not None
    desk.open(ctx, back, code)
    assert desk.complete(ctx, back, code).completed_at is not None


def test_a_withdrawn_task_asks_nothing_of_anybody(
    ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock
) -> None:
    compose.withdraw(ctx, sit("province"), task.code)
    leave(ctx, cast, sit, clock)
    swept(ctx)
    assert at(task, cast.counselor).left_at is None


def test_two_workers_at_once_release_once(
    ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock
) -> None:
    leave(ctx, cast, sit, clock)
    together(*[lambda: absence.sweep(ctx)] * 3)
    assert [act[0] for act in acts("assignment")] == ["release"]
    people.restore(ctx, sit("school"), cast.counselor.staff.code)
    together(*[lambda: absence.sweep(ctx)] * 3)
    assert [act[0] for act in acts("assignment")] == ["release", "resume"]


def test_the_table_says_so(ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock) -> None:
    leave(ctx, cast, sit, clock)
    swept(ctx)
    lines = {row[3]: row[5] for row in export._rows(task, cast.units["province"])}
    assert lines == {"王建国": "已离岗", "赵敏": "未读"}


def test_who_left_long_ago_costs_later_sweeps_nothing(
    ctx: Context, cast: Cast, sit: Sit, task: Task, clock: FixedClock
) -> None:
    leave(ctx, cast, sit, clock)
    swept(ctx)
    with statements() as run:
        assert absence.sweep(ctx) == 0
    assert len(run) == 2
