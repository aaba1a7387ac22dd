"""Pay in free text."""

import pytest

from domain.reading.pay import Pay, read, thousands

CASES = [
    ("8k-12k/月", 8000, 12000, "month"),
    ("8-12K·13薪", 8000, 12000, "month"),
    ("15-25K × 16薪", 15000, 25000, "month"),
    ("年薪15万-20万", 12500, 16667, "year"),
    ("15-20万/年", 12500, 16667, "year"),
    ("20W-30W/年", 16667, 25000, "year"),
    ("年薪150000-180000元", 12500, 15000, "year"),
    ("200元/天", 4350, 4350, "day"),
    ("150-200元/天", 3263, 4350, "day"),
    ("日薪300", 6525, 6525, "day"),
    ("0.8-1.2万", 8000, 12000, "month"),
    ("1万-1.5万/月", 10000, 15000, "month"),
    ("8000-1.2万", 8000, 12000, "month"),
    ("8千-1万", 8000, 10000, "month"),
    ("６０００～９０００元／月", 6000, 9000, "month"),
    ("￥6,000-8,000", 6000, 8000, "month"),
    ("税前10000-15000元", 10000, 15000, "month"),
    ("4500", 4500, 4500, "month"),
    ("面议（8-12K）", 8000, 12000, "month"),
]


@pytest.mark.parametrize(("text", "low", "high", "period"), CASES)
def test_sums(text: str, low: int, high: int, period: str) -> None:
    assert read(text) == Pay(low, high, period=period)


@pytest.mark.parametrize("text", ["6000元/月以上", "6000+", "6000元起", "底薪6000+提成"])
def test_an_open_top(text: str) -> None:
    assert read(text) == Pay(6000, 6000, is_open_top=True, period="month")


def test_a_ceiling() -> None:
    assert read("8000以下") == Pay(0, 8000, period="month")


@pytest.mark.parametrize("text", ["面议", "薪资面谈", "待遇可谈"])
def test_negotiable(text: str) -> None:
    assert read(text) == Pay(is_negotiable=True)


@pytest.mark.parametrize(
    "text",
    [
        "8-12",
        "15-20万",
        "年薪15-20",
        "25元/小时",
        "2000/周",
        "月薪过万",
        "五险一金",
        "按国家规定",
        "100",
        "2027届",
        "12-8k",
    ],
)
def test_no_unit_is_guessed(text: str) -> None:
    pay = read(text)
    assert (pay.low, pay.high, pay.is_negotiable) == (0, 0, False)
    assert pay.unread


def test_other_sums_are_kept() -> None:
    pay = read("试用期4000，转正6000-8000，餐补500元")
    assert (pay.low, pay.high) == (6000, 8000)
    assert pay.unread == ("试用期4000", "餐补500元")


def test_nothing_is_nothing() -> None:
    assert read("") == Pay()


def test_a_feed_in_thousand_yuan() -> None:
    assert thousands(8, 12) == Pay(8000, 12000, period="month")
    assert thousands(4.5, 6) == Pay(4500, 6000, period="month")
    assert thousands(0, 0) == Pay(is_negotiable=True)
    assert thousands(0, 5) == Pay(0, 5000, period="month")
    assert thousands(8, 0) == Pay(8000, 8000, is_open_top=True, period="month")


@pytest.mark.parametrize("sums", [(8000, 12000), (12, 8), (-1, 5), (80, 1200)])
def test_what_cannot_be_thousands_is_kept(sums: tuple[float, float]) -> None:
    assert thousands(*sums).unread
    assert thousands(*sums).high == 0
