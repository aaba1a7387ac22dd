"""The in-app browser's way to the product: a reverse proxy on each phone's own origin.

The product sees its own Host, its own Origin, WeChat's User-Agent and the phone's cookies. The visitor's
browser sees pages that may stand in a frame and whose addresses stay on the phone's origin.
"""

import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from sandbox.browsing import PHONES_OWN, Screen
from sandbox.connect import Connect
from sandbox.cookies import cookie_header, keep
from sandbox.jssdk import PREFIX, JsSdk
from sandbox.log import Entry
from sandbox.pages import Notice, simple_page
from sandbox.state import Phone
from sandbox.world import World

USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/126.0.6478.188 Mobile Safari/537.36 MicroMessenger/8.0.54.2760(0x28003657) "
    "WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)
HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "content-length", "content-encoding",
}  # fmt: skip
NOT_SENT = HOP | {"host", "cookie", "user-agent", "accept-encoding", "origin", "referer"}
NOT_SHOWN = HOP | {"set-cookie", "x-frame-options", "strict-transport-security"}
ADDRESS_HEADERS = (
    "Location",
    "Content-Location",
    "HX-Redirect",
    "HX-Location",
    "HX-Push-Url",
    "HX-Replace-Url",
)
ATTRIBUTE = re.compile(
    r"""(?P<head>\b(?:href|src|action|formaction|poster|hx-(?:get|post|put|patch|delete))\s*=\s*["']?)"""
    r"""(?P<origin>https?://[^/"'\s>?#]+)"""
)
TIMEOUT = aiohttp.ClientTimeout(total=60)


class PhoneProxy:
    """Serves every request on a phone's origin."""

    def __init__(self, world: World, screen: Screen, connect: Connect, sdk: JsSdk) -> None:
        self._world = world
        self._screen = screen
        self._connect = connect
        self._sdk = sdk

    async def serve(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """OAuth and the platform's script are answered here; everything else is the product's."""
        if request.path.startswith("/connect/"):
            return await self._connect.serve(request, phone)
        if request.path.startswith(PREFIX):
            return await self._sdk.serve(request, phone)
        started = time.monotonic()
        try:
            response = await self._pass_on(request, phone)
        except (aiohttp.ClientError, TimeoutError, OSError):
            notice = Notice("网页无法打开", "连不上服务器", "请确认产品正在运行，然后刷新", status=502)
            response = simple_page(self._world.options.origin, notice)
        if is_navigation(request):
            self._note(request, phone, response.status, started)
        return response

    async def _pass_on(self, request: web.Request, phone: Phone) -> web.Response:
        options = self._world.options
        async with self._world.http.request(
            request.method,
            options.product_url + request.raw_path,
            headers=self._request_headers(request, phone),
            data=await request.read() or None,
            allow_redirects=False,
            timeout=TIMEOUT,
        ) as answer:
            body = await answer.read()
            for header in answer.headers.getall("Set-Cookie", []):
                keep(phone, header, request.path)
        if answer.headers.getall("Set-Cookie", []):
            self._world.touch()
        headers = self._response_headers(answer.headers, phone)
        redirects = 300 <= answer.status < 400
        if answer.headers.get("Content-Type", "").startswith("text/html") and not redirects:
            body = self._rewrite(body.decode(answer.charset or "utf-8", errors="replace"), request, phone)
            headers["Content-Type"] = "text/html; charset=utf-8"
        return web.Response(status=answer.status, body=body, headers=headers)

    def _request_headers(self, request: web.Request, phone: Phone) -> CIMultiDict[str]:
        options = self._world.options
        own = options.phone_origin(phone.key)
        headers = CIMultiDict(
            (name, value) for name, value in request.headers.items() if name.lower() not in NOT_SENT
        )
        headers["Host"] = options.product_host
        headers["User-Agent"] = USER_AGENT
        headers["Accept-Encoding"] = "identity"
        headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
        cookies = cookie_header(phone, request.path)
        if cookies:
            headers["Cookie"] = cookies
        origin = request.headers.get("Origin", "")
        if origin:
            headers["Origin"] = options.product_url if origin == own else origin
        referer = request.headers.get("Referer", "")
        if referer.startswith(own):
            headers["Referer"] = options.product_url + referer.removeprefix(own)
        if headers.get("Sec-Fetch-Dest") == "iframe":
            headers["Sec-Fetch-Dest"] = "document"
        if headers.get("Sec-Fetch-Site") == "cross-site" and is_navigation(request):
            headers["Sec-Fetch-Site"] = "none"
        return headers

    def _response_headers(self, given: Mapping[str, str], phone: Phone) -> CIMultiDict[str]:
        headers = CIMultiDict((name, value) for name, value in given.items() if name.lower() not in NOT_SHOWN)
        for name in ADDRESS_HEADERS:
            if name in headers:
                headers[name] = self._screen.address_on(phone, headers[name])
        for name in ("Content-Security-Policy", "Content-Security-Policy-Report-Only"):
            if name in headers:
                headers[name] = self._relaxed(headers[name], phone)
        return headers

    def _relaxed(self, policy: str, phone: Phone) -> str:
        """The product's policy, but it may stand in the phone's frame, and its own origin is the phone's."""
        options = self._world.options
        kept = [one for one in policy.split(";") if not one.strip().lower().startswith("frame-ancestors")]
        own = options.phone_origin(phone.key)
        return ";".join(kept).replace(options.product_url, own).replace(options.origin, own)

    def _rewrite(self, html: str, request: web.Request, phone: Phone) -> bytes:
        if is_navigation(request):
            if request.method == "GET":
                self._screen.arrived(phone, self._world.options.product_url + request.raw_path, html)
        else:
            self._screen.grew(phone, html)
        options = self._world.options
        own = options.phone_origin(phone.key)

        def swapped(found: re.Match[str]) -> str:
            platform = found["origin"] == options.origin and html.startswith(PHONES_OWN, found.end())
            ours = found["origin"] == options.product_url or platform
            return found["head"] + (own if ours else found["origin"])

        return ATTRIBUTE.sub(swapped, html).encode()

    def _note(self, request: web.Request, phone: Phone, status: int, started: float) -> None:
        self._world.log.add(
            Entry(
                n=0,
                at=time.time(),
                kind="proxy",
                what=f"{request.method} {urlsplit(request.raw_path).path}",
                status=str(status),
                ms=round((time.monotonic() - started) * 1000),
                phone=phone.key,
            )
        )
        self._world.touch("log")


def is_navigation(request: web.Request) -> bool:
    """Whether the browser asks for a whole page, not for a part of one."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode == "navigate"
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
