"""The machine API under /sandbox/api: what tests (and the page) use to look and to act."""

import base64
import json
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.api.tokens import kill_tokens
from sandbox.browsing import Screen
from sandbox.callbacks import Courier
from sandbox.faults import Faults
from sandbox.phones import NotPossible
from sandbox.receipts import Receipts
from sandbox.views import account_view, phone_view
from sandbox.world import World

IDLE_LONGEST = 120.0


class RawCallback(BaseModel):
    """A callback given byte by byte: ``body`` as text or ``body_base64``; signed only if ``fields`` is given."""

    model_config = ConfigDict(extra="forbid")

    query: dict[str, str] = Field(default_factory=dict)
    body: str = ""
    body_base64: str = ""
    headers: dict[str, str] = Field(default_factory=lambda: {"Content-Type": "text/xml"})
    fields: dict[str, Any] | None = None
    openid: str = ""


class OneReceipt(BaseModel):
    """One result of a template message, sent at once."""

    model_config = ConfigDict(extra="forbid")

    phone: str
    msgid: int
    status: str = "success"


def as_json(value: Any, status: int = 200) -> web.Response:
    """JSON that people can read."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return web.Response(status=status, text=text, content_type="application/json")


@web.middleware
async def words_for_trouble(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn what cannot be done into 409 and what is malformed into 422, both as {error}."""
    try:
        response: web.StreamResponse = await handler(request)
    except NotPossible as error:
        return as_json({"error": str(error)}, 409)
    except (ValidationError, json.JSONDecodeError) as error:
        return as_json({"error": str(error)}, 422)
    return response


class Machine:
    """Everything of the machine API that is not one phone's doing."""

    def __init__(self, world: World, courier: Courier, receipts: Receipts, screen: Screen) -> None:
        self._world = world
        self._courier = courier
        self._receipts = receipts
        self._screen = screen

    def register(self, app: web.Application) -> None:
        router = app.router
        router.add_get("/state", self.state)
        router.add_get("/personas", self.personas)
        router.add_get("/stream", self.stream)
        router.add_get("/idle", self.idle)
        router.add_post("/reset", self.reset)
        router.add_post("/clock", self.clock)
        router.add_get("/faults", self.faults)
        router.add_patch("/faults", self.set_faults)
        router.add_delete("/faults", self.clear_faults)
        router.add_get("/log", self.log)
        router.add_delete("/log", self.clear_log)
        router.add_get("/counters", self.counters)
        router.add_get("/arrivals", self.arrivals)
        router.add_post("/tokens/invalidate", self.invalidate_tokens)
        router.add_post("/verify", self.verify)
        router.add_post("/callback", self.callback)
        router.add_post("/receipt", self.receipt)

    # Looking

    async def state(self, _request: web.Request) -> web.Response:
        """All at once: account, faults and every phone."""
        world = self._world
        phones = {key: phone_view(world, self._screen, phone) for key, phone in world.state.phones.items()}
        return as_json(
            {"account": account_view(world), "faults": world.faults.model_dump(), "phones": phones}
        )

    async def personas(self, _request: web.Request) -> web.Response:
        phones = self._world.state.phones
        return as_json([phone_view(self._world, self._screen, phone)["persona"] for phone in phones.values()])

    async def log(self, request: web.Request) -> web.Response:
        """Entries after ``since``, of one ``kind`` (api, callback, sms, proxy) or all."""
        since = int(request.query.get("since", "0"))
        entries = self._world.log.since(since, request.query.get("kind", ""))
        return as_json([entry.model_dump() for entry in entries])

    async def counters(self, _request: web.Request) -> web.Response:
        """How often since the last reset: api <path>, callback <event>, errcode <n>, token_refreshes, sms."""
        return as_json(dict(self._world.log.counters))

    async def arrivals(self, _request: web.Request) -> web.Response:
        """How often each template message was shown on a phone, by client_msg_id."""
        return as_json(dict(self._world.arrivals))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events naming what changed."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        try:
            async for changed in self._world.hub.changes():
                await response.write(f"data: {json.dumps(changed)}\n\n".encode())
        except ConnectionError:
            pass
        return response

    async def idle(self, request: web.Request) -> web.Response:
        """Wait until no callback, result or action is under way; 504 when it takes longer than ``timeout``."""
        timeout = min(float(request.query.get("timeout", "30")), IDLE_LONGEST)
        quiet = await self._world.idle(timeout)
        return as_json({"idle": quiet}, 200 if quiet else 504)

    # Acting

    async def reset(self, _request: web.Request) -> web.Response:
        """Forget everything: followers, chats, tokens, menu, faults, log, clock."""
        self._world.reset()
        return as_json({})

    async def clock(self, request: web.Request) -> web.Response:
        """{advance: seconds}: push the platform's clock forward, for expiry, windows and quotas."""
        self._world.ahead += float((await request.json())["advance"])
        return as_json({"ahead": self._world.ahead})

    async def faults(self, _request: web.Request) -> web.Response:
        return as_json(self._world.faults.model_dump())

    async def set_faults(self, request: web.Request) -> web.Response:
        """Change the switches that are given; the others stay."""
        changed = {**self._world.faults.model_dump(), **await request.json()}
        self._world.faults = Faults.model_validate(changed)
        self._world.hub.tell("faults")
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._world.faults = Faults()
        self._world.hub.tell("faults")
        return await self.faults(request)

    async def clear_log(self, _request: web.Request) -> web.Response:
        self._world.log.clear()
        self._world.hub.tell("log")
        return as_json({})

    async def invalidate_tokens(self, _request: web.Request) -> web.Response:
        """Every token that is out is refused (40001) from now on."""
        return as_json({"invalidated": kill_tokens(self._world)})

    async def verify(self, _request: web.Request) -> web.Response:
        """The console's check of the callback address."""
        return as_json({"verified": await self._courier.greet()})

    async def callback(self, request: web.Request) -> web.Response:
        """Fire one callback; with ``fields`` it is signed and sealed as the mode says, else raw."""
        wish = RawCallback.model_validate(await request.json())
        if wish.fields is not None:
            query, body = self._courier.seal(wish.fields, wish.openid)
            query |= wish.query
        else:
            query, body = wish.query, base64.b64decode(wish.body_base64) or wish.body.encode()
        try:
            status, answer = await self._courier.raw(query, body, wish.headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            return as_json({"status": 0, "error": repr(error), "body": ""})
        return as_json({"status": status, "body": answer.decode(errors="replace")})

    async def receipt(self, request: web.Request) -> web.Response:
        """Send one TEMPLATESENDJOBFINISH at once."""
        wish = OneReceipt.model_validate(await request.json())
        phone = self._world.state.phones.get(wish.phone)
        if phone is None:
            raise NotPossible("没有这部手机")
        await self._receipts.send_now(phone, wish.msgid, wish.status)
        return as_json({})
