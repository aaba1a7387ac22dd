"""A task leaves the console: sent once, at its hour, taken back, copied; counted before, and by nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.journal import Journal
from models.task import Assignment, Task, TaskWave
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast, Persona
from tests.doors.console.task_forms import only, write
from tests.fakes import FixedClock
from tests.services.tasks import work


@pytest.fixture
def sent(school_desk: Browser, draft: Task, ctx: Context) -> Task:
    at = f"/console/tasks/{draft.code}"
    school_desk.open(at).submit(f"{at}/dispatch")
    work(ctx)
    return only()


def test_sending_twice_sends_once(school_desk: Browser, draft: Task, ctx: Context) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at)
    first = page.submit(f"{at}/dispatch")
    second = page.submit(f"{at}/dispatch")
    assert first.path == second.path == f"{at}/progress"
    assert "正在派发" in second.text
    work(ctx)
    assert Assignment.select().count() == 2
    assert Journal.select().where(Journal.verb == "dispatch").count() == 1


def test_a_time_is_set_and_taken_back(school_desk: Browser, draft: Task) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at)
    early = page.submit(f"{at}/schedule", send_at="2026-11-20T08:00")
    assert early.status == 422
    assert "定时派发的时间要晚于现在" in early.text
    assert page.submit(f"{at}/schedule").status == 422
    set_ = page.submit(f"{at}/schedule", send_at="2026-11-21T08:00")
    assert "将于 2026-11-21 08:00 自动派发" in set_.text
    assert school_desk.open(f"{at}/edit").path == at
    back = set_.submit(f"{at}/recall")
    assert "回到草稿" in back.text
    assert only().status == "draft"


def test_a_time_that_has_passed_by_is_said_at_the_task(
    desk_of: Callable[..., Browser], cast: Cast, school_desk: Browser, ctx: Context, clock: FixedClock
) -> None:
    at = write(school_desk, due="2026-11-21T08:00").path
    work(ctx)
    clock.advance(days=2)
    page = desk_of(cast.school).open(at).submit(f"{at}/dispatch")
    assert page.status == 422
    assert "完成期限要晚于派发时间" in page.text


def test_taking_back_asks_first(school_desk: Browser, sent: Task, ctx: Context) -> None:
    at = f"/console/tasks/{sent.code}"
    asks = school_desk.open(f"{at}/withdraw")
    assert "撤回后不能恢复" in asks.text
    assert only().status != "withdrawn"
    done = asks.submit(f"{at}/withdraw")
    assert "任务已撤回" in done.text
    assert "已于 2026-11-20 15:00 撤回" in done.text
    assert only().status == "withdrawn"
    assert school_desk.open(f"{at}/withdraw").path == at
    assert "任务进度" in school_desk.open(f"{at}/progress").text


def test_a_copy_is_made_once_for_each_press(school_desk: Browser, sent: Task) -> None:
    at = f"/console/tasks/{sent.code}"
    page = school_desk.open(at)
    first, second = page.submit(f"{at}/copy"), page.submit(f"{at}/copy")
    assert first.path == second.path
    assert first.path.endswith("/edit")
    assert "已复制为新的草稿" in first.text
    assert Task.select().count() == 2


def test_what_is_sent_is_changed_no_more(school_desk: Browser, sent: Task) -> None:
    at = f"/console/tasks/{sent.code}"
    page = school_desk.open(f"{at}/edit")
    assert page.path == at
    assert f"{at}/dispatch" not in [form.action for form in page.forms]
    assert f"{at}/files" not in [form.action for form in page.forms]


def test_lists_by_tab_and_filter(
    school_desk: Browser, college_desk: Browser, province_desk: Browser, sent: Task
) -> None:
    own = school_desk.open("/console/tasks")
    assert "学习促就业政策" in own.text
    assert "0 / 2" in own.text
    assert "学习促就业政策" in school_desk.open("/console/tasks?kind=policy&status=dispatched&q=促就业").text
    assert "没有符合条件的任务" in school_desk.open("/console/tasks?kind=live").text
    assert "0 / 1" in college_desk.open("/console/tasks?tab=above").text
    assert "0 / 2" in province_desk.open("/console/tasks?tab=below").text
    assert "本级还没有任务" in province_desk.open("/console/tasks").text
    assert "下级任务" not in college_desk.open("/console/tasks").text


def test_those_above_and_below_see_it_and_change_nothing(
    college_desk: Browser, province_desk: Browser, sent: Task
) -> None:
    at = f"/console/tasks/{sent.code}"
    for desk in (college_desk, province_desk):
        page = desk.open(at)
        assert page.status == 200
        assert [form.action for form in page.forms if form.action.startswith(at)] == [f"{at}/copy"]
        assert desk.post(f"{at}/withdraw", {"csrf_token": desk.token()}).status == 404
        assert desk.open(f"{at}/withdraw").path == at


def test_nobody_is_sent_what_nobody_would_get(school_desk: Browser, ctx: Context) -> None:
    at = write(school_desk, years=["2024"]).path
    work(ctx)
    page = school_desk.open(at)
    assert "没有符合条件的辅导员" in page.text
    assert f"{at}/dispatch" not in [form.action for form in page.forms]


def test_what_did_not_go_out_says_why_and_what_to_do(
    school_desk: Browser,
    draft: Task,
    ctx: Context,
    cast: Cast,
    clock: FixedClock,
    desk_of: Callable[[Persona], Browser],
) -> None:
    at = f"/console/tasks/{draft.code}"
    Task.update(due_at=clock.now + timedelta(minutes=80)).where(Task.id == draft.id).execute()
    school_desk.open(at).submit(f"{at}/schedule", send_at="2026-11-20T16:00")
    clock.advance(minutes=90)
    work(ctx)
    desk = desk_of(cast.school)
    assert "1 未能派发的任务" in desk.open("/console/").text
    assert "学习促就业政策" in desk.open("/console/tasks?status=missed").text
    page = desk.open(at)
    for words in (
        "定于 2026-11-20 16:00",
        "没有发出：到派发时完成期限已过",
        "没有辅导员收到它",
        "改好时间后再派发",
    ):
        assert words in page.text, words
    assert f"{at}/dispatch" not in [form.action for form in page.forms]
    reworked = page.submit(f"{at}/rework")
    assert (reworked.path, only().status) == (f"{at}/edit", "draft")
    assert "到时未能派发" in desk.open(f"/console/journal?kind=task&record={draft.code}").text


def test_what_the_worker_gave_up_is_said_and_tried_again_by_a_button(
    school_desk: Browser, draft: Task, ctx: Context
) -> None:
    at = f"/console/tasks/{draft.code}"
    school_desk.open(at).submit(f"{at}/dispatch")
    TaskWave.update(failed_at=ctx.clock(), tries=8).where(TaskWave.kind == "dispatch").execute()
    for page in (school_desk.open(at), school_desk.open(f"{at}/progress")):
        assert "派发没有完成：系统多次重试仍未成功，已停下。" in page.text
    done = school_desk.open(at).submit(f"{at}/retry")
    assert "已重新开始，从中断处继续" in done.text
    assert "没有完成" not in done.text
    work(ctx)
    assert only().status == "dispatched"


def test_nothing_goes_out_uncounted(school_desk: Browser, counting: Task, ctx: Context) -> None:
    """Also not by a form that somebody made up, or that lay open while the count changed."""
    at = f"/console/tasks/{counting.code}"
    token = {"csrf_token": school_desk.token()}

    def tried(counted: str) -> list[str]:
        later = {"send_at": "2026-11-21T08:00"}
        pages = [
            school_desk.post(f"{at}/dispatch", token | {"counted": counted}),
            school_desk.post(f"{at}/schedule", token | later | {"counted": counted}),
        ]
        assert [page.status for page in pages] == [409, 409]
        return [page.text for page in pages]

    assert all("请先统计人数" in text for text in tried(""))
    work(ctx)
    seen = school_desk.open(at)
    [counted] = {
        dict(form.fields)["counted"]
        for form in seen.forms
        if form.action in (f"{at}/dispatch", f"{at}/schedule")
    }
    assert all("人数刚重新统计过" in text for text in tried(""))
    seen.submit(f"{at}/recount")
    assert all("请先统计人数" in text for text in tried(counted))
    Task.update(preview={"recipients": 3, "unbound": 0, "at": "2026-11-20T08:00:00+00:00"}).execute()
    TaskWave.update(finished_at=ctx.clock()).execute()
    assert all("人数刚重新统计过" in text for text in tried(counted))
    Task.update(preview={"recipients": 0, "unbound": 0, "at": counted}).execute()
    assert all("没有符合条件的辅导员" in text for text in tried(counted))
    assert only().status == "draft"
    Task.update(preview={"recipients": 2, "unbound": 2, "at": counted}).execute()
    assert "已开始派发" in school_desk.open(at).submit(f"{at}/dispatch").text
