"""Which 届别 a post takes: the years in which its graduates graduate."""

import re
from dataclasses import dataclass
from itertools import pairwise

from config.reading import reading_pattern, reading_words
from domain.reading.folding import tight

_YEAR = re.compile(r"(?:20)?\d{2}")
_LONGEST_RANGE = 5
_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class Years:
    """``years`` in order; ``is_open`` is that the text takes any year, beside those it may name."""

    years: tuple[int, ...] = ()
    is_open: bool = False
    unread: tuple[str, ...] = ()


def read(text: str) -> Years:
    """The years that a text names (2027届, 26/27届, 毕业时间 from … to …); 应届 alone names none and stays unread."""
    found: set[int] = set()
    unread: list[str] = []
    is_open = False
    line = tight(text)
    for clause in filter(None, _word("clauses").split(_without_windows(line, found))):
        years = set(_classes(clause)) | set(_graduated(clause))
        found |= years
        if _word("open").search(clause):
            is_open = True
        elif not years and _word("topics").search(clause):
            unread.append(clause)
    return Years(tuple(sorted(found)), is_open, tuple(unread))


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("years", key)


def _without_windows(line: str, found: set[int]) -> str:
    """The text without its spans of time; the years in which a graduation falls into one go to ``found``."""
    for window in _word("window").finditer(line):
        parts = window.groupdict()
        first, last = (
            (
                int(parts[f"{end}_year"] or parts[f"{end}_year2"]),
                int(parts[f"{end}_month"] or parts[f"{end}_month2"]),
            )
            for end in ("from", "to")
        )
        month = reading_words("years")["graduation_month"]
        years = [year for year in range(first[0], last[0] + 1) if first <= (year, month) <= last]
        if len(years) <= _LONGEST_RANGE:
            found.update(filter(_is_year, years))
    return _word("window").sub("", line)


def _classes(clause: str) -> list[int]:
    found: list[int] = []
    for group in _word("class_of").finditer(clause):
        text = group[0]
        numbers = [(match, _full(match[0])) for match in _YEAR.finditer(text)]
        found += [year for _match, year in numbers]
        for (before, first), (behind, last) in pairwise(numbers):
            is_range = _word("ranges").search(text[before.end() : behind.start()])
            if is_range and first < last <= first + _LONGEST_RANGE:
                found += range(first, last)
    return [year for year in found if _is_year(year)]


def _graduated(clause: str) -> list[int]:
    years = (int(found["year"] or found["alone"]) for found in _word("graduated").finditer(clause))
    return [year for year in years if _is_year(year)]


def _full(number: str) -> int:
    return int(number) if len(number) == 4 else _CENTURY + int(number)


def _is_year(year: int) -> bool:
    return bool(reading_words("years")["first"] <= year <= reading_words("years")["last"])
