"""The browser's half of web log-in: /connect/oauth2/authorize on a phone's own origin.

The platform matches the address with a fixed order of parameters; state is at most 128 letters and digits;
redirect_uri must stand on the domain of the account. Errors show a page with the platform's number.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from sandbox.api.oauth import USERINFO, issue_code
from sandbox.browsing import Screen
from sandbox.pages import Form, Notice, simple_page
from sandbox.state import Phone
from sandbox.world import World

AUTHORIZE = "/connect/oauth2/authorize"
CONSENT = "/connect/oauth2/consent"
ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]
STATE = re.compile(r"[a-zA-Z0-9]{0,128}")


class BadAuthorize(Exception):
    """The address of the OAuth page is wrong; ``number`` as the platform shows it."""

    def __init__(self, number: int, sentence: str) -> None:
        self.number = number
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the product asks for."""

    redirect_uri: str
    scope: str
    state: str


class Connect:
    """Serves the OAuth pages of every phone."""

    def __init__(self, world: World, screen: Screen) -> None:
        self._world = world
        self._screen = screen

    async def serve(self, request: web.Request, phone: Phone) -> web.StreamResponse:
        """One request under /connect/ on the phone's origin."""
        try:
            wish = self._wish(request.rel_url.raw_query_string)
        except BadAuthorize as error:
            return self._page(Notice("网页授权", str(error), f"错误码 {error.number}", status=400))
        if request.path == AUTHORIZE and wish.scope == USERINFO:
            return self._ask(phone, wish, request.rel_url.raw_query_string)
        if request.path == AUTHORIZE:
            return self._grant(phone, wish)
        if request.path == CONSENT and request.method == "POST":
            form = await request.post()
            return self._grant(phone, wish) if form.get("answer") == "allow" else self._refuse(phone)
        raise web.HTTPNotFound

    def _wish(self, query: str) -> Wish:
        options = self._world.options
        pairs = parse_qsl(query, keep_blank_values=True)
        given = dict(pairs)
        if given.get("appid") != options.app_id:
            raise BadAuthorize(40013, "AppID 不正确")
        if [name for name, _ in pairs][: len(ORDER)] != ORDER or given["response_type"] != "code":
            raise BadAuthorize(10004, "授权链接的参数不全，或顺序不对")
        if given["scope"] not in ("snsapi_base", USERINFO):
            raise BadAuthorize(10005, "scope 参数错误或没有 scope 权限")
        if not STATE.fullmatch(given["state"]):
            raise BadAuthorize(10006, "state 最多 128 个字母或数字")
        target = urlsplit(given["redirect_uri"])
        if f"{target.scheme}://{target.netloc}" != options.product_url:
            raise BadAuthorize(10003, "redirect_uri 域名与后台配置不一致")
        return Wish(given["redirect_uri"], given["scope"], given["state"])

    def _grant(self, phone: Phone, wish: Wish) -> web.Response:
        code = issue_code(self._world, phone, wish.scope)
        joint = "&" if urlsplit(wish.redirect_uri).query else "?"
        target = f"{wish.redirect_uri}{joint}{urlencode({'code': code, 'state': wish.state})}"
        phone.from_oauth = True
        return web.Response(status=302, headers={"Location": self._screen.address_on(phone, target)})

    def _refuse(self, phone: Phone) -> web.Response:
        self._screen.close(phone)
        return self._page(Notice("网页授权", "你拒绝了授权", "可以关闭本页"))

    def _ask(self, phone: Phone, wish: Wish, query: str) -> web.Response:
        name = self._world.personas[phone.key].name
        asks = f"{self._world.options.account_name} 申请获取你的昵称、头像"
        form = Form(f"{CONSENT}?{query}", "answer", (("allow", "允许"), ("deny", "拒绝")))
        return self._page(Notice("网页授权", asks, f"以“{name}”的身份", form=form))

    def _page(self, notice: Notice) -> web.Response:
        return simple_page(self._world.options.origin, notice)
