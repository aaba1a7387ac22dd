"""Bodies: XML without entities, JSON with big numbers, both bounded."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat.body import DEEPEST, _read_plain, _read_xml, read
from wechat.inbound import BadCallback

pytestmark = pytest.mark.slow


def fields(body: str) -> dict[str, str]:
    return read(body.encode())[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><xml><a>&a;</a></xml>', "doctype"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml></xml>', "doctype"),
        ("<xml><a>&b;</a></xml>", "bad_xml"),
        ("<xml><a>1</a><a>2</a></xml>", "duplicate_field"),
        ("<xml><a></xml>", "bad_xml"),
        ("<html></html>", "bad_xml"),
        ("<xml></xml><xml></xml>", "bad_xml"),
        ("<xml><a>\x08</a></xml>", "bad_xml"),
        ("<xml>" + "<a>" * 20 + "</a>" * 20 + "</xml>", "too_deep"),
        ('{"a": 1, "a": 2}', "duplicate_field"),
        ('{"a": {"b": 1}, "a.b": 2}', "duplicate_field"),
        ('{"a": NaN}', "bad_number"),
        ('{"a": "\\ud800"}', "bad_json"),
        ('{"a": 1', "bad_json"),
        ('{"a": ' + "[" * 30_000 + "]" * 30_000 + "}", "bad_json"),
        ('{"a": ' + '{"a":' * 20 + "1" + "}" * 21, "too_deep"),
        ("[1]", "bad_form"),
        ("", "empty_body"),
        (" \n", "bad_form"),
    ],
)
def test_bodies_that_are_refused(body: str, expected: str) -> None:
    with pytest.raises(BadCallback) as caught:
        fields(body)
    assert caught.value.reason == expected


def test_a_declared_encoding_is_not_believed() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?><xml><a>你好</a></xml>'
    assert fields(text) == {"a": "你好"}
    with pytest.raises(BadCallback):
        read("<xml><a>你好</a></xml>".encode("gbk"))


def test_nested_and_repeated_fields_have_paths() -> None:
    body = "<xml><L><i><a>1</a><a>2</a></i><i><a>3</a></i></L><E></E><S>x<b>y</b>z</S></xml>"
    assert fields(body) == {"L.i.a": "1", "L.i.a[2]": "2", "L.i[2].a": "3", "E": "", "S.b": "y"}


def test_json_reads_like_xml() -> None:
    body = '{"L": [{"a": 1}, {"a": 2}], "One": {"a": 1}, "N": null, "T": true, "F": 1.50}'
    assert fields(body) == {"L.a": "1", "L[2].a": "2", "One.a": "1", "N": "", "T": "true", "F": "1.50"}


def test_a_list_of_one_is_the_thing_itself() -> None:
    assert fields('{"List": [{"a": "x"}]}') == fields('{"List": {"a": "x"}}')


def test_numbers_lose_no_digit_and_cost_nothing() -> None:
    assert fields('{"MsgId": 18446744073709551615}') == {"MsgId": "18446744073709551615"}
    huge = "9" * 60_000
    assert fields(f'{{"n": {huge}}}') == {"n": huge}


@pytest.mark.parametrize(
    "body",
    [
        "<xml>" + "<a>" * 16_000,
        "<xml>" + "".join(f"<a{n}>x</a{n}>" for n in range(4_000)) + "</xml>",
        "<xml><a " + " ".join(f'b{n}="1"' for n in range(6_000)) + "></a></xml>",
        "<xml><a>" + "&lt;" * 15_000 + "</a></xml>",
        '{"a": [' + "{}," * 20_000 + "{}]}",
    ],
)
def test_no_body_of_64_kib_takes_long(body: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(BadCallback):
        fields(body)
    assert time.perf_counter() - started < 0.5


def test_depth_is_allowed_up_to_its_bound() -> None:
    body = (
        "<xml>"
        + "".join(f"<l{n}>" for n in range(DEEPEST))
        + "x"
        + "".join(f"</l{n}>" for n in reversed(range(DEEPEST)))
        + "</xml>"
    )
    assert list(fields(body).values()) == ["x"]


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_else(body: bytes) -> None:
    for prefix in (b"", b"<xml>", b"{"):
        with contextlib.suppress(BadCallback):
            read(prefix + body)


leaf = st.none() | st.booleans() | st.integers() | st.text()
tree = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@given(st.dictionaries(st.text(), tree))
def test_arbitrary_json_gives_flat_text_or_a_refusal(value: dict[str, object]) -> None:
    try:
        found = fields(json.dumps(value))
    except BadCallback:
        return
    assert all(isinstance(text, str) for text in found.values())


# Pieces that lie near the border between what the short way takes and what it leaves to the parser.
_NAME = st.sampled_from(["Event", "Content", "MsgId", "xml", "a_b", "a-b", ""])
_WORDS = st.text(alphabet="a1\u00e9\u4e2d]>&<\r\n\t \x00\x0b\x85\u3000\ufffe", max_size=6)
_SPACE = st.sampled_from(["", "", "\n", " \t", "\r", "\x0b", "\u3000", "x"])
_FIELD = st.one_of(
    st.builds("<{0}><![CDATA[{1}]]></{0}>".format, _NAME, _WORDS),
    st.builds("<{0}>{1}</{0}>".format, _NAME, st.text(alphabet="0123456789\u0663", max_size=4) | _WORDS),
    st.builds("<{}><![CDATA[{}]]></{}>".format, _NAME, _WORDS, _NAME),
)


@given(st.lists(st.tuples(_SPACE, _FIELD), max_size=4), _SPACE, _SPACE)
def test_the_short_way_reads_what_the_parser_reads_or_nothing(
    parts: list[tuple[str, str]], before_end: str, behind: str
) -> None:
    body = (
        "<xml>" + "".join(space + field for space, field in parts) + f"{before_end}</xml>{behind}"
    ).encode()
    found = _read_plain(body)
    if found is not None:
        assert found == _read_xml(body)


def test_what_the_platform_sends_goes_the_short_way() -> None:
    body = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName>\n<CreateTime>1700000000</CreateTime>\n</xml>"
    assert _read_plain(body.encode()) == {"ToUserName": "gh_1", "CreateTime": "1700000000"}
