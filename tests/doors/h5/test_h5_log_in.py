"""Logging in and out with a password."""

import pytest

from services import sessions
from tests.cast import PASSWORD


def test_a_right_password_leads_to_the_page_that_was_asked_for(cast, desktop):
    page = desktop.open("/h5/account")
    assert page.path == "/h5/login"
    page = page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert (page.path, page.status) == ("/h5/account", 200)
    assert "139****0101" in page.text
    assert cast.graduate.phone not in page.html


@pytest.mark.parametrize("phone", ["13900000101", "13999999999"])
def test_a_wrong_password_and_an_unknown_phone_get_the_same_answer(cast, desktop, phone):
    page = desktop.open("/h5/login").submit("/h5/login", phone=phone, password="wrong password 1")
    assert page.status == 422
    assert "手机号或密码不正确" in page.text
    assert ("phone", phone) in page.form("/h5/login").fields
    assert "wrong password 1" not in page.html


def test_a_field_that_is_wrong_is_marked_beside_it(desktop, cast):
    page = desktop.open("/h5/login").submit("/h5/login", phone="12", password="x")
    assert page.status == 422
    assert 'id="phone-wrong"' in page.html
    assert 'aria-describedby="phone-wrong' in page.html


def test_what_was_left_empty_is_asked_for(cast, desktop):
    page = desktop.open("/h5/login").submit("/h5/login", phone=" ", password="")
    assert page.status == 422
    assert page.text.count("请填写此项") == 2


def test_many_wrong_passwords_are_told_to_wait(cast, desktop):
    page = desktop.open("/h5/login")
    for _ in range(5):
        page.submit("/h5/login", phone=cast.graduate.phone, password="wrong password 1")
    page = page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) > 0
    assert "尝试次数过多" in page.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/h5/",
        "/h5//evil.example",
        "/\\evil.example",
        "/h5/\\..\\evil",
        "javascript:alert(1)",
        "/h5/account\r\nLocation: https://evil.example",
        "http:/h5/account",
        "",
    ],
)
def test_next_leads_to_our_own_pages_only(cast, desktop, target):
    page = desktop.open("/h5/login").submit(
        "/h5/login", phone=cast.graduate.phone, password=PASSWORD, next=target
    )
    assert page.response.request.host == "wx.test"
    assert (page.path, page.status) == ("/h5/", 200)


def test_the_session_is_new_after_a_log_in(cast, desktop):
    page = desktop.open("/h5/login")
    with desktop.remembers() as kept:
        before = dict(kept)
        kept["planted"] = "by somebody else"
    page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    with desktop.remembers() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != before["csrf_token"]
        assert kept["token"]


def test_logging_out_ends_the_session_for_good(cast, client_of, ctx):
    desktop = client_of(cast.graduate)
    with desktop.remembers() as kept:
        token = kept["token"]
    page = desktop.open("/h5/account").submit("/h5/logout")
    assert "已安全退出" in page.text
    assert sessions.visitor_of(ctx, token) is None
    assert desktop.open("/h5/account").path == "/h5/login"


def test_somebody_logged_in_is_led_past_the_log_in_page(cast, client_of):
    assert client_of(cast.graduate).led("/h5/login?next=/h5/account") == "/h5/account"


def test_an_initial_password_must_be_changed_first(cast, desktop, ctx):
    cast.graduate.account.change(must_change_password=True)
    page = desktop.open("/h5/account")
    page = page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert page.path == "/h5/password"
    assert "请先把初始密码改成自己的密码" in page.text
    assert desktop.led("/h5/my-counselors").startswith("/h5/password?")

    page = page.submit("/h5/password", old_password=PASSWORD, password="Another2027")
    assert (page.path, page.status) == ("/h5/account", 200)


def test_a_session_ends_after_its_days(cast, client_of, clock, settings):
    desktop = client_of(cast.graduate)
    clock.advance(days=settings.session_days, seconds=1)
    assert desktop.led("/h5/account").startswith("/h5/login")
