"""Refusals: a sentence for the person, a word for programs, a status for the door."""

import string

import pytest

from domain.refusals import (
    SAY,
    Conflict,
    IllegalMove,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
    Stale,
    TooMany,
    Unavailable,
)


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (NotAllowed(), 403, "not_allowed"),
        (Conflict("openid_taken"), 409, "openid_taken"),
        (IllegalMove("link", "linked", "link"), 409, "illegal_move"),
        (Stale(), 409, "stale"),
        (Invalid("no_match"), 422, "no_match"),
        (TooMany("too_many_tries", 61), 429, "too_many_tries"),
        (Unavailable("directory_away"), 503, "directory_away"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Refusal) else "",
)
def test_each_kind_carries_its_status_and_sentence(refusal: Refusal, status: int, code: str) -> None:
    assert (refusal.status, refusal.code) == (status, code)
    assert refusal.say
    assert "{" not in refusal.say


def test_minutes_are_rounded_up() -> None:
    assert "请 2 分钟后" in TooMany("too_many_tries", 61).say
    assert "请 1 分钟后" in TooMany("too_many_tries", 60).say
    assert TooMany("code_too_soon", 42).say == "验证码已发送，请 42 秒后再获取。"
    assert TooMany("code_too_soon", 42).retry_after == 42


def test_one_wrong_field_speaks_for_the_whole() -> None:
    refusal = Invalid.field("phone", "bad_phone")
    assert refusal.fields == {"phone": refusal.say}
    assert refusal.say == SAY["bad_phone"]


def test_an_unknown_code_is_a_fault_at_once() -> None:
    with pytest.raises(KeyError):
        Conflict("no_such_word")


def test_every_sentence_is_chinese_and_ends() -> None:
    for code, sentence in SAY.items():
        assert sentence.endswith("。"), code
        assert any("\u4e00" <= char <= "\u9fff" for char in sentence), code


def test_places_in_sentences_are_those_that_are_filled() -> None:
    places = {name for text in SAY.values() for _, name, _, _ in string.Formatter().parse(text) if name}
    assert places <= {"seconds", "minutes", "hint", "most"}
