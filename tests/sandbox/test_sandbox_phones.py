"""What people do with their phones, and the events that follow."""

from typing import Any

import pytest
import requests

from tests.sandbox.boxes import Box

MENU = {
    "button": [
        {
            "name": "毕业生",
            "sub_button": [
                {"type": "click", "name": "我的辅导员", "key": "mine"},
                {"type": "view", "name": "网页", "url": "http://127.0.0.1/h5/"},
            ],
        },
        {"type": "scancode_push", "name": "扫码", "key": "scan"},
    ]
}


def scene_code(wechat: Box, scene: str, **more: Any) -> str:
    body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}, **more}
    url: str = wechat.post("/cgi-bin/qrcode/create", body)["url"]
    return url


def refused(wechat: Box, phone: str, act: str, **wish: Any) -> int:
    return requests.post(f"{wechat.url}/sandbox/api/phones/{phone}/{act}", json=wish, timeout=5).status_code


def test_following_and_leaving(wechat: Box) -> None:
    wechat.do("xiaoyu", "follow")
    event = wechat.last_event()
    assert (event["Event"], event["EventKey"]) == ("subscribe", None)
    assert event["FromUserName"] == wechat.openid("xiaoyu")
    assert event["ToUserName"] == wechat.options.original_id
    wechat.do("xiaoyu", "follow")
    assert len(wechat.product.callbacks) == 1
    wechat.do("xiaoyu", "unfollow")
    assert wechat.last_event()["Event"] == "unsubscribe"
    assert wechat.chat("xiaoyu") == []


def test_openids_differ_by_persona_and_look_like_the_platforms(wechat: Box) -> None:
    openids = {one["openid"] for one in wechat.machine("GET", "/personas")}
    assert len(openids) == 5
    assert all(len(one) == 28 and one.startswith("o") for one in openids)


def test_a_scan_before_following_carries_its_scene(wechat: Box) -> None:
    url = scene_code(wechat, "link-42")
    assert wechat.do("xiaoyu", "scan", content=url)["kind"] == "profile"
    assert wechat.product.callbacks == []
    wechat.do("xiaoyu", "follow")
    event = wechat.last_event()
    assert event["EventKey"] == "qrscene_link-42"
    assert event["Ticket"]
    told = wechat.get("/cgi-bin/user/info", openid=wechat.openid("xiaoyu"))
    assert (told["subscribe_scene"], told["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "link-42")


def test_following_by_search_forgets_the_scan(wechat: Box) -> None:
    wechat.do("xiaoyu", "scan", content=scene_code(wechat, "link-42"))
    wechat.do("xiaoyu", "follow", searched=True)
    assert wechat.last_event()["EventKey"] is None


def test_a_follower_who_scans_sends_the_bare_scene(wechat: Box) -> None:
    wechat.do("xiaoyu", "follow")
    assert wechat.do("xiaoyu", "scan", content=scene_code(wechat, "link-42"))["kind"] == "chat"
    event = wechat.last_event()
    assert (event["Event"], event["EventKey"]) == ("SCAN", "link-42")


def test_an_old_code_is_dead(wechat: Box) -> None:
    url = scene_code(wechat, "link-42", expire_seconds=60)
    wechat.advance(61)
    assert refused(wechat, "xiaoyu", "scan", content=url) == 409
    forever = scene_code(wechat, "poster", action_name="QR_LIMIT_STR_SCENE")
    wechat.advance(10**8)
    assert wechat.do("xiaoyu", "scan", content=forever)["kind"] == "profile"


def test_other_codes_open_pages_or_show_text(wechat: Box) -> None:
    product = wechat.options.product_url
    opened = wechat.do("hr", "scan", content=f"{product}/s/abc")
    assert opened["src"] == wechat.options.phone_origin("hr") + "/s/abc"
    assert wechat.do("hr", "scan", content="https://example.com/a")["src"] == "https://example.com/a"
    assert wechat.do("hr", "scan", content="毕业快乐") | {"phone": 0} == {
        "kind": "text",
        "text": "毕业快乐",
        "phone": 0,
    }
    assert wechat.do("hr", "scan", content="http://weixin.qq.com/r/ncssfwh")["kind"] == "profile"


def test_the_menu_sends_clicks_and_opens_pages(wechat: Box) -> None:
    wechat.post("/cgi-bin/menu/create", MENU)
    assert refused(wechat, "xiaoyu", "tap", path=[0, 0]) == 409
    wechat.do("xiaoyu", "follow")
    wechat.do("xiaoyu", "tap", path=[0, 0])
    assert (wechat.last_event()["Event"], wechat.last_event()["EventKey"]) == ("CLICK", "mine")
    tapped = wechat.do("xiaoyu", "tap", path=[0, 1])
    assert tapped["src"] == "http://127.0.0.1/h5/"
    assert (wechat.last_event()["Event"], wechat.last_event()["EventKey"]) == (
        "VIEW",
        "http://127.0.0.1/h5/",
    )
    assert tapped["phone"]["browser"]["url"] == "http://127.0.0.1/h5/"
    for path in ([0], [5], [0, 9]):
        assert refused(wechat, "xiaoyu", "tap", path=path) == 409


@pytest.mark.parametrize(
    ("act", "wish", "expected"),
    [
        ("say", {"text": "你好"}, {"MsgType": "text", "Content": "你好"}),
        ("voice", {}, {"MsgType": "voice", "Format": "amr"}),
        ("place", {"latitude": 31.5, "label": "校门"}, {"MsgType": "location", "Location_X": "31.5"}),
        ("picture", {"picture": "aGk="}, {"MsgType": "image"}),
        ("report-place", {}, {"Event": "LOCATION", "Precision": "30.0"}),
    ],
)
def test_messages_of_all_kinds(wechat: Box, act: str, wish: dict[str, Any], expected: dict[str, str]) -> None:
    wechat.do("xiaoyu", "follow")
    wechat.do("xiaoyu", act, **wish)
    sent = wechat.last_event()
    assert expected.items() <= sent.items()
    assert ("MsgId" in sent) == (sent["MsgType"] != "event")


def test_who_does_not_follow_cannot_write(wechat: Box) -> None:
    assert refused(wechat, "xiaoyu", "say", text="你好") == 409
    assert refused(wechat, "nobody", "say", text="你好") == 404
    assert refused(wechat, "xiaoyu", "say", words="你好") == 422
    wechat.do("xiaoyu", "follow")
    assert refused(wechat, "xiaoyu", "say", text="  ") == 409
    assert refused(wechat, "xiaoyu", "picture", picture="不是") == 409


def test_withdrawals_come_from_the_platform_and_name_the_user(wechat: Box) -> None:
    wechat.do("xiaoyu", "revoke", info=["201", "206"])
    event = wechat.last_event()
    assert event["Event"] == "user_authorization_revoke"
    assert event["OpenID"] == wechat.openid("xiaoyu") != event["FromUserName"]
    assert event["RevokeInfo"] == "201,206"
    wechat.do("xiaoyu", "cancel")
    assert wechat.last_event()["Event"] == "user_authorization_cancellation"


def test_reading_clears_the_badge(wechat: Box) -> None:
    wechat.do("xiaoyu", "follow")
    sms = {"phone": "13900000101", "text": "验证码 123456"}
    key = {"Authorization": f"Bearer {wechat.options.sms_key}"}
    assert requests.post(wechat.url + "/sms/send", json=sms, headers=key, timeout=5).status_code == 200
    text = {"touser": wechat.openid("xiaoyu"), "msgtype": "text", "text": {"content": "你好"}}
    wechat.post("/cgi-bin/message/custom/send", text)
    phone = wechat.machine("GET", "/phones/xiaoyu")
    assert (phone["chat_unread"], phone["sms_unread"]) == (1, 1)
    wechat.do("xiaoyu", "read-chat")
    phone = wechat.do("xiaoyu", "read-sms")["phone"]
    assert (phone["chat_unread"], phone["sms_unread"]) == (0, 0)
