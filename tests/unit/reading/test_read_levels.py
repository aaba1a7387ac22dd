"""学历 in free text."""

import pytest

from domain.reading.levels import read

CASES = [
    ("本科及以上", 2, None),
    ("本科（含）以上", 2, None),
    ("最低学历：本科", 2, None),
    ("大专", 1, None),
    ("高职高专", 1, None),
    ("硕士研究生", 3, None),
    ("研究生及以上", 3, None),
    ("博士研究生", 4, None),
    ("学历不限", 1, None),
    ("不限", 1, None),
    ("", 1, None),
    ("本科/硕士", 2, 3),
    ("大专-本科", 1, 2),
    ("本科、硕士、博士", 2, None),
    ("硕博", 3, None),
    ("本硕", 2, 3),
    ("本科及以下", 1, 2),
    ("大专及以下", 1, 1),
    ("仅限硕士", 3, 3),
    ("第二学士学位", 2, None),
    ("Bachelor or Master", 2, 3),
]


@pytest.mark.parametrize(("text", "low", "high"), CASES)
def test_levels(text: str, low: int, high: int | None) -> None:
    levels = read(text)
    assert (levels.low, levels.high) == (low, high)
    assert levels.unread == ()


@pytest.mark.parametrize("text", ["中专", "高中及以上", "技校", "中专/大专"])
def test_below_the_lowest_rank(text: str) -> None:
    levels = read(text)
    assert levels.low == 1
    assert levels.is_below
    assert not read("大专").is_below


def test_a_title_may_be_the_ceiling() -> None:
    assert read("大专", "文员（只招专科）").high == 1
    assert read("本科及以上", "文员（只招专科）").high == 1
    assert read("本科及以上", "文员（只招专科）").low == 1
    assert read("大专及以上", "工程师（只招本科）").low == 1
    assert read("大专及以上", "工程师（只招本科）").high == 2
    assert read("", "工程师（只招硕士）") == read("只招硕士")
    assert read("本科", "不限专科的岗位").high is None
    assert read("本科", "博士后工作站秘书").low == 2


@pytest.mark.parametrize(
    ("text", "low"), [("本科及以上，硕士优先", 2), ("本科（优秀者可放宽至大专）", 2), ("硕士优先", 1)]
)
def test_wishes_are_kept_and_bind_nobody(text: str, low: int) -> None:
    levels = read(text)
    assert levels.low == low
    assert levels.unread


@pytest.mark.parametrize("text", ["MBA", "学位要求另行通知", "专升本"])
def test_what_cannot_be_read_takes_everybody_and_is_kept(text: str) -> None:
    levels = read(text)
    assert (levels.low, levels.high) == (1, None)
    assert levels.unread
