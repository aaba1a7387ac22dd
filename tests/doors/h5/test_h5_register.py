"""Registering, resetting, and the codes that both need."""

import pytest

from tests.cast import PASSWORD
from tests.pumps import pump

NEW_PHONE = "13912345678"
JSON = {"Accept": "application/json"}


def ask(desktop, purpose, phone):
    """As the script on the page asks for a code."""
    data = {"csrf_token": desktop.token(), "purpose": purpose, "phone": phone}
    return desktop.client.post("/h5/code", data=data, headers=JSON, base_url="http://wx.test")


def test_registering_with_a_code_from_a_page_without_script(cast, ctx, desktop, inbox):
    page = desktop.open("/h5/register?next=/h5/account")
    page = page.submit("/h5/register", to="/h5/code", purpose="register", name="马晓东", phone=NEW_PHONE)
    assert "验证码已发送" in page.text
    assert {("name", "马晓东"), ("phone", NEW_PHONE)} <= set(page.form("/h5/register").fields)
    pump(ctx)
    page = page.submit("/h5/register", code=inbox.code_for(NEW_PHONE), password="Gaokao2027x")
    assert page.path == "/h5/account"
    assert "马晓东" in page.text


def test_what_was_typed_is_sealed_in_the_cookie(desktop, cast):
    page = desktop.open("/h5/register")
    form = dict(page.form("/h5/register").fields)
    desktop.client.post(
        "/h5/code", data=form | {"purpose": "register", "phone": NEW_PHONE}, base_url="http://wx.test"
    )
    with desktop.remembers() as kept:
        assert kept["typed"]
        assert NEW_PHONE not in kept["typed"]


@pytest.mark.parametrize("purpose", ["register", "reset"])
def test_asking_for_a_code_tells_nobody_who_has_an_account(cast, desktop, purpose):
    known, unknown = ask(desktop, purpose, cast.graduate.phone), ask(desktop, purpose, NEW_PHONE)
    assert (known.status_code, known.json) == (unknown.status_code, unknown.json) == (200, {"seconds": 60})


def test_a_second_code_has_to_wait(cast, desktop):
    ask(desktop, "reset", NEW_PHONE)
    answer = ask(desktop, "reset", NEW_PHONE)
    assert answer.status_code == 429
    assert answer.json["code"] == "code_too_soon"
    assert int(answer.headers["Retry-After"]) <= 61


def test_a_code_for_no_known_purpose_is_refused(cast, desktop):
    assert ask(desktop, "anything", NEW_PHONE).status_code == 422


def test_a_code_for_a_move_needs_a_person(cast, desktop):
    assert ask(desktop, "move", NEW_PHONE).status_code == 401


def test_a_phone_that_is_registered_is_told_to_its_holder(cast, ctx, desktop, inbox):
    ask(desktop, "register", cast.graduate.phone)
    pump(ctx)
    page = desktop.open("/h5/register").submit(
        "/h5/register",
        name="李晓雨",
        phone=cast.graduate.phone,
        code=inbox.code_for(cast.graduate.phone),
        password="Gaokao2027x",
    )
    assert page.status == 409
    assert "该手机号已注册账号" in page.text


def test_a_weak_password_is_said_beside_its_field(cast, desktop):
    page = desktop.open("/h5/register").submit(
        "/h5/register", name="马晓东", phone=NEW_PHONE, code="908172", password="short"
    )
    assert page.status == 422
    assert 'id="password-wrong"' in page.html
    assert ("name", "马晓东") in page.form("/h5/register").fields
    assert "908172" not in page.html


def test_resetting_a_password_ends_the_other_sessions(cast, ctx, desktop, client_of, inbox):
    other_device = client_of(cast.graduate)
    ask(desktop, "reset", cast.graduate.phone)
    pump(ctx)
    page = desktop.open("/h5/reset?next=/h5/account").submit(
        "/h5/reset",
        phone=cast.graduate.phone,
        code=inbox.code_for(cast.graduate.phone),
        password="Another2027",
    )
    assert (page.path, page.status) == ("/h5/account", 200)
    assert other_device.led("/h5/account").startswith("/h5/login")


def test_resetting_for_a_phone_without_account_looks_like_a_wrong_code(cast, ctx, desktop, inbox):
    ask(desktop, "reset", NEW_PHONE)
    pump(ctx)
    right = desktop.open("/h5/reset").submit(
        "/h5/reset", phone=NEW_PHONE, code=inbox.code_for(NEW_PHONE), password="Another2027"
    )
    wrong = desktop.open("/h5/reset").submit(
        "/h5/reset", phone=cast.graduate.phone, code="000000", password="Another2027"
    )
    assert right.status == wrong.status == 422
    assert "验证码不正确或已失效" in right.text
    assert "验证码不正确或已失效" in wrong.text


def test_the_old_password_is_over_after_a_change(cast, client_of, desktop):
    page = client_of(cast.graduate).open("/h5/password?next=/h5/account")
    page = page.submit("/h5/password", old_password=PASSWORD, password="Another2027")
    assert "密码已修改" in page.text
    page = desktop.open("/h5/login").submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert page.status == 422


def test_a_wrong_old_password_changes_nothing(cast, client_of):
    page = client_of(cast.graduate).open("/h5/password")
    page = page.submit("/h5/password", old_password="wrong", password="Another2027")
    assert page.status == 422
