"""One statement by itself, as fast as it goes: for the callback, which cannot afford the pool.

Taking a connection from the pool asks the server whether it is alive and giving it back rolls back: three round
trips for one statement. Here connections are kept bare, with their statements prepared, and one that turns out to
be dead is replaced and the statement run again. So a statement must be complete in itself and safe to repeat.
"""

from collections import deque
from contextlib import suppress
from typing import Any

import pymysql
from peewee import MySQLDatabase, OperationalError

from models.db import connected, database, in_transaction, is_sqlite

_MOST_IDLE = 32

Row = tuple[Any, ...]


class _Line:
    """A bare connection to MariaDB and the statements it has prepared."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self._connection = MySQLDatabase._connect(owner)
        self._cursor = self._connection.cursor()
        self._commands: dict[str, str] = {}

    def run(self, statement: str, values: Row) -> Row | None:
        """The first row; the line is closed when anything goes wrong."""
        try:
            command = self._commands.get(statement) or self._prepare(statement, len(values))
            self._cursor.execute(command, values)
            return _tuple(self._cursor.fetchone())
        except BaseException:
            with suppress(pymysql.Error):
                self._connection.close()
            raise

    def _prepare(self, statement: str, count: int) -> str:
        name = f"alone{len(self._commands)}"
        self._cursor.execute(f"PREPARE {name} FROM %s", (statement.replace("%s", "?"),))
        command = self._commands[statement] = f"EXECUTE {name} USING {', '.join(['%s'] * count)}"
        return command


# Lines at rest.
_idle: deque[_Line] = deque(maxlen=_MOST_IDLE)


def run_alone(statement: str, values: Row) -> Row | None:
    """Runs one statement written with ``%s`` and answers its first row, or nothing.

    Commits by itself; inside a transaction it is part of that. Raises what ``models.db.DatabaseAway`` names.
    """
    if is_sqlite():
        with connected():
            return _tuple(database.execute_sql(statement.replace("%s", "?"), values).fetchone())
    if in_transaction():
        return _tuple(database.execute_sql(statement, values).fetchone())
    try:
        return _on_kept(statement, values)
    except (pymysql.OperationalError, pymysql.InterfaceError) as error:
        raise OperationalError(*error.args) from error


def _on_kept(statement: str, values: Row) -> Row | None:
    line = _kept()
    if line is not None:
        try:
            row = line.run(statement, values)
        except (pymysql.OperationalError, pymysql.InterfaceError):
            # Closed by the server while at rest, and so most likely are the others.
            _idle.clear()
        else:
            _idle.append(line)
            return row
    line = _Line(database.obj)
    row = line.run(statement, values)
    _idle.append(line)
    return row


def _kept() -> _Line | None:
    while _idle:
        with suppress(IndexError):  # another thread may take the last one
            line = _idle.pop()
            if line.owner is database.obj:
                return line
    return None


def _tuple(row: Any) -> Row | None:
    return None if row is None else tuple(row)
