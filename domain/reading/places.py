"""Where a post is: names of provinces, cities and counties read into codes of GB/T 2260."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from config.reading import reading_pattern, reading_words
from config.regions import Region
from config.shipped_codes import code_tables
from domain.reading.folding import plain

NATIONWIDE = "000000"
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Places:
    """Codes of provinces (xx0000), cities (xxxx00) and counties; ``is_nationwide`` is that the text says 全国."""

    codes: tuple[str, ...] = ()
    is_nationwide: bool = False
    unread: tuple[str, ...] = ()


class PlaceBook:
    """Full and short names of regions, and which code each means where."""

    def __init__(self, regions: Iterable[Region]) -> None:
        """``regions`` as ``config.regions`` has them; a retired name leads to what took its place."""
        rows = tuple(regions)
        used = {row.code: row for row in rows if not row.is_retired}
        self._parents = {row.code: row.parent for row in used.values()}
        city = _word("cities")
        self._districts = {
            code for code, row in used.items() if code[4:] != "00" and not city.search(row.name)
        }
        self._full: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}
        for row in used.values():
            self._full.setdefault(row.name, []).append(row.code)
            short = _shortened(row)
            for name in {short, short + row.name[-1]} - {row.name}:
                if len(name) >= _SHORTEST:
                    self._short.setdefault(name, []).append(row.code)
        for row in rows:
            if row.is_retired and row.successor in used:
                self._full.setdefault(row.name, [row.successor])
                if len(_shortened(row)) >= _SHORTEST:
                    self._short.setdefault(_shortened(row), [row.successor])
        self._ambiguous = frozenset(reading_words("places")["ambiguous"])
        self._longest = max(map(len, (*self._full, *self._short)), default=0)

    def within(self, code: str, above: str) -> bool:
        """Whether a region lies in another."""
        parent = self._parents.get(code, "")
        return bool(parent) and (parent == above or self.within(parent, above))

    def above(self, code: str) -> str:
        """The region that a region lies in, or empty."""
        return self._parents.get(code, "")

    def resolve(self, name: str, scope: str) -> str:
        """The code of a name, first inside ``scope``, then anywhere; empty where it is unknown or could be several."""
        codes = self._full.get(name) or self._short.get(name, [])
        if scope:
            inside = [code for code in codes if self.within(code, scope)]
            nearest = [code for code in inside if self._parents[code] == scope] or inside
            if nearest:
                return nearest[0] if len(nearest) == 1 else ""
        return self._alone(name, codes)

    def longest(self, text: str, start: int, scope: str) -> tuple[str, int]:
        """The longest name at a place in the text that means one region: its code and its end, or nothing.

        Behind a region, a district of another counts only by its full name: 武汉东湖 is not the 东湖区 of 南昌.
        """
        for end in range(min(len(text), start + self._longest), start + _SHORTEST - 1, -1):
            name = text[start:end]
            code = self.resolve(name, scope)
            if name not in self._full and _word("street").match(text, end):
                continue
            is_stray = scope and code in self._districts and name not in self._full
            if code and not (is_stray and not self.within(code, scope)):
                return code, end
        return "", start

    def _alone(self, name: str, codes: list[str]) -> str:
        if len(codes) == 1:
            return codes[0]
        if name in self._full:
            return ""
        provinces = [code for code in codes if code.endswith("0000")]
        cities = [code for code in codes if code.endswith("00")]
        for group in (provinces, cities):
            if len(group) == 1 and name not in self._ambiguous:
                return group[0]
        return ""


def _shortened(row: Region) -> str:
    """A region's name as people say it: 合肥, 延边, 内蒙古."""
    if row.code.endswith("0000"):
        return _word("provinces").sub("", row.name)
    bare = _word("autonomous").sub("", row.name)
    if bare != row.name:
        return _without_peoples(bare)
    return _word("cities" if row.code.endswith("00") else "counties").sub("", row.name)


def _without_peoples(name: str) -> str:
    """恩施土家族苗族 → 恩施: what stands before the peoples for whom a region governs itself."""
    people = next((people for people in _peoples() if name.endswith(people) and name != people), "")
    return _without_peoples(name.removesuffix(people)) if people else name


@cache
def _peoples() -> tuple[str, ...]:
    """Names of peoples and how regions shorten them (哈萨克), longest first."""
    names = code_tables()["ethnicity"].codes.values()
    stems = (name[:-1] for name in names if len(name) > 2)
    return tuple(sorted({*names, *stems, reading_words("places")["every_people"]}, key=len, reverse=True))


@dataclass(slots=True)
class _Reading:
    """How far a text has been read."""

    book: PlaceBook
    codes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_nationwide: bool = False
    last: str = ""
    bracket: str = ""

    def take(self, code: str, scope: str) -> None:
        """Adds a code; one inside the region just named takes that region's place."""
        if scope and scope in self.codes and self.book.within(code, scope):
            self.codes.remove(scope)
        if code not in self.codes:
            self.codes.append(code)
        self.last = code


def read(text: str, book: PlaceBook) -> Places:
    """The regions that a field of a post names; a name that several regions have counts only beside a bigger one."""
    line = _word("label").sub("", plain(text))
    reading = _Reading(book)
    for before, piece in _pieces(line):
        _hear(piece, before, reading)
    codes = [NATIONWIDE] if reading.is_nationwide else reading.codes
    return Places(tuple(codes), reading.is_nationwide, tuple(reading.unread))


def _word(key: str) -> re.Pattern[str]:
    return reading_pattern("places", key)


def _pieces(line: str) -> list[tuple[str, str]]:
    """(what stands before it, a piece without separators)."""
    if _word("nationwide").fullmatch(line):
        return [("", line)]
    both = re.compile(f"((?:{_word('lists').pattern}|{_word('steps').pattern})+)")
    parts = both.split(line)
    pieces = zip(["", *parts[1::2]], parts[::2], strict=True)
    return [(before, piece) for before, piece in pieces if piece or before]


def _hear(piece: str, before: str, reading: _Reading) -> None:
    scope = _scope(before, reading)
    if not piece:
        return
    if _word("nationwide").fullmatch(piece):
        reading.is_nationwide = True
        return
    group = reading_words("places")["groups"].get(piece)
    if group:
        for code in group:
            reading.take(code, "")
        return
    codes, rest = _names(piece, scope, reading.book)
    if rest and not (codes and _word("address").fullmatch(rest)):
        if codes or not _is_said_of(piece, reading):
            reading.unread.append(piece)
        return
    for code in codes:
        reading.take(code, scope)
        scope = code


def _is_said_of(piece: str, reading: _Reading) -> bool:
    """Whether a piece is only something said of the place before it: 市区, or a street."""
    is_known = _word("noise").fullmatch(piece) or _word("address").fullmatch(piece)
    return bool(reading.last and is_known)


def _scope(before: str, reading: _Reading) -> str:
    """The region in which a piece is looked for first, by what stands before it."""
    if ")" in before:
        reading.bracket = ""
    if "(" in before:
        reading.bracket = reading.last
    if reading.bracket:
        return reading.bracket
    if _word("lists").search(before):
        is_county = reading.last and not reading.last.endswith("00")
        return reading.book.above(reading.last) if is_county else ""
    return reading.last


def _names(piece: str, scope: str, book: PlaceBook) -> tuple[list[str], str]:
    """Codes of the names that a piece begins with, and what is left of it."""
    codes: list[str] = []
    place = 0
    while place < len(piece):
        code, end = book.longest(piece, place, scope)
        if not code:
            noise = _word("noise").match(piece, place)
            if not noise or not codes:
                break
            end = noise.end()
        elif codes and book.within(code, codes[-1]):
            codes[-1] = scope = code
        else:
            codes.append(code)
            scope = code
        place = end
    return codes, piece[place:]
