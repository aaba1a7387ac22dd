"""Many rows at once, as fast as the database takes them: values are those of the columns, already converted."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from models.base import Base
from models.db import database, is_sqlite
from models.graduate import Graduate

Values = Sequence[Any]

_STATEMENT = 1_000  # rows
_MARKS = 30_000  # a statement of SQLite takes 32,766 values
_LITERALS = {str: "'%s'", bytes: "x'%s'", int: "%d", type(None): "NULL%.0s"}


def insert_rows(model: type[Base], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Inserts rows of texts, whole numbers, bytes and nothing (None); the other columns get what the table gives.

    Inside the caller's transaction. Nothing of the model runs: no defaults, no conversion.
    """
    names = ", ".join(f"`{name}`" for name in columns)
    # Names of our own tables and columns; no value is part of it.
    head = f"INSERT INTO {model._meta.table_name} ({names}) VALUES "  # noqa: S608  # see above
    if is_sqlite():
        _insert_in_blocks(head, len(columns), rows)
        return
    quote = _quoting()
    cursor = database.cursor()
    for start in range(0, len(rows), _STATEMENT):
        # Bare execute takes the text as it is: the driver formats one value at a time, several times as slow.
        cursor.execute(head + ",".join([quote(row) for row in rows[start : start + _STATEMENT]]))


def _insert_in_blocks(head: str, width: int, rows: Sequence[Values]) -> None:
    """Many rows a statement: SQLite then works for long without the interpreter, where other threads go on."""
    cursor = database.cursor()
    mark = f"({','.join('?' * width)})"
    block = min(_STATEMENT, _MARKS // width)
    for start in range(0, len(rows), block):
        part = rows[start : start + block]
        cursor.execute(head + ",".join([mark] * len(part)), [*chain.from_iterable(part)])


def _quoting() -> Callable[[Values], str]:
    """What writes a row as SQL: by one form for all rows with the same kinds of values, since looking at every
    value takes several times as long. Quotes and backslashes are all that must not stand bare in a text."""
    escape = database.connection().escape
    forms: dict[tuple[type, ...], tuple[str, int]] = {}

    def literal(row: Values) -> str:
        kinds = tuple(map(type, row))
        form, quotes = forms.get(kinds) or forms.setdefault(kinds, _form(kinds))
        values = tuple([value.hex() if value.__class__ is bytes else value for value in row])
        text = form % values
        if "\\" in text or text.count("'") != quotes:
            bare = [escape(value)[1:-1] if value.__class__ is str else value for value in values]
            text = form % tuple(bare)
        return text

    return literal


def _form(kinds: tuple[type, ...]) -> tuple[str, int]:
    """The form of rows of such values, and how many quotes are its own. Raises TypeError."""
    try:
        form = f"({','.join([_LITERALS[kind] for kind in kinds])})"
    except KeyError as unknown:
        raise TypeError(f"no bare value: {unknown.args[0].__name__}") from None
    return form, form.count("'")


# What an import compares before it writes: id, student_number, digest, college, education, class, major.
Known = tuple[int, str, str, int, str, str, str]


def known_graduates(school_id: int, year: int, numbers: Sequence[str]) -> dict[str, Known]:
    """学号 → what a school's roster of one 届别 holds; of rows that share a number the oldest."""
    mark = "?" if is_sqlite() else "%s"
    columns = "id, student_number, import_digest, college_id, education, class_name, major_code"
    places = ", ".join([mark] * len(numbers))
    # Written out: a query of thousands of values takes longer to be put together than to be answered.
    statement = (
        f"SELECT {columns} FROM graduate "  # noqa: S608  # column names and marks alone
        f"WHERE school_id = {mark} AND year = {mark} AND student_number IN ({places})"
    )
    found = database.execute_sql(statement, (school_id, year, *numbers)).fetchall()
    # Ordered here: asked for an order, SQLite walks the whole school for it.
    return {row[1]: tuple(row) for row in sorted(found, reverse=True)}


def holders_of_identities(school_id: int, year: int, blinds: Sequence[str]) -> list[tuple[str, str]]:
    """(blind index, 学号) of who on a school's roster of one 届别 has one of some identity numbers."""
    mark, hint = (
        ("?", "INDEXED BY graduate_identity_index")
        if is_sqlite()
        else ("%s", "FORCE INDEX (graduate_identity_index)")
    )
    places = ", ".join([mark] * len(blinds))
    # By the numbers alone: either database may otherwise walk the whole school.
    statement = (
        f"SELECT identity_index, student_number FROM graduate {hint} "  # noqa: S608  # names and marks alone
        f"WHERE identity_index IN ({places}) AND school_id = {mark} AND year = {mark}"
    )
    return list(database.execute_sql(statement, (*blinds, school_id, year)).fetchall()) if blinds else []


def has_graduates(school_id: int, year: int) -> bool:
    """Whether a school's roster of one 届别 holds anybody."""
    mine = (Graduate.school == school_id) & (Graduate.year == year)
    return bool(Graduate.select(Graduate.id).where(mine).limit(1).tuples())


def graduates_by_id(ids: Sequence[int]) -> list[Graduate]:
    """Whole rows, in no order."""
    return list(Graduate.select().where(Graduate.id.in_(list(ids)))) if ids else []


def graduates_by_identity(within: Any, blinds: Sequence[str]) -> list[Graduate]:
    """Rows that a condition holds, by the blind index of their identity number; without what is sealed."""
    columns = (Graduate.id, Graduate.code, Graduate.version, Graduate.year, Graduate.name)
    places = (Graduate.province, Graduate.school, Graduate.college, Graduate.identity_index)
    query = Graduate.select(*columns, *places, Graduate.special_group)
    return list(query.where(within & Graduate.identity_index.in_(list(blinds)))) if blinds else []
