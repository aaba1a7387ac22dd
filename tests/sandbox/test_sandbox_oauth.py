"""Web log-in: the page on the phone, and codes against openids."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.sandbox.boxes import Box

AUTHORIZE = "/connect/oauth2/authorize?"


def wish(wechat: Box, **more: str) -> dict[str, str]:
    return {
        "appid": wechat.options.app_id,
        "redirect_uri": f"{wechat.options.product_url}/h5/back",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc123",
        **more,
    }


def authorized(wechat: Box, phone: str = "xiaoyu", **more: str) -> str:
    page = wechat.browse(phone, AUTHORIZE + urlencode(wish(wechat, **more)))
    assert page.status_code == 302
    return page.headers["Location"]


def exchanged(wechat: Box, code: str, **more: str) -> dict[str, Any]:
    options = wechat.options
    query = {"appid": options.app_id, "secret": options.app_secret, "code": code, **more}
    answer = requests.get(
        wechat.url + "/sns/oauth2/access_token",
        params={"grant_type": "authorization_code", **query},
        timeout=5,
    )
    found: dict[str, Any] = answer.json()
    return found


def code_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def test_a_silent_log_in_comes_back_to_the_phones_own_origin(wechat: Box) -> None:
    location = authorized(wechat)
    assert location.startswith(wechat.options.phone_origin("xiaoyu") + "/h5/back?code=")
    assert parse_qs(urlsplit(location).query)["state"] == ["abc123"]
    told = exchanged(wechat, code_in(location))
    assert told["openid"] == wechat.openid("xiaoyu")
    assert not {"unionid", "is_snapshotuser"} & told.keys()


def test_a_query_in_the_redirect_is_kept(wechat: Box) -> None:
    location = authorized(wechat, redirect_uri=f"{wechat.options.product_url}/h5/back?to=%2Fmine")
    assert parse_qs(urlsplit(location).query)["to"] == ["/mine"]


def test_a_code_is_good_once_and_for_five_minutes(wechat: Box) -> None:
    code = code_in(authorized(wechat))
    assert "openid" in exchanged(wechat, code)
    assert exchanged(wechat, code)["errcode"] == 40163
    old = code_in(authorized(wechat))
    wechat.advance(301)
    assert exchanged(wechat, old)["errcode"] == 40029
    assert exchanged(wechat, "made up")["errcode"] == 40029


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [
        ({"appid": "wx0"}, 40013),
        ({"secret": "0"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"code": ""}, 41008),
    ],
)
def test_a_wrong_exchange_is_refused(wechat: Box, wrong: dict[str, str], errcode: int) -> None:
    code = code_in(authorized(wechat))
    assert exchanged(wechat, **{"code": code, **wrong})["errcode"] == errcode


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        ({"redirect_uri": "http://evil.example/h5"}, "10003"),
        ({"appid": "wx0"}, "40013"),
        ({"scope": "snsapi_all"}, "10005"),
        ({"state": "a-b"}, "10006"),
        ({"state": "a" * 129}, "10006"),
        ({"response_type": "token"}, "10004"),
    ],
)
def test_a_wrong_address_shows_the_platforms_number(wechat: Box, wrong: dict[str, str], number: str) -> None:
    page = wechat.browse("xiaoyu", AUTHORIZE + urlencode(wish(wechat, **wrong)))
    assert page.status_code == 400
    assert number in page.text


def test_the_order_of_parameters_counts(wechat: Box) -> None:
    turned = dict(reversed(wish(wechat).items()))
    assert "10004" in wechat.browse("xiaoyu", AUTHORIZE + urlencode(turned)).text
    short = wish(wechat)
    del short["state"]
    assert "10004" in wechat.browse("xiaoyu", AUTHORIZE + urlencode(short)).text


def test_userinfo_asks_first_and_then_tells_more(wechat: Box) -> None:
    query = urlencode(wish(wechat, scope="snsapi_userinfo"))
    asked = wechat.browse("xiaoyu", AUTHORIZE + query)
    assert asked.status_code == 200
    assert "李晓雨" in asked.text
    assert wechat.options.account_name in asked.text
    consent = f"/connect/oauth2/consent?{query}"
    denied = wechat.browse("xiaoyu", consent, "POST", data={"answer": "deny"})
    assert denied.status_code == 200
    allowed = wechat.browse("xiaoyu", consent, "POST", data={"answer": "allow"})
    told = exchanged(wechat, code_in(allowed.headers["Location"]))
    assert told["unionid"]
    query_info = {"access_token": told["access_token"], "openid": told["openid"], "lang": "zh_CN"}
    info = requests.get(wechat.url + "/sns/userinfo", params=query_info, timeout=5).json()
    assert info["openid"] == told["openid"]


def test_a_silent_token_tells_nothing_about_the_user(wechat: Box) -> None:
    told = exchanged(wechat, code_in(authorized(wechat)))
    query = {"access_token": told["access_token"], "openid": told["openid"]}
    assert requests.get(wechat.url + "/sns/userinfo", params=query, timeout=5).json()["errcode"] == 48001
    assert wechat.get("/cgi-bin/user/info", token=told["access_token"])["errcode"] == 40001


def test_a_snapshot_user_is_marked_and_is_nobody(wechat: Box) -> None:
    wechat.do("stranger", "snapshot", on=True)
    told = exchanged(wechat, code_in(authorized(wechat, "stranger")))
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != wechat.openid("stranger")


def test_outside_wechat_the_page_says_so(wechat: Box) -> None:
    page = requests.get(wechat.url + AUTHORIZE + urlencode(wish(wechat)), timeout=5)
    assert "请在微信客户端打开链接" in page.text
