"""The signature with which a page may use the platform's script."""

import pytest

from wechat.outcomes import Outcome, WeChatTrouble


@pytest.fixture(autouse=True)
def patient(app):
    """Each test begins with nobody waiting."""
    app.extensions.pop("js_sdk", None)


def asked(browser, page):
    return browser.client.get(
        "/h5/js-signature",
        query_string={"page": page},
        base_url="http://wx.test",
        headers={"Accept": "application/json"},
    )


def test_a_page_is_signed_as_the_browser_shows_it(phone, gateway):
    answer = asked(phone, "/t/abc?from=singlemessage&isappinstalled=0")
    assert answer.json == {
        "appId": "wx0000000000000001",
        "timestamp": 7,
        "nonceStr": "nonce",
        "signature": "signature",
    }
    assert gateway.signed == ["http://wx.test/t/abc?from=singlemessage&isappinstalled=0"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "page",
    ["", "/console/", "//evil.example/", "http://evil.example/", "/t/a#b", "/t/" + "a" * 200, "/t/a\n"],
)
def test_nothing_else_is_signed(phone, gateway, page):
    assert asked(phone, page).status_code == 404
    assert gateway.signed == []


def test_without_a_ticket_the_page_is_told_so(phone, gateway):
    gateway.trouble = WeChatTrouble(Outcome.RETRY, -1, "", "system busy")
    answer = asked(phone, "/t/abc")
    assert answer.status_code == 503
    assert answer.json["code"] == "busy"
