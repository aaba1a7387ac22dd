"""Last days in free text."""

from datetime import date

import pytest

from domain.reading.deadlines import Deadline, read

TODAY = date(2026, 11, 21)
LAST = date(2026, 12, 31)
CASES = [
    ("2026-12-31", LAST),
    ("2026/12/31", LAST),
    ("2026.12.31", LAST),
    ("20261231", LAST),
    ("2026-12-31 17:30", LAST),
    ("2026 年 12 月 31 日", LAST),
    ("２０２６年１２月３１日", LAST),
    ("截止日期：2026年12月31日24:00", LAST),
    ("即日起至2026年12月31日", LAST),
    ("12月31日", LAST),
    ("12月31号前", LAST),
    ("2026年11月1日至12月31日", LAST),
    ("报名时间：2026年11月1日9:00-12月31日17:00", LAST),
    ("2026-11-10~2026-12-31", LAST),
    ("长期有效，截止2026-12-31", LAST),
    ("截止2026年12月31日，考试2027年1月9日", LAST),
    ("2026年12月1日至1月15日", date(2027, 1, 15)),
    ("11月21日", TODAY),
]


@pytest.mark.parametrize(("text", "last"), CASES)
def test_last_days(text: str, last: date) -> None:
    assert read(text, TODAY) == Deadline(last)


@pytest.mark.parametrize("text", ["长期有效", "招满为止", "招满即止", "长期招聘"])
def test_no_last_day(text: str) -> None:
    assert read(text, TODAY) == Deadline(is_open_ended=True)


def test_a_day_with_its_year_stays_in_it() -> None:
    assert read("2025年12月31日", TODAY) == Deadline(date(2025, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "1月5日",
        "11月20日",
        "2026年2月30日",
        "2026-13-40",
        "尽快",
        "发布日期：2026-11-01",
        "2026-11-01、2026-12-01",
    ],
)
def test_no_year_is_guessed_and_no_day_chosen(text: str) -> None:
    deadline = read(text, TODAY)
    assert deadline.on is None
    assert not deadline.is_open_ended
    assert deadline.unread


def test_nothing_is_nothing() -> None:
    assert read("", TODAY) == Deadline()
