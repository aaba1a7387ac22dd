"""Rows of an xlsx sheet as usual programs write them: nearly all look like one of a few, but for their texts."""

import re
from dataclasses import dataclass
from typing import Self

TEXTS = frozenset({"inlineStr", "str"})
USUAL = re.compile(
    r'<row r="(\d+)"[^<>]*>'
    r'|<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(s|n|b|e|str|inlineStr)")?'
    r'(?:/>|></c>|>(?:<v>|<is><t(?: xml:space="preserve")?>)([^<]*)(?:</v>|</t></is>)</c>)'
)
_MOST_COLUMNS = 200


def column_of(letters: str) -> int:
    """The column that letters such as ``C`` name, from 1; of more than four letters the first four count."""
    column = 0
    for letter in letters[:4]:
        column = column * 26 + ord(letter) - 64
    return column


@dataclass(frozen=True, slots=True)
class Shape:
    """A whole row: ``pattern`` finds its number and the text of every column up to the last one, empty for those
    without; ``cells`` are the kind and style of each."""

    pattern: re.Pattern[str]
    cells: list[tuple[str, str]]
    has_texts_only: bool

    @classmethod
    def of(cls, row: str) -> Self | None:
        """The shape of this row; None unless it is one row of usual cells, each in a place of its own."""
        parts: list[str] = []
        cells: list[tuple[str, str]] = []
        at = 0
        for found in USUAL.finditer(row):
            number, letters, style, kind, text = found.groups()
            if found.start() != at or (number is None) == (at == 0):
                return None
            at = found.end()
            if number is not None:
                parts.append(r'<row r="(\d+)"[^<>]*>')
                continue
            gap = column_of(letters) - 1 - len(cells)
            if text and (gap < 0 or len(cells) + gap >= _MOST_COLUMNS):
                return None
            if text:
                parts.append("()" * gap)
                cells += [("", "")] * gap
                cells.append((kind or "n", style or ""))
            parts.append(_written(found, row))
        if row[at:] != "</row>":
            return None
        pattern = re.compile("".join(parts) + "</row>")
        return cls(pattern, cells, all(kind in TEXTS or not kind for kind, _style in cells))


def _written(found: re.Match[str], row: str) -> str:
    """The pattern of one cell: as it is written, but any row and any text that is not empty."""
    after = row.index('"', found.end(2))
    parts = [re.escape(row[found.start() : found.end(2)]), r"\d+"]
    if found[5]:
        start, end = found.span(5)
        parts += [re.escape(row[after:start]), "([^<]+)", re.escape(row[end : found.end()])]
    else:
        parts.append(re.escape(row[after : found.end()]))
    return "".join(parts)
