"""The readers on any text at all."""

import re
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.reading import (
    contacts,
    deadlines,
    duplicates,
    forbidden,
    gate,
    levels,
    majors,
    pay,
    places,
    years,
)
from domain.reading.folding import closed_up, fold
from tests.unit.reading.labelled import place_book

TODAY = date(2026, 11, 21)
WORDS = (
    *"0123456789-~/、，；。（）()@.:：+ \n届年月日元万kK",
    *(
        "计算机",
        "软件工程",
        "等相关专业",
        "不限",
        "本科",
        "及以上",
        "合肥",
        "朝阳",
        "鼓楼区",
        "全国",
        "年薪",
        "面议",
    ),
    *(
        "2027",
        "截止",
        "微信",
        "QQ",
        "电话",
        "13812345678",
        "1381234",
        "0551",
        "限",
        "男",
        "985",
        "户籍",
        "\u200b",
        "①",
        "１",
    ),
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
SETTINGS = settings(max_examples=150, deadline=None)


@SETTINGS
@given(TEXTS, TEXTS)
@example("\ud800", "\x00")
@example("20261399", "99999999999999999999k")
def test_no_text_is_refused(text: str, title: str) -> None:
    book = place_book()
    majors.read(text)
    found = levels.read(text, title)
    assert 1 <= found.low <= (found.high or 4)
    assert all(re.fullmatch("[0-9]{6}", code) for code in places.read(text, book).codes)
    money = pay.read(text)
    assert 0 <= money.low <= money.high
    assert all(2015 <= year <= 2050 for year in years.read(text).years)
    deadlines.read(text, TODAY)
    gate.concerns(title, text)
    assert len(duplicates.key(text, title, text)) == 32


@SETTINGS
@given(TEXTS)
@example("138 13812345678 12345678")
@example("0551-62345678-13812345678")
@example("13812345678①")
def test_masking_leaves_no_phone_and_is_done_once(text: str) -> None:
    masked = contacts.mask(text)
    assert not PHONE.search(fold(masked.text))
    again = contacts.mask(masked.text)
    assert again.text == masked.text
    assert again.found == {}


@SETTINGS
@given(TEXTS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), TEXTS)
def test_a_phone_is_hidden_wherever_it_stands(before: str, phone: str, behind: str) -> None:
    assert phone not in contacts.mask(f"{before}，{phone}，{behind}").text


@SETTINGS
@given(TEXTS)
def test_offences_stand_where_they_say(text: str) -> None:
    for offence in forbidden.find(text):
        assert text[offence.start : offence.end] == offence.term != ""
        assert offence.sentence_start <= offence.start < offence.end <= offence.sentence_end <= len(text)


@given(TEXTS)
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    closed, stood = closed_up(text)
    assert len(stood) == len(closed) + 1
    assert all(closed[place] == fold(text)[stood[place]] for place in range(len(closed)))
