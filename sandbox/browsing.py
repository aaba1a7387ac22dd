"""The in-app browser and the scanner: which address opens where, and what is on a phone's screen."""

import base64
import re
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from sandbox.phones import Hands, NotPossible
from sandbox.state import Browser, Phone, QrTicket
from sandbox.world import World

QR_PREFIX = "http://weixin.qq.com/q/"
ACCOUNT_PREFIX = "http://weixin.qq.com/r/"
STACK_KEPT = 50
# What the platform itself serves in a phone's browser, on the phone's own origin.
PHONES_OWN = ("/connect/", "/open/")


class Screen:
    """Opens pages in phones' browsers and finds the pictures that stand on them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def address_on(self, phone: Phone, url: str) -> str:
        """Where the phone's own browser reaches ``url``: the product's pages and OAuth go by its origin."""
        options = self._world.options
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        ours = origin == options.origin and parts.path.startswith(PHONES_OWN)
        if origin == options.product_url or ours:
            return options.phone_origin(phone.key) + url.removeprefix(origin)
        return url

    def open(self, phone: Phone, url: str) -> str:
        """Open ``url`` in the phone's browser; returns the address for the frame."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise NotPossible("这个地址打不开")
        last = phone.browser.seq if phone.browser else 0
        phone.browser = Browser(seq=max(last, self._world.next_id()), stack=[url])
        self._world.touch(phone.key)
        return self.address_on(phone, url)

    def back(self, phone: Phone) -> None:
        """One page back; from the first page the browser closes."""
        if phone.browser is None:
            return
        phone.browser.stack.pop()
        if not phone.browser.stack:
            phone.browser = None
        else:
            phone.browser.seq = self._world.next_id()
        self._world.touch(phone.key)

    def close(self, phone: Phone) -> None:
        phone.browser = None
        self._world.touch(phone.key)

    def arrived(self, phone: Phone, url: str, html: str) -> None:
        """The browser shows a new page: note it in the history and take its title."""
        if phone.browser is None:
            return
        browser = phone.browser
        reader = PageReader(url)
        reader.feed(html)
        browser.title = reader.title.strip()
        browser.sdk = None
        browser.html = [html]
        if not browser.stack or browser.stack[-1] != url:
            browser.stack = [*browser.stack[-STACK_KEPT:], url]
        self._world.touch(phone.key)

    def grew(self, phone: Phone, html: str) -> None:
        """A part of the page was loaded."""
        if phone.browser:
            phone.browser.html = [*phone.browser.html[-5:], html]

    def pictures(self, phone: Phone) -> list[str]:
        """Addresses of the pictures on the phone's screen: the product's, data: or drawn in the page."""
        if phone.browser is None or not phone.browser.stack:
            return []
        found: list[str] = []
        for html in phone.browser.html:
            reader = PageReader(phone.browser.stack[-1])
            reader.feed(html)
            found += reader.pictures
            found += [as_data(svg) for svg in re.findall(r"<svg\b.*?</svg>", html, re.DOTALL)]
        return found


def as_data(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def from_data(address: str) -> tuple[str, bytes]:
    """Content type and bytes of a data: address."""
    head, _, body = address.removeprefix("data:").partition(",")
    kind = head.split(";")[0] or "text/plain"
    return kind, base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)


class PageReader(HTMLParser):
    """Takes the title and the pictures' addresses from a page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self._in_title = False
        self.title = ""
        self.pictures: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        source = dict(attrs).get("src")
        if tag == "img" and source:
            self.pictures.append(source if source.startswith("data:") else urljoin(self._base, source))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


class Scanner:
    """Decides what a scanned content does."""

    def __init__(self, world: World, hands: Hands, screen: Screen) -> None:
        self._world = world
        self._hands = hands
        self._screen = screen

    async def scan(self, phone: Phone, content: str) -> dict[str, str]:
        """Act on ``content`` as WeChat would; says in ``kind`` what happened: profile, chat, browser or text."""
        if content.startswith(ACCOUNT_PREFIX):
            phone.pending_scene = ""
            return {"kind": "chat" if phone.following else "profile"}
        if content.startswith(QR_PREFIX):
            return await self._scan_ticket(phone, content)
        if urlsplit(content).scheme in ("http", "https"):
            return {"kind": "browser", "src": self._screen.open(phone, content)}
        return {"kind": "text", "text": content}

    async def _scan_ticket(self, phone: Phone, content: str) -> dict[str, str]:
        ticket = self._live_ticket(content)
        if ticket is None:
            raise NotPossible("二维码已失效")
        if phone.following:
            await self._hands.scanned(phone, ticket.scene, ticket.ticket)
            return {"kind": "chat"}
        phone.pending_scene = ticket.ticket
        self._world.touch(phone.key)
        return {"kind": "profile"}

    def _live_ticket(self, url: str) -> QrTicket | None:
        now = self._world.now()
        for ticket in self._world.state.qr.values():
            if ticket.url == url and (ticket.until is None or ticket.until > now):
                return ticket
        return None
