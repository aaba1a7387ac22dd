"""Which 层次 a post takes: 1 专科, 2 本科, 3 硕士, 4 博士."""

import re
from dataclasses import dataclass, field
from functools import cache

from config.reading import reading_pattern, reading_words
from domain.reading.folding import tight

_LOWEST, _HIGHEST = 1, 4


@dataclass(frozen=True, slots=True)
class Levels:
    """From ``low`` to ``high``, both taken; no ``high`` is no ceiling.

    ``is_below`` is that the text takes people below 专科 (中专, 高中), for whom there is no rank.
    """

    low: int = _LOWEST
    high: int | None = None
    unread: tuple[str, ...] = ()
    is_below: bool = False


@dataclass(slots=True)
class _Said:
    """What the clauses of a text said."""

    plain: list[int] = field(default_factory=list)
    floors: list[int] = field(default_factory=list)
    ceilings: list[int] = field(default_factory=list)
    only: list[int] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_open: bool = False
    is_below: bool = False

    def is_empty(self) -> bool:
        return not (self.plain or self.floors or self.ceilings or self.only or self.is_open or self.is_below)


def read(text: str, title: str = "") -> Levels:
    """What a field of a post says of 学历. A title that takes one level only (只招专科) is the ceiling."""
    said = _Said()
    line = tight(text)
    for clause in filter(None, _word("clauses").split(line)):
        _hear(clause, said)
    if line and said.is_empty():
        said.unread = [line]
    in_title = _Said()
    _hear(tight(title), in_title)
    return _sum_up(said, max(in_title.only, default=None))


def _sum_up(said: _Said, ceiling: int | None) -> Levels:
    named = said.plain + said.only
    low = min(said.floors + named, default=_LOWEST)
    high: int | None = None
    if said.ceilings:
        high = max(said.ceilings)
        low = min(said.floors, default=_LOWEST)
    elif not said.floors and (said.only or len(set(named)) > 1):
        high = max(named)
    if said.is_open or said.is_below:
        low, high = _LOWEST, high if said.ceilings else None
    if ceiling is not None:
        has_floor = bool(said.floors or named) and low <= ceiling
        low, high = low if has_floor or said.is_open else ceiling, ceiling
    return Levels(low, None if high == _HIGHEST else high, tuple(said.unread), said.is_below)


def _hear(clause: str, said: _Said) -> None:
    clause = _word("ignore").sub("", clause)
    words = list(_levels().finditer(clause))
    below = _word("below").search(clause)
    if _word("skip").search(clause):
        said.unread.append(clause)
        return
    if not words and not below:
        if _word("open").search(clause):
            said.is_open = True
        elif _word("topics").search(clause):
            said.unread.append(clause)
        return
    said.is_below = said.is_below or bool(below)
    for place, found in enumerate(words):
        before = clause[words[place - 1].end() if place else 0 : found.start()]
        _sort(found, before, clause[found.end() :], said)


def _sort(found: re.Match[str], before: str, behind: str, said: _Said) -> None:
    ranks = reading_words("levels")["words"][found[0].lower()]
    if _word("up").match(behind) or _word("floor").search(before):
        said.floors += ranks[:1]
    elif _word("down").match(behind):
        said.ceilings += ranks
    elif _word("only").search(before):
        said.only += ranks
    else:
        said.plain += ranks


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("levels", key)


@cache
def _levels() -> re.Pattern[str]:
    words = sorted(reading_words("levels")["words"], key=len, reverse=True)
    return re.compile("|".join(words), re.IGNORECASE)
