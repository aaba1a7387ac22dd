"""Template messages with their results, customer messages with their windows, subscription notices."""

from typing import Any

import pytest

from tests.sandbox.boxes import COURSE, THING, Box, box

SEND = "/cgi-bin/message/template/send"
DATA = {"thing1": {"value": "李晓雨"}, "time2": {"value": "2026年11月20日 15:01"}}


def send(wechat: Box, phone: str = "xiaoyu", **more: Any) -> dict[str, Any]:
    body = {"touser": wechat.openid(phone), "template_id": THING, "data": DATA, **more}
    return wechat.post(SEND, body)


def receipts(wechat: Box) -> list[dict[str, Any]]:
    wechat.idle()
    opened = [wechat.opened(one) for one in wechat.product.callbacks]
    return [one for one in opened if one.get("Event") == "TEMPLATESENDJOBFINISH"]


@pytest.fixture
def followed(wechat: Box) -> Box:
    wechat.do("xiaoyu", "follow")
    wechat.product.seen.clear()
    return wechat


def test_a_template_message_becomes_a_card_and_a_result(followed: Box) -> None:
    msgid = send(followed, url="http://127.0.0.1/h5/")["msgid"]
    assert msgid > 2**53
    card = followed.chat("xiaoyu")[-1]["cards"][0]
    assert card["title"] == "绑定成功"
    assert card["lines"] == [["姓名", "李晓雨"], ["时间", "2026年11月20日 15:01"]]
    assert card["url"] == "http://127.0.0.1/h5/"
    (receipt,) = receipts(followed)
    assert receipt["Status"] == "success"
    assert receipt["MsgID"] == str(msgid)
    assert receipt["FromUserName"] == followed.openid("xiaoyu")


def test_a_mini_program_wins_over_a_link(followed: Box) -> None:
    mini = {"appid": followed.options.mini_app_id, "pagepath": "pages/task"}
    send(followed, url="http://127.0.0.1/", miniprogram=mini)
    card = followed.chat("xiaoyu")[-1]["cards"][0]
    assert (card["url"], card["mini"]) == ("", "pages/task")
    assert send(followed, miniprogram={"appid": "wx-other", "pagepath": "p"})["errcode"] == 40013


def test_emoji_vanish_without_a_word(followed: Box) -> None:
    send(followed, data={**DATA, "thing1": {"value": "恭喜🎉你"}})
    assert followed.chat("xiaoyu")[-1]["cards"][0]["lines"][0] == ["姓名", "恭喜你"]


def test_a_wrong_field_is_named(followed: Box) -> None:
    told = send(followed, data={**DATA, "thing1": {"value": "长" * 21}})
    assert told["errcode"] == 47003
    assert "data.thing1.value" in told["errmsg"]
    assert "emtpy" in send(followed, data={**DATA, "thing1": {"value": " "}})["errmsg"]


def test_who_cannot_be_reached(followed: Box) -> None:
    assert send(followed, phone="wang")["errcode"] == 43004
    assert send(followed, touser="o" * 28)["errcode"] == 40003
    assert send(followed, template_id="unknown")["errcode"] == 40037
    assert send(followed, template_id=COURSE)["errcode"] == 40037
    followed.do("xiaoyu", "blacklist", on=True)
    assert send(followed)["errcode"] == 43019


def test_the_same_client_id_is_one_message_for_ten_minutes(followed: Box) -> None:
    first = send(followed, client_msg_id="row-1")["msgid"]
    assert send(followed, client_msg_id="row-1") == {"errcode": 0, "errmsg": "ok", "msgid": first}
    assert send(followed, client_msg_id="row-2")["msgid"] != first
    assert len(followed.chat("xiaoyu")) == 2
    followed.advance(601)
    assert send(followed, client_msg_id="row-1")["msgid"] != first
    assert send(followed, client_msg_id="x" * 33)["errcode"] == 40035
    assert followed.machine("GET", "/arrivals") == {"row-1": 2, "row-2": 1}


def test_one_user_can_be_written_to_too_often() -> None:
    with box(template_rate=2) as wechat:
        wechat.do("xiaoyu", "follow")
        wechat.do("wang", "follow")
        assert [send(wechat)["errcode"] for _ in range(3)] == [0, 0, 43117]
        assert send(wechat, phone="wang")["errcode"] == 0
        wechat.advance(61)
        assert send(wechat)["errcode"] == 0


def test_the_day_has_a_quota() -> None:
    with box(quotas={SEND: 1}) as wechat:
        wechat.do("xiaoyu", "follow")
        assert [send(wechat)["errcode"] for _ in range(2)] == [0, 45009]


def test_a_user_who_rejects_messages_gets_none_though_the_call_went_well(followed: Box) -> None:
    followed.do("xiaoyu", "reject-messages", on=True)
    assert send(followed)["errcode"] == 0
    assert followed.chat("xiaoyu") == []
    assert [one["Status"] for one in receipts(followed)] == ["failed:user block"]


@pytest.mark.parametrize("status", ["failed: system failed", "failed:freq limit"])
def test_results_can_be_told_to_fail(followed: Box, status: str) -> None:
    followed.faults(receipt=status)
    send(followed)
    assert [one["Status"] for one in receipts(followed)] == [status]
    assert followed.chat("xiaoyu") == []


def test_results_can_be_doubled_lost_or_carry_no_id(followed: Box) -> None:
    followed.faults(receipt_copies=2)
    send(followed)
    assert len(receipts(followed)) == 2
    followed.faults(receipt_copies=1, receipt_lost=True)
    send(followed)
    assert len(receipts(followed)) == 2
    followed.faults(receipt_lost=False, receipt_zero_msgid=True)
    send(followed)
    assert receipts(followed)[-1]["MsgID"] == "0"


def test_results_can_come_late_and_out_of_order(followed: Box) -> None:
    followed.faults(receipt_delay_ms=400)
    first = str(send(followed)["msgid"])
    followed.faults(receipt_delay_ms=0)
    second = str(send(followed)["msgid"])
    assert [one["MsgID"] for one in receipts(followed)] == [second, first]


def test_any_result_can_be_sent_by_hand(followed: Box) -> None:
    followed.machine("POST", "/receipt", {"phone": "xiaoyu", "msgid": 2**63 - 1, "status": "success"})
    assert receipts(followed)[0]["MsgID"] == str(2**63 - 1)


def test_the_account_lists_its_templates(wechat: Box) -> None:
    (template,) = wechat.get("/cgi-bin/template/get_all_private_template")["template_list"]
    assert template["template_id"] == THING
    assert template["content"] == "姓名：{{thing1.DATA}}\n时间：{{time2.DATA}}"


def write(wechat: Box, **more: Any) -> int:
    body = {"touser": wechat.openid("xiaoyu"), "msgtype": "text", "text": {"content": "你好"}, **more}
    code: int = wechat.post("/cgi-bin/message/custom/send", body)["errcode"]
    return code


def test_after_following_three_customer_messages_in_a_minute(followed: Box) -> None:
    assert [write(followed) for _ in range(4)] == [0, 0, 0, 45047]
    followed.advance(61)
    assert write(followed) == 45015


def test_after_a_message_five_customer_messages_in_two_days(followed: Box) -> None:
    followed.advance(61)
    followed.do("xiaoyu", "say", text="在吗")
    assert [write(followed) for _ in range(6)] == [0] * 5 + [45047]
    followed.do("xiaoyu", "say", text="还在吗")
    followed.advance(48 * 3600 - 5)
    assert write(followed) == 0
    followed.advance(10)
    assert write(followed) == 45015


def test_customer_messages_have_limits(followed: Box) -> None:
    assert write(followed, text={"content": "汉" * 683}) == 45002
    assert write(followed, text={"content": ""}) == 44004
    assert write(followed, msgtype="hologram") == 40008
    assert write(followed, msgtype="image", image={"media_id": "none"}) == 40007
    two = [{"title": "一", "url": "http://e.cn"}, {"title": "二", "url": "http://e.cn"}]
    assert write(followed, msgtype="news", news={"articles": two}) == 45008
    assert write(followed, msgtype="news", news={"articles": two[:1]}) == 0
    assert followed.chat("xiaoyu")[-1]["cards"][0]["title"] == "一"


def test_choices_in_a_message_are_sent_back_with_their_id(followed: Box) -> None:
    choices = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    assert write(followed, msgtype="msgmenu", msgmenu=choices) == 0
    assert "weixin://bizmsgmenu?msgmenuid=1" in followed.chat("xiaoyu")[-1]["text"]
    followed.do("xiaoyu", "say", text="满意", menu_id="1")
    assert followed.last_event()["bizmsgmenuid"] == "1"


def notify(wechat: Box) -> int:
    data = {"thing1": {"value": "就业直播课"}}
    body = {"touser": wechat.openid("stranger"), "template_id": COURSE, "data": data}
    code: int = wechat.post("/cgi-bin/message/subscribe/bizsend", body)["errcode"]
    return code


def test_one_yes_is_one_subscription_notice(wechat: Box) -> None:
    assert notify(wechat) == 43101
    wechat.do("stranger", "popup", template_id=COURSE, accepts=True)
    assert wechat.last_event()["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "accept"
    assert [notify(wechat), notify(wechat)] == [0, 43101]
    wechat.idle()
    assert wechat.last_event()["Event"] == "subscribe_msg_sent_event"


def test_a_no_or_a_refusal_in_the_settings_leaves_no_credit(wechat: Box) -> None:
    wechat.do("stranger", "popup", template_id=COURSE, accepts=False)
    assert notify(wechat) == 43101
    wechat.do("stranger", "popup", template_id=COURSE, accepts=True)
    wechat.do("stranger", "stop-subscription", template_id=COURSE)
    assert wechat.last_event()["Event"] == "subscribe_msg_change_event"
    assert notify(wechat) == 43101
