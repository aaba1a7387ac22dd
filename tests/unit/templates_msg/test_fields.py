"""Fields of template messages: whatever is put in, the platform has no reason to refuse what comes out."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_msg import fields
from templates_msg.fields import BadField

MINORITY = "阿卜杜喀迪尔·麦麦提依明·阿卜杜热合曼江"


@given(st.text())
def test_a_thing_fits_or_is_a_fault_of_ours(text: str) -> None:
    try:
        fitted = fields.thing(text)
    except BadField:
        assert not [sign for sign in text if unicodedata.category(sign)[0] in "LN"]
        return
    assert 1 <= len(fitted) <= 20
    assert not re.search(r"[\x00-\x1f\x7f]", fitted)
    assert fitted == fitted.strip()


@given(st.text(min_size=1, max_size=20, alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_what_fits_is_not_touched(text: str) -> None:
    assert fields.thing(text) == text


def test_a_long_thing_says_that_it_was_cut() -> None:
    assert fields.thing("一" * 21) == "一" * 19 + "…"
    assert fields.thing("一" * 20) == "一" * 20


def test_rare_characters_count_once_and_are_not_torn() -> None:
    assert fields.thing("𠮷" * 21) == "𠮷" * 19 + "…"


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("李晓雨", "李晓雨"),
        (MINORITY, "阿卜杜喀迪尔"),
        ("尼格买提·热合曼", "尼格买提·热合曼"),
        ("John Alexander Smith", "John Alexander Smith"),
        ("John Alexander Smithson", "John Alexander Smit…"),
    ],
)
def test_names(name: str, fitted: str) -> None:
    assert fields.name(name) == fitted


@given(st.integers(min_value=946_684_800, max_value=4_000_000_000), st.timezones())
def test_a_time_is_that_of_shanghai(second: int, zone: tzinfo) -> None:
    moment = datetime.fromtimestamp(second, zone)
    here = moment.astimezone(timezone(timedelta(hours=8)))
    shown = fields.time(moment)
    numbers = [int(number) for number in re.fullmatch(r"(\d+)年(\d+)月(\d+)日 (\d\d):(\d\d)", shown).groups()]
    assert numbers == [here.year, here.month, here.day, here.hour, here.minute]


def test_midnight_belongs_to_the_new_day() -> None:
    assert fields.time(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == "2026年11月21日 00:00"


@pytest.mark.parametrize("value", [datetime(2026, 11, 20), "2026-11-20", None, 1])  # noqa: DTZ001 -- the case
def test_a_time_without_zone_is_refused(value: object) -> None:
    with pytest.raises(BadField):
        fields.time(value)


@pytest.mark.parametrize("value", ["", "中文", "a" * 33, "a\n"])
def test_no_character_string(value: object) -> None:
    with pytest.raises(BadField):
        fields.character_string(value)


@pytest.mark.parametrize("value", ["", "六个字太长了", "abc", "已 发"])
def test_no_phrase(value: str) -> None:
    with pytest.raises(BadField):
        fields.phrase(value)


def test_phrases_and_strings_that_fit() -> None:
    assert fields.phrase("已通过") == "已通过"
    assert fields.character_string("A-2027/01") == "A-2027/01"


def test_a_refused_field_is_named() -> None:
    with pytest.raises(BadField, match="thing1: empty"):
        fields.fit("thing1", " \n ")


def test_an_unknown_kind_of_slot_is_a_fault() -> None:
    with pytest.raises(KeyError):
        fields.fit("thong1", "x")
