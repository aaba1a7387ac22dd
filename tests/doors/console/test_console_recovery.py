"""恢复码 at the console: shown once, one of them typed in when the phone is gone, new ones by the app."""

import re

import pyotp
import pytest
from flask import Flask

from models.account import Account
from models.journal import Journal
from tests.browser import Browser, Page
from tests.cast import PASSWORD, Cast, Persona
from tests.fakes import FixedClock

CODES = "/console/second-factor/codes"
ASKS = "/console/second-factor"


@pytest.fixture
def desktop(app: Flask) -> Browser:
    return Browser(app)


def logged_in(browser: Browser, persona: Persona, path: str = "/console/") -> Page:
    return browser.open(path).submit("/console/login", phone=persona.phone, password=PASSWORD)


def come_by(page: Page, code: str) -> Page:
    """Types a recovery code into the form that has a field for one."""
    assert ASKS in [form.action for form in page.forms if ("recovery", "") in form.fields]
    return page.submit(ASKS, recovery=code)


def codes_on(page: Page) -> list[str]:
    return re.findall(r"<li><code>([0-9A-Z-]+)</code>", page.html)


@pytest.fixture
def enrolled(desktop: Browser, cast: Cast, clock: FixedClock) -> Page:
    """The page that 周涛 of the school sees on having set up the second factor."""
    page = logged_in(desktop, cast.school)
    secret = page.html.partition('class="secret">')[2].partition("<")[0].replace(" ", "")
    return page.submit(ASKS, code=pyotp.TOTP(secret).at(clock()))


def app_of(persona: Persona) -> pyotp.TOTP:
    assert persona.account is not None
    return pyotp.TOTP(Account.get_by_id(persona.account.id).totp_secret)


def test_ten_codes_are_shown_once_when_the_second_factor_is_set_up(desktop: Browser, enrolled: Page) -> None:
    codes = codes_on(enrolled)
    assert (enrolled.path, len(codes), len(set(codes))) == (CODES, 10, 10)
    assert "只显示这一次" in enrolled.text
    assert enrolled.response.headers["Cache-Control"] == "no-store"
    again = desktop.open(CODES)
    assert codes_on(again) == []
    assert "还剩 10 个" in again.text
    assert "恢复码（剩 10 个）" in desktop.open("/console/seat").text


def test_the_browser_keeps_none_of_them(desktop: Browser, enrolled: Page) -> None:
    with desktop.remembers() as kept:
        assert "recovery" not in kept
        assert not any(code in str(dict(kept)) for code in codes_on(enrolled))


def test_one_of_them_opens_the_console_once(
    app: Flask, enrolled: Page, cast: Cast, clock: FixedClock
) -> None:
    code = codes_on(enrolled)[4]
    page = logged_in(Browser(app), cast.school, "/console/people?q=%E6%9D%8E")
    assert page.path == ASKS
    done = come_by(page, code.lower().replace("-", " "))
    assert (done.path, done.response.request.args["q"]) == ("/console/people", "李")
    assert "还剩 9 个" in done.text
    assert Journal.get(Journal.verb == "use_recovery_code").record == cast.school.account.code

    refused = come_by(logged_in(Browser(app), cast.school), code)
    assert (refused.path, refused.status) == (ASKS, 422)
    assert "恢复码不正确或已用过" in refused.text
    assert '<details class="card narrow" open>' in refused.html
    assert code not in refused.html


def test_the_last_ones_say_what_to_do(app: Flask, enrolled: Page, cast: Cast) -> None:
    for left, code in zip(range(9, 1, -1), codes_on(enrolled), strict=False):
        done = come_by(logged_in(Browser(app), cast.school), code)
        assert f"还剩 {left} 个" in done.text
    assert "换发" in done.text


def test_new_ones_make_the_former_ones_void(
    app: Flask, desktop: Browser, enrolled: Page, cast: Cast, clock: FixedClock
) -> None:
    former = codes_on(enrolled)
    wrong = desktop.open(CODES).submit(CODES, code="000000")
    assert wrong.status == 422
    assert codes_on(wrong) == []
    clock.advance(minutes=1)
    renewed = wrong.submit(CODES, code=app_of(cast.school).at(clock()))
    assert (renewed.status, len(codes_on(renewed))) == (200, 10)
    assert not set(former) & set(codes_on(renewed))
    page = come_by(logged_in(Browser(app), cast.school), former[0])
    assert page.status == 422
    assert come_by(page, codes_on(renewed)[0]).path == "/console/"


def test_a_recovery_code_makes_no_new_ones(desktop: Browser, enrolled: Page) -> None:
    page = desktop.open(CODES).submit(CODES, code=codes_on(enrolled)[0])
    assert (page.status, codes_on(page)) == (422, [])
    assert "还剩 10 个" in page.text


def test_who_has_no_second_factor_needs_none(desktop: Browser, cast: Cast) -> None:
    page = logged_in(desktop, cast.college, CODES)
    assert (page.path, page.status) == (CODES, 200)
    assert "不需要恢复码" in page.text
    assert "恢复码" not in desktop.open("/console/seat").text
