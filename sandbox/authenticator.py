"""An authenticator app for people without a phone at hand: a secret in, the code of this half minute out (RFC 6238)."""

import base64
import hashlib
import hmac
import html
import struct
import time

from aiohttp import web

ADDRESS = "/authenticator"
STEP = 30  # seconds
_DIGITS = 6
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>验证器</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="stylesheet" href="/sandbox/static/css/simple.css"></head><body><main>'
    '<h1>验证器</h1>{answer}<form method="post" action="{address}"><p><label for="secret">密钥</label><br>'
    '<input id="secret" name="secret" size="36" autocomplete="off" value="{secret}" required></p>'
    '<button value="allow">{button}</button></form></main></body></html>'
)


def code_at(secret: str, moment: float) -> str:
    """The code of ``secret`` (base32, spaces allowed) at a moment. Raises ValueError for what is no secret."""
    text = "".join(secret.split()).upper()
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    if not key:
        raise ValueError("empty secret")
    digest = hmac.digest(key, struct.pack(">Q", int(moment) // STEP), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 10**_DIGITS:0{_DIGITS}d}"


class Authenticator:
    """The page at ``ADDRESS``. It keeps nothing: the secret travels in the form."""

    def register(self, app: web.Application) -> None:
        app.router.add_get(ADDRESS, self.ask)
        app.router.add_post(ADDRESS, self.show)

    async def ask(self, _request: web.Request) -> web.StreamResponse:
        return _page("<p>粘贴网站显示的密钥，得到 6 位动态验证码。</p>", "", "显示验证码")

    async def show(self, request: web.Request) -> web.StreamResponse:
        secret = str((await request.post()).get("secret", ""))
        now = time.time()
        try:
            code = code_at(secret, now)
        except ValueError:
            return _page(
                "<p>这不是验证器密钥：应由字母 A 至 Z 和数字 2 至 7 组成。</p>", secret, "显示验证码"
            )
        left = STEP - int(now) % STEP
        answer = f'<p><strong class="code">{code}</strong><br>{left} 秒后更换</p>'
        return _page(answer, secret, "换下一个")


def _page(answer: str, secret: str, button: str) -> web.Response:
    text = _PAGE.format(answer=answer, address=ADDRESS, secret=html.escape(secret), button=button)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", headers=headers)
