"""Code tables by 届别 (学历, 行政区划, 专业 …): looking codes up. A look-up costs dictionary accesses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.shipped_codes import CodeTable, code_tables, major_table
from domain.code_rows import Entry
from models.codes import CodeSet
from services.code_shelf import Edition
from services.context import Context
from services.listing import SLICE, Slice, place
from services.listing import place_of as place_of_list

_STATES = {False: "used", True: "retired"}


@dataclass(frozen=True, slots=True)
class CodeName:
    """A code as offered to a person; ``note`` says what it belongs to, or what replaced it."""

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """One table as it holds for a 届别; ``edition`` is the imported one, or None where the shipped rows hold."""

    table: CodeTable
    in_use: int
    retired: int
    edition: CodeSet | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of codes is narrowed to; ``state`` is empty, "used" or "retired"."""

    word: str = ""
    state: str = ""


class YearTables:
    """All tables as they hold for one 届别 at this moment, for work on many rows."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = editions
        self._names = {table: edition.names for table, edition in editions.items()}

    def has(self, table: str, code: str) -> bool:
        """Whether the code stands in the table and is not retired."""
        return code in self._names[table]

    def name(self, table: str, code: str) -> str:
        """The code's name, also of a retired one; the code itself where the table has lost it."""
        row = self._editions[table].entries.get(code)
        return row.name if row else code

    def code_of(self, table: str, name: str) -> str | None:
        """The code of this name, where exactly one code in use has it."""
        return self._editions[table].codes_by_name.get(name)

    def successor(self, table: str, code: str) -> str | None:
        """The code that took a retired one's place."""
        return _successor(self._editions[table], code)

    def major(self, education: str, code: str) -> str | None:
        """The name of a 专业 for a 层次; empty while no such table is held, None for an unknown code."""
        names = self._names.get(major_table(education))
        return names.get(code) if names else ""


def tables_for(ctx: Context, year: int) -> YearTables:
    """The tables of a 届别."""
    now = ctx.clock()
    return YearTables({table: ctx.codes.edition(table, year, now) for table in code_tables()})


def names(ctx: Context, table: str, year: int) -> Mapping[str, str]:
    """Code → name of every code in use, in the table's order. Raises KeyError for a table that does not exist."""
    return _edition(ctx, table, year).names


def has(ctx: Context, table: str, year: int, code: str) -> bool:
    """Whether the code stands in the table and is not retired."""
    return code in _edition(ctx, table, year).names


def name_of(ctx: Context, table: str, year: int, code: str) -> str:
    """The code's name, also of a retired one; the code itself where the table has lost it."""
    row = _edition(ctx, table, year).entries.get(code)
    return row.name if row else code


def place_of(ctx: Context, table: str, year: int, code: str) -> str:
    """The names above the code and its own, such as 安徽省 合肥市 蜀山区."""
    edition = _edition(ctx, table, year)
    row = edition.entries.get(code)
    return f"{edition.path(code)} {row.name}".strip() if row else code


def successor(ctx: Context, table: str, year: int, code: str) -> str | None:
    """The code that took a retired one's place."""
    return _successor(_edition(ctx, table, year), code)


def search(ctx: Context, table: str, year: int, word: str, limit: int) -> list[CodeName]:
    """Codes in use that ``word`` finds, those that it names themselves before those that merely lie below."""
    edition = _edition(ctx, table, year)
    found = [row for row in matching(edition, word) if not row.is_retired]
    parts = word.upper().split()
    found.sort(key=lambda row: not any(part in row.name or row.code.startswith(part) for part in parts))
    return [CodeName(row.code, row.name, edition.path(row.code)) for row in found[:limit]]


def overview(ctx: Context, year: int) -> list[Overview]:
    """Every table as it holds for a 届别."""
    imported: dict[str, CodeSet] = {}
    for row in CodeSet.all_in_force():
        if row.year <= year:
            imported.setdefault(row.name, row)
    found = []
    for table in code_tables().values():
        held = _edition(ctx, table.name, year)
        in_use = len(held.names)
        found.append(Overview(table, in_use, len(held.entries) - in_use, imported.get(table.name)))
    return found


def rows(ctx: Context, table: str, year: int, asked: Asked, after: str) -> Slice[Entry]:
    """A slice of a table's rows, retired ones as well, in the table's order."""
    edition = _edition(ctx, table, year)
    found = [row for row in matching(edition, asked.word) if asked.state in ("", _STATES[row.is_retired])]
    last = place_of_list(after, (str,))
    start = 0
    if last is not None:
        start = next((place for place, row in enumerate(found, 1) if row.code == last[0]), 0)
    shown = found[start : start + SLICE]
    is_more = start + SLICE < len(found)
    return Slice(shown, place(shown[-1].code) if is_more else "", len(found))


def matching(edition: Edition, word: str) -> Iterator[Entry]:
    """The rows whose code begins with ``word``, or whose name and the names above hold every part of it, in order.

    Retired ones are among them.
    """
    parts = word.upper().split()
    for row in edition.entries.values():
        if not parts or row.code.startswith(parts[0]) or _holds(edition, row, parts):
            yield row


def _holds(edition: Edition, row: Entry, parts: list[str]) -> bool:
    whole = f"{edition.path(row.code)} {row.name}"
    return all(part in whole for part in parts)


def _edition(ctx: Context, table: str, year: int) -> Edition:
    return ctx.codes.edition(table, year, ctx.clock())


def _successor(edition: Edition, code: str) -> str | None:
    row = edition.entries.get(code)
    return (row.successor or None) if row and row.is_retired else None
