"""Sends callbacks to the product as the platform does: signed, maybe encrypted, 5 seconds, 3 tries in all."""

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from sandbox.envelope import Envelope, signature
from sandbox.log import Entry
from sandbox.markup import Fields, to_json, to_xml
from sandbox.replies import BadReply, Reply, ReplyReader
from sandbox.world import World, random_word

TRANSPORT_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)
WRONG_APP_ID = "wx0000000000000000"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one callback ended: the reply if it was good, the trouble in words if not."""

    reply: Reply | None
    trouble: str
    tries: int
    body: bytes


class Courier:
    """Delivers callbacks and remembers nothing: every try has its own timestamp, nonce and signature."""

    def __init__(self, world: World) -> None:
        self._world = world
        options = world.options
        self._url = options.product_url + options.callback_path
        self._envelope = Envelope(options.token, options.aes_key)

    async def greet(self) -> bool:
        """The GET check of the console: does the product return ``echostr`` as it came?"""
        timestamp, nonce, echo = str(int(time.time())), random_word(10), random_word(18)
        query = {
            "signature": signature(self._world.options.token, timestamp, nonce),
            "echostr": echo,
            "timestamp": timestamp,
            "nonce": nonce,
        }
        started = time.monotonic()
        try:
            status, body = await self._send("GET", query, b"")
        except TRANSPORT_TROUBLE as error:
            status, body = 0, repr(error).encode()
        good = status == 200 and body == echo.encode()
        self._note(
            "服务器验证", "", str(status) if good else f"{status} 不符", started, {"answer": _short(body)}
        )
        return good

    async def deliver(self, fields: Fields, openid: str) -> Delivery:
        """Deliver one callback, as often as the fault asks; what counts is the first answer that came."""
        faults = self._world.faults
        if faults.callback_together:
            copies = [self._deliver_once(fields, openid) for _ in range(faults.callback_copies)]
            deliveries = await asyncio.gather(*copies)
        else:
            deliveries = [await self._deliver_once(fields, openid) for _ in range(faults.callback_copies)]
        shown = {repr(delivery.reply) for delivery in deliveries}
        if len(shown) > 1:
            self._world.log.count("callback_copies_answered_differently")
        return deliveries[0]

    async def raw(self, query: dict[str, str], body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Post exactly these bytes, signed by nobody; for tests of the product's door."""
        return await self._send("POST", query, body, headers)

    def seal(self, fields: Fields, openid: str) -> tuple[dict[str, str], bytes]:
        """Query and body of one callback under the account's mode and format and the faults of the moment."""
        options, faults = self._world.options, self._world.faults
        write = to_xml if options.format == "xml" else to_json
        timestamp = str(int(time.time()) - faults.callback_stale_s)
        nonce = random_word(10)
        plain_signature = signature(options.token, timestamp, nonce)
        if faults.callback_bad_signature:
            plain_signature = plain_signature[::-1]
        query = {"signature": plain_signature, "timestamp": timestamp, "nonce": nonce, "openid": openid}
        if options.mode == "plain":
            return query, write(fields)
        app_id = WRONG_APP_ID if faults.callback_wrong_app_id else options.app_id
        encrypted = self._envelope.encrypt(write(fields), app_id)
        message_signature = self._envelope.sign(timestamp, nonce, encrypted)
        if faults.callback_bad_signature:
            message_signature = message_signature[::-1]
        query |= {"encrypt_type": "aes", "msg_signature": message_signature}
        if options.mode == "safe":
            return query, write({"ToUserName": fields["ToUserName"], "Encrypt": encrypted})
        return query, write({**fields, "Encrypt": encrypted})

    async def _deliver_once(self, fields: Fields, openid: str) -> Delivery:
        world = self._world
        trouble, body = "", b""
        for attempt in range(1, world.options.callback_tries + 1):
            query, sealed = self.seal(fields, openid)
            started = time.monotonic()
            try:
                status, body = await self._send("POST", query, sealed)
            except TRANSPORT_TROUBLE as error:
                trouble = "超时" if isinstance(error, TimeoutError) else "连接失败"
                self._note(_name(fields), openid, trouble, started, {"try": str(attempt)})
                continue
            if status >= 500:
                trouble = f"HTTP {status}"
                self._note(_name(fields), openid, str(status), started, {"try": str(attempt)})
                continue
            delivery = self._judge(status, body, fields, attempt)
            detail = {"try": str(attempt), "trouble": delivery.trouble, "reply": _summary(delivery.reply)}
            self._note(_name(fields), openid, str(status), started, {k: v for k, v in detail.items() if v})
            return delivery
        return Delivery(None, trouble, world.options.callback_tries, body)

    def _judge(self, status: int, body: bytes, fields: Fields, attempt: int) -> Delivery:
        reader = ReplyReader(self._world.options, self._world.state.media)
        try:
            return Delivery(reader.read(status, body, fields), "", attempt, body)
        except BadReply as error:
            return Delivery(None, str(error), attempt, body)

    async def _send(
        self, method: str, query: dict[str, str], body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        content = "text/xml" if self._world.options.format == "xml" else "application/json"
        timeout = aiohttp.ClientTimeout(total=self._world.options.callback_timeout)
        async with self._world.http.request(
            method,
            f"{self._url}?{urlencode(query)}",
            data=body or None,
            headers=headers or {"Content-Type": content, "User-Agent": "Mozilla/4.0"},
            timeout=timeout,
            allow_redirects=False,
        ) as answer:
            return answer.status, await answer.read()

    def _note(self, what: str, openid: str, status: str, started: float, detail: dict[str, str]) -> None:
        world = self._world
        phone = world.phone_of(openid)
        milliseconds = round((time.monotonic() - started) * 1000)
        world.log.count(f"callback {what.split(' ')[0]}")
        world.log.add(
            Entry(
                n=0,
                at=time.time(),
                kind="callback",
                what=what,
                status=status,
                ms=milliseconds,
                phone=phone.key if phone else "",
                detail=detail,
            )
        )
        world.touch("log")


def _name(fields: Fields) -> str:
    """What the log calls a callback: ``subscribe``, ``CLICK my-counselors``, ``text``."""
    if fields["MsgType"] != "event":
        return str(fields["MsgType"])
    return f"{fields['Event']} {fields.get('EventKey', '')}".strip()


def _short(body: bytes) -> str:
    return body[:200].decode(errors="replace")


def _summary(reply: Reply | None) -> str:
    if reply is None:
        return ""
    return f"{reply.kind} {reply.text or '；'.join(card.title for card in reply.cards)}".strip()[:200]
