"""The codec against the platform's own published example, and against arbitrary bytes."""

import base64
import json
import re
from collections.abc import Callable
from hashlib import sha1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat.envelope import LARGEST_BODY, Envelope
from wechat.inbound import BadCallback

# The example of developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html.
TOKEN, KEY, APP = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
NOW = 1714112445
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnn"
    "R8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2k"
    "m32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
QUERY = {
    "timestamp": str(NOW),
    "nonce": "415670741",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
BODY = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": SEALED}).encode()

PLAIN = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o_1]]></FromUserName>"
    "<CreateTime>1714112445</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{}]]></Content>"
    "<MsgId>1</MsgId></xml>"
)


def envelope(mode: str = "safe", *, now: float = NOW, app: str = APP) -> Envelope:
    return Envelope(app, TOKEN, KEY, mode, 600, clock=lambda: now)


def sign(*parts: str) -> str:
    return sha1("".join(sorted((TOKEN, *parts))).encode()).hexdigest()


def signed(sealed: str) -> tuple[dict[str, str], bytes]:
    """Query and body around an Encrypt of any content, with a signature that holds."""
    query = {"timestamp": str(NOW), "nonce": "n", "msg_signature": sign(str(NOW), "n", sealed)}
    return query, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(BadCallback) as caught:
        act()
    return caught.value.reason


def test_the_platforms_own_example_opens() -> None:
    inbound = envelope().open(QUERY, BODY)
    assert (inbound.event, inbound.openid, inbound.created) == (
        "debug_demo",
        "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        1714112445,
    )
    assert inbound.fields["debug_str"] == "hello world"
    assert inbound.form == "json"


def test_the_platforms_own_check_of_the_address_is_answered() -> None:
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
        "timestamp": "1714036504",
        "nonce": "1514711492",
    }
    for mode in ("plain", "compatible", "safe"):
        assert envelope(mode, now=1714036504).greet(query) == "4375120948345356249"
    assert reason(lambda: envelope(now=1714036504).greet(query | {"nonce": "1514711493"})) == "bad_signature"
    assert reason(lambda: envelope(now=1714036504 + 601).greet(query)) == "stale"


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        (QUERY | {"msg_signature": "0" * 40}, BODY, "bad_signature"),
        (QUERY | {"msg_signature": ""}, BODY, "missing_parameter"),
        ({name: QUERY[name] for name in ("timestamp", "nonce")}, BODY, "missing_parameter"),
        (QUERY | {"nonce": "415670742"}, BODY, "bad_signature"),
        (QUERY | {"nonce": "n" * 300}, BODY, "bad_parameter"),
        (QUERY | {"nonce": "a\ud800"}, BODY, "bad_parameter"),
        (QUERY | {"msg_signature": "签名"}, BODY, "bad_signature"),
        (QUERY, b"", "empty_body"),
        (QUERY, b"hello", "bad_form"),
        (QUERY, b"<xml><ToUserName>a</ToUserName></xml>", "not_encrypted"),
        (QUERY, b"<xml><Encrypt></Encrypt></xml>", "not_encrypted"),
        (QUERY, b" " * (LARGEST_BODY + 1), "too_large"),
    ],
)
def test_what_the_platform_did_not_send_is_refused(query: dict[str, str], body: bytes, expected: str) -> None:
    assert reason(lambda: envelope().open(query, body)) == expected


@pytest.mark.parametrize("value", [None, 5, ["a"], {"a": "b"}])
def test_a_parameter_that_is_no_text_counts_as_missing(value: object) -> None:
    query: dict[str, object] = QUERY | {"nonce": value}
    assert reason(lambda: envelope().open(query, BODY)) == "missing_parameter"  # type: ignore[arg-type]  # the point


def test_age_is_bounded_both_ways() -> None:
    for now in (NOW + 600, NOW - 300):
        assert envelope(now=now).open(QUERY, BODY).event == "debug_demo"
    for now in (NOW + 601, NOW - 301):
        assert reason(lambda now=now: envelope(now=now).open(QUERY, BODY)) == "stale"


@pytest.mark.parametrize("stamp", ["-1", "1e9", "１７１４", "9" * 13, "0x10"])
def test_a_signed_timestamp_must_be_a_number(stamp: str) -> None:
    query = {"timestamp": stamp, "nonce": "n", "signature": sign(stamp, "n")}
    assert reason(lambda: envelope("plain").open(query, b"<xml></xml>")) == "bad_timestamp"


def test_the_query_cannot_choose_the_mode() -> None:
    plain_query = {"timestamp": str(NOW), "nonce": "n", "signature": sign(str(NOW), "n")}
    body = PLAIN.format("hi").encode()
    assert envelope("plain").open(plain_query, body).text == "hi"
    for mode in ("safe", "compatible"):
        assert reason(lambda mode=mode: envelope(mode).open(plain_query, body)) == "missing_parameter"
        faked = plain_query | {"msg_signature": sign(str(NOW), "n")}
        assert reason(lambda mode=mode, faked=faked: envelope(mode).open(faked, body)) == "not_encrypted"


def test_compatible_mode_believes_the_encrypted_part() -> None:
    codec = envelope("compatible")
    query, body = signed(encrypt(codec, PLAIN.format("真的")))
    both = body.replace(b"</xml>", PLAIN.format("假的").encode().removeprefix(b"<xml>"))
    assert codec.open(query, both).text == "真的"


def test_plain_mode_does_not_decrypt() -> None:
    query = {"timestamp": str(NOW), "nonce": "n", "signature": sign(str(NOW), "n")}
    assert reason(lambda: envelope("plain").open(query, BODY)) == "missing_field"
    assert envelope("plain").seal(b"<xml/>") == b"<xml/>"


def encrypt(codec: Envelope, text: str) -> str:
    """The Encrypt of a sealed text."""
    sealed = codec.seal(text.encode())
    if sealed.startswith(b"{"):
        return str(json.loads(sealed)["Encrypt"])
    found = re.search(rb"<Encrypt><!\[CDATA\[(.*?)\]\]>", sealed)
    assert found
    return found[1].decode()


def test_damage_after_a_good_signature_is_told_apart() -> None:
    codec = envelope()
    good = base64.b64decode(encrypt(codec, PLAIN.format("a" * 40)))

    def opened(secret: bytes) -> str:
        return reason(lambda: codec.open(*signed(base64.b64encode(secret).decode())))

    assert opened(good[:-1]) == "bad_length"
    assert opened(good[:-16] + bytes(16)) == "bad_padding"
    # A flipped bit in the second block garbles it and, through the chaining, lets the length be anything.
    assert opened(good[:3] + bytes((good[3] ^ 1,)) + good[4:]) in {
        "bad_length",
        "bad_xml",
        "wrong_app",
        "bad_form",
    }
    assert reason(lambda: codec.open(*signed("not base64!"))) == "bad_base64"
    assert reason(lambda: codec.open(*signed("YWI\n="))) == "bad_base64"
    assert (
        reason(lambda: codec.open(*signed(encrypt(envelope(app="wx_other"), PLAIN.format("x")))))
        == "wrong_app"
    )


def test_nothing_is_never_encrypted() -> None:
    for mode in ("plain", "compatible", "safe"):
        assert envelope(mode).seal(b"") == b""
        assert envelope(mode).seal(b"success") == b"success"


def test_a_json_reply_is_sealed_as_the_platform_shows_it() -> None:
    sealed = json.loads(envelope().seal(b'{"demo_resp":"good luck"}'))
    assert sealed["MsgSignature"] == sign(str(sealed["TimeStamp"]), sealed["Nonce"], sealed["Encrypt"])
    assert isinstance(sealed["TimeStamp"], int)


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "*" * 43])
def test_a_wrong_key_is_found_at_start(key: str) -> None:
    with pytest.raises(ValueError, match=r"43 characters|base64|padding"):
        Envelope(APP, TOKEN, key, "safe", 600)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
)


@given(words)
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    codec = envelope()
    payload = PLAIN.format(text.replace("]]>", "]]]]><![CDATA[>"))
    assert codec.open(*signed(encrypt(codec, payload))).text == text


@given(st.binary(max_size=400), st.sampled_from(["plain", "compatible", "safe"]), st.booleans())
def test_arbitrary_bytes_raise_nothing_else(body: bytes, mode: str, is_sealed: bool) -> None:
    codec = envelope(mode)
    query, around = signed(base64.b64encode(body).decode())
    query["signature"] = sign(str(NOW), "n")
    assert reason(lambda: codec.open(query, around if is_sealed else body))


@given(st.binary(max_size=300))
def test_arbitrary_plaintext_under_a_good_seal_raises_nothing_else(inside: bytes) -> None:
    codec = envelope()
    sealed = codec.seal(inside) if inside not in (b"", b"success") else b""
    if sealed.startswith(b"<"):
        found = re.search(rb"<Encrypt><!\[CDATA\[(.*?)\]\]>", sealed)
        assert found
        assert reason(lambda: codec.open(*signed(found[1].decode())))


@given(
    st.dictionaries(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr"]), st.text()
    )
)
def test_arbitrary_queries_raise_nothing_else(query: dict[str, str]) -> None:
    codec = envelope()
    assert reason(lambda: codec.open(query, BODY))
    assert reason(lambda: codec.greet(query))
