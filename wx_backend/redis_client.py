"""The Redis client of the product: fails fast, so that a missing Redis costs a request next to nothing."""

import time
from typing import Any
from urllib.parse import urlsplit

from redis import ConnectionPool, Redis, Sentinel, SentinelConnectionPool
from redis import exceptions as errors
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 0.5
READ_SECONDS = 1.0
REST_SECONDS = 1.0  # after a failure nobody tries for this long


class _Resting:
    """A pool behind a breaker: after a failure it refuses at once for a second, whoever asks.

    A command that fails leaves its connection closed, so a closed one coming back tells of a failure.
    """

    _rest_until = 0.0

    def get_connection(self, *args: Any, **options: Any) -> Any:
        """A connected connection; raises ConnectionError."""
        if time.monotonic() < self._rest_until:
            raise errors.ConnectionError("Redis was away a moment ago")
        try:
            return super().get_connection(*args, **options)  # type: ignore[misc]  # a mixin: the pool has it
        except (errors.ConnectionError, errors.TimeoutError):
            self._rest()
            raise

    def release(self, connection: Any) -> None:
        """Takes a connection back."""
        if not connection.is_connected:
            self._rest()
        super().release(connection)  # type: ignore[misc]  # a mixin: the pool has it

    def _rest(self) -> None:
        self._rest_until = time.monotonic() + REST_SECONDS


class QuickPool(_Resting, ConnectionPool):
    """Connections to one server."""


class QuickSentinelPool(_Resting, SentinelConnectionPool):
    """Connections to whichever server the sentinels name."""


def connect(url: str) -> Redis:
    """A client for ``redis://``, ``unix://`` or ``sentinel://host:port,host:port/service``."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": READ_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    if url.startswith("sentinel://"):
        parts = urlsplit(url)
        hosts = [host.rsplit(":", 1) for host in parts.netloc.split("@")[-1].split(",")]
        guards = Sentinel([(host, int(port)) for host, port in hosts], **options)
        service = parts.path.strip("/")
        return guards.master_for(
            service, connection_pool_class=QuickSentinelPool, password=parts.password, **options
        )
    return Redis(connection_pool=QuickPool.from_url(url, max_connections=256, **options))
