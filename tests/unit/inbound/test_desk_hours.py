"""The desk's hours, holidays and make-up workdays included."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from config import holidays
from domain.desk_hours import CHINA, DeskHours


@pytest.fixture(scope="module")
def hours() -> DeskHours:
    days = holidays.load()
    return DeskHours(days.off, days.work, days.years)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 08:59:59", False),
        ("2026-11-20 09:00:00", True),
        ("2026-11-20 16:59:59", True),
        ("2026-11-20 17:00:00", False),
        ("2026-11-21 10:00:00", False),  # Saturday
        ("2026-10-01 10:00:00", False),  # National Day, a Thursday
        ("2026-10-10 10:00:00", True),  # a Saturday worked instead
        ("2027-02-06 10:00:00", False),  # not in the file: by weekday, a Saturday
        ("2027-02-08 10:00:00", True),
    ],
)
def test_open_and_closed(hours: DeskHours, moment: str, is_open: bool) -> None:
    assert hours.is_open(china(moment)) is is_open


def test_the_hours_are_chinese_wherever_the_moment_comes_from(hours: DeskHours) -> None:
    assert hours.is_open(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 08:00:00", "2026-11-20 09:00:00"),
        ("2026-11-20 12:00:00", "2026-11-20 12:00:00"),
        ("2026-11-20 17:00:00", "2026-11-23 09:00:00"),  # Friday evening → Monday
        ("2026-09-30 18:00:00", "2026-10-08 09:00:00"),  # over the National Day week
        ("2026-02-13 18:00:00", "2026-02-14 09:00:00"),  # a Saturday worked before Spring Festival
    ],
)
def test_the_next_opening(hours: DeskHours, moment: str, opening: str) -> None:
    assert hours.next_opening(china(moment)) == china(opening)


def test_years_outside_the_file_are_known_to_be_guesses(hours: DeskHours) -> None:
    assert hours.knows(2026)
    assert not hours.knows(2027)


def test_the_file_agrees_with_an_independent_calendar(hours: DeskHours) -> None:
    day = date(min(hours.years), 1, 1)
    while hours.knows(day.year):
        assert hours.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["[2026]\noff=[2025-01-01]\nwork=[]", "[2026]\noff=[2026-01-01]\nwork=[2026-01-01]"]
)
def test_a_day_in_the_wrong_place_is_found(text: str, tmp_path: Path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match="2026"):
        holidays.load(path)
