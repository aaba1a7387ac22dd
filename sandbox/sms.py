"""An SMS gateway: takes short messages with a key and puts them into the inbox of the number."""

import hmac
import json
import re
import time
from typing import Any

from aiohttp import web

from sandbox.log import Entry
from sandbox.state import SMS_KEPT, Sms
from sandbox.world import World

NUMBER = re.compile(r"(?:\+?86)?(1\d{10})")
LONGEST = 500


class SmsGateway:
    """POST /sms/send with ``Authorization: Bearer <key>``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, app: web.Application) -> None:
        app.router.add_post("/sms/send", self.send)

    async def send(self, request: web.Request) -> web.Response:
        """Body: {phone, text} or {phone, template, params}. Answers {id}, or 401, 422, 503 with {error}."""
        world = self._world
        world.log.count("sms")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), world.options.sms_key.encode()):
            return self._refuse(401, "wrong key")
        if world.faults.sms_down:
            return self._refuse(503, "gateway is down")
        try:
            number, text = _read(await request.text())
        except ValueError as error:
            return self._refuse(422, str(error))
        sms = Sms(id=world.next_id(), at=time.time(), text=text)
        for key, persona in world.personas.items():
            if persona.phone == number:
                phone = world.state.phones[key]
                phone.sms = [*phone.sms[-SMS_KEPT + 1 :], sms]
                world.touch(key)
        self._note("200")
        return web.json_response({"id": str(sms.id)})

    def _refuse(self, status: int, reason: str) -> web.Response:
        self._note(str(status))
        return web.json_response({"error": reason}, status=status)

    def _note(self, status: str) -> None:
        entry = Entry(n=0, at=time.time(), kind="sms", what="POST /sms/send", status=status, ms=0)
        self._world.log.add(entry)
        self._world.touch("log")


def _read(raw: str) -> tuple[str, str]:
    """Number and text of a request; raises ValueError in words."""
    body: Any = json.loads(raw)
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")
    number = NUMBER.fullmatch(str(body.get("phone", "")))
    if not number:
        raise ValueError("phone is not a mobile number of the mainland")
    text = body.get("text") or _from_template(body)
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST:
        raise ValueError(f"text must have 1 to {LONGEST} characters")
    return number[1], text


def _from_template(body: dict[str, Any]) -> str:
    template, params = body.get("template"), body.get("params", {})
    if not isinstance(template, str) or not isinstance(params, dict):
        raise ValueError("neither text nor template with params")
    return f"[{template}] " + " ".join(f"{name}={value}" for name, value in params.items())
