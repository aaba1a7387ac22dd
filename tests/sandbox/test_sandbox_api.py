"""Menu, users, QR tickets, media, quotas and the mini program's calls, over HTTP."""

import io
import json

import pytest
import requests
from PIL import Image

from tests.sandbox.boxes import Box, box

MENU = {
    "button": [{"name": "毕业生", "sub_button": [{"type": "click", "name": "我的辅导员", "key": "mine"}]}]
}


def test_a_menu_is_pushed_read_and_deleted(wechat: Box) -> None:
    assert wechat.get("/cgi-bin/menu/get")["errcode"] == 46003
    assert wechat.post("/cgi-bin/menu/create", MENU)["errcode"] == 0
    assert wechat.get("/cgi-bin/menu/get")["menu"]["button"][0]["sub_button"][0]["key"] == "mine"
    assert wechat.machine("GET", "/state")["account"]["menu"] == MENU
    assert wechat.get("/cgi-bin/menu/delete")["errcode"] == 0
    assert wechat.get("/cgi-bin/menu/get")["errcode"] == 46003


def test_an_escaped_menu_is_refused(wechat: Box) -> None:
    escaped = json.dumps(MENU, ensure_ascii=True).encode()
    assert wechat.post("/cgi-bin/menu/create", escaped)["errcode"] == 40033
    assert (
        wechat.post("/cgi-bin/menu/create", json.dumps(MENU, ensure_ascii=False).encode("gbk"))["errcode"]
        == 40033
    )


def test_malformed_bodies_are_refused(wechat: Box) -> None:
    assert wechat.post("/cgi-bin/menu/create", b"{")["errcode"] == 47001
    assert wechat.post("/cgi-bin/menu/create", b"")["errcode"] == 44002
    assert wechat.post("/cgi-bin/menu/create", ["list"])["errcode"] == 47001


def test_of_a_stranger_only_the_openid_is_told(wechat: Box) -> None:
    openid = wechat.openid("xiaoyu")
    assert wechat.get("/cgi-bin/user/info", openid=openid) == {"subscribe": 0, "openid": openid}


def test_of_a_follower_no_name_is_told(wechat: Box) -> None:
    wechat.do("xiaoyu", "follow")
    told = wechat.get("/cgi-bin/user/info", openid=wechat.openid("xiaoyu"))
    assert told["subscribe"] == 1
    assert told["subscribe_scene"] == "ADD_SCENE_SEARCH"
    assert not {"nickname", "headimgurl", "sex"} & told.keys()
    assert wechat.get("/cgi-bin/user/info", openid="o" * 28)["errcode"] == 40003


def create_code(wechat: Box, **more: object) -> dict[str, object]:
    body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "abc"}}, **more}
    return wechat.post("/cgi-bin/qrcode/create", body)


def test_a_ticket_lives_thirty_seconds_unless_told(wechat: Box) -> None:
    assert create_code(wechat)["expire_seconds"] == 30
    assert create_code(wechat, expire_seconds=2_592_000)["expire_seconds"] == 2_592_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"expire_seconds": 2_592_001},
        {"expire_seconds": 0},
        {"expire_seconds": "60"},
        {"action_name": "QR_WRONG"},
        {"action_info": {"scene": {"scene_str": ""}}},
        {"action_info": {"scene": {"scene_str": "x" * 65}}},
        {"action_info": {"scene": {"scene_id": 7}}},
        {"action_info": {}},
        {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}},
        {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 2**32}}},
        {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}},
    ],
)
def test_a_wrong_ticket_is_refused(wechat: Box, wrong: dict[str, object]) -> None:
    assert create_code(wechat, **wrong)["errcode"] == 40097


def test_the_ticket_shows_a_picture(wechat: Box) -> None:
    ticket = str(create_code(wechat)["ticket"])
    picture = requests.get(wechat.url + "/cgi-bin/showqrcode", params={"ticket": ticket}, timeout=5)
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"


def test_the_jsapi_ticket_stays_the_same_while_it_lives(wechat: Box) -> None:
    first = wechat.get("/cgi-bin/ticket/getticket", type="jsapi")
    assert wechat.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] == first["ticket"]
    wechat.advance(7000)
    assert wechat.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"] != first["ticket"]
    assert wechat.get("/cgi-bin/ticket/getticket", type="other")["errcode"] == 40097


def test_a_picture_is_uploaded_and_read_back(wechat: Box) -> None:
    png = io.BytesIO()
    Image.new("RGB", (2, 2)).save(png, "PNG")
    query = {"access_token": wechat.token(), "type": "image"}
    address = wechat.url + "/cgi-bin/media/upload"
    told = requests.post(address, params=query, files={"media": ("a.png", png.getvalue())}, timeout=5).json()
    query = {"access_token": wechat.token(), "media_id": told["media_id"]}
    back = requests.get(wechat.url + "/cgi-bin/media/get", params=query, timeout=5)
    assert back.content == png.getvalue()
    query = {"access_token": wechat.token(), "type": "image"}
    text = requests.post(address, params=query, files={"media": ("a.png", b"text")}, timeout=5).json()
    assert text["errcode"] == 40005


def test_a_quota_ends_and_comes_back_at_midnight_or_when_cleared() -> None:
    with box(quotas={"/cgi-bin/user/info": 2}) as wechat:
        codes = [wechat.get("/cgi-bin/user/info", openid="nobody")["errcode"] for _ in range(3)]
        assert codes == [40003, 40003, 45009]
        wechat.advance(86_400)
        assert wechat.get("/cgi-bin/user/info", openid="nobody")["errcode"] == 40003
        wechat.get("/cgi-bin/user/info", openid="nobody")
        assert wechat.get("/cgi-bin/user/info", openid="nobody")["errcode"] == 45009
        assert wechat.post("/cgi-bin/clear_quota", {"appid": wechat.options.app_id})["errcode"] == 0
        assert wechat.get("/cgi-bin/user/info", openid="nobody")["errcode"] == 40003


def test_quotas_are_cleared_ten_times_a_month(wechat: Box) -> None:
    body = {"appid": wechat.options.app_id}
    codes = [wechat.post("/cgi-bin/clear_quota", body)["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]


def log_in(wechat: Box, code: str) -> dict[str, str]:
    options = wechat.options
    query = {"appid": options.mini_app_id, "secret": options.mini_app_secret, "js_code": code}
    told: dict[str, str] = requests.get(
        wechat.url + "/sns/jscode2session", params={**query, "grant_type": "authorization_code"}, timeout=5
    ).json()
    return told


def test_a_mini_program_code_is_good_once(wechat: Box) -> None:
    code = wechat.do("xiaoyu", "mini-login")["code"]
    told = log_in(wechat, code)
    persona = wechat.machine("GET", "/phones/xiaoyu")["persona"]
    assert told["openid"] == persona["mini_openid"] != persona["openid"]
    assert told["unionid"] == persona["unionid"]
    assert log_in(wechat, code)["errcode"] == 40163


def test_a_mini_program_code_grows_old(wechat: Box) -> None:
    code = wechat.do("xiaoyu", "mini-login")["code"]
    wechat.advance(301)
    assert log_in(wechat, code)["errcode"] == 40029
    assert log_in(wechat, "never issued")["errcode"] == 40029


def test_log_ins_a_minute_are_limited(wechat: Box) -> None:
    told = [log_in(wechat, wechat.do("wang", "mini-login")["code"]) for _ in range(101)]
    assert [one.get("errcode") for one in told] == [None] * 100 + [45011]


def test_the_phone_number_has_its_own_code(wechat: Box) -> None:
    login = wechat.do("xiaoyu", "mini-login")["code"]
    assert wechat.post("/wxa/business/getuserphonenumber", {"code": login})["errcode"] == 40029
    code = wechat.do("xiaoyu", "mini-phone")["code"]
    told = wechat.post("/wxa/business/getuserphonenumber", {"code": code})["phone_info"]
    assert told["purePhoneNumber"] == "13900000101"
    assert told["watermark"]["appid"] == wechat.options.mini_app_id
    assert wechat.post("/wxa/business/getuserphonenumber", {"code": code})["errcode"] == 40029


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"scene": "x" * 33}, 40169),
        ({"scene": ""}, 40169),
        ({"scene": "a%b"}, 40169),
        ({"scene": "中"}, 40169),
        ({"scene": "ok", "page": "/pages/index"}, 41030),
        ({"scene": "ok", "page": "pages/index?a=1"}, 41030),
        ({"scene": "ok", "env_version": "beta"}, 40097),
    ],
)
def test_a_wrong_mini_program_code_is_refused(wechat: Box, body: dict[str, str], errcode: int) -> None:
    assert wechat.post("/wxa/getwxacodeunlimit", body)["errcode"] == errcode


def test_a_mini_program_code_is_a_picture(wechat: Box) -> None:
    query = {"access_token": wechat.token()}
    body = {"scene": "x" * 32, "page": "pages/index"}
    picture = requests.post(wechat.url + "/wxa/getwxacodeunlimit", params=query, json=body, timeout=5)
    assert picture.headers["Content-Type"] == "image/png"
