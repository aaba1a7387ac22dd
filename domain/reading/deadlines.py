"""Until when a post may be applied for."""

import re
from dataclasses import dataclass
from datetime import date

from config.reading import reading_pattern
from domain.reading.folding import tight

_NEAR = 14


@dataclass(frozen=True, slots=True)
class Deadline:
    """``on`` is the last day; ``is_open_ended`` that the text says there is none (长期有效, 招满为止)."""

    on: date | None = None
    is_open_ended: bool = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    on: date | None


def read(text: str, today: date) -> Deadline:
    """The last day that a text names.

    A day without a year is taken in today's year, or in that of the span it ends; where that is over, it stays unread,
    for nobody knows whether the post is old or means the next year. A day with its year is taken as it stands.
    """
    line = tight(text)
    days = _days(line, today)
    chosen = _chosen(line, days)
    if chosen and chosen.on:
        return Deadline(chosen.on)
    if not days and _word("endless").search(line):
        return Deadline(is_open_ended=True)
    return Deadline(unread=(line,) if line else ())


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("deadlines", key)


def _days(line: str, today: date) -> list[_Day]:
    """Every day in the text, in its order; a day that the calendar does not have, or that is over, has no date."""
    found = [_Day(day.start(), day.end(), _with_year(day)) for day in _word("full").finditer(line)]
    taken = [(day.start, day.end) for day in found]
    for day in _word("short").finditer(line):
        if any(start < day.end() and day.start() < end for start, end in taken):
            continue
        before = next((known for known in reversed(found) if known.end <= day.start()), None)
        is_end = before and before.on and _word("between").search(line[before.end : day.start()])
        first = before.on if before and is_end else None
        found.append(_Day(day.start(), day.end(), _without_year(day, first, today)))
        found.sort(key=lambda known: known.start)
    return found


def _with_year(day: re.Match[str]) -> date | None:
    compact = day["y3"] is not None
    year, month, number = (day[name + ("3" if compact else "")] for name in ("y", "m", "d"))
    return _date(int(year), int(month), int(number))


def _without_year(day: re.Match[str], first: date | None, today: date) -> date | None:
    month, number = int(day["m2"]), int(day["d2"])
    if first is None:
        found = _date(today.year, month, number)
        return found if found and found >= today else None
    found = _date(first.year, month, number)
    return found if found and found >= first else _date(first.year + 1, month, number)


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _chosen(line: str, days: list[_Day]) -> _Day | None:
    """The day that something marks as the end; without a mark the only one."""
    marked = [
        day
        for day in days
        if _word("end_before").search(line[max(0, day.start - _NEAR) : day.start])
        or _word("end_after").match(line[day.end :])
    ]
    if marked:
        return marked[-1]
    return days[0] if len(days) == 1 and not _word("ignore").search(line[: days[0].start]) else None
