"""The database: opening it, one transaction at a time, and moving its schema forward."""

import functools
import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from peewee import Database, DatabaseProxy, IntegrityError, InterfaceError, OperationalError, SqliteDatabase
from playhouse.migrations import Runner
from playhouse.pool import MaxConnectionsExceeded, PooledMySQLDatabase, PooledSqliteDatabase

from domain.keyring import Keyring
from domain.refusals import Stale

log = structlog.get_logger()

database = DatabaseProxy()
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

# Lost races that a second try wins: snapshot changed, cluster not ready, unique key taken meanwhile, lock wait,
# deadlock, and a deadlock found inside a savepoint, which is gone when we want to go back to it.
_RETRY_CODES = {1020, 1047, 1062, 1205, 1213, 1305}
_TRIES = 4

# What a caller outside may catch to tell "the database is away" from a fault of ours.
DatabaseAway = (OperationalError, InterfaceError, MaxConnectionsExceeded)

Params = ParamSpec("Params")
Result = TypeVar("Result")


class Keys:
    """Holds the keyring that sealed columns use; filled once by ``open_database``."""

    ring: Keyring


def open_database(url: str, keyring: Keyring, connections: int = 20) -> Database:
    """Points every model at ``url`` (``sqlite:///path`` or ``mysql://user:word@host/name``)."""
    Keys.ring = keyring
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        opened: Database = _sqlite(url.removeprefix("sqlite:///"), connections)
    elif parts.scheme in ("mysql", "mariadb"):
        opened = _mysql(url, connections)
    else:
        raise ValueError(f"WXB_DATABASE_URL: {parts.scheme or 'empty'} is neither sqlite nor mysql")
    database.initialize(opened)
    return opened


def _sqlite(path: str, connections: int) -> Database:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return PooledSqliteDatabase(
        path,
        max_connections=connections + 4,
        timeout=5,
        check_same_thread=False,  # the pool lends a connection to one thread at a time
        pragmas={
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "cache_size": -8192,  # KiB: what many rows with many indexes touch at a time
        },
    )


def _mysql(url: str, connections: int) -> Database:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    extra: dict[str, Any] = {}
    if socket := options.get("unix_socket"):
        extra["unix_socket"] = socket
    if options.get("ssl") in ("1", "true"):
        # One context for all connections: making one costs more than connecting does.
        extra["ssl"] = ssl.create_default_context()
    else:
        extra["ssl_disabled"] = True
    return PooledMySQLDatabase(
        parts.path.lstrip("/"),
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        charset="utf8mb4",
        connect_timeout=5,
        read_timeout=60,
        write_timeout=60,
        init_command="SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin, tx_isolation = 'READ-COMMITTED', "
        "innodb_lock_wait_timeout = 4",
        max_connections=connections + 4,
        stale_timeout=300,
        timeout=5,
        mariadb=True,
        **extra,
    )


def is_sqlite() -> bool:
    """Whether the embedded database is in use: a few statements differ."""
    return isinstance(database.obj, SqliteDatabase)


def in_transaction() -> bool:
    """Whether this thread is inside a transaction: the guard of law 1 asks."""
    return database.obj is not None and bool(database.in_transaction())


@contextmanager
def connected() -> Iterator[None]:
    """A connection for the length of a request or a tick, given back to the pool afterwards."""
    if not database.is_closed():
        yield
        return
    database.connect()
    try:
        yield
    finally:
        database.close()


def transaction(verb: Callable[Params, Result]) -> Callable[Params, Result]:
    """Runs the function in one transaction, again from its start when it lost a race.

    The second try sees what the winner wrote, so a double tap gets the winner's answer and a rival the right
    refusal. What the function decides upon it must therefore read itself.

    Inside another transaction it simply joins. Writers on SQLite take their lock at once, since a reader that
    turns into a writer half-way cannot wait for its turn.
    """

    @functools.wraps(verb)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        if in_transaction():
            return verb(*args, **kwargs)
        for attempt in range(1, _TRIES + 1):
            try:
                with connected(), database.atomic(*(("IMMEDIATE",) if is_sqlite() else ())):
                    return verb(*args, **kwargs)
            except (OperationalError, IntegrityError, Stale) as error:
                if attempt == _TRIES or not _lost_race(error):
                    raise
                log.info("transaction_again", verb=verb.__qualname__, attempt=attempt)
                time.sleep(random.uniform(0.005, 0.03) * attempt)
        raise AssertionError("the loop returns or raises")

    return run


class _Back(Exception):
    """Ends a rehearsal."""


def rehearse(verbs: Callable[[], object]) -> None:
    """Runs verbs in one transaction and takes everything back: what they would refuse shows, nothing stays."""
    with suppress(_Back), connected(), database.atomic(*(("IMMEDIATE",) if is_sqlite() else ())):
        verbs()
        raise _Back


def _lost_race(error: Exception) -> bool:
    if isinstance(error, Stale):
        return True
    word = error.args[0] if error.args else None
    return word in _RETRY_CODES or str(word).startswith("UNIQUE constraint")


def migrate() -> list[str]:
    """Brings the schema to the newest form; returns the names of the steps taken.

    On MariaDB every step commits at once, so steps are small; a lock keeps two of us from migrating together.
    """
    with connected():
        if is_sqlite():
            return list(Runner(database.obj, str(MIGRATIONS)).up())
        database.execute_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        got = database.execute_sql("SELECT GET_LOCK('wxb.migrate', 60)").fetchone()[0]
        if got != 1:
            raise RuntimeError("another process has been migrating for a minute; try again when it is done")
        try:
            return list(Runner(database.obj, str(MIGRATIONS)).up())
        finally:
            database.execute_sql("SELECT RELEASE_LOCK('wxb.migrate')")


def pending_migrations() -> list[str]:
    """Names of the steps that the schema still lacks; empty when it is up to date."""
    with connected():
        return [step.name for step in Runner(database.obj, str(MIGRATIONS)).status() if not step.applied]
