"""任务 at the console: writing, narrowing, counting, sending, taking back; pressed twice, and by other hands."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.machines import TASK
from domain.tasks import TaskKind
from handlers.console.tasks import KINDS_OF_STATUS
from handlers.console.wording import STATUSES
from handlers.task_words import KINDS
from models.journal import Journal
from models.org import OrgUnit
from models.task import Assignment, Task, TaskFile, TaskWave
from services import binding
from services.context import Context
from services.tasks import choices
from services.tasks.circles import MOST_UNITS
from tests.browser import Browser, Page
from tests.cast import YEAR, Cast, Persona
from tests.fakes import FixedClock
from tests.services.tasks import work

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
FORM = "/console/tasks/new"


def write(desk: Browser, **values: object) -> Page:
    """A draft from the empty form."""
    form: dict[str, object] = {
        "title": "学习促就业政策",
        "kind": "policy",
        "body": "<p>请转发<b>学生</b></p>",
    }
    return desk.open(FORM).submit(FORM, **form | values)


def only() -> Task:
    return Task.select().order_by(Task.id.desc()).get()


@pytest.fixture
def counting(school_desk: Browser) -> Task:
    """A draft just written."""
    write(school_desk)
    return only()


@pytest.fixture
def draft(counting: Task, ctx: Context) -> Task:
    """The same when its people have been counted."""
    work(ctx)
    return only()


@pytest.fixture
def sent(school_desk: Browser, draft: Task, ctx: Context) -> Task:
    at = f"/console/tasks/{draft.code}"
    school_desk.open(at).submit(f"{at}/dispatch")
    work(ctx)
    return only()


def test_a_draft_is_written_and_read_again(school_desk: Browser, cast: Cast) -> None:
    page = write(
        school_desk,
        due="2026-11-30T18:00",
        campaign="秋季校园招聘月",
        link="https://example.org/jobs",
        link_title="岗位",
        years=[str(YEAR)],
        colleges=[cast.units["college"].code],
    )
    task = only()
    assert page.path == f"/console/tasks/{task.code}"
    for words in (
        "草稿已保存",
        "学习促就业政策",
        "就业创业政策",
        "2026-11-30 18:00",
        "秋季校园招聘月",
        "岗位",
        "计算机学院",
        "2027",
    ):
        assert words in page.text, words
    assert "<p>请转发<b>学生</b></p>" in page.html
    again = school_desk.open(f"{page.path}/edit")
    fields = dict(again.form(f"{page.path}/edit").fields)
    assert fields["title"] == "学习促就业政策"
    assert fields["due"] == "2026-11-30T18:00"
    assert fields["years"] == str(YEAR)
    assert fields["colleges"] == cast.units["college"].code
    changed = again.submit(f"{page.path}/edit", title="学习新政策")
    assert "学习新政策" in changed.text
    assert Task.select().count() == 1


def test_the_same_form_sent_twice_makes_one_task(school_desk: Browser) -> None:
    page = school_desk.open(FORM)
    first = page.submit(FORM, title="学习促就业政策", kind="policy")
    second = page.submit(FORM, title="学习促就业政策", kind="policy")
    assert first.path == second.path
    assert Task.select().count() == 1


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(school_desk: Browser) -> None:
    page = write(
        school_desk, title="一", kind="live", body="<p>还在</p>", starts="", link="http://example.org"
    )
    assert page.status == 422
    for words in ("任务标题请写", "请填写开始时间", "链接请以"):
        assert words in page.text
    assert "&lt;p&gt;还在&lt;/p&gt;" in page.html
    assert Task.select().count() == 0
    assert "请填写" in school_desk.open(FORM).submit(FORM).text


def test_text_typed_without_the_editor_becomes_paragraphs(school_desk: Browser) -> None:
    write(school_desk, body="第一行\n\n第二行 a&b")
    assert only().body == "<p>第一行</p><p>第二行 a&amp;b</p>"


def test_scripts_in_a_text_do_not_reach_the_page(school_desk: Browser) -> None:
    page = write(
        school_desk, body='<p onclick="x()">好<script>alert(1)</script></p><img src=x onerror=alert(1)>'
    )
    assert "alert(1)" not in page.html
    assert "<p>好</p>" in page.html


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("ministry", {"provinces", "schools", "colleges", "years", "educations"}),
        ("province", {"schools", "colleges", "years", "educations"}),
        ("school", {"colleges", "years", "educations"}),
        ("college", {"years", "educations"}),
    ],
)
def test_each_level_is_offered_its_own_filters(
    desk_of: Callable[..., Browser], cast: Cast, who: str, names: set[str]
) -> None:
    page = desk_of(getattr(cast, who)).open(FORM)
    every = ("provinces", "schools", "colleges", "years", "educations")
    assert {name for name in every if f'name="{name}"' in page.html} == names


def test_a_foreign_filter_is_refused(college_desk: Browser, cast: Cast) -> None:
    page = write(college_desk, colleges=[cast.units["other_college"].code])
    assert page.status == 422
    assert Task.select().count() == 0


def test_many_units_are_looked_for_by_a_word(province_desk: Browser, cast: Cast) -> None:
    for number in range(choices.MOST_SHOWN + 5):
        OrgUnit.add("school", f"第{number}学院", cast.units["province"])
    page = province_desk.open(FORM)
    assert "data-search" in page.html
    assert page.html.count(' name="schools"') == 0
    chosen = write(province_desk, schools=[cast.units["school"].code])
    again = province_desk.open(f"{chosen.path}/edit")
    assert dict(again.form(f"{chosen.path}/edit").fields)["schools"] == cast.units["school"].code
    found = province_desk.open("/console/tasks/units.json?of=schools&q=江淮").response.json
    assert found == [{"code": cast.units["school"].code, "name": "江淮大学", "above": ""}]
    found = province_desk.open("/console/tasks/units.json?of=colleges&q=计算机").response.json
    assert found[0]["above"] == "江淮大学"
    assert province_desk.open("/console/tasks/units.json?of=provinces&q=安").status == 422


def test_whom_it_reaches_is_counted_behind_the_page(
    school_desk: Browser, counting: Task, cast: Cast, ctx: Context
) -> None:
    at = f"/console/tasks/{counting.code}"
    page = school_desk.open(at)
    assert "正在统计人数" in page.text
    assert f"{at}/dispatch" not in [form.action for form in page.forms]
    assert school_desk.open(f"{at}/count").response.json == {"alive": True}
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    work(ctx)
    assert school_desk.open(f"{at}/count").response.json == {"alive": False}
    page = school_desk.open(at)
    for words in (
        "2 位辅导员会收到任务",
        "1 未绑定微信，改用短信提醒",
        "预计 11月20日 全部发出",
        "给 2 位辅导员",
    ):
        assert words in page.text, words
    for words in ("新任务提醒", "任务名称", "派发单位", "江淮大学", "不限期"):
        assert words in page.text, words
    unbound = school_desk.open(f"{at}/unbound")
    assert "赵敏" in unbound.text
    assert "王建国" not in unbound.text
    assert "正在统计" in page.submit(f"{at}/recount").text


def test_as_many_units_as_may_be_chosen_come_with_the_form(province_desk: Browser, cast: Cast) -> None:
    units = [f"unit{number}" for number in range(MOST_UNITS)]
    page = write(province_desk, schools=units, colleges=units, files=(io.BytesIO(PNG), "a.png"))
    assert page.status == 422
    assert "选中的单位已停用或不在您的管理范围内" in page.text


def test_files_come_with_the_draft(school_desk: Browser) -> None:
    def chosen() -> list[tuple[io.BytesIO, str]]:
        return [
            (io.BytesIO(PNG), "海报.png"),
            (io.BytesIO(b"MZ" * 40), "程序.exe"),
            (io.BytesIO(PNG), "again.png"),
        ]

    wrong = write(school_desk, title="", files=chosen())
    assert "如选过附件，请重新选择" in wrong.text
    assert Task.select().count() == 0
    page = write(school_desk, files=chosen())
    assert "附件“程序.exe”没有上传。附件请上传 PDF" in page.text
    assert [file.name for file in TaskFile.select()] == ["海报.png"]
    at = f"/console/tasks/{only().code}"
    assert "海报.png" in school_desk.open(f"{at}/edit").text
    more = school_desk.open(f"{at}/edit").submit(f"{at}/edit", files=(io.BytesIO(PNG + b"x"), "b.png"))
    assert "b.png" in more.text
    assert TaskFile.select().count() == 2


def test_files_are_added_fetched_and_removed(school_desk: Browser, draft: Task) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at).submit(f"{at}/files", file=(io.BytesIO(PNG), "宣传 海报.png"))
    assert "附件已上传" in page.text
    assert "宣传 海报.png" in page.text
    file = TaskFile.get()
    got = school_desk.open(f"{at}/files/{file.code}").response
    assert got.data == PNG
    assert got.headers["Content-Disposition"].startswith("attachment;")
    wrong = school_desk.open(at).submit(f"{at}/files", file=(io.BytesIO(b"MZ" * 40), "a.png"))
    assert wrong.status == 422
    assert "附件请上传 PDF" in wrong.text
    assert "请选择" in school_desk.open(at).submit(f"{at}/files").text
    gone = school_desk.open(at).submit(f"{at}/files/{file.code}/remove")
    assert "没有附件" in gone.text
    assert school_desk.open(f"{at}/files/{file.code}").status == 404


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


def test_a_draft_is_thrown_away(school_desk: Browser, draft: Task) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at).submit(f"{at}/discard")
    assert page.path == "/console/tasks"
    assert "草稿已删除" in page.text
    assert "学习促就业政策" not in page.text


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


def test_a_draft_is_nobody_elses(college_desk: Browser, province_desk: Browser, draft: Task) -> None:
    for desk in (college_desk, province_desk):
        for path in ("", "/edit", "/progress", "/unbound", "/count"):
            assert desk.open(f"/console/tasks/{draft.code}{path}").status == 404


def test_every_kind_and_status_is_said_in_chinese() -> None:
    assert set(KINDS) == set(TaskKind)
    assert set(TASK.statuses) <= set(STATUSES)
    assert set(KINDS_OF_STATUS) <= set(TASK.statuses)


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
