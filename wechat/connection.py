"""One connection to the platform: a whole request out, a whole answer in, one after the other.

Answers are taken apart by llhttp, the parser of node (github.com/MagicStack/httptools).
"""

import asyncio
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

ANSWER_SECONDS = 10.0
"""From the request to the last byte of its answer: one that drips in byte by byte must end, too."""
IDLE_SECONDS = 15.0
"""A connection unused for longer is not trusted with a request: the other side may be closing it just now."""
LARGEST = 1 << 20
"""Bytes of an answer, above which it is none of the platform's."""

_INFORMATION = range(100, 200)


class NotSent(Exception):
    """There is no connection; not a byte of the request has left."""


class NoAnswer(Exception):
    """The request may have arrived, and its answer has not, or not whole. Says why in fixed words."""


class Connection(asyncio.Protocol):
    """One connection, from its making to its end; answers are told apart by their lengths."""

    def __init__(self, answer_seconds: float, idle_seconds: float) -> None:
        self._answer_seconds = answer_seconds
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ends_at = self._used_at = self._loop.time()
        self._is_open = False
        self._begin()

    def _begin(self) -> None:
        """What is known of an answer before its first byte."""
        self._body: list[bytes] = []
        self._size = 0
        self._has_head = self._has_length = False

    def is_fresh(self) -> bool:
        """Whether it may be trusted with a request."""
        return self._is_open and self._loop.time() - self._used_at < self._idle_seconds

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a whole request; one at a time. Raises NotSent, NoAnswer."""
        if not self._is_open:
            raise NotSent("closed")
        self._begin()
        self._answer = self._loop.create_future()
        self._ends_at = self._loop.time() + self._answer_seconds
        if self._timer is None:  # an alarm for every request would cost more than one that is looked after
            self._timer = self._loop.call_at(self._ends_at, self._alarm)
        self._transport.write(request)
        return await self._answer

    def end(self) -> None:
        """Closes it at once; whoever waits for an answer is told that there is none."""
        self._fail("ended")

    def _alarm(self) -> None:
        self._timer = None
        if self._answer is None:
            return
        if self._loop.time() < self._ends_at:
            self._timer = self._loop.call_at(self._ends_at, self._alarm)
        else:
            self._fail("no answer in time")

    def _fail(self, why: str) -> None:
        self._is_open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(NoAnswer(why))
        self._answer = None
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._transport.abort()

    def _finish(self) -> None:
        """The answer is whole."""
        answer, self._answer = self._answer, None
        self._used_at = self._loop.time()
        if answer and not answer.done():
            answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    # -- told by the loop ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._is_open = True

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._answer is None:
            self._fail("unasked")
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._fail("not HTTP")
        if self._size > LARGEST:
            self._fail("too long")

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._has_head and not self._has_length and self._answer:
            self._finish()  # of unsaid length: it ends with its connection
        self._fail("connection lost")

    # -- told by the parser ----------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Something is said: by a host that keeps to the rules, only when it was asked."""
        if self._answer is None:
            self._is_open = False
            self._transport.close()

    def on_header(self, name: bytes, _value: bytes) -> None:
        """Notes whether the answer's end will be known."""
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._has_length = True

    def on_headers_complete(self) -> None:
        """A body may follow."""
        self._has_head = True

    def on_body(self, part: bytes) -> None:
        """A part of the body, whatever pieces it came in."""
        self._body.append(part)

    def on_message_complete(self) -> None:
        """The answer is whole, unless it was only about one that is yet to come."""
        if self._parser.get_status_code() in _INFORMATION:
            self._begin()
            return
        self._is_open = self._is_open and self._parser.should_keep_alive()
        self._finish()
        if not self._is_open:
            self._transport.close()
