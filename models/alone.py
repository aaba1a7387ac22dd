"""One statement by itself, as fast as it goes: for the callback, which cannot afford the pool.

Taking a connection from the pool asks the server whether it is alive and giving it back rolls back: three round
trips for one statement. Here connections are kept bare, and one that turns out to be dead is replaced and the
statement run again. So the statement must be complete in itself and safe to repeat.
"""

from collections import deque
from contextlib import suppress
from typing import Any

import pymysql
from peewee import MySQLDatabase, OperationalError

from models.db import connected, database, in_transaction, is_sqlite

_MOST_IDLE = 32

# Connections at rest, each with the database it belongs to.
_idle: deque[tuple[Any, Any]] = deque(maxlen=_MOST_IDLE)

Row = tuple[Any, ...]


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
    opened = database.obj
    connection = _kept(opened)
    if connection is not None:
        try:
            return _run(opened, connection, statement, values)
        except (pymysql.OperationalError, pymysql.InterfaceError):
            # Closed by the server while at rest, and so most likely are the others.
            _idle.clear()
    return _run(opened, MySQLDatabase._connect(opened), statement, values)


def _kept(opened: Any) -> Any | None:
    while _idle:
        with suppress(IndexError):  # another thread may take the last one
            owner, connection = _idle.pop()
            if owner is opened:
                return connection
    return None


def _run(opened: Any, connection: Any, statement: str, values: Row) -> Row | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            row = _tuple(cursor.fetchone())
    except BaseException:
        with suppress(pymysql.Error):
            connection.close()
        raise
    _idle.append((opened, connection))
    return row


def _tuple(row: Any) -> Row | None:
    return None if row is None else tuple(row)
