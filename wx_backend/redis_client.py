"""The Redis client of the product: fails fast, so that a missing Redis costs a request next to nothing."""

import time
from typing import Any
from urllib.parse import urlsplit

from redis import ConnectionPool, Redis, Sentinel
from redis import exceptions as errors
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 0.5
READ_SECONDS = 1.0
REST_SECONDS = 1.0  # after a failure nobody tries for this long
_AWAY = (errors.ConnectionError, errors.TimeoutError)


class QuickRedis(Redis):
    """Redis behind a breaker: after a failure every call is refused at once for a second."""

    _rest_until = 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py does, but raises ConnectionError at once while the breaker is open."""
        if time.monotonic() < self._rest_until:
            raise errors.ConnectionError("Redis was away a moment ago")
        try:
            return super().execute_command(*args, **options)
        except _AWAY:
            self._rest_until = time.monotonic() + REST_SECONDS
            raise


def connect(url: str) -> Redis:
    """A client for ``redis://``, ``unix://`` or ``sentinel://host:port,host:port/service``."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": READ_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "max_connections": 256,
    }
    if url.startswith("sentinel://"):
        parts = urlsplit(url)
        hosts = [host.rsplit(":", 1) for host in parts.netloc.split("@")[-1].split(",")]
        guards = Sentinel([(host, int(port)) for host, port in hosts], **options)
        return guards.master_for(
            parts.path.strip("/"), redis_class=QuickRedis, password=parts.password, **options
        )
    return QuickRedis(connection_pool=ConnectionPool.from_url(url, **options))
