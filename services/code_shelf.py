"""The code tables of a process: each edition is read once, and which one is in force is asked every two seconds."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property

from config.shipped_codes import code_tables
from domain.code_rows import Entry
from models.codes import CodeRow, CodeSet

_FRESH = timedelta(seconds=2)


@dataclass(frozen=True)
class Edition:
    """One edition of one table, whole, in its order. ``code`` is empty for what the product ships."""

    table: str
    year: int
    code: str
    entries: Mapping[str, Entry]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code → name of every code in use."""
        return {code: row.name for code, row in self.entries.items() if not row.is_retired}

    @cached_property
    def codes_by_name(self) -> Mapping[str, str]:
        """Name → code, where exactly one code in use has the name."""
        found: dict[str, str] = {}
        twice = set()
        for code, name in self.names.items():
            if found.setdefault(name, code) != code:
                twice.add(name)
        return {name: code for name, code in found.items() if name not in twice}

    def path(self, code: str) -> str:
        """The names above a code, the highest first, such as 安徽省 合肥市."""
        above: list[str] = []
        row = self.entries.get(code)
        while row is not None and row.parent and len(above) < 4:
            row = self.entries.get(row.parent)
            above[:0] = [row.name] if row else []
        return " ".join(above)


def edition_of(table: str, year: int, code: str, rows: Iterable[Entry]) -> Edition:
    """An edition of these rows."""
    return Edition(table, year, code, {row.code: row for row in rows})


@cache
def shipped(table: str) -> Edition:
    """What holds while nothing was imported; raises KeyError for a table that does not exist."""
    known = code_tables()[table]
    rows = (Entry(code, name, known.above.get(code, "")) for code, name in known.codes.items())
    return edition_of(table, 0, "", rows)


def stored(row: CodeSet) -> Edition:
    """An edition as it lies in the database."""
    rows = (
        CodeRow.select(CodeRow.code, CodeRow.name, CodeRow.parent, CodeRow.is_retired, CodeRow.successor)
        .where(CodeRow.edition == row.id)
        .order_by(CodeRow.place)
        .tuples()
    )
    return edition_of(row.name, row.year, row.code, (Entry(*values) for values in rows))


class CodeShelf:
    """Holds the editions in force. Shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at: datetime | None = None
        self._in_force: dict[str, list[CodeSet]] = {}  # the one that counts first
        self._editions: dict[str, Edition] = {}

    def edition(self, table: str, year: int, now: datetime) -> Edition:
        """The edition of a table that holds for a 届别. Raises KeyError for a table that does not exist."""
        if self._asked_at is None or not timedelta() <= now - self._asked_at < _FRESH:
            self._ask(now)
        for row in self._in_force.get(table, ()):
            if row.year <= year:
                return self._read(row)
        return shipped(table)

    def forget(self) -> None:
        """Has the next look-up ask the database which editions are in force."""
        self._asked_at = None

    def _ask(self, now: datetime) -> None:
        in_force: dict[str, list[CodeSet]] = {}
        for row in CodeSet.all_in_force():
            in_force.setdefault(row.name, []).append(row)
        codes = {row.code for rows in in_force.values() for row in rows}
        with self._lock:
            self._editions = {code: held for code, held in self._editions.items() if code in codes}
            self._in_force, self._asked_at = in_force, now

    def _read(self, row: CodeSet) -> Edition:
        held = self._editions.get(row.code)
        if held is None:
            held = stored(row)
            with self._lock:
                self._editions[row.code] = held
        return held
