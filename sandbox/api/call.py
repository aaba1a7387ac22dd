"""One call of the API as its handler sees it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.api.refusal import ApiRefusal
from sandbox.world import World

Body = dict[str, Any]
Answer = Body | web.Response


@dataclass(frozen=True, slots=True)
class Call:
    """The world, and what came over the wire."""

    world: World
    query: dict[str, str]
    raw: bytes
    content_type: str
    remote: str

    def text(self) -> str:
        """The body as UTF-8; refuses 44002 when empty, 40033 when it is another charset."""
        if not self.raw:
            raise ApiRefusal(44002)
        try:
            return self.raw.decode()
        except UnicodeDecodeError as error:
            raise ApiRefusal(40033) from error

    def json(self) -> Body:
        """The body as a JSON object; refuses 47001 otherwise."""
        try:
            body = json.loads(self.text())
        except ValueError as error:
            raise ApiRefusal(47001) from error
        if not isinstance(body, dict):
            raise ApiRefusal(47001)
        return body


def word(body: Body, name: str) -> str:
    """A text in ``body``, empty when absent; refuses 47001 when it is something else."""
    value = body.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ApiRefusal(47001, f"{name} is not a string")
    return value


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the API. ``quota`` is calls a day, 0 for none."""

    method: str
    path: str
    handler: Callable[[Call], Awaitable[Answer]]
    token: bool = True
    quota: int = 0


def done(**more: Any) -> Body:
    """The answer of a call that changed something."""
    return {"errcode": 0, "errmsg": "ok", **more}
