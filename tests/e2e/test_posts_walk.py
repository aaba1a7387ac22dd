"""From the intention to the interview on a graduate's phone, and a new post that arrives the next morning."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import GRADUATE, PASSWORD, graduate_binds
from tests.stack import PYTHON, Stack

pytestmark = pytest.mark.e2e

RECRUITER = "13900000301"
POST = "Java开发工程师"  # of the demo, by this recruiter
BEST = "数据平台开发工程师"
WORKER_MS = 90_000


def hands(running: Stack, *words: str) -> None:
    """Somebody else's doing; see post_hands."""
    running.crew.run("post-hands", [PYTHON, "-m", "tests.e2e.post_hands", *words])


def cards(phone: Phone) -> int:
    return phone.web.locator("li.post").count()


def reads_recommendations(phone: Phone) -> None:
    """Opens the list from the menu; the index may still be on its way."""
    phone.tap_menu("毕业生", "职位精准推荐")
    phone.chat.get_by_text("查看推荐职位").last.click()
    phone.shows("职位精准推荐")
    for _try in range(30):
        if cards(phone) == 20:
            return
        phone.page.wait_for_timeout(2_000)
        phone.frame.get_by_role("button", name="刷新").click()
        phone.shows("职位精准推荐")
    raise AssertionError(f"{cards(phone)} posts are shown")


def puts_one_away(phone: Phone) -> None:
    first = phone.web.locator("li.post").first
    title = first.locator(".post__title").inner_text()
    first.locator("summary").click()
    first.get_by_role("button", name="薪资不合适").click()
    phone.shows(f"“{title}”已移出推荐")
    titles = phone.web.locator("li.post .post__title")
    expect(titles.filter(has_text=re.compile(f"^{re.escape(title)}$"))).to_have_count(0)


def applies(phone: Phone) -> None:
    """Finds the post by search and applies for it."""
    phone.web.get_by_role("link", name="检索").click()
    phone.fill("职位、单位或专业", "Java")
    phone.press("搜索")
    phone.web.get_by_text(POST).first.click()
    phone.shows("投递后可见")
    phone.web.get_by_role("link", name="投递简历").click()
    phone.shows("单位看不到")
    phone.fill("自荐的话", "下月可以到岗")
    phone.press("确认投递")
    phone.shows("已投递")


def invites(page: Page, running: Stack) -> None:
    """The recruiter reads the application and sends an invitation."""
    page.goto(f"{running.web}/employer/login")
    page.get_by_label("手机号").fill(RECRUITER)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="登录")).to_be_hidden()  # whoever leaves earlier is not logged in
    page.goto(f"{running.web}/employer/applications")
    page.get_by_role("link", name=GRADUATE["name"]).click()
    page.get_by_role("link", name="通知面试").click()
    at = (datetime.now(UTC) + timedelta(hours=8, days=4)).replace(tzinfo=None)
    page.get_by_label("面试时间").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_label("面试地点或会议链接").fill("望江西路 800 号 3 楼")
    page.get_by_role("button", name="发出面试通知").click()
    expect(page.get_by_text("面试通知已发出")).to_be_visible()


def keep_picture(phone: Phone, name: str) -> None:
    """A picture of the phone's page, where somebody asks for pictures."""
    if folder := os.environ.get("WXB_TEST_PICTURES"):
        phone.frame.screenshot(path=Path(folder) / f"{name}.png")


def test_from_the_wish_to_the_interview_and_the_next_morning(
    running: Stack, desk: Page, window: Page
) -> None:
    hands(running, "publish", "24")
    desk.goto(running.sandbox)
    phone = Phone(desk, GRADUATE["name"])
    graduate_binds(phone)
    phone.shows("请勾选自己的辅导员")

    reads_recommendations(phone)
    expect(phone.web.locator("li.post").first).to_contain_text("专业对口：软件工程")
    phone.shows("同属计算机类")
    phone.shows("在您想去的安徽")
    keep_picture(phone, "recommended")
    puts_one_away(phone)
    keep_picture(phone, "put-away")

    applies(phone)
    keep_picture(phone, "applications")
    phone.close_web()
    invites(window, running)
    expect(phone.chat).to_contain_text("面试通知", timeout=WORKER_MS)
    phone.chat.get_by_role("button", name="面试通知").last.click()
    phone.shows("望江西路 800 号 3 楼")
    keep_picture(phone, "interview")
    phone.press("接受面试")
    phone.shows("已接受面试")
    phone.close_web()

    hands(running, "best", BEST)
    desk.wait_for_timeout(5_000)  # the keeper of the index looks each second
    hands(running, "morning")
    message = phone.chat.get_by_role("button", name="职位推荐通知").last
    expect(message).to_contain_text(BEST, timeout=WORKER_MS)
    message.click()
    phone.shows("最近一次为您新选的")
    expect(phone.web.locator("li.post").first).to_contain_text("专业对口：软件工程")
    keep_picture(phone, "morning")
