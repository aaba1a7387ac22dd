"""Hands at the console."""

import re
from pathlib import Path

import pyotp
from playwright.sync_api import Page, expect

from tests.stack import Stack

# A file of many rows takes the worker a while, on a busy machine much longer.
WORKER_MS = 120_000


def log_in(page: Page, running: Stack, phone: str, password: str) -> None:
    """Fills in the log-in page and waits until it is left."""
    page.goto(f"{running.web}/console/login")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("登录")


def come_in(page: Page, running: Stack, phone: str, password: str) -> None:
    """Somebody of 校级 or above logs in for the first time and sets up the second factor."""
    log_in(page, running, phone, password)
    secret = re.sub(r"\s", "", page.locator("code.secret").inner_text())
    page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="完成设置").click()
    expect(page.get_by_text("动态验证码已设置")).to_be_visible()


def download(page: Page, link: str, folder: Path) -> Path:
    """Follows a link to a file; returns where the file lies now, under the name that it came with."""
    with page.expect_download() as came:
        page.get_by_role("link", name=link).click()
    place = folder / came.value.suggested_filename
    came.value.save_as(place)
    return place
