"""How far a task is: counted anew behind whatever happens, shown to each level in its own range."""

import io
import zipfile
from collections.abc import Callable

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskTally
from models.task_counts import Counts
from services import binding
from services.context import Context
from services.jobs import desk as jobs
from services.jobs import runner
from services.seats import Seat
from services.tasks import compose, desk, lists, progress, tally, waves
from services.tasks.lists import TaskFilter
from tests.cast import Cast, add_account
from tests.fakes import FixedClock, RecordingGateway
from tests.pumps import pump
from tests.services.tasks import at, notice, sent, work
from tests.services.tools import Meet, acts, owed, refusal_of, statements
from wechat.outcomes import Outcome

Sit = Callable[[str], Seat]


@pytest.fixture
def far(cast: Cast) -> Staff:
    """A counselor of another province."""
    province = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    school = OrgUnit.add("school", "钱塘大学", province)
    college = OrgUnit.add("college", "文学院", school)
    account = add_account("钱江", "13800000001", "x")
    return Staff.create(account=account, level="counselor", unit=college)


@pytest.fixture
def task(ctx: Context, cast: Cast, sit: Sit, far: Staff) -> Task:
    """The ministry's, at three counselors; 王建国 is bound, has seen and passed it on."""
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    return sent(ctx, sit("ministry"), notice(due="2026-12-01T18:00"))


def test_the_whole_for_the_dispatcher_and_ones_own_for_those_below(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, task: Task
) -> None:
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)
    desk.forwarded(ctx, visitor, row.code)
    Assignment.note_reach({"told": [row.id]})
    tally.sweep(ctx)
    whole = progress.of(ctx, sit("ministry"), task.code)
    assert (whole.unit.level, whole.total.assigned, whole.total.unbound) == ("ministry", 3, 2)
    assert [(line.unit.name, line.counts.assigned) for line in whole.rows] == [("安徽省", 2), ("浙江省", 1)]
    for who, names in (
        ("province", ["江淮大学"]),
        ("school", ["外国语学院", "计算机学院"]),
        ("college", []),
    ):
        part = progress.of(ctx, sit(who), task.code)
        assert part.unit.id == cast.units[who].id
        assert sorted(line.unit.name for line in part.rows) == names
    mine = progress.of(ctx, sit("college"), task.code)
    assert mine.total == Counts(assigned=1, told=1, viewed=1, forwarded=1)
    assert not mine.is_moving


def test_down_to_the_counselors_and_no_further_than_ones_range(
    ctx: Context, cast: Cast, sit: Sit, far: Staff, task: Task
) -> None:
    seat = sit("ministry")
    school = progress.of(ctx, seat, task.code, cast.units["school"].code)
    assert [unit.name for unit in school.trail] == ["教育部", "安徽省", "江淮大学"]
    rows = progress.counselors(ctx, seat, task.code, cast.units["college"].code).rows
    assert [(row.staff.account.name, row.reach) for row in rows] == [("王建国", "waiting")]
    elsewhere = far.unit.code
    for who in ("province", "school", "college"):
        with pytest.raises(NotFound):
            progress.of(ctx, sit(who), task.code, elsewhere)
        with pytest.raises(NotFound):
            progress.counselors(ctx, sit(who), task.code, elsewhere)
    with pytest.raises(NotAllowed):
        progress.of(ctx, sit("counselor"), task.code)


def test_the_counselors_by_what_became_of_it(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, task: Task
) -> None:
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)
    seat = sit("school")

    def names(show: str) -> list[str]:
        return [one.staff.account.name for one in progress.counselors(ctx, seat, task.code, "", show).rows]

    assert names("all") == ["王建国", "赵敏"]
    assert (names("unread"), names("unfinished"), names("finished")) == (["赵敏"], ["王建国", "赵敏"], [])
    assert (names("unreachable"), names("unbound"), names("blocked")) == (["赵敏"], ["赵敏"], [])
    with pytest.raises(Invalid):
        names("lazy")


def test_what_was_delivered_stays_so(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    row = at(task, cast.counselor)
    for reach, then in (
        ("told", "told"),
        ("blocked", "blocked"),
        ("delivered", "delivered"),
        ("told", "delivered"),
        ("failed", "delivered"),
        ("unknown", "delivered"),
    ):
        Assignment.note_reach({reach: [row.id]})
        assert at(task, cast.counselor).reach == then
    tally.sweep(ctx)
    assert progress.of(ctx, sit("college"), task.code).total.delivered == 1


def test_whom_a_task_has_reached_is_told_though_a_reminder_fails(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock, gateway: RecordingGateway
) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    task = sent(ctx, sit("school"), notice())
    pump(ctx)
    assert at(task, cast.counselor).reach == "told"
    progress.remind(ctx, sit("school"), task.code)
    work(ctx)
    gateway.outcomes = [Outcome.UNREACHABLE]
    pump(ctx)
    assert [row.status for row in owed("task_unfinished") if row.openid] == ["failed"]
    assert at(task, cast.counselor).reach == "told"


def test_counts_follow_every_step_and_only_where_it_was_made(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, task: Task
) -> None:
    assert tally.sweep(ctx) == 0
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    for verb, name in ((desk.open, "viewed"), (desk.forwarded, "forwarded"), (desk.complete, "completed")):
        verb(ctx, visitor, row.code)
        assert progress.of(ctx, sit("ministry"), task.code).is_moving
        assert tally.sweep(ctx) == 4  # the college, and the sums above it
        assert getattr(progress.of(ctx, sit("ministry"), task.code).total, name) == 1
    assert progress.of(ctx, sit("ministry"), task.code).total.finished == 1


def test_a_recount_heals_whatever_the_counts_say(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    before = progress.of(ctx, sit("ministry"), task.code).total
    TaskTally.update(assigned=77, finished=5, is_dirty=True).execute()
    tally.sweep(ctx)
    assert progress.of(ctx, sit("ministry"), task.code).total == before


def test_a_look_costs_the_same_however_many_there_are(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    seat = sit("ministry")
    with statements() as few:
        progress.of(ctx, seat, task.code)
    for number in range(20):
        account = add_account(f"又一{number}", f"137000000{number:02}", "x")
        Staff.create(account=account, level="counselor", unit=cast.units["college"])
    larger = sent(ctx, seat, notice())
    with statements() as many:
        progress.of(ctx, seat, larger.code)
    assert len(many) == len(few)


def test_one_button_reminds_the_unfinished_of_ones_range(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, clock: FixedClock, task: Task
) -> None:
    binding.bind(ctx, cast.other_counselor.account, cast.other_counselor.openid)
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)
    desk.complete(ctx, visitor, row.code)
    tally.sweep(ctx)
    assert progress.remind(ctx, sit("school"), task.code) == 1
    assert progress.remind(ctx, sit("school"), task.code) == 1  # a second tap
    waves.work(ctx)
    [message] = owed("task_unfinished")
    assert message.openid == cast.other_counselor.openid
    with pytest.raises(Conflict, match="task_all_done"):
        progress.remind(ctx, sit("college"), task.code)
    clock.advance(hours=3, minutes=59)
    with pytest.raises(TooMany) as early:
        progress.remind(ctx, sit("school"), task.code)
    assert 0 < early.value.retry_after <= 60
    assert progress.remind(ctx, sit("ministry"), task.code) == 2  # another range has a clock of its own
    clock.advance(minutes=1)
    assert progress.remind(ctx, sit("school"), task.code) == 1
    assert [act[:2] for act in acts("task")][-3:] == [
        ("nudge", "school"),
        ("nudge", "ministry"),
        ("nudge", "school"),
    ]


def test_only_what_is_out_is_reminded_of(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    seat = sit("school")
    draft = compose.save(ctx, seat, notice())
    assert refusal_of(lambda: progress.remind(ctx, seat, draft.code)).code == "task_not_out"
    compose.withdraw(ctx, sit("ministry"), task.code)
    assert refusal_of(lambda: progress.remind(ctx, seat, task.code)).code == "task_not_out"


def test_the_export_has_everybody_in_range(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, far: Staff, task: Task
) -> None:
    visitor, row = meet(cast.counselor), at(task, cast.counselor)
    desk.open(ctx, visitor, row.code)

    def exported(who: str) -> str:
        seat = sit(who)
        job = jobs.start_export(ctx, seat, "export.task_progress", {"task": task.code, "unit": ""})
        runner.work(ctx)
        done, pieces = jobs.take_result(ctx, seat, job.code)
        assert done.status == "done"
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            return archive.read("xl/worksheets/sheet1.xml").decode()

    whole, part = exported("ministry"), exported("college")
    for words in ("浙江省", "钱江", "未绑定微信", "王建国", "已读", "2026-11-20 15:00:00"):
        assert words in whole
    assert ("王建国" in part, "赵敏" in part, "钱江" in part) == (True, False, False)


def test_the_three_tabs(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    by_school = sent(ctx, sit("school"), notice(title="校级通知一则", campaign="秋季校园招聘月"))
    draft = compose.save(ctx, sit("school"), notice(title="校级草稿一份", kind="policy"))
    narrow = sent(ctx, sit("province"), notice(audience={"colleges": [cast.units["other_college"].code]}))

    def listed(who: str, tab: str, **filters: str) -> list[int]:
        return [row.id for row in lists.tasks(ctx, sit(who), tab, "", TaskFilter(**filters)).rows]

    assert listed("school", "own") == [draft.id, by_school.id]
    assert listed("school", "above") == [narrow.id, task.id]
    assert listed("college", "above") == [by_school.id, task.id]  # the narrow one went elsewhere
    assert (listed("college", "own"), listed("college", "below")) == ([], [])
    assert listed("province", "below") == [by_school.id]  # drafts are nobody else's
    assert listed("ministry", "below") == [narrow.id, by_school.id]
    assert listed("school", "own", campaign="秋季校园招聘月") == [by_school.id]
    assert listed("school", "own", kind="policy") == listed("school", "own", keyword="草稿") == [draft.id]
    assert listed("school", "own", status="dispatched") == [by_school.id]
    compose.discard(ctx, sit("school"), draft.code)
    assert listed("school", "own") == [by_school.id]
    counts = lists.progress(ctx, sit("school"), list(lists.tasks(ctx, sit("school"), "above").rows))
    assert (counts[task.id].assigned, counts[narrow.id].assigned) == (2, 1)
    with pytest.raises(NotAllowed):
        lists.tasks(ctx, sit("counselor"), "own")
    work(ctx)
