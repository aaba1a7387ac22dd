"""A line to the platform: the way there, and one kept-alive connection at a time over it.

A library that can do all of HTTP spends four times as much on each message as this, which can do what a message
needs.
"""

import asyncio
import base64
import re
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from requests.utils import get_environ_proxies, select_proxy

from wechat.connection import ANSWER_SECONDS, IDLE_SECONDS, Connection, NotSent

OPEN_SECONDS = 6.0
"""Looking the name up, connecting and agreeing on keys."""

_PORTS = {"http": 80, "https": 443}
_TUNNEL = re.compile(rb"HTTP/1\.[01] 200\b")
_PROXY_SAYS = 1 << 16  # bytes at most


@dataclass(frozen=True, slots=True)
class Way:
    """Where lines lead: a host, over TLS unless its address says otherwise, through a proxy if need be."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    proxy: str | None = None
    open_seconds: float = OPEN_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    idle_seconds: float = IDLE_SECONDS

    @classmethod
    def to(cls, url: str) -> "Way":
        """To the host of an address, as the environment has it go there, trusting whom the system trusts."""
        parts = urlsplit(url)
        tls = ssl.create_default_context() if parts.scheme == "https" else None
        proxy = select_proxy(url, get_environ_proxies(url))
        return cls(parts.hostname or "", parts.port or _PORTS[parts.scheme], tls, proxy)

    async def connect(self) -> Connection:
        """A new connection. Raises NotSent."""
        try:
            async with asyncio.timeout(self.open_seconds):
                return await (self._through(self.proxy) if self.proxy else self._straight())
        except (OSError, ValueError) as failure:  # also of TLS, of a name, and TimeoutError
            # The text may hold the proxy's password.
            raise NotSent(type(failure).__name__) from None

    def _connection(self) -> Connection:
        return Connection(self.answer_seconds, self.idle_seconds)

    async def _straight(self) -> Connection:
        made, loop = self._connection(), asyncio.get_running_loop()
        await loop.create_connection(lambda: made, self.host, self.port, ssl=self.tls)
        return made

    async def _through(self, proxy: str) -> Connection:
        """Through the tunnel of an HTTP proxy. Raises ValueError when it opens none."""
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        if parts.scheme != "http":
            raise ValueError("only proxies spoken to in plain HTTP are known")
        made, tunnel, loop = self._connection(), _Tunnel(), asyncio.get_running_loop()
        transport: asyncio.Transport | None
        transport, _ = await loop.create_connection(lambda: tunnel, parts.hostname or "", parts.port or 80)
        try:
            target = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
            head = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{_authorization(parts)}\r\n"
            transport.write(head.encode())
            if not await tunnel.opened:
                raise ValueError("the proxy opens no tunnel")
            if self.tls:
                transport = await loop.start_tls(transport, made, self.tls, server_hostname=self.host)
            else:
                transport.set_protocol(made)
            if transport is None:
                raise ValueError("the tunnel ended")
        except BaseException:
            if transport:
                transport.abort()
            raise
        made.connection_made(transport)
        return made


class Line:
    """Asks one thing after the other, over one connection for as long as that lasts."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._connection: Connection | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a whole request. Raises NotSent, NoAnswer."""
        connection = self._connection
        if connection is None or not connection.is_fresh():
            self.close()
            connection = self._connection = await self._way.connect()
        return await connection.ask(request)

    def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._connection:
            self._connection.end()
            self._connection = None


class _Tunnel(asyncio.Protocol):
    """Waits until a proxy says whether it opens a tunnel."""

    def __init__(self) -> None:
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n") or len(self._head) > _PROXY_SAYS:
            self._say(_TUNNEL.match(self._head) is not None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._say(False)

    def _say(self, is_open: bool) -> None:
        if not self.opened.done():
            self.opened.set_result(is_open)


def _authorization(parts: SplitResult) -> str:
    """What a proxy wants to see when its address holds a name and a password."""
    if parts.username is None:
        return ""
    word = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return f"Proxy-Authorization: Basic {base64.b64encode(word).decode()}\r\n"
