"""Lua scripts in Redis, for the callback: one round trip and next to no work around it.

redis-py's own way from ``evalsha`` to the socket costs several times what the bare sending and reading does, so a
few connections of its pool are kept in hand. When a kept one fails, the script is run again redis-py's way, which
knows about breakers and dead servers; so a script must be safe to repeat.
"""

import struct
from collections import deque
from hashlib import sha1
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET
from typing import Any

import hiredis
from redis import Redis, RedisError
from redis.exceptions import NoScriptError

_MOST_KEPT = 64

# Connections in hand, each with the client it belongs to.
_kept: deque[tuple[Redis, Any]] = deque()


class Script:
    """A Lua script and the name by which a server that has seen it knows it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = sha1(text.encode(), usedforsecurity=False).hexdigest()


def run_script(redis: Redis, script: Script, keys: tuple[str, ...], values: tuple[str | int, ...]) -> str:
    """The script's answer, a string. Raises RedisError."""
    connection = _take(redis)
    if connection is not None:
        words: Any = ("EVALSHA", script.sha, len(keys), *keys, *values)
        try:
            connection.send_packed_command((hiredis.pack_command(words),), check_health=False)
            answer = connection.read_response()
        except NoScriptError:
            _kept.append((redis, connection))
        except (RedisError, OSError):
            _drop(connection)
        else:
            _kept.append((redis, connection))
            return _text(answer)
    try:
        answer = redis.evalsha(script.sha, len(keys), *keys, *values)
    except NoScriptError:
        answer = redis.eval(script.text, len(keys), *keys, *values)
    if len(_kept) < _MOST_KEPT:
        connection = redis.connection_pool.get_connection()
        _leave_timing_to_the_kernel(connection)
        _kept.append((redis, connection))
    return _text(answer)


def _leave_timing_to_the_kernel(connection: Any) -> None:
    """Python times a socket out by asking before each send and each read whether it may, which costs two system
    calls and two turns at the interpreter's lock in every callback. The kernel can keep the time by itself; a read
    that it gives up looks to redis-py like a broken connection."""
    seconds = connection.socket_timeout
    socket = connection._sock
    if socket is None or not seconds:
        return
    patience = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    socket.settimeout(None)
    for option in (SO_RCVTIMEO, SO_SNDTIMEO):
        socket.setsockopt(SOL_SOCKET, option, patience)


def _take(redis: Redis) -> Any | None:
    while True:
        try:
            owner, connection = _kept.pop()
        except IndexError:
            return None
        if owner is redis:
            return connection
        _drop(connection)


def _drop(connection: Any) -> None:
    """One that failed, or whose client is gone: the others are no better."""
    connection.disconnect()
    while True:
        try:
            _owner, other = _kept.pop()
        except IndexError:
            return
        other.disconnect()


def _text(answer: Any) -> str:
    return answer.decode() if isinstance(answer, bytes) else str(answer)
