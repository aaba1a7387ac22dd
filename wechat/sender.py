"""Many messages at once: one event loop, kept-alive connections, batches in and out.

The rest of the Gateway speaks one call at a time over requests, which at hundreds of connections is bound by its
threads. What a message's answer means is decided by the same tables.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
import uvloop

from wechat.answers import Parcel, Sent
from wechat.calls import Observe
from wechat.line import Line, Way
from wechat.outcomes import Outcome, WeChatTrouble
from wechat.posting import PATHS, Desk
from wechat.tokens import TokenStore

Source = Callable[[int], Sequence[Parcel]]
Sink = Callable[[Sequence[tuple[Parcel, Sent]]], None]

BATCH = 200
"""Parcels asked for, and outcomes told, at a time: a statement for each one would cost more than sending it."""
LINGER_SECONDS = 0.2
"""How long the outcomes of a slow moment wait for company."""
_MOST = 1000  # outcomes told at a time when telling lags behind

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Sender:
    """Sends parcels; one may be used by several threads, each turn has a loop and connections of its own."""

    def __init__(self, api_url: str, tokens: TokenStore, observe: Observe) -> None:
        self._api_url = api_url
        self._way = Way.to(api_url)
        self._tokens = tokens
        self._observe = observe

    def send_all(self, source: Source, sink: Sink, connections: int) -> None:
        """Pulls from `source` until it gives none. Both are called in threads, each by one at a time.

        Raises what they raise; then outcomes may be lost, and their parcels stay in doubt.
        """
        first = source(BATCH)  # most turns find nothing, and need no loop for it
        if first:
            desk = Desk(self._api_url, self._tokens)
            turn = _Turn(self._way, desk, self._observe, connections)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(turn.run(first, source, sink))


class _Turn:
    """One run from the first parcel to the last outcome."""

    def __init__(self, way: Way, desk: Desk, observe: Observe, connections: int) -> None:
        self._way = way
        self._desk = desk
        self._observe = observe
        self._hands = connections
        self._waiting: asyncio.Queue[Parcel | None] = asyncio.Queue()
        self._hungry = asyncio.Event()
        self._done: list[tuple[Parcel, Sent]] = []
        self._filled = asyncio.Event()
        self._over = asyncio.Event()
        self._failure: Exception | None = None
        self._threads = ThreadPoolExecutor(2)  # claims in one, outcomes in the other

    async def run(self, first: Sequence[Parcel], source: Source, sink: Sink) -> None:
        try:
            hands = [self._hand() for _ in range(self._hands)]
            await asyncio.gather(self._feed(first, source), self._tell(sink), *hands)
        finally:
            self._threads.shutdown()
        if self._failure:
            raise self._failure

    async def _beside(self, work: Callable[..., T], *given: Any) -> T:
        """Work that blocks, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    # -- in --------------------------------------------------------------------------------------------

    async def _feed(self, first: Sequence[Parcel], source: Source) -> None:
        """Keeps as many parcels waiting as there are connections, until none is left or something failed."""
        parcels, hands = first, self._hands
        while parcels:
            try:
                await self._desk.open()
            except WeChatTrouble as trouble:
                self._done += [(parcel, _told(trouble)) for parcel in parcels]
                break
            for parcel in parcels:
                self._waiting.put_nowait(parcel)
            if self._waiting.qsize() > hands:
                self._hungry.clear()
                await self._hungry.wait()
            try:
                parcels = () if self._failure else await self._beside(source, BATCH)
            except Exception as failure:
                self._failure = failure
                break
        for _ in range(hands):
            self._waiting.put_nowait(None)

    # -- out -------------------------------------------------------------------------------------------

    async def _tell(self, sink: Sink) -> None:
        """Hands outcomes over in batches. One failure ends the feeding, and all that is left is told once more."""
        while self._hands or self._done:
            if self._hands and len(self._done) < BATCH:
                await self._company()
            batch, self._done = self._done[:_MOST], self._done[_MOST:]
            try:
                if batch:
                    await self._beside(sink, batch)
            except Exception as failure:
                if self._failure:
                    raise
                self._failure, self._done = failure, batch + self._done
                await self._over.wait()

    async def _company(self) -> None:
        self._filled.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._filled.wait()

    # -- over the wire ---------------------------------------------------------------------------------

    async def _hand(self) -> None:
        """One connection's worth of sending."""
        line = Line(self._way)
        while (parcel := await self._waiting.get()) is not None:
            if self._waiting.qsize() <= self._hands:
                self._hungry.set()
            sent = await self._send(line, parcel)
            self._done.append((parcel, sent))
            if len(self._done) >= BATCH:
                self._filled.set()
        line.close()
        self._hands -= 1
        if not self._hands:
            self._over.set()
            self._filled.set()

    async def _send(self, line: Line, parcel: Parcel) -> Sent:
        started = time.perf_counter()
        try:
            sent = await self._desk.post(line, parcel)
        except WeChatTrouble as trouble:
            sent = _told(trouble)
        except Exception as failure:
            # Whatever it is, it may have come after the message went out, and it is this message's alone.
            log.exception("message_not_sent_by_us", error=type(failure).__name__)
            sent = Sent(Outcome.AMBIGUOUS, detail=type(failure).__name__)
        path = PATHS[parcel.channel]
        self._observe(path, sent.outcome.value, time.perf_counter() - started)
        if sent.outcome is not Outcome.ACCEPTED:
            log.warning(
                "wechat_trouble",
                api=path,
                outcome=sent.outcome.value,
                errcode=sent.errcode,
                rid=sent.rid,
                detail=sent.detail,
            )
        return sent


def _told(trouble: WeChatTrouble) -> Sent:
    return Sent(trouble.outcome, 0, trouble.errcode, trouble.detail, trouble.rid)
