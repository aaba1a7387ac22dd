"""The machine API of one phone: /sandbox/api/phones/<key>/… – press what its holder would press.

An action answers once the product has answered (or the tries are used up), with how the callback ended and
the phone as it stands then. ``?wait=0`` answers at once.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.mini import issue_code
from sandbox.api.oauth import issue_code as issue_oauth_code
from sandbox.browsing import Scanner, Screen, from_data
from sandbox.callbacks import Delivery
from sandbox.cookies import cookie_header
from sandbox.machine import as_json
from sandbox.phones import Hands, NotPossible
from sandbox.sharing import Sharing
from sandbox.state import Phone
from sandbox.views import phone_view
from sandbox.world import World

Outcome = dict[str, Any]
Act = Callable[[Phone, "Wish"], Coroutine[Any, Any, Outcome]]
TEXT_LONGEST = 2000
PICTURE_LONGEST = 4_000_000  # characters of base64


class Wish(BaseModel):
    """The body of an action; each takes what it needs."""

    model_config = ConfigDict(extra="forbid")

    searched: bool = False
    path: list[int] = Field(default_factory=list)
    text: str = Field(default="", max_length=TEXT_LONGEST)
    menu_id: str = ""
    picture: str = Field(default="", max_length=PICTURE_LONGEST)
    latitude: float = 31.82
    longitude: float = 117.23
    label: str = "学校南门"
    content: str = ""
    url: str = ""
    info: list[str] = Field(default_factory=lambda: ["205"])
    template_id: str = ""
    accepts: bool = True
    on: bool = True
    scope: str = "snsapi_base"
    to: str = ""


def outcome(delivery: Delivery | None) -> Outcome:
    """How a callback ended, for the answer."""
    if delivery is None:
        return {"reply": None, "trouble": "", "tries": 0}
    reply = delivery.reply
    shown = None if reply is None else {"kind": reply.kind, "text": reply.text, "cards": reply.cards}
    return {"reply": shown, "trouble": delivery.trouble, "tries": delivery.tries}


class PhoneApi:
    """Routes of one phone."""

    def __init__(self, world: World, hands: Hands, screen: Screen, scanner: Scanner) -> None:
        self._world = world
        self._hands = hands
        self._screen = screen
        self._scanner = scanner
        self._sharing = Sharing(world)

    def register(self, app: web.Application) -> None:
        base = "/phones/{key}"
        app.router.add_get(base, self.look)
        app.router.add_get(base + "/chat", self.chat)
        app.router.add_get(base + "/sms", self.sms)
        app.router.add_get(base + "/pictures", self.pictures)
        app.router.add_get(base + "/pictures/{index}", self.picture)
        acts: dict[str, Act] = {
            "follow": self._follow,
            "unfollow": self._unfollow,
            "say": self._say,
            "picture": self._send_picture,
            "voice": self._voice,
            "place": self._place,
            "report-place": self._report_place,
            "tap": self._tap,
            "scan": self._scan,
            "open": self._open,
            "back": self._back,
            "close": self._close,
            "read-chat": self._read_chat,
            "read-sms": self._read_sms,
            "forward": self._forward,
            "read-talk": self._read_talk,
            "revoke": self._revoke,
            "cancel": self._cancel,
            "popup": self._popup,
            "stop-subscription": self._stop_subscription,
            "reject-messages": self._switch("rejects"),
            "blacklist": self._switch("blacklisted"),
            "snapshot": self._switch("snapshot"),
            "mini-login": self._mini_code("login"),
            "mini-phone": self._mini_code("phone"),
            "oauth-code": self._oauth_code,
            "forget-cookies": self._forget_cookies,
        }
        for name, act in acts.items():
            app.router.add_post(f"{base}/{name}", self._handler(act))

    # Looking

    async def look(self, request: web.Request) -> web.Response:
        return as_json(phone_view(self._world, self._screen, self._phone(request)))

    async def chat(self, request: web.Request) -> web.Response:
        return as_json([message.model_dump() for message in self._phone(request).chat])

    async def sms(self, request: web.Request) -> web.Response:
        return as_json([sms.model_dump() for sms in self._phone(request).sms])

    async def pictures(self, request: web.Request) -> web.Response:
        """Addresses of the pictures on the phone's screen, to be read by a scanner."""
        phone = self._phone(request)
        count = len(self._screen.pictures(phone))
        return as_json([f"/sandbox/api/phones/{phone.key}/pictures/{index}" for index in range(count)])

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """One of them, fetched with the phone's cookies."""
        phone = self._phone(request)
        addresses = self._screen.pictures(phone)
        index = int(request.match_info["index"])
        if index >= len(addresses):
            raise web.HTTPNotFound
        address = addresses[index]
        if address.startswith("data:"):
            kind, body = from_data(address)
            return web.Response(body=body, content_type=kind)
        headers: dict[str, str] = {}
        if address.startswith(self._world.options.product_url):
            headers = {"Cookie": cookie_header(phone, urlsplit(address).path)}
        async with self._world.http.get(address, headers=headers, allow_redirects=False) as answer:
            return web.Response(body=await answer.read(), content_type=answer.content_type)

    def _phone(self, request: web.Request) -> Phone:
        phone = self._world.state.phones.get(request.match_info["key"])
        if phone is None:
            raise web.HTTPNotFound(text="没有这部手机")
        return phone

    # Acting

    def _handler(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            phone = self._phone(request)
            raw = await request.read()
            wish = Wish.model_validate_json(raw or b"{}")
            task = self._world.spawn(act(phone, wish))
            if request.query.get("wait") == "0":
                return as_json({}, 202)
            done = await asyncio.shield(task)
            return as_json({**done, "phone": phone_view(self._world, self._screen, phone)})

        return handle

    async def _follow(self, phone: Phone, wish: Wish) -> Outcome:
        return outcome(await self._hands.follow(phone, wish.searched))

    async def _unfollow(self, phone: Phone, _wish: Wish) -> Outcome:
        return outcome(await self._hands.unfollow(phone))

    async def _say(self, phone: Phone, wish: Wish) -> Outcome:
        if not wish.text.strip():
            raise NotPossible("不能发送空白消息")
        return outcome(await self._hands.say(phone, wish.text, wish.menu_id))

    async def _send_picture(self, phone: Phone, wish: Wish) -> Outcome:
        try:
            base64.b64decode(wish.picture, validate=True)
        except ValueError as error:
            raise NotPossible("这不是一张图片") from error
        return outcome(await self._hands.send_picture(phone, wish.picture))

    async def _voice(self, phone: Phone, _wish: Wish) -> Outcome:
        return outcome(await self._hands.send_voice(phone))

    async def _place(self, phone: Phone, wish: Wish) -> Outcome:
        delivery = await self._hands.send_place(phone, wish.latitude, wish.longitude, wish.label)
        return outcome(delivery)

    async def _report_place(self, phone: Phone, wish: Wish) -> Outcome:
        return outcome(await self._hands.report_place(phone, wish.latitude, wish.longitude))

    async def _tap(self, phone: Phone, wish: Wish) -> Outcome:
        """A view item opens its page at once; the event goes beside."""
        item = self._hands.menu_item(wish.path)
        src = self._screen.open(phone, item["url"]) if item["type"] == "view" and phone.following else ""
        return {**outcome(await self._hands.tap(phone, item)), "item": item, "src": src}

    async def _scan(self, phone: Phone, wish: Wish) -> Outcome:
        return dict(await self._scanner.scan(phone, wish.content))

    async def _open(self, phone: Phone, wish: Wish) -> Outcome:
        return {"src": self._screen.open(phone, wish.url)}

    async def _back(self, phone: Phone, _wish: Wish) -> Outcome:
        self._screen.back(phone)
        return {}

    async def _close(self, phone: Phone, _wish: Wish) -> Outcome:
        self._screen.close(phone)
        return {}

    async def _read_chat(self, phone: Phone, _wish: Wish) -> Outcome:
        phone.chat_read = phone.chat[-1].id if phone.chat else 0
        self._world.touch(phone.key)
        return {}

    async def _read_sms(self, phone: Phone, _wish: Wish) -> Outcome:
        phone.sms_read = phone.sms[-1].id if phone.sms else 0
        self._world.touch(phone.key)
        return {}

    async def _forward(self, phone: Phone, wish: Wish) -> Outcome:
        """··· → 发送给朋友 (``to`` is the friend's key), or 分享到朋友圈 (``to`` is empty)."""
        return {"card": self._sharing.send(phone, wish.to).model_dump()}

    async def _read_talk(self, phone: Phone, wish: Wish) -> Outcome:
        self._sharing.read(phone, wish.to)
        return {}

    async def _revoke(self, phone: Phone, wish: Wish) -> Outcome:
        return outcome(await self._hands.revoke(phone, wish.info))

    async def _cancel(self, phone: Phone, _wish: Wish) -> Outcome:
        return outcome(await self._hands.cancel(phone))

    async def _popup(self, phone: Phone, wish: Wish) -> Outcome:
        return outcome(await self._hands.answer_popup(phone, wish.template_id, wish.accepts))

    async def _stop_subscription(self, phone: Phone, wish: Wish) -> Outcome:
        return outcome(await self._hands.stop_subscription(phone, wish.template_id))

    async def _oauth_code(self, phone: Phone, wish: Wish) -> Outcome:
        return {"code": issue_oauth_code(self._world, phone, wish.scope)}

    async def _forget_cookies(self, phone: Phone, _wish: Wish) -> Outcome:
        phone.cookies = []
        self._world.touch(phone.key)
        return {}

    def _mini_code(self, purpose: str) -> Act:
        async def act(phone: Phone, _wish: Wish) -> Outcome:
            return {"code": issue_code(self._world, phone, purpose)}

        return act

    def _switch(self, name: str) -> Act:
        async def act(phone: Phone, wish: Wish) -> Outcome:
            setattr(phone, name, wish.on)
            self._world.touch(phone.key)
            return {}

        return act
