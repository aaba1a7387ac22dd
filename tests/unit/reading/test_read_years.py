"""届别 in free text."""

import pytest

from domain.reading.years import Years, read

CASES = [
    ("2027届", (2027,)),
    ("27届", (2027,)),
    ("26/27届", (2026, 2027)),
    ("2026届及2027届", (2026, 2027)),
    ("2026、2027、2028届", (2026, 2027, 2028)),
    ("2025-2027届", (2025, 2026, 2027)),
    ("2027年毕业", (2027,)),
    ("2027年应届毕业生", (2027,)),
    ("2027年7月31日前毕业", (2027,)),
    ("毕业时间2026年9月至2027年8月", (2027,)),
    ("2026.9.1-2027.8.31毕业", (2027,)),
    ("2027", (2027,)),
]


@pytest.mark.parametrize(("text", "years"), CASES)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert read(text) == Years(years)


def test_a_span_takes_every_year_whose_graduation_falls_into_it() -> None:
    assert read("2026年1月-2027年12月毕业").years == (2026, 2027)


@pytest.mark.parametrize("text", ["应届不限", "不限届别", "应往届均可", "往届生亦可", "应届、往届均可"])
def test_any_year(text: str) -> None:
    assert read(text) == Years(is_open=True)


def test_a_year_named_beside_others() -> None:
    assert read("2027届，往届亦可") == Years((2027,), is_open=True)


@pytest.mark.parametrize("text", ["应届生", "近三年毕业", "第5届", "1999届", "202届", "若干"])
def test_what_names_no_year_is_kept(text: str) -> None:
    assert read(text) == Years(unread=(text,))


def test_nothing_is_nothing() -> None:
    assert read("") == Years()
