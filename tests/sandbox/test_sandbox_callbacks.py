"""Callbacks: envelopes, tries, copies, and how strictly the answer is read."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from wechatpy.exceptions import InvalidAppIdException

from sandbox.envelope import signature
from sandbox.replies import OUT_OF_ORDER
from tests.sandbox.boxes import Box, Seen, box, fields_of, text_reply

pytestmark = pytest.mark.slow

MODES = [(mode, form) for mode in ("plain", "compatible", "safe") for form in ("xml", "json")]


@pytest.fixture(scope="module")
def safe() -> Iterator[Box]:
    with box(mode="safe") as one:
        one.do("xiaoyu", "follow")
        yield one


@pytest.mark.parametrize(("mode", "form"), MODES)
def test_a_message_goes_out_as_the_account_is_set(mode: str, form: str) -> None:
    with box(mode=mode, format=form) as wechat:
        wechat.do("xiaoyu", "follow")
        wechat.do("xiaoyu", "say", text="我的 ]]> 辅导员 & <b>")
        seen = wechat.product.callbacks[-1]
        query, token = seen.query, wechat.options.token
        assert query["signature"] == signature(token, query["timestamp"], query["nonce"])
        assert query["openid"] == wechat.openid("xiaoyu")
        outer = fields_of(seen.body)
        assert ("Encrypt" in outer) == (mode != "plain")
        assert ("Content" in outer) == (mode != "safe")
        assert seen.body.startswith(b"{") == (form == "json")
        inner = wechat.opened(seen) if form == "xml" else outer
        if mode != "safe" or form == "xml":
            assert inner["Content"] == "我的 ]]> 辅导员 & <b>"
            assert int(inner["MsgId"]) > 2**53


@pytest.mark.parametrize(("mode", "form"), MODES)
def test_a_right_answer_is_shown(mode: str, form: str) -> None:
    with box(mode=mode, format=form) as wechat:
        fields = {"FromUserName": wechat.openid("xiaoyu"), "ToUserName": wechat.options.original_id}
        reply = text_reply(fields, "你好")
        sealed = wechat.sealed(reply) if mode == "safe" else reply.encode()
        wechat.product.answer = lambda _seen: sealed
        wechat.do("xiaoyu", "follow")
        assert [one["text"] for one in wechat.chat("xiaoyu")] == ["你好"]


def test_compatible_mode_takes_ciphertext_too() -> None:
    with box(mode="compatible") as wechat:
        fields = {"FromUserName": wechat.openid("xiaoyu"), "ToUserName": wechat.options.original_id}
        wechat.product.answer = lambda _seen: wechat.sealed(text_reply(fields, "密文"))
        wechat.do("xiaoyu", "follow")
        assert wechat.chat("xiaoyu")[-1]["text"] == "密文"


def heard(wechat: Box, answer: bytes | web.Response) -> dict[str, Any]:
    """What the chat shows after a message that was answered so."""
    wechat.product.answer = lambda _seen: answer
    before = len(wechat.chat("xiaoyu"))
    wechat.do("xiaoyu", "say", text="在吗")
    shown = wechat.chat("xiaoyu")[before + 1 :]
    return shown[0] if shown else {"text": ""}


def to_xiaoyu(wechat: Box) -> dict[str, str]:
    return {"FromUserName": wechat.openid("xiaoyu"), "ToUserName": wechat.options.original_id}


@pytest.fixture
def followed(wechat: Box) -> Box:
    wechat.do("xiaoyu", "follow")
    wechat.product.seen.clear()
    return wechat


@pytest.mark.parametrize("silent", [b"", b"success"])
def test_silence_is_silence(followed: Box, silent: bytes) -> None:
    assert heard(followed, silent)["text"] == ""


def test_a_text_at_the_limit_is_shown_and_one_byte_more_is_not(followed: Box) -> None:
    fields = to_xiaoyu(followed)
    assert heard(followed, text_reply(fields, "汉" * 682 + "a").encode())["text"] == "汉" * 682 + "a"
    assert heard(followed, text_reply(fields, "汉" * 682 + "ab").encode())["text"] == OUT_OF_ORDER


def wrong_answers(fields: dict[str, str]) -> dict[str, bytes]:
    right = text_reply(fields, "你好")
    return {
        "json": b'{"text": "hi"}',
        "success with a line break": b"success\n",
        "not xml": b"<xml><a></xml>",
        "another root": right.replace("<xml>", "<root>").replace("</xml>", "</root>").encode(),
        "entity": b'<!DOCTYPE x [<!ENTITY a "b">]>' + right.encode(),
        "double element": right.replace("<CreateTime>", "<MsgType>text</MsgType><CreateTime>").encode(),
        "control character": right.replace("你好", "你\x08好").encode(),
        "attribute": right.replace("<Content>", '<Content lang="zh">').encode(),
        "another user": right.replace(fields["FromUserName"], "o" * 28).encode(),
        "another account": right.replace(fields["ToUserName"], "gh_other").encode(),
        "milliseconds": text_reply(fields, "你好", created=int(time.time() * 1000)).encode(),
        "long ago": text_reply(fields, "你好", created=1_500_000_000).encode(),
        "unknown type": right.replace("[text]", "[telegram]").encode(),
        "empty": text_reply(fields, " ").encode(),
        "ciphertext in plain mode": b"<xml><Encrypt>abc</Encrypt></xml>",
    }


@pytest.mark.parametrize("name", wrong_answers({"FromUserName": "a", "ToUserName": "b"}))
def test_a_wrong_answer_shows_that_the_service_is_out_of_order(followed: Box, name: str) -> None:
    answer = wrong_answers(to_xiaoyu(followed))[name]
    assert heard(followed, answer)["text"] == OUT_OF_ORDER
    assert len(followed.product.callbacks) == 1


def test_a_wrong_status_shows_it_too_and_500_is_tried_again(followed: Box) -> None:
    assert heard(followed, web.Response(status=404))["text"] == OUT_OF_ORDER
    assert len(followed.product.callbacks) == 1
    assert heard(followed, web.Response(status=500))["text"] == OUT_OF_ORDER
    assert len(followed.product.callbacks) == 4


def news(fields: dict[str, str], count: int, told: int | None = None) -> bytes:
    item = (
        "<item><Title>题</Title><Description>述</Description><PicUrl></PicUrl><Url>http://e.cn</Url></item>"
    )
    body = (
        f"<ArticleCount>{count if told is None else told}</ArticleCount><Articles>{item * count}</Articles>"
    )
    content = text_reply(fields, "x").replace("[text]", "[news]")
    return content.replace("<Content><![CDATA[x]]></Content>", body).encode()


def test_one_article_for_a_message_and_eight_for_an_event(followed: Box) -> None:
    fields = to_xiaoyu(followed)
    assert len(heard(followed, news(fields, 1))["cards"]) == 1
    assert heard(followed, news(fields, 2))["text"] == OUT_OF_ORDER
    assert heard(followed, news(fields, 1, told=2))["text"] == OUT_OF_ORDER
    followed.product.answer = lambda _seen: news(fields, 8)
    followed.do("xiaoyu", "unfollow")
    assert len(followed.do("xiaoyu", "follow")["reply"]["cards"]) == 8
    followed.product.answer = lambda _seen: news(fields, 9)
    followed.do("xiaoyu", "unfollow")
    assert followed.do("xiaoyu", "follow")["trouble"] != ""


def test_a_picture_must_have_been_uploaded(followed: Box) -> None:
    body = text_reply(to_xiaoyu(followed), "x").replace("[text]", "[image]")
    body = body.replace(
        "<Content><![CDATA[x]]></Content>", "<Image><MediaId><![CDATA[nothing]]></MediaId></Image>"
    )
    assert heard(followed, body.encode())["text"] == OUT_OF_ORDER


def test_a_hand_over_is_told(followed: Box) -> None:
    body = text_reply(to_xiaoyu(followed), "x").replace("[text]", "[transfer_customer_service]")
    assert heard(followed, body.encode())["kind"] == "transfer"


def test_safe_mode_refuses_plain_text_and_bad_ciphertext(safe: Box) -> None:
    plain = text_reply(to_xiaoyu(safe), "你好")
    assert heard(safe, plain.encode())["text"] == OUT_OF_ORDER
    sealed = safe.sealed(plain)
    assert heard(safe, sealed)["text"] == "你好"
    forged = sealed.replace(b"<MsgSignature><![CDATA[", b"<MsgSignature><![CDATA[0")
    assert heard(safe, forged)["text"] == OUT_OF_ORDER
    assert heard(safe, b"success")["text"] == ""


def test_a_slow_product_is_tried_three_times_with_the_same_message(followed: Box) -> None:
    followed.product.answer = lambda _seen: 1.0
    done = followed.do("xiaoyu", "say", text="慢")
    assert (done["tries"], done["trouble"]) == (3, "超时")
    tries = followed.product.callbacks
    assert len({one.body for one in tries}) == 1
    assert len({one.query["nonce"] for one in tries}) == 3
    assert followed.chat("xiaoyu")[-1]["text"] == OUT_OF_ORDER


def test_the_answer_to_a_later_try_is_shown(followed: Box) -> None:
    reply = text_reply(to_xiaoyu(followed), "终于").encode()
    answers: list[bytes | float] = [1.0, 1.0, reply]
    followed.product.answer = lambda _seen: answers.pop(0)
    done = followed.do("xiaoyu", "say", text="慢")
    assert done["tries"] == 3
    assert followed.chat("xiaoyu")[-1]["text"] == "终于"


def test_nobody_at_home_is_out_of_order() -> None:
    with box(product_url="http://127.0.0.1:9") as wechat:
        assert wechat.do("xiaoyu", "follow")["trouble"] == "连接失败"
        assert wechat.chat("xiaoyu")[-1]["text"] == OUT_OF_ORDER


def test_every_callback_can_come_several_times_in_a_row(followed: Box) -> None:
    followed.faults(callback_copies=3)
    reply = text_reply(to_xiaoyu(followed), "一次").encode()
    assert heard(followed, reply)["text"] == "一次"
    assert len(followed.product.callbacks) == 3
    assert [one["text"] for one in followed.chat("xiaoyu")] == ["在吗", "一次"]
    assert "callback_copies_answered_differently" not in followed.counters()


def test_every_callback_can_come_several_times_at_once(followed: Box) -> None:
    under_way, most = 0, 0
    lock = threading.Lock()

    def answer(_seen: Seen) -> float:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        return 0.2

    followed.product.answer = answer
    followed.faults(callback_copies=3, callback_together=True)
    started = time.monotonic()
    followed.do("xiaoyu", "say", text="同时")
    assert most == 3
    assert time.monotonic() - started < 0.55


def test_copies_that_were_answered_differently_are_counted(followed: Box) -> None:
    fields = to_xiaoyu(followed)
    answers = [text_reply(fields, word).encode() for word in ("一", "二")]
    followed.product.answer = lambda _seen: answers.pop(0)
    followed.faults(callback_copies=2)
    followed.do("xiaoyu", "say", text="重复")
    assert followed.counters()["callback_copies_answered_differently"] == 1


def test_callbacks_can_be_signed_wrong_or_stale(followed: Box) -> None:
    followed.faults(callback_bad_signature=True, callback_stale_s=3600)
    followed.do("xiaoyu", "say", text="伪造")
    query = followed.product.callbacks[-1].query
    right = signature(followed.options.token, query["timestamp"], query["nonce"])
    assert query["signature"] != right
    assert time.time() - int(query["timestamp"]) > 3590


def test_the_envelope_can_carry_another_app(safe: Box) -> None:
    safe.faults(callback_wrong_app_id=True)
    safe.do("xiaoyu", "say", text="别家的")
    safe.machine("DELETE", "/faults")
    with pytest.raises(InvalidAppIdException):
        safe.last_event()


def test_the_callback_address_is_verified(wechat: Box) -> None:
    assert wechat.machine("POST", "/verify") == {"verified": True}


def test_raw_and_sealed_callbacks_can_be_fired(safe: Box) -> None:
    safe.product.answer = lambda _seen: web.Response(status=418, text="no")
    fired = safe.machine("POST", "/callback", {"body": "<broken", "query": {"signature": "x"}})
    assert fired == {"status": 418, "body": "no"}
    assert safe.product.callbacks[-1].body == b"<broken"
    event = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": 1, "MsgType": "hologram"}
    safe.machine("POST", "/callback", {"fields": event, "openid": "o"})
    assert safe.last_event()["MsgType"] == "hologram"
