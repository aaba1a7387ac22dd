"""A counselor allows notices by the platform's own button, and gets one when a message does not reach."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.consoles import come_in
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import COUNSELOR, PASSWORD, counselor_binds
from tests.e2e.test_tasks import PROVINCE, dispatch
from tests.stack import Stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def console(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def open_tasks(phone: Phone) -> None:
    phone.tap_menu("辅导员", "我的任务")
    phone.chat.get_by_text("打开我的任务").last.click()


def test_whom_the_message_does_not_reach_gets_the_notice_that_was_allowed(
    running: Stack, desk: Page, console: Page
) -> None:
    desk.goto(running.sandbox)
    phone = Phone(desk, COUNSELOR["name"])
    counselor_binds(phone)
    open_tasks(phone)
    phone.shows("备用提醒")
    phone.press("允许接收通知")
    ask = phone.web.get_by_role("dialog", name="接收通知")
    expect(ask).to_contain_text("新任务提醒")
    ask.get_by_label("直播课签到提醒").uncheck()
    ask.get_by_role("button", name="允许").click()
    phone.shows("已允许 2 种通知")
    idle = requests.get(f"{running.sandbox}/sandbox/api/idle", timeout=30)
    assert idle.json()["idle"]  # the callback was answered
    state = requests.get(f"{running.sandbox}/sandbox/api/state", timeout=10).json()
    told = [one["credits"] for one in state["phones"].values() if one["credits"]]
    assert [sorted(credits.values()) for credits in told] == [[1, 1]]

    [wang] = [key for key, one in state["phones"].items() if one["persona"]["name"] == COUNSELOR["name"]]
    url = f"{running.sandbox}/sandbox/api/phones/{wang}/reject-messages"
    requests.post(url, json={"on": True}, timeout=10).raise_for_status()
    phone.close_web()
    come_in(console, running, PROVINCE["phone"], PASSWORD)
    dispatch(console, running)
    # The receipt says that the message was blocked; the sweep for other channels turns every half minute.
    expect(phone.chat).to_contain_text("新任务提醒", timeout=60_000)
    phone.chat.get_by_role("button", name="新任务提醒").click()
    phone.shows("请通知毕业班学生收看。")
    phone.web.locator("summary", has_text="完成").click()
    phone.press("确认完成")
    phone.shows("备用提醒")  # of the task's message, which is used up, and of what was not allowed
    phone.press("暂不需要")
    # A page that is closed before the answer has come takes the answer with it.
    expect(phone.web.get_by_text("备用提醒")).to_be_hidden()
    phone.close_web()
    open_tasks(phone)
    phone.shows("待办")
    expect(phone.web.get_by_text("备用提醒")).to_be_hidden()
    phone.close_web()
    phone.tap_menu("服务", "我的账号")
    phone.shows("备用提醒")
    log = requests.get(f"{running.sandbox}/sandbox/api/counters", timeout=10).json()
    assert log["api /cgi-bin/message/subscribe/bizsend"] == 1
