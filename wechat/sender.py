"""Many messages at once: one event loop, kept-alive connections, batches in and out.

The rest of the Gateway speaks one call at a time over requests, which at hundreds of connections is bound by its
threads. What a message's answer means is decided by the same tables.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import requests
import structlog
import uvloop
from requests.utils import get_environ_proxies, select_proxy
from wechatpy.exceptions import WeChatClientException
from yarl import URL

from wechat.answers import Parcel, Sent
from wechat.calls import Observe
from wechat.outcomes import BAD_TOKEN, Outcome, WeChatTrouble
from wechat.tokens import TokenStore
from wechat.wire import CONNECT_SECONDS, READ_SECONDS, GarbledAnswer, decoded, outcome_of_status, trouble_of

Source = Callable[[int], Sequence[Parcel]]
Sink = Callable[[Sequence[tuple[Parcel, Sent]]], None]

BATCH = 200
"""Parcels asked for, and outcomes told, at a time: a statement for each one would cost more than sending it."""
LINGER_SECONDS = 0.2
"""How long the outcomes of a slow moment wait for company."""
WHOLE_SECONDS = CONNECT_SECONDS + READ_SECONDS
"""One timer for the whole of a call: an answer that drips in byte by byte must end, too."""
PATHS = {"template": "message/template/send", "subscribe": "message/subscribe/bizsend"}

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MOST = 1000  # outcomes told at a time when telling lags behind

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Sender:
    """Sends parcels; one may be used by several threads, each turn has a loop and connections of its own."""

    def __init__(self, api_url: str, tokens: TokenStore, observe: Observe) -> None:
        self._api_url = api_url.rstrip("/")
        self._tokens = tokens
        self._observe = observe

    def send_all(self, source: Source, sink: Sink, connections: int) -> None:
        """Pulls from `source` until it gives none. Both are called in threads, each by one at a time.

        Raises what they raise; then outcomes may be lost, and their parcels stay in doubt.
        """
        first = source(BATCH)  # most turns find nothing, and need no loop for it
        if first:
            turn = _Turn(self._api_url, self._tokens, self._observe, connections)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(turn.run(first, source, sink))


class _Turn:
    """One run from the first parcel to the last outcome."""

    def __init__(self, api_url: str, tokens: TokenStore, observe: Observe, connections: int) -> None:
        self._api_url = api_url
        self._tokens = tokens
        self._observe = observe
        self._hands = connections
        self._waiting: asyncio.Queue[Parcel | None] = asyncio.Queue()
        self._hungry = asyncio.Event()
        self._done: list[tuple[Parcel, Sent]] = []
        self._filled = asyncio.Event()
        self._over = asyncio.Event()
        self._failure: Exception | None = None
        self._token = ""
        self._urls: dict[str, URL] = {}
        self._renewing = asyncio.Lock()
        self._replaced: set[str] = set()
        # Claims in one thread, outcomes in another, and a place for a new token beside them.
        self._threads = ThreadPoolExecutor(3)

    async def run(self, first: Sequence[Parcel], source: Source, sink: Sink) -> None:
        try:
            async with _opened(self._api_url, self._hands) as self._session:
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
                self._use(await self._beside(self._tokens.current))
            except WeChatTrouble as trouble:
                self._done += [(parcel, _told(trouble)) for parcel in parcels]
                break
            self._replaced.clear()
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
        while (parcel := await self._waiting.get()) is not None:
            if self._waiting.qsize() <= self._hands:
                self._hungry.set()
            sent = await self._send(parcel)
            self._done.append((parcel, sent))
            if len(self._done) >= BATCH:
                self._filled.set()
        self._hands -= 1
        if not self._hands:
            self._over.set()
            self._filled.set()

    async def _send(self, parcel: Parcel) -> Sent:
        started = time.perf_counter()
        try:
            sent = await self._with_token(parcel.channel, _written(body_of(parcel)).encode())
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

    async def _with_token(self, channel: str, body: bytes) -> Sent:
        """One try, and a second one when the token was refused. Raises WeChatTrouble."""
        token = self._token
        answer, errcode = await self._post(self._urls[channel], body)
        if errcode in BAD_TOKEN:
            await self._renew(token)
            answer, errcode = await self._post(self._urls[channel], body)
        if errcode:
            raise trouble_of(WeChatClientException(errcode, str(answer.get("errmsg", ""))), repeatable=False)
        try:
            return Sent(Outcome.ACCEPTED, int(answer.get("msgid") or 0))
        except (TypeError, ValueError):
            raise trouble_of(GarbledAnswer("msgid"), repeatable=False) from None

    async def _post(self, url: URL, body: bytes) -> tuple[dict[str, Any], int]:
        try:
            async with self._session.post(url, data=body, allow_redirects=False) as response:
                content = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise WeChatTrouble(Outcome.RETRY, detail="no connection") from None
        except (aiohttp.ClientError, TimeoutError) as failure:
            # The text of these exceptions may hold the address with its token: only their kind is passed on.
            raise WeChatTrouble(Outcome.AMBIGUOUS, detail=type(failure).__name__) from None
        if response.status >= requests.codes.bad_request:
            outcome = outcome_of_status(response.status, Outcome.AMBIGUOUS)
            raise WeChatTrouble(outcome, detail=f"http {response.status}")
        try:
            return decoded(content)
        except GarbledAnswer as garbled:
            raise trouble_of(garbled, repeatable=False) from None

    # -- tokens ----------------------------------------------------------------------------------------

    def _use(self, token: str) -> None:
        if token != self._token:
            self._token = token
            self._urls = {
                # The token is the platform's own and needs no escaping that it has not got.
                channel: URL(f"{self._api_url}/cgi-bin/{path}?access_token={quote(token)}", encoded=True)
                for channel, path in PATHS.items()
            }

    async def _renew(self, bad: str) -> None:
        """Replaces a refused token, once however many parcels were refused with it."""
        async with self._renewing:
            if self._token == bad and bad not in self._replaced:
                self._replaced.add(bad)
                self._use(await self._beside(self._tokens.replace, bad))


def body_of(parcel: Parcel) -> dict[str, Any]:
    """A message as the platform wants it."""
    data = {name: {"value": text} for name, text in parcel.data.items()}
    body: dict[str, Any] = {"touser": parcel.openid, "template_id": parcel.template_id, "data": data}
    if parcel.channel == "subscribe":
        return body | ({"page": parcel.link} if parcel.link else {})
    body["client_msg_id"] = parcel.client_msg_id
    return body | ({"url": parcel.link} if parcel.link else {})


def _opened(api_url: str, connections: int) -> aiohttp.ClientSession:
    """Kept-alive connections, no cookies, the proxy that the environment names."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(WHOLE_SECONDS, sock_connect=CONNECT_SECONDS),
        headers={"Content-Type": "application/json"},
        proxy=select_proxy(api_url, get_environ_proxies(api_url)),
    )


def _told(trouble: WeChatTrouble) -> Sent:
    return Sent(trouble.outcome, 0, trouble.errcode, trouble.detail, trouble.rid)
