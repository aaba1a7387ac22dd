"""A counselor's side: looking, forwarding, finishing, checking in; each may be repeated, each in its time alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from domain.refusals import Conflict, NotAllowed, NotFound
from models.task import Assignment, Task, TaskOpening
from services import binding, housekeeping
from services.context import Context
from services.listing import SLICE
from services.seats import Seat
from services.sessions import Visitor
from services.tasks import compose, desk, progress, tally, waves
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import at, course, later, notice, sent
from tests.services.tools import Meet, acts, owed, refusal_of, together

Sit = Callable[[str], Seat]
Verb = Callable[[Context, Visitor, str], Assignment]
VERBS: tuple[Verb, ...] = (desk.open, desk.forwarded, desk.complete)


@pytest.fixture
def task(ctx: Context, cast: Cast, sit: Sit) -> Task:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    return sent(ctx, sit("school"), notice())


def test_nothing_but_looking_comes_first(ctx: Context, cast: Cast, meet: Meet, task: Task) -> None:
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    for verb in (desk.forwarded, desk.complete, desk.check_in):
        assert refusal_of(lambda verb=verb: verb(ctx, visitor, row.code)).code == "task_view_first"
    assert at(task, cast.counselor).status == "unread"


def test_every_verb_twice_is_once(
    ctx: Context, cast: Cast, meet: Meet, task: Task, clock: FixedClock
) -> None:
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    for verb in VERBS:
        first = verb(ctx, visitor, code)
        clock.advance(minutes=1)
        again = verb(ctx, visitor, code)
        assert (again.status, again.version) == (first.status, first.version)
    row = at(task, cast.counselor)
    assert (row.status, row.finished_at, row.forwarded_at is None) == ("completed", row.completed_at, False)
    assert [act[0] for act in acts("assignment")] == ["view", "forward", "complete"]


def test_two_taps_at_once_are_one(ctx: Context, cast: Cast, meet: Meet, task: Task) -> None:
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    for verb in VERBS:
        results = together(*[lambda verb=verb: verb(ctx, visitor, code)] * 3)
        assert not [result for result in results if isinstance(result, Exception)]
    assert [act[0] for act in acts("assignment")] == ["view", "forward", "complete"]


def test_forwarding_after_finishing_counts_and_changes_no_status(
    ctx: Context, cast: Cast, meet: Meet, task: Task
) -> None:
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    desk.complete(ctx, visitor, code)
    row = desk.forwarded(ctx, visitor, code)
    assert (row.status, row.forwarded_at is None) == ("completed", False)


def test_only_ones_own(ctx: Context, cast: Cast, meet: Meet, task: Task) -> None:
    code = at(task, cast.counselor).code
    for persona in (cast.other_counselor, cast.school, cast.graduate):
        for verb in (*VERBS, desk.check_in):
            with pytest.raises((NotFound, NotAllowed)):
                verb(ctx, meet(persona), code)
    assert acts("assignment") == []


def test_a_task_without_a_course_has_no_check_in(ctx: Context, cast: Cast, meet: Meet, task: Task) -> None:
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    assert refusal_of(lambda: desk.check_in(ctx, visitor, code)).code == "task_no_check_in"


def test_one_window_spans_the_beginning_both_ends_included(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    clock.now = clock.now.replace(second=0, microsecond=0)
    task = sent(ctx, sit("school"), course(clock, minutes_before="20", minutes_after="10"))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    desk.complete(ctx, visitor, code)
    begins = clock.now
    clock.advance(hours=24, minutes=-20, seconds=-1)
    assert refusal_of(lambda: desk.check_in(ctx, visitor, code)).code == "check_in_not_open"
    clock.advance(seconds=1)
    row = desk.check_in(ctx, visitor, code)
    assert row.finished_at == row.checked_in_at == clock.now
    clock.advance(minutes=30)
    assert (
        desk.check_in(ctx, visitor, code).checked_in_at == row.checked_in_at
    )  # the last second: answered, not redone
    clock.advance(days=3)
    assert desk.check_in(ctx, visitor, code).checked_in_at == row.checked_in_at  # and for ever after
    assert begins < row.checked_in_at
    assert [act[0] for act in acts("assignment")] == ["view", "complete", "check_in"]


def test_twice_asks_for_both_and_finishes_with_the_last(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), course(clock, check_in_twice=True))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    clock.advance(hours=24, minutes=-5)
    assert desk.check_in(ctx, visitor, code).finished_at is None
    clock.advance(minutes=20)
    again = desk.check_in(ctx, visitor, code)  # the first one's answer: the second has not opened
    assert (again.checked_in_at < clock.now, again.checked_out_at) == (True, None)
    early = refusal_of(lambda: desk.check_in(ctx, visitor, code, "checked_out_at"))
    assert early.code == "check_in_not_open"
    clock.advance(minutes=50)
    assert desk.check_in(ctx, visitor, code).finished_at is None
    row = desk.complete(ctx, visitor, code)
    assert row.finished_at == clock.now
    assert row.checked_in_at < row.checked_out_at <= row.finished_at


def test_a_missed_check_in_is_asked_for_no_more(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), course(clock, due=later(clock, days=3)))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    clock.advance(hours=28)
    assert desk.counts(ctx, visitor).todo == 1  # 完成 is still to be done
    desk.complete(ctx, visitor, code)
    assert desk.counts(ctx, visitor).todo == 1
    clock.advance(minutes=1)
    assert desk.counts(ctx, visitor).todo == 0
    tally.sweep(ctx)
    assert progress.remind(ctx, sit("school"), task.code) == 1
    waves.work(ctx)
    assert {row.assignment_id for row in owed("task_unfinished")} == {at(task, cast.other_counselor).id}


def test_a_withdrawn_task_is_shown_and_refuses(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, task: Task
) -> None:
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    compose.withdraw(ctx, sit("school"), task.code)
    shown = desk.open(ctx, visitor, row.code)
    assert (shown.task.status, shown.status) == ("withdrawn", "unread")
    for verb in (desk.forwarded, desk.complete, desk.check_in):
        with pytest.raises(Conflict, match="task_withdrawn"):
            verb(ctx, visitor, row.code)
    for look in (desk.shared, lambda ctx, code: desk.opened(ctx, code, "a")):
        with pytest.raises(NotFound, match="task_withdrawn"):
            look(ctx, row.share_code)
    assert desk.counts(ctx, visitor).todo == 0
    assert [one.id for one in desk.assignments(ctx, visitor, "all").rows] == [row.id]


def test_a_phone_counts_once_a_day_in_china(
    ctx: Context, cast: Cast, meet: Meet, task: Task, clock: FixedClock
) -> None:
    row = at(task, cast.counselor)
    clock.now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00 there
    counted = [desk.opened(ctx, row.share_code, phone) for phone in ("a", "a", "b", "a")]
    assert (counted, at(task, cast.counselor).opens) == ([True, False, True, False], 2)
    clock.advance(hours=1)
    assert (desk.opened(ctx, row.share_code, "a"), desk.opened(ctx, row.share_code, "a")) == (True, False)
    assert desk.opened(ctx, at(task, cast.other_counselor).share_code, "a")
    assert at(task, cast.counselor).opens == 3


def test_reading_the_page_and_the_counselors_own_look_count_nothing(
    ctx: Context, cast: Cast, meet: Meet, task: Task
) -> None:
    row = at(task, cast.counselor)
    assert desk.shared(ctx, row.share_code).code == task.code
    assert not desk.opened(ctx, row.share_code, "a", meet(cast.counselor))
    assert at(task, cast.counselor).opens == 0
    assert desk.opened(ctx, row.share_code, "a", meet(cast.other_counselor))
    for verb in (desk.shared, lambda ctx, code: desk.opened(ctx, code, "a")):
        with pytest.raises(NotFound):
            verb(ctx, row.code)


def test_one_phone_many_times_at_once(ctx: Context, cast: Cast, task: Task) -> None:
    code = at(task, cast.counselor).share_code
    counted = together(*[lambda: desk.opened(ctx, code, "a")] * 4)
    assert (sorted(counted), at(task, cast.counselor).opens) == ([False, False, False, True], 1)


def test_the_lists(ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock) -> None:
    seat, visitor = sit("school"), meet(cast.counselor)
    kinds = {
        "far": notice(due=later(clock, days=10)),
        "soon": notice(due=later(clock, days=2)),
        "past": notice(due=later(clock, hours=1)),
        "open": notice(),
        "done": notice(due=later(clock, days=2)),
    }
    tasks = {sent(ctx, seat, draft).id: name for name, draft in kinds.items()}
    names = {name: Task.get_by_id(task_id) for task_id, name in tasks.items()}
    clock.advance(hours=2)
    desk.open(ctx, visitor, at(names["done"], cast.counselor).code)
    desk.complete(ctx, visitor, at(names["done"], cast.counselor).code)
    desk.open(ctx, visitor, at(names["soon"], cast.counselor).code)

    def shown(show: str) -> list[str]:
        return [tasks[row.task_id] for row in desk.assignments(ctx, visitor, show).rows]

    assert shown("todo") == ["open", "past", "soon", "far"]
    assert shown("unread") == ["open", "past", "far"]
    assert shown("due") == ["soon"]
    assert shown("overdue") == ["past"]
    assert shown("done") == ["done"]
    assert shown("all") == ["done", "open", "past", "soon", "far"]
    assert desk.counts(ctx, visitor) == desk.Counts(todo=4, unread=3, due=1, overdue=1, done=1)


def test_a_long_list_goes_on_where_it_ended(ctx: Context, cast: Cast, meet: Meet, sit: Sit) -> None:
    seat, visitor = sit("college"), meet(cast.counselor)
    first = sent(ctx, seat, notice())
    columns = {"unit": first.unit_id, "staff": first.staff_id, "level": "college", "kind": "notice"}
    for number in range(2 * SLICE):
        task = Task.create(**columns, title=f"任务{number}")
        Task.update({Task.status: "dispatched"}).where(Task.id == task.id).execute()
        Assignment.create(task=task, staff=cast.counselor.staff, unit=cast.units["college"])
    seen, after = [], ""
    for _ in range(3):
        part = desk.assignments(ctx, visitor, "todo", after)
        seen += [row.id for row in part.rows]
        after = part.after
    assert (len(seen), after, seen) == (2 * SLICE + 1, "", sorted(seen, reverse=True))


def test_the_calendar_has_the_months_courses_by_china(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    seat, visitor = sit("school"), meet(cast.counselor)
    late = sent(ctx, seat, course(clock, starts="2026-11-30T23:30", ends="2026-12-01T00:30"))
    next_month = sent(ctx, seat, course(clock, starts="2026-12-01T00:10", ends="2026-12-01T01:00"))
    sent(ctx, seat, notice())
    assert [row.task_id for row in desk.calendar(ctx, visitor, "2026-11")] == [late.id]
    assert [row.task_id for row in desk.calendar(ctx, visitor)] == [late.id]
    assert [row.task_id for row in desk.calendar(ctx, visitor, "2026-12")] == [next_month.id]
    assert refusal_of(lambda: desk.calendar(ctx, visitor, "2026-13")).code == "bad_choice"


def test_who_came_too_late_is_told_so_as_often_as_they_ask(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), course(clock, check_in_twice=True))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    desk.open(ctx, visitor, code)
    clock.advance(hours=24, minutes=-5)
    first = desk.check_in(ctx, visitor, code, "checked_in_at").checked_in_at
    clock.advance(hours=2)  # the second one's window is over
    for _ in range(2):
        assert refusal_of(lambda: desk.check_in(ctx, visitor, code)).code == "check_in_closed"
        missed = refusal_of(lambda: desk.check_in(ctx, visitor, code, "checked_out_at"))
        assert missed.code == "check_in_closed"
    assert desk.check_in(ctx, visitor, code, "checked_in_at").checked_in_at == first
    assert refusal_of(lambda: desk.check_in(ctx, visitor, code, "finished_at")).code == "check_in_closed"


def test_what_was_done_is_answered_again_after_it_was_withdrawn_and_nothing_else(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), course(clock))
    mine, others = meet(cast.counselor), meet(cast.other_counselor)
    code, other = at(task, cast.counselor).code, at(task, cast.other_counselor).code
    desk.open(ctx, mine, code)
    desk.open(ctx, others, other)
    clock.advance(hours=24)
    for verb in (desk.forwarded, desk.complete, desk.check_in):
        verb(ctx, mine, code)
    before = at(task, cast.counselor)
    compose.withdraw(ctx, sit("school"), task.code)
    for verb in (desk.open, desk.forwarded, desk.complete, desk.check_in):
        again = verb(ctx, mine, code)
        assert (again.status, again.version) == (before.status, before.version)
    for verb in (desk.forwarded, desk.complete, desk.check_in):
        assert refusal_of(lambda verb=verb: verb(ctx, others, other)).code == "task_withdrawn"


def test_a_deadline_that_has_passed_ends_nothing(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock
) -> None:
    task = sent(ctx, sit("school"), notice(due=later(clock, hours=1)))
    visitor, code = meet(cast.counselor), at(task, cast.counselor).code
    clock.advance(hours=2)
    for verb in VERBS:
        first = verb(ctx, visitor, code)
        clock.advance(minutes=1)
        assert verb(ctx, visitor, code).version == first.version
    assert at(task, cast.counselor).finished_at is not None


def test_what_keeps_a_phone_from_counting_twice_goes_when_it_is_of_no_use(
    ctx: Context, cast: Cast, task: Task, clock: FixedClock
) -> None:
    code = at(task, cast.counselor).share_code
    desk.opened(ctx, code, "a")
    clock.advance(days=1)
    housekeeping.tidy(ctx)
    assert TaskOpening.select().count() == 1
    clock.advance(days=2)
    housekeeping.tidy(ctx)
    assert (TaskOpening.select().count(), at(task, cast.counselor).opens) == (0, 1)
