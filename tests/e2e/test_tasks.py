"""A province dispatches a live course; a counselor's phone rings, and the console watches what is done there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from services.quota import quiet_until
from tests.e2e.consoles import WORKER_MS, come_in
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import COUNSELOR, GRADUATE, PASSWORD, PEOPLE, counselor_binds
from tests.stack import Stack

pytestmark = pytest.mark.e2e

PROVINCE = next(member for member in PEOPLE["staff"] if member["level"] == "province")
COUNSELORS = sum(member["level"] == "counselor" for member in PEOPLE["staff"])
TITLE = "直播课：求职材料怎么写"
IN_CHINA = timedelta(hours=8)


@pytest.fixture
def console(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def dispatch(page: Page, running: Stack) -> None:
    """Writes a live course that begins in ten minutes, so that one may check in already, and sends it out."""
    begins = (datetime.now(UTC) + IN_CHINA + timedelta(minutes=10)).replace(tzinfo=None)
    page.goto(f"{running.web}/console/tasks/new")
    page.get_by_role("textbox", name="标题").fill(TITLE)
    page.get_by_role("combobox", name="类型").select_option(label="就业创业直播课")
    page.get_by_label("开始时间").fill(f"{begins:%Y-%m-%dT%H:%M}")
    page.get_by_label("结束时间").fill(f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.get_by_role("textbox", name="正文").fill("请通知毕业班学生收看。")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.get_by_role("button", name=f"立即派发给 {COUNSELORS} 位辅导员").click(timeout=WORKER_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("任务进度")


def figure(page: Page, words: str, number: int) -> None:
    """Waits until the progress page shows a figure, without anybody fetching the page again."""
    tile = page.locator("#figures .tile").filter(has_text=re.compile(rf"^\s*[\d,]+\s*{words}"))
    expect(tile.locator("strong")).to_have_text(str(number), timeout=WORKER_MS)


def test_from_the_console_to_the_students_phone_and_back(running: Stack, desk: Page, console: Page) -> None:
    desk.goto(running.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    counselor_binds(counselor)
    counselor.close_web()

    come_in(console, running, PROVINCE["phone"], PASSWORD)
    dispatch(console, running)
    console.evaluate("window.isTheSamePage = true")
    figure(console, "应办辅导员", COUNSELORS)
    # Who is bound to no WeChat is told by text message, though not at night.
    now = datetime.now(UTC)
    figure(console, "已发提醒", COUNSELORS if quiet_until(now) == now else 1)

    expect(counselor.chat).to_contain_text("新任务提醒")
    counselor.chat.get_by_role("button", name="新任务提醒").click()
    counselor.shows("请通知毕业班学生收看。")
    figure(console, "已查看", 1)

    expect(counselor.web.get_by_text("选“发送给朋友”")).to_be_visible()
    counselor.forward_to(GRADUATE["name"])
    counselor.shows("已记录转发。")
    figure(console, "已转发", 1)

    graduate.open_card_from(COUNSELOR["name"], TITLE)
    graduate.shows("请通知毕业班学生收看。")
    graduate.shows(f"本页由 {PROVINCE['unit']} 发布，辅导员转发。")
    expect(graduate.web.get_by_role("button")).to_have_count(0)
    counselor.frame.get_by_role("button", name="刷新").click()
    counselor.shows("公开页面已被打开 1 次")

    counselor.web.locator("summary").click()
    counselor.press("确认完成")
    counselor.shows("别忘了在直播课前后签到")
    figure(console, "已完成", 1)
    counselor.press("签到")
    counselor.shows("这个任务已办结")
    figure(console, "已签到", 1)
    assert console.evaluate("window.isTheSamePage") is True

    counselor.tap_menu("辅导员", "我的任务")
    expect(counselor.chat).to_contain_text("打开我的任务")
    counselor.chat.get_by_text("打开我的任务").click()
    counselor.shows("没有待办任务")
