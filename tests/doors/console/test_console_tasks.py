"""任务 at the console: writing, narrowing, counting, throwing away."""

import io
from collections.abc import Callable

import pytest

from domain.machines import TASK
from domain.tasks import TaskKind
from handlers.console.tasks import KINDS_OF_STATUS
from handlers.console.wording import STATUSES
from handlers.task_words import KINDS
from models.org import OrgUnit
from models.task import Task
from services import binding
from services.context import Context
from services.tasks import choices
from services.tasks.circles import MOST_UNITS
from tests.browser import Browser
from tests.cast import YEAR, Cast
from tests.doors.console.task_forms import FORM, only, write
from tests.services.tasks import work

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


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


def test_a_draft_is_thrown_away(school_desk: Browser, draft: Task) -> None:
    at = f"/console/tasks/{draft.code}"
    page = school_desk.open(at).submit(f"{at}/discard")
    assert page.path == "/console/tasks"
    assert "草稿已删除" in page.text
    assert "学习促就业政策" not in page.text


def test_a_draft_is_nobody_elses(college_desk: Browser, province_desk: Browser, draft: Task) -> None:
    for desk in (college_desk, province_desk):
        for path in ("", "/edit", "/progress", "/unbound", "/count"):
            assert desk.open(f"/console/tasks/{draft.code}{path}").status == 404


def test_every_kind_and_status_is_said_in_chinese() -> None:
    assert set(KINDS) == set(TaskKind)
    assert set(TASK.statuses) <= set(STATUSES)
    assert set(KINDS_OF_STATUS) <= set(TASK.statuses)
