"""Coming to the console: password, first password, second factor, a session that is short."""

from collections.abc import Callable

import pyotp
import pytest
from flask import Flask

from models.account import Account, LoginSession
from models.org import Staff
from services.context import Context
from tests.browser import Browser, Page
from tests.cast import PASSWORD, Cast, Persona
from tests.fakes import FixedClock

pytestmark = pytest.mark.slow

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def desktop(app: Flask) -> Browser:
    return Browser(app)


def logged_in(browser: Browser, persona: Persona, path: str = "/console/") -> Page:
    return browser.open(path).submit("/console/login", phone=persona.phone, password=PASSWORD)


def enrolled(persona: Persona, clock: FixedClock) -> pyotp.TOTP:
    """The app of somebody who has a second factor already."""
    assert persona.account is not None
    Account.update(totp_secret=SECRET, totp_on_at=clock()).where(Account.id == persona.account.id).execute()
    return pyotp.TOTP(SECRET)


def test_a_counselor_comes_in_by_phone_and_password(desktop: Browser, cast: Cast) -> None:
    page = logged_in(desktop, cast.counselor)
    assert (page.path, page.status) == ("/console/", 200)
    assert "计算机学院" in page.text
    assert "辅导员" in page.text


def test_a_wrong_password_says_so_and_keeps_the_phone(desktop: Browser, cast: Cast) -> None:
    page = desktop.open("/console/login").submit(
        "/console/login", phone=cast.counselor.phone, password="wrong1234"
    )
    assert page.status == 422
    assert "手机号或密码不正确" in page.text
    assert f'value="{cast.counselor.phone}"' in page.html


def test_five_wrong_passwords_lock_the_door(desktop: Browser, cast: Cast) -> None:
    page = desktop.open("/console/login")
    for _ in range(5):
        page = page.submit("/console/login", phone=cast.counselor.phone, password="wrong1234")
    page = page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD)
    assert page.status == 429
    assert "尝试次数过多" in page.text


def test_who_is_no_staff_is_told_so(desktop: Browser, cast: Cast) -> None:
    page = logged_in(desktop, cast.graduate)
    assert page.status == 403
    assert "还没有开通" in page.text


def test_a_school_enrols_the_second_factor_and_comes_in(
    desktop: Browser, cast: Cast, clock: FixedClock
) -> None:
    page = logged_in(desktop, cast.school, "/console/?from=mail")
    assert page.path == "/console/second-factor"
    assert "data:image/svg+xml;base64," in page.html
    secret = page.html.partition('class="secret">')[2].partition("<")[0].replace(" ", "")
    wrong = page.submit("/console/second-factor", code="000000")
    assert wrong.status == 422
    assert secret in wrong.html.replace(" ", "")
    done = wrong.submit("/console/second-factor", code=pyotp.TOTP(secret).at(clock()))
    assert (done.path, done.status) == ("/console/second-factor/codes", 200)
    assert "已设置" in done.text
    assert 'href="/console/?from=mail"' in done.html
    assert Account.get(Account.id == cast.school.account.id).totp_secret == secret


def test_the_second_time_only_the_code_is_asked_for(desktop: Browser, cast: Cast, clock: FixedClock) -> None:
    app = enrolled(cast.province, clock)
    page = logged_in(desktop, cast.province)
    assert page.path == "/console/second-factor"
    assert SECRET not in page.html.replace(" ", "")
    done = page.submit("/console/second-factor", code=app.at(clock()))
    assert (done.path, done.status) == ("/console/", 200)


def test_a_session_of_the_phone_pages_must_show_it_too(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock
) -> None:
    app = enrolled(cast.school, clock)
    browser = client_of(cast.school)
    assert browser.open("/h5/workbench").status == 200
    page = browser.open("/console/")
    assert page.path == "/console/second-factor"
    assert page.submit("/console/second-factor", code=app.at(clock())).path == "/console/"


def test_no_page_opens_before_the_code(client_of: Callable[..., Browser], cast: Cast) -> None:
    browser = client_of(cast.school)
    assert browser.led("/console/").startswith("/console/second-factor?")
    assert browser.led("/console/seat").startswith("/console/second-factor?")
    asked = browser.client.get("/console/", base_url="http://wx.test", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json["code"]) == (403, "second_factor_first")


def test_a_first_password_is_changed_before_anything_else(desktop: Browser, cast: Cast) -> None:
    Account.update(must_change_password=True).where(Account.id == cast.college.account.id).execute()
    page = logged_in(desktop, cast.college)
    assert page.path == "/console/password"
    assert "初始密码" in page.text
    done = page.submit("/console/password", old_password=PASSWORD, password="Another2027")
    assert (done.path, done.status) == ("/console/", 200)


def test_the_log_in_opens_the_console_for_twelve_hours(
    desktop: Browser, cast: Cast, clock: FixedClock
) -> None:
    logged_in(desktop, cast.counselor)
    for _ in range(13):
        clock.advance(minutes=55)
        assert desktop.open("/console/").path == "/console/"
    clock.advance(minutes=5)
    assert desktop.led("/console/").startswith("/console/login?")


def test_an_old_session_of_the_phone_pages_opens_nothing(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock
) -> None:
    browser = client_of(cast.counselor)
    clock.advance(hours=13)
    assert browser.open("/h5/workbench").status == 200
    page = browser.open("/console/seat")
    assert page.path == "/console/login"
    again = page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD)
    assert again.path == "/console/seat"


def test_an_old_session_of_the_phone_pages_sees_no_secret_and_enrols_nothing(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock
) -> None:
    browser = client_of(cast.school)
    seen = browser.open("/console/second-factor")
    assert 'class="secret"' in seen.html
    clock.advance(hours=13)
    assert browser.led("/console/second-factor?next=/console/people").startswith("/console/login?")
    secret = seen.html.partition('class="secret">')[2].partition("<")[0].replace(" ", "")
    sent = seen.submit("/console/second-factor", code=pyotp.TOTP(secret).at(clock()))
    assert sent.path == "/console/login"
    assert Account.get_by_id(cast.school.account.id).totp_on_at is None
    back = browser.open("/console/second-factor?next=/console/people")
    page = back.submit("/console/login", phone=cast.school.phone, password=PASSWORD)
    assert page.path == "/console/second-factor"
    secret = page.html.partition('class="secret">')[2].partition("<")[0].replace(" ", "")
    done = page.submit("/console/second-factor", code=pyotp.TOTP(secret).at(clock()))
    assert done.path == "/console/second-factor/codes"
    assert 'href="/console/people"' in done.html


@pytest.mark.parametrize("path", ["/console/password", "/h5/password"])
def test_the_password_alone_does_not_change_the_password(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock, path: str
) -> None:
    app = enrolled(cast.school, clock)
    before = Account.get_by_id(cast.school.account.id).password_hash
    browser = client_of(cast.school)
    change = {"csrf_token": browser.token(), "old_password": PASSWORD, "password": "Another2027"}
    assert browser.post(path, change).path == "/console/second-factor"
    assert Account.get_by_id(cast.school.account.id).password_hash == before

    page = browser.open(path).submit("/console/second-factor", code=app.at(clock()))
    assert (page.path, page.status) == (path, 200)
    page.submit(path, old_password=PASSWORD, password="Another2027")
    assert Account.get_by_id(cast.school.account.id).password_hash != before


def test_a_first_password_is_changed_before_the_code_is_asked_for(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock
) -> None:
    enrolled(cast.school, clock)
    Account.update(must_change_password=True).where(Account.id == cast.school.account.id).execute()
    page = client_of(cast.school).open("/console/")
    assert (page.path, page.status) == ("/console/password", 200)


def test_whose_capacity_ends_is_told_so_and_may_leave(
    desktop: Browser, cast: Cast, clock: FixedClock
) -> None:
    logged_in(desktop, cast.counselor)
    Staff.update(ended_at=clock()).where(Staff.account == cast.counselor.account.id).execute()
    page = desktop.open("/console/")
    assert (page.status, page.path) == (403, "/console/")
    out = page.submit("/console/logout")
    assert (out.path, out.status) == ("/console/login", 200)


def test_who_is_no_staff_may_log_in_as_somebody_else(client_of: Callable[..., Browser], cast: Cast) -> None:
    page = client_of(cast.graduate).open("/console/login")
    assert (page.path, page.status) == ("/console/login", 200)
    page = page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD)
    assert (page.path, page.status) == ("/console/", 200)


def test_a_stranger_is_offered_no_way_out(desktop: Browser) -> None:
    page = desktop.open("/console/nowhere")
    assert page.status == 404
    assert "退出登录" not in page.text


def test_leaving_ends_the_session(desktop: Browser, cast: Cast, ctx: Context) -> None:
    page = logged_in(desktop, cast.counselor)
    out = page.submit("/console/logout")
    assert (out.path, out.status) == ("/console/login", 200)
    assert LoginSession.get(LoginSession.account == cast.counselor.account.id).ended_at is not None
    assert desktop.led("/console/").startswith("/console/login?")


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example/",
        "/console//evil",
        "/metrics",
        "/console/%252f%252Fevil.example",
        "/console/%255cevil.example",
        "/console/%255Cevil.example",
        "/console/seat%250d%250aX",
        "/console/seat?q=%250D%250AX",
    ],
)
def test_the_log_in_leads_only_to_pages_of_ours(desktop: Browser, cast: Cast, onward: str) -> None:
    page = desktop.open(f"/console/login?next={onward}")
    assert page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD).path == "/console/"


def test_the_way_back_keeps_the_filters(desktop: Browser, cast: Cast) -> None:
    back = logged_in(desktop, cast.counselor, "/console/?q=%E6%9D%8E&year=2027")
    assert back.response.request.args.to_dict() == {"q": "李", "year": "2027"}


def test_people_of_an_identity_provider_come_in_through_it(app_with_oidc: Flask, desktop: Browser) -> None:
    assert "学信账号登录" not in desktop.open("/console/login").text
    page = Browser(app_with_oidc).open("/console/login?next=/console/seat")
    assert 'href="/h5/oidc/begin?next=/console/seat"' in page.html
