"""Many rows at once, as fast as the database takes them: values are those of the columns, already converted."""

from collections.abc import Callable, Sequence
from typing import Any

from models.base import Base
from models.db import database, is_sqlite
from models.graduate import Graduate

Values = Sequence[Any]

_STATEMENT = 1_000  # rows


def insert_rows(model: type[Base], columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Inserts rows of texts, whole numbers, bytes and nothing (None); the other columns get what the table gives.

    Inside the caller's transaction. Nothing of the model runs: no defaults, no conversion.
    """
    names = ", ".join(f"`{name}`" for name in columns)
    # Names of our own tables and columns; no value is part of it.
    head = f"INSERT INTO {model._meta.table_name} ({names}) VALUES "  # noqa: S608  # see above
    if is_sqlite():
        # The marks are ours; values travel beside the statement.
        database.cursor().executemany(f"{head}({', '.join('?' * len(columns))})", rows)
        return
    quote = _quoting()
    cursor = database.cursor()
    for start in range(0, len(rows), _STATEMENT):
        # Bare execute takes the text as it is: the driver formats one value at a time, several times as slow.
        cursor.execute(head + ",".join([quote(row) for row in rows[start : start + _STATEMENT]]))


def _quoting() -> Callable[[Values], str]:
    escape = database.connection().escape

    def literal(value: Any) -> str:
        kind = value.__class__
        if kind is str:
            # Letters and digits of any script need no escaping, and finding that out is cheaper.
            return f"'{value}'" if value.isalnum() else escape(value)
        if kind is bytes:
            return f"x'{value.hex()}'"
        if kind is int:
            return str(value)
        if value is None:
            return "NULL"
        raise TypeError(f"no bare value: {kind.__name__}")

    return lambda row: f"({','.join(map(literal, row))})"


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
        f"WHERE school_id = {mark} AND year = {mark} AND student_number IN ({places}) ORDER BY id DESC"
    )
    found = database.execute_sql(statement, (school_id, year, *numbers)).fetchall()
    return {row[1]: tuple(row) for row in found}


def graduates_by_id(ids: Sequence[int]) -> list[Graduate]:
    """Whole rows, in no order."""
    return list(Graduate.select().where(Graduate.id.in_(list(ids)))) if ids else []


def graduates_by_identity(within: Any, blinds: Sequence[str]) -> list[Graduate]:
    """Rows that a condition holds, by the blind index of their identity number; without what is sealed."""
    columns = (Graduate.id, Graduate.code, Graduate.version, Graduate.year, Graduate.name)
    places = (Graduate.province, Graduate.school, Graduate.college, Graduate.identity_index)
    query = Graduate.select(*columns, *places, Graduate.special_group)
    return list(query.where(within & Graduate.identity_index.in_(list(blinds)))) if blinds else []
