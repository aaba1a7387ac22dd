"""A graduate follows, binds, and links a counselor; the counselor's phone shows the graduate."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import stack
from tests.e2e.phones import Phone
from tests.stack import ROOT, Ground, Stack

pytestmark = pytest.mark.e2e

PEOPLE = tomllib.loads((ROOT / "config" / "demo.toml").read_text("utf-8"))
PASSWORD = PEOPLE["password"]
GRADUATE = PEOPLE["graduate"][0]
COUNSELOR = next(row for row in PEOPLE["staff"] if row["level"] == "counselor")


@pytest.fixture
def plain(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    with stack.running(ground, tmp_path, WXB_WECHAT_MODE="plain") as running:
        yield running


@pytest.fixture
def safe(ground: Ground, tmp_path: Path) -> Iterator[Stack]:
    with stack.running(ground, tmp_path, WXB_WECHAT_MODE="safe") as running:
        yield running


def counselor_binds(phone: Phone) -> None:
    """The counselor follows, opens the workbench from the menu and logs in."""
    phone.follow()
    phone.tap_menu("辅导员", "辅导员工作平台")
    phone.log_in(COUNSELOR["phone"], PASSWORD)
    phone.shows("辅导员工作平台")


def graduate_binds(phone: Phone) -> None:
    """The graduate follows, logs in from 我的辅导员, proves who they are and says what they wish for."""
    phone.follow()
    phone.tap_menu("毕业生", "我的辅导员")
    phone.log_in(GRADUATE["phone"], PASSWORD)
    phone.shows("核对毕业生信息")
    phone.fill("姓名", GRADUATE["name"])
    phone.fill("学号", GRADUATE["student_number"])
    phone.fill("证件号码", GRADUATE["identity_number"])
    phone.press("核对")
    phone.shows("毕业后的打算")
    phone.web.get_by_text("找工作", exact=True).click()
    phone.web.get_by_label("首选").first.select_option("安徽省")
    phone.press("保存")


def graduate_links(phone: Phone) -> None:
    """Ticks the counselor."""
    phone.shows("请勾选自己的辅导员")
    phone.web.get_by_text(COUNSELOR["name"], exact=True).click()
    phone.press("关联")
    phone.shows("已关联")


def counselor_sees(phone: Phone) -> None:
    """The message has come, and 我的毕业生 shows the graduate with wish, followed and bound."""
    phone.close_web()
    expect(phone.chat).to_contain_text("毕业生关联通知")
    expect(phone.chat).to_contain_text(GRADUATE["name"])
    phone.tap_menu("辅导员", "我的毕业生")
    phone.shows(GRADUATE["name"])
    for words in ("已关注", "已绑定", "找工作", "安徽省"):
        phone.shows(words)


def every_callback_was_answered(running: Stack) -> None:
    """The platform got an answer it could use to each of its callbacks, the first time it asked."""
    callbacks = [row for row in running.api("GET", "/log") if row["kind"] == "callback"]
    assert callbacks
    assert [row for row in callbacks if row["status"] != "200" or row["detail"]["try"] != "1"] == []


def test_from_follow_to_the_counselors_phone(plain: Stack, desk: Page) -> None:
    desk.goto(plain.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    counselor_binds(counselor)
    graduate_binds(graduate)
    graduate_links(graduate)
    counselor_sees(counselor)
    every_callback_was_answered(plain)


def test_safe_mode_with_every_callback_three_times(safe: Stack, desk: Page) -> None:
    safe.api("PATCH", "/faults", {"callback_copies": 3, "callback_together": True})
    desk.goto(safe.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    counselor_binds(counselor)
    graduate_binds(graduate)
    graduate_links(graduate)
    counselor_sees(counselor)
    # Nothing was doubled: one greeting each, one message about the link, and not one callback unanswered.
    counselor.close_web()
    expect(counselor.chat.get_by_text("毕业生关联通知")).to_have_count(1)
    expect(counselor.chat.get_by_text("欢迎关注")).to_have_count(1)
    every_callback_was_answered(safe)


def test_redis_goes_half_way(safe: Stack, desk: Page) -> None:
    desk.goto(safe.sandbox)
    counselor, graduate = Phone(desk, COUNSELOR["name"]), Phone(desk, GRADUATE["name"])
    counselor_binds(counselor)
    graduate_binds(graduate)
    safe.stop_redis()
    graduate_links(graduate)
    counselor_sees(counselor)
    graduate.tap_menu("毕业生", "职位精准推荐")
    expect(graduate.chat).to_contain_text("查看推荐职位")
    every_callback_was_answered(safe)
