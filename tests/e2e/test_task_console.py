"""Writing and watching a task at the console, in a real browser: the editor, the lists to choose from, live figures."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.org import OrgUnit
from models.task import Assignment, Task
from services.context import Context
from services.tasks import choices, tally
from tests.cast import Cast, Persona
from tests.desks import pass_second_factor
from tests.live import Served
from tests.services.tasks import work

pytestmark = pytest.mark.e2e

PASTE = """
(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(paste);
}
"""
PASTED = "<style>p { color: red }</style><p style='color:red' onclick=x()>粘贴<script>y()</script></p>"


@pytest.fixture
def desk(site: Served, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Pages of a member of staff; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_at(persona: Persona, path: str, *, has_script: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=has_script, viewport={"width": 390, "height": 800})
        contexts.append(context)
        context.add_cookies([site.cookie(persona)])
        pass_second_factor()
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"Error: {error}"))
        page.goto(f"{site.url}{path}")
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert [text for text in said if "Content Security Policy" in text or "Error:" in text] == []


def save(page: Page) -> Task:
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    return Task.select().order_by(Task.id.desc()).get()


def test_a_text_is_written_with_the_editor(desk: Callable[..., Page], cast: Cast) -> None:
    page = desk(cast.province, "/console/tasks/new")
    page.get_by_label("标题", exact=True).fill("学习促就业政策")
    page.get_by_label("类型").select_option("policy")
    text = page.get_by_role("textbox", name="正文")
    text.click()
    page.get_by_role("button", name="小标题").click()
    page.keyboard.type("要求")
    page.keyboard.press("Enter")
    page.keyboard.type("请转发")
    page.get_by_role("button", name="加粗").click()
    page.keyboard.type("学生")
    page.get_by_role("button", name="加粗").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="项目列表").click()
    page.keyboard.type("一项")
    page.evaluate(
        PASTE,
        '<style>p { color: red }</style><p style="color:red" onclick="x()">粘贴<script>y()</script></p>',
    )
    task = save(page)
    assert "<h3>要求</h3>" in task.body
    assert "<p>请转发<b>学生</b></p>" in task.body
    assert "<li>" in task.body
    assert "一项" in task.body
    assert "粘贴" in task.body
    for unwanted in ("style", "onclick", "script"):
        assert unwanted not in task.body
    page.get_by_role("link", name="修改").click()
    expect(page.get_by_role("textbox", name="正文").locator("b")).to_have_text("学生")
    again = save(page)
    assert again.body == task.body


def test_a_link_is_asked_for_below_the_buttons(desk: Callable[..., Page], cast: Cast) -> None:
    page = desk(cast.school, "/console/tasks/new")
    page.get_by_label("标题", exact=True).fill("学习促就业政策")
    page.get_by_label("类型").select_option("notice")
    page.get_by_role("textbox", name="正文").click()
    page.keyboard.type("岗位")
    page.keyboard.press("Shift+Home")
    page.get_by_role("button", name="链接", exact=True).click()
    address = page.get_by_label("链接的网址")
    address.fill("javascript:alert(1)")
    page.get_by_role("button", name="加上链接").click()
    expect(page.get_by_text("网址请以 https 开头")).to_be_visible()
    address.fill("https://example.org/jobs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="正文").locator("a")).to_have_text("岗位")
    assert 'href="https://example.org/jobs"' in save(page).body


def test_without_scripts_the_same_form_takes_plain_text(desk: Callable[..., Page], cast: Cast) -> None:
    page = desk(cast.school, "/console/tasks/new", has_script=False)
    page.get_by_label("标题", exact=True).fill("学习促就业政策")
    page.get_by_label("类型").select_option("policy")
    page.locator("#body").fill("第一行\n第二行")
    page.get_by_label("计算机学院").check()
    task = save(page)
    assert task.body == "<p>第一行</p><p>第二行</p>"
    assert task.audience == {"colleges": [cast.units["college"].code]}


def test_fields_of_a_course_show_for_a_course_alone(desk: Callable[..., Page], cast: Cast) -> None:
    page = desk(cast.school, "/console/tasks/new")
    expect(page.get_by_label("开始时间")).to_be_hidden()
    page.get_by_label("类型").select_option("live")
    expect(page.get_by_label("开始时间")).to_be_visible()


def test_one_school_is_found_among_many(desk: Callable[..., Page], cast: Cast) -> None:
    for number in range(choices.MOST_SHOWN + 1):
        OrgUnit.add("school", f"第{number}学院", cast.units["province"])
    page = desk(cast.province, "/console/tasks/new")
    page.get_by_label("标题", exact=True).fill("学习促就业政策")
    page.get_by_label("类型").select_option("policy")
    find = page.get_by_label("查找学校")
    find.fill("江淮")
    page.get_by_label("江淮大学", exact=True).check()
    find.fill("第17学院")
    page.get_by_label("第17学院").check()
    expect(page.get_by_text("已选 2")).to_be_visible()
    find.fill("没有这样的")
    expect(page.get_by_text("没有名称相符的").first).to_be_visible()
    expect(page.get_by_label("江淮大学", exact=True)).to_be_checked()
    assert len(save(page).audience["schools"]) == 2


def test_the_count_and_the_figures_come_by_themselves(
    desk: Callable[..., Page], cast: Cast, ctx: Context
) -> None:
    page = desk(cast.school, "/console/tasks/new")
    page.get_by_label("标题", exact=True).fill("学习促就业政策")
    page.get_by_label("类型").select_option("policy")
    task = save(page)
    expect(page.get_by_text("正在统计人数")).to_be_visible()
    work(ctx)
    page.get_by_role("button", name="立即派发给 2 位辅导员").click()
    expect(page.get_by_text("正在派发，还没有辅导员收到任务")).to_be_visible()
    lead, remind = page.locator(".lead"), page.get_by_role("button", name="提醒未完成的")
    expect(lead).to_contain_text("派发中")
    expect(remind).to_have_count(0)
    work(ctx)
    expect(lead).to_contain_text("已派发", timeout=8000)
    expect(remind).to_be_visible()
    tile = page.locator(".tile", has_text="已查看")
    expect(tile.locator("strong")).to_have_text("0", timeout=8000)
    row = Assignment.get(Assignment.task == task.id, Assignment.staff == cast.counselor.staff.id)
    row.change(viewed_at=ctx.clock())
    Assignment.note_reach({"delivered": [row.id]})
    tally.sweep(ctx)
    expect(tile.locator("strong")).to_have_text("1", timeout=8000)
    remind.click()
    expect(page.get_by_text("已安排提醒 2 位")).to_be_visible()
    page.get_by_role("link", name="计算机学院").click()
    expect(page.get_by_role("cell", name="王建国")).to_be_visible()


def test_no_page_of_a_task_is_wider_than_a_small_phone(
    desk: Callable[..., Page], cast: Cast, ctx: Context
) -> None:
    long = "关于组织参加全国高校毕业生就业创业公益直播课暨秋季校园招聘月活动的通知" + "ABCDEFGHIJ" * 2
    cast.units["college"].change(name="马克思主义理论与思想政治教育研究院（含研究生培养办公室）")
    cast.counselor.account.change(name="阿卜杜拉·买买提·艾合买提江·吐尔逊")
    page = desk(cast.province, "/console/tasks/new")
    page.get_by_label("标题", exact=True).fill(long)
    page.get_by_label("类型").select_option("policy")
    task = save(page)
    table = f"<table><tr>{'<td>用人单位名称</td>' * 12}</tr></table>"
    Task.update(body=table).where(Task.id == task.id).execute()
    at = page.url
    wide = {}

    def measure(path: str) -> None:
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(at + path)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > 360:
            wide[path] = width

    work(ctx)
    for path in ("", "/edit", "/unbound"):
        measure(path)
    page.goto(at)
    page.get_by_role("button", name="立即派发").click()
    work(ctx)
    assert task.title == long
    college = cast.units["college"].code
    for path in ("", "/withdraw", "/progress", f"/progress?unit={college}", "/counselors"):
        measure(path)
    page.goto(at.partition("/tasks/")[0] + "/tasks")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert wide == {}
