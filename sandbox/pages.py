"""The page with the phones, its files, and the few plain pages that WeChat itself would show."""

import base64
import html
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.api.qr import draw
from sandbox.browsing import ACCOUNT_PREFIX
from sandbox.world import World

STATIC = Path(__file__).parent / "static"
VENDOR = {"weui.css": "weui/dist/style/weui.min.css", "jsQR.js": "jsqr/dist/jsQR.js"}
# Frames hold the phones' browsers, which may go anywhere; everything else is our own.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob: http: https:; frame-src http: https:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Form:
    """Buttons under a notice: each posts ``name`` with its value."""

    action: str
    name: str
    buttons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A page with a headline, a note and perhaps buttons."""

    title: str
    headline: str
    note: str
    status: int = 200
    form: Form | None = None


def simple_page(origin: str, notice: Notice) -> web.Response:
    """``notice`` as a page; its style comes from the sandbox's own ``origin``, since phones have others."""
    buttons = ""
    if notice.form:
        name = notice.form.name
        choices = "".join(
            f'<button name="{html.escape(name)}" value="{html.escape(value)}">{html.escape(label)}</button>'
            for value, label in notice.form.buttons
        )
        buttons = f'<form method="post" action="{html.escape(notice.form.action)}">{choices}</form>'
    body = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(notice.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{origin}/sandbox/static/css/simple.css"></head>'
        f"<body><main><h1>{html.escape(notice.headline)}</h1><p>{html.escape(notice.note)}</p>{buttons}</main></body></html>"
    )
    policy = f"default-src 'none'; style-src {origin}; form-action 'self' http: https:"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return web.Response(status=notice.status, text=body, content_type="text/html", headers=headers)


class Pages:
    """Serves the page, its files and pictures."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._vendor = {name: world.options.node_modules / path for name, path in VENDOR.items()}

    def register(self, app: web.Application) -> None:
        app.router.add_get("/", self.index)
        app.router.add_get("/favicon.ico", self.icon)
        app.router.add_static("/sandbox/static", STATIC, append_version=False)
        app.router.add_get("/sandbox/vendor/{name}", self.vendor)
        app.router.add_get("/sandbox/media/{media_id}", self.media)
        app.router.add_get("/sandbox/account-code.png", self.account_code)
        app.router.add_get("/sandbox/avatar/{key}.svg", self.avatar)
        app.router.add_get("/connect/{rest:.*}", self.not_in_wechat)

    async def index(self, _request: web.Request) -> web.StreamResponse:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(STATIC / "index.html", headers=headers)

    async def icon(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "icon.svg")

    async def vendor(self, request: web.Request) -> web.StreamResponse:
        """A file of a front-end package, from the short list above."""
        path = self._vendor.get(request.match_info["name"])
        if path is None or not path.is_file():
            raise web.HTTPNotFound(text="这个前端包还没有安装（npm ci）")
        return web.FileResponse(path)

    async def media(self, request: web.Request) -> web.StreamResponse:
        picture = self._world.state.media.get(request.match_info["media_id"])
        if not picture:
            raise web.HTTPNotFound
        return web.Response(body=base64.b64decode(picture), content_type="image/jpeg")

    async def account_code(self, _request: web.Request) -> web.StreamResponse:
        """The account's own QR code, the one on posters."""
        content = ACCOUNT_PREFIX + self._world.options.account_alias
        return web.Response(body=draw(content), content_type="image/png")

    async def avatar(self, request: web.Request) -> web.StreamResponse:
        """A persona's picture: the last character of the name on a calm ground."""
        persona = self._world.personas.get(request.match_info["key"])
        if persona is None:
            raise web.HTTPNotFound
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">'
            f'<rect width="80" height="80" rx="12" fill="{html.escape(persona.color)}"/>'
            '<text x="40" y="41" font-size="38" fill="#fff" text-anchor="middle" dominant-baseline="central" '
            f'font-family="PingFang SC,Noto Sans CJK SC,sans-serif">{html.escape(persona.name[-1])}</text></svg>'
        )
        return web.Response(text=picture, content_type="image/svg+xml")

    async def not_in_wechat(self, _request: web.Request) -> web.StreamResponse:
        notice = Notice("网页授权", "请在微信客户端打开链接", "在手机沙盒里打开这个地址即可")
        return simple_page(self._world.options.origin, notice)
