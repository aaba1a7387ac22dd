"""Cookies, tokens, hosts, limits, headers, and what is said when things go wrong."""

import dataclasses
import json

import pytest
import structlog
from redis import Redis

from domain.keyring import Keyring
from handlers.guards import Door, Guard
from services.throttle import Throttle
from tests.browser import Browser
from tests.cast import PASSWORD
from wx_backend.redis_client import connect
from wx_backend.web import create_app

BASE = "http://wx.test"


def test_the_cookie_is_for_this_site_alone_and_hidden_from_scripts(desktop, cast):
    cookie = desktop.open("/h5/login").response.headers["Set-Cookie"]
    assert cookie.startswith("sid=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_on_https_the_cookie_is_secure_and_hsts_is_sent(ctx, cast):
    settings = ctx.settings.model_copy(update={"public_url": "https://wx.test"})
    client = create_app(dataclasses.replace(ctx, settings=settings)).test_client()
    answer = client.get("/h5/login", base_url="https://wx.test")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_every_page_carries_the_headers(desktop, cast):
    for path in ("/h5/login", "/nowhere", "/healthz"):
        headers = desktop.open(path).response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_a_write_without_its_token_is_refused(desktop, cast, token):
    desktop.open("/h5/login")
    data = {"phone": cast.graduate.phone, "password": PASSWORD}
    page = desktop.post("/h5/login", data if token is None else data | {"csrf_token": token})
    assert page.status == 400
    assert "请刷新页面后重新提交" in page.text


def test_the_token_of_another_browser_is_refused(app, desktop, cast):
    other = Browser(app)
    page = desktop.post(
        "/h5/login", {"phone": cast.graduate.phone, "password": PASSWORD, "csrf_token": other.token()}
    )
    assert page.status == 400


def test_a_strange_host_is_refused(app, cast):
    assert app.test_client().get("/h5/login", base_url="http://evil.example").status_code == 400
    assert app.test_client().get("/h5/login", headers={"Host": "wx.test:8000"}).status_code == 200


def test_a_body_too_large_is_refused(desktop, cast):
    page = desktop.post("/h5/login", {"phone": "1" * 70_000})
    assert page.status == 413
    assert "提交的内容过大" in page.text


def test_too_many_fields_are_refused(desktop, cast):
    page = desktop.post("/h5/login", {f"f{n}": "" for n in range(2000)} | {"csrf_token": "x"})
    assert page.status in (400, 413)


def test_behind_a_proxy_the_address_is_the_visitors(ctx, cast, settings):
    behind = settings.model_copy(update={"trusted_proxies": 1})
    client = create_app(dataclasses.replace(ctx, settings=behind)).test_client()
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/metrics", base_url=BASE, headers=forwarded).status_code == 404
    assert client.get("/metrics", base_url=BASE).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_forwarded_request_that_nobody_announced_may_not_read_metrics(app, cast, header):
    forwarded = {header: "for=127.0.0.1" if header == "Forwarded" else "127.0.0.1"}
    assert app.test_client().get("/metrics", base_url=BASE, headers=forwarded).status_code == 404


@pytest.mark.slow
def test_whoever_has_a_whole_network_of_addresses_gets_one_count(app, cast):
    def wrong(address):
        browser = Browser(app)
        browser.client.environ_base["REMOTE_ADDR"] = address
        page = browser.open("/h5/login")
        return page.submit("/h5/login", phone=f"1390000{next(phones)}", password="wrong-password1").status

    phones = iter(range(2000, 2100))
    assert {wrong(f"2001:db8::{number:x}") for number in range(60)} == {422}
    assert wrong("2001:db8::ffff") == 429
    assert wrong("2001:db8:0:1::1") == 422
    assert {wrong("::ffff:192.0.2.1"), wrong("192.0.2.1")} == {422}


def test_cookies_of_a_former_key_still_hold(ctx, cast, client_of):
    before = client_of(cast.graduate)
    rotated = dataclasses.replace(ctx, keyring=Keyring("a new secret, long enough for anybody", [SECRET]))
    client = create_app(rotated).test_client()
    cookie = before.client.get_cookie("sid", domain="wx.test")
    client.set_cookie("sid", cookie.value, domain="wx.test")
    assert client.get("/h5/account", base_url=BASE).status_code == 200


SECRET = "a secret of the tests, long enough for anybody"


def test_a_request_id_is_given_back_or_made(app, cast):
    client = app.test_client()
    given = client.get("/healthz", base_url=BASE, headers={"X-Request-ID": "abc-12345"})
    assert given.headers["X-Request-ID"] == "abc-12345"
    for bad in ("short", "x" * 41, "with space 1", "<script>alert"):
        made = client.get("/healthz", base_url=BASE, headers={"X-Request-ID": bad})
        assert made.headers["X-Request-ID"] != bad


def test_the_log_names_nobody(desktop, cast):
    with structlog.testing.capture_logs() as entries:
        page = desktop.open(f"/h5/login?next=/h5/account?phone={cast.graduate.phone}")
        page.submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
        desktop.open(f"/h5/my-graduates?q={cast.graduate.name}")
    text = json.dumps(entries, ensure_ascii=False, default=str)
    for secret in (cast.graduate.phone, PASSWORD, cast.graduate.name, cast.graduate.openid):
        assert secret not in text
    assert any(entry["event"] == "request" and entry["who"] for entry in entries)


def test_a_fault_of_ours_is_a_page_with_a_number_and_a_log_without_what_was_typed(ctx, cast):
    app = create_app(ctx)
    door = Door("broken")
    door.on("/h5/broken", Guard.ANYONE)(broken)
    app.register_blueprint(door)
    client = app.test_client()
    with structlog.testing.capture_logs() as entries:
        answer = client.get("/h5/broken", base_url=BASE)
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    fault = next(entry for entry in entries if entry["event"] == "unexpected_error")
    assert fault["what"] == "ValueError"
    assert any("broken" in frame for frame in fault["frames"])
    assert "13900000101" not in json.dumps(entries, default=str)


def broken():
    raise ValueError("13900000101 李晓雨")


def test_a_script_gets_refusals_as_json(app, cast):
    answer = app.test_client().get("/h5/account", base_url=BASE, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["code"] == "log_in_first"
    assert app.test_client().get("/nowhere", base_url=BASE, headers={"Accept": "application/json"}).is_json


def test_a_wrong_method_says_how_to_go_on(desktop, cast):
    answer = desktop.client.put("/h5/login", base_url=BASE)
    assert answer.status_code == 405
    assert "请从页面上的按钮进入" in answer.text


@pytest.fixture
def no_redis(tmp_path) -> Redis:
    return connect(f"unix://{tmp_path}/nobody-here")


def test_without_redis_the_pages_still_work(ctx, cast, no_redis):
    alone = dataclasses.replace(ctx, redis=no_redis, throttle=Throttle(no_redis))
    desktop = Browser(create_app(alone))
    page = desktop.open("/h5/account").submit("/h5/login", phone=cast.graduate.phone, password=PASSWORD)
    assert (page.path, page.status) == ("/h5/account", 200)
    ready = desktop.open("/readyz")
    assert (ready.status, ready.response.json["status"]) == (200, "degraded")
