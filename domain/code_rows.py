"""Rows of a code table as somebody sends them: what each may hold, and how they must fit together."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.code_sheet import (
    CODE,
    HEADINGS,
    NAME,
    NEEDED,
    PARENT,
    RETIRED_WORDS,
    STATE,
    SUCCESSOR,
    USED_WORDS,
)
from domain import personal
from domain.refusals import Invalid, hinted

MOST_ROWS = 10_000

_LONGEST_CODE, _LONGEST_NAME = 16, 100
_MOST_TROUBLES = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One code with its Chinese name; ``parent`` is the code it belongs to, ``successor`` what replaced it."""

    code: str
    name: str
    parent: str = ""
    is_retired: bool = False
    successor: str = ""


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """A cell that cannot be taken; ``reason`` is a word for ``domain.refusals.said``."""

    line: int
    column: str
    value: str
    reason: str


def read_entries(
    lines: Iterable[Sequence[str]], form: re.Pattern[str]
) -> tuple[list[Entry], list[RowTrouble]]:
    """The rows below a line of headings, and all that is wrong with them; ``form`` is that of the table's codes.

    Raises Invalid for a file without the headings or without rows, and for one with too many.
    """
    numbered = (
        (number, cells) for number, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)
    )
    columns = _columns(next(numbered, (0, ()))[1])
    rows: list[tuple[int, Entry]] = []
    troubles: list[RowTrouble] = []
    for line, cells in numbered:
        if len(rows) == MOST_ROWS:
            raise Invalid("codes_too_many")
        entry, found = _entry(line, _texts(cells, columns), form)
        rows.append((line, entry))
        troubles += found
    if not rows:
        raise Invalid("codes_empty")
    troubles += _together(rows)
    return [entry for _line, entry in rows], sorted(troubles, key=lambda trouble: trouble.line)[
        :_MOST_TROUBLES
    ]


def _columns(headings: Sequence[str]) -> dict[str, int]:
    places = {personal.clean(heading): place for place, heading in reversed(list(enumerate(headings)))}
    if not all(heading in places for heading in NEEDED):
        raise Invalid("codes_headings")
    return {heading: places[heading] for heading in HEADINGS if heading in places}


def _texts(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {
        heading: cells[place] if place is not None and place < len(cells) else ""
        for heading, place in ((heading, columns.get(heading)) for heading in HEADINGS)
    }


def _entry(line: int, texts: Mapping[str, str], form: re.Pattern[str]) -> tuple[Entry, list[RowTrouble]]:
    code, parent, successor = (
        personal.clean(texts[heading]).upper() for heading in (CODE, PARENT, SUCCESSOR)
    )
    name, state = personal.prose(texts[NAME]), personal.clean(texts[STATE])
    found = []
    if not code:
        found.append(RowTrouble(line, CODE, "", "required"))
    elif not form.fullmatch(code) or len(code) > _LONGEST_CODE:
        found.append(RowTrouble(line, CODE, code[:40], "codes_form"))
    if not name:
        found.append(RowTrouble(line, NAME, "", "required"))
    elif len(name) > _LONGEST_NAME:
        found.append(RowTrouble(line, NAME, name[:40], "too_long"))
    if state not in USED_WORDS | RETIRED_WORDS:
        found.append(RowTrouble(line, STATE, state[:40], "codes_state"))
    is_retired = state in RETIRED_WORDS
    if successor and not is_retired:
        found.append(RowTrouble(line, SUCCESSOR, successor[:40], "codes_successor_of_used"))
    return Entry(code, name, parent, is_retired, successor), found


def _together(rows: Sequence[tuple[int, Entry]]) -> Iterator[RowTrouble]:
    """What is wrong between rows that may be right by themselves."""
    first_lines: dict[str, int] = {}
    table: dict[str, Entry] = {}
    for line, row in rows:
        if row.code and first_lines.setdefault(row.code, line) != line:
            yield RowTrouble(line, CODE, row.code[:40], hinted("codes_twice", str(first_lines[row.code])))
        table.setdefault(row.code, row)
    for line, row in rows:
        if row.parent and row.parent not in table:
            yield RowTrouble(line, PARENT, row.parent[:40], "codes_no_parent")
        elif row.parent and _goes_round(row, table):
            yield RowTrouble(line, PARENT, row.parent[:40], "codes_round")
        if row.is_retired and row.successor:
            heir = table.get(row.successor)
            if heir is None:
                yield RowTrouble(line, SUCCESSOR, row.successor[:40], "codes_no_successor")
            elif heir.is_retired:
                yield RowTrouble(line, SUCCESSOR, row.successor[:40], "codes_successor_retired")


def _goes_round(row: Entry, table: Mapping[str, Entry]) -> bool:
    seen = {row.code}
    above = row.parent
    while above and above in table:
        if above in seen:
            return True
        seen.add(above)
        above = table[above].parent
    return False
