"""A counselor allows notices by the platform's own button on the phone: one each, counted in the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests import stack
from tests.e2e.phones import Phone
from tests.e2e.test_bind_and_link import COUNSELOR, counselor_binds
from tests.stack import Stack

pytestmark = pytest.mark.e2e


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Stack]:
    with stack.running(tmp_path) as up:
        yield up


def test_a_counselor_allows_notices(running: Stack, desk: Page) -> None:
    desk.goto(running.sandbox)
    phone = Phone(desk, COUNSELOR["name"])
    counselor_binds(phone)
    phone.tap_menu("服务", "我的账号")
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
