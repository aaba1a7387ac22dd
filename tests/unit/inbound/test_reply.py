"""Replies: whatever the words, the platform reads back just those."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wechat.inbound import Inbound
from wechat.reply import LONGEST_TEXT, Article, News, Reply, Silence, Text, TransferToDesk, clean, cut

FIELDS = {
    "ToUserName": "gh_1",
    "FromUserName": "o_1",
    "CreateTime": "1795158000",
    "MsgType": "text",
    "Content": "x",
}
MESSAGE = Inbound(dict(FIELDS), "xml", b"")
EVENT = Inbound(FIELDS | {"MsgType": "event", "Event": "CLICK"}, "xml", b"")
JSON = Inbound(dict(FIELDS), "json", b"")


def parsed(reply: Reply, event: Inbound = MESSAGE) -> ElementTree.Element:
    return ElementTree.fromstring(reply.render(event).decode())


def content(text: str) -> str:
    return parsed(Text(text)).findtext("Content", "")


def test_the_parties_change_places() -> None:
    reply = parsed(Text("您好"))
    assert {node.tag: node.text for node in reply} == {
        "ToUserName": "o_1",
        "FromUserName": "gh_1",
        "CreateTime": "1795158000",
        "MsgType": "text",
        "Content": "您好",
    }


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_read_back_as_it_was_meant(text: str) -> None:
    assert content(text) == cut(clean(text))
    assert json.loads(Text(text).render(JSON))["Content"] == cut(clean(text))


@pytest.mark.parametrize(
    "text", ["a]]>b", "]]>]]>", "]]", "]]&gt;", "</Content></xml>", "<![CDATA[x]]>", "a\x08b\x00c\ufffe"]
)
def test_nothing_leaves_its_element(text: str) -> None:
    assert content(text) == clean(text)
    assert len(parsed(Text(text))) == 5


@given(st.text(st.sampled_from("a字𠮷é"), min_size=500, max_size=1500), st.integers(3, LONGEST_TEXT))
def test_a_cut_never_splits_a_character(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown.encode()) <= limit
    if len(text.encode()) <= limit:
        assert shown == text
    else:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])
        assert len(shown.encode()) > limit - 4


def test_the_longest_text_just_fits() -> None:
    assert content("字" * 682 + "a") == "字" * 682 + "a"
    assert len(content("字" * 683).encode()) <= LONGEST_TEXT


def test_news_is_one_card_for_a_message_and_eight_for_an_event() -> None:
    cards = tuple(Article(f"第{n}张]]>", "", f"http://wx.test/?a=1&b={n}") for n in range(10))
    for event, count in ((MESSAGE, 1), (EVENT, 8)):
        news = parsed(News(cards), event)
        assert news.findtext("ArticleCount") == str(count)
        assert len(news.findall("Articles/item")) == count
        assert news.findtext("Articles/item/Title") == "第0张]]>"
        assert news.findtext("Articles/item/Url") == "http://wx.test/?a=1&b=0"


def test_the_desk_gets_the_message_and_silence_is_empty() -> None:
    assert parsed(TransferToDesk()).findtext("MsgType") == "transfer_customer_service"
    assert Silence().render(MESSAGE) == b""
