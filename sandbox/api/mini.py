"""The mini program's side: log-in, its unlimited codes and the phone number."""

import re
import secrets
from collections import defaultdict, deque

from aiohttp import web

from sandbox.api.call import Answer, Call, Route, done, word
from sandbox.api.qr import draw
from sandbox.api.refusal import ApiRefusal
from sandbox.state import MiniCode, Phone
from sandbox.world import World

CODE_LIFETIME = 300
MINUTE = 60
LOGINS_A_MINUTE = 100
SCENE = re.compile(r"[0-9a-zA-Z!#$&'()*+,/:;=?@\-._~]{1,32}")


def issue_code(world: World, phone: Phone, purpose: str) -> str:
    """What wx.login or getPhoneNumber hands to the mini program on ``phone``."""
    code = secrets.token_hex(16)
    found = {"code": code, "phone": phone.key, "purpose": purpose, "until": world.now() + CODE_LIFETIME}
    world.state.mini_codes[code] = MiniCode.model_validate(found)
    world.touch()
    return code


class MiniDesk:
    """Answers the mini program's calls; remembers a minute of log-ins for 45011."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._logins: dict[str, deque[float]] = defaultdict(deque)

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route("GET", "/sns/jscode2session", self.session, token=False),
            Route("POST", "/wxa/getwxacodeunlimit", self.unlimited_code),
            Route("POST", "/wxa/business/getuserphonenumber", self.phone_number),
        )

    async def session(self, call: Call) -> Answer:
        """GET /sns/jscode2session: a code once, for five minutes."""
        options = self._world.options
        if call.query.get("appid") != options.mini_app_id:
            raise ApiRefusal(40013)
        if call.query.get("secret") != options.mini_app_secret:
            raise ApiRefusal(40125)
        if call.query.get("grant_type") != "authorization_code":
            raise ApiRefusal(40002)
        phone = self._take(call.query.get("js_code", ""), "login", 40163)
        self._check_rate(phone)
        return {
            "session_key": secrets.token_urlsafe(18),
            "openid": phone.mini_openid,
            "unionid": phone.unionid,
        }

    async def unlimited_code(self, call: Call) -> Answer:
        """POST /wxa/getwxacodeunlimit: a picture, or JSON when refused."""
        body = call.json()
        if not SCENE.fullmatch(word(body, "scene")):
            raise ApiRefusal(40169)
        page = word(body, "page")
        if page.startswith("/") or "?" in page:
            raise ApiRefusal(41030)
        if body.get("env_version", "release") not in ("release", "trial", "develop"):
            raise ApiRefusal(40097, "env_version")
        link = f"https://mp.weixin.qq.com/a/~{page or 'index'}?scene={word(body, 'scene')}"
        return web.Response(body=draw(link), content_type="image/png")

    async def phone_number(self, call: Call) -> Answer:
        """POST /wxa/business/getuserphonenumber: its own code, once."""
        phone = self._take(word(call.json(), "code"), "phone", 40029)
        number = self._world.personas[phone.key].phone
        watermark = {"timestamp": int(self._world.now()), "appid": self._world.options.mini_app_id}
        info = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86"}
        return done(phone_info={**info, "watermark": watermark})

    def _take(self, code: str, purpose: str, used_errcode: int) -> Phone:
        found = self._world.state.mini_codes.get(code)
        if found is None or found.purpose != purpose or found.until <= self._world.now():
            raise ApiRefusal(40029)
        if found.used:
            raise ApiRefusal(used_errcode)
        found.used = True
        self._world.touch()
        return self._world.state.phones[found.phone]

    def _check_rate(self, phone: Phone) -> None:
        now = self._world.now()
        recent = self._logins[phone.key]
        while recent and now - recent[0] > MINUTE:
            recent.popleft()
        if len(recent) >= LOGINS_A_MINUTE:
            raise ApiRefusal(45011)
        recent.append(now)
