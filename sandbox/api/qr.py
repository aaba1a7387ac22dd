"""Parametric QR codes (带参数二维码): tickets, their limits, and the picture."""

import io
import secrets
from typing import Any

import qrcode
from aiohttp import web

from sandbox.api.call import Answer, Body, Call, Route
from sandbox.api.refusal import ApiRefusal
from sandbox.browsing import QR_PREFIX
from sandbox.state import QrTicket

LONGEST = 2_592_000
DEFAULT = 30
STR_LENGTH = 64
PERMANENT_MOST = 100_000
INT_MOST = 2**32 - 1


async def create(call: Call) -> Answer:
    """POST /cgi-bin/qrcode/create."""
    body = call.json()
    action = body.get("action_name")
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise ApiRefusal(40097, "action_name")
    permanent = action.startswith("QR_LIMIT")
    scene = _str_scene(body) if action.endswith("STR_SCENE") else _int_scene(body, permanent)
    state = call.world.state
    if permanent and sum(1 for one in state.qr.values() if one.until is None) >= PERMANENT_MOST:
        raise ApiRefusal(45029)
    seconds = _seconds(body)
    code = secrets.token_urlsafe(24)
    ticket = QrTicket(
        ticket="gQ" + secrets.token_urlsafe(66),
        url=QR_PREFIX + code,
        scene=scene,
        until=None if permanent else call.world.now() + seconds,
    )
    state.qr[ticket.ticket] = ticket
    call.world.touch()
    answer: Body = {"ticket": ticket.ticket, "url": ticket.url}
    return answer if permanent else {**answer, "expire_seconds": seconds}


async def show(call: Call) -> Answer:
    """GET /cgi-bin/showqrcode?ticket=…: the picture; no token is asked for."""
    ticket = call.world.state.qr.get(call.query.get("ticket", ""))
    if ticket is None:
        raise web.HTTPNotFound
    return web.Response(body=draw(ticket.url), content_type="image/png")


def draw(content: str) -> bytes:
    """``content`` as a QR code in PNG."""
    picture = io.BytesIO()
    qrcode.make(content, box_size=8, border=3).save(picture)
    return picture.getvalue()


def _seconds(body: Body) -> int:
    seconds = body.get("expire_seconds", DEFAULT)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 1 <= seconds <= LONGEST:
        raise ApiRefusal(40097, "expire_seconds")
    return seconds


def _scene(body: Body) -> dict[str, Any]:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiRefusal(40097, "action_info.scene")
    return scene


def _str_scene(body: Body) -> str:
    scene = _scene(body).get("scene_str")
    if not isinstance(scene, str) or not 1 <= len(scene) <= STR_LENGTH:
        raise ApiRefusal(40097, "scene_str")
    return scene


def _int_scene(body: Body, permanent: bool) -> str:
    scene = _scene(body).get("scene_id")
    most = PERMANENT_MOST if permanent else INT_MOST
    if not isinstance(scene, int) or isinstance(scene, bool) or not 1 <= scene <= most:
        raise ApiRefusal(40097, "scene_id")
    return str(scene)


ROUTES = (
    Route("POST", "/cgi-bin/qrcode/create", create, quota=100_000),
    Route("GET", "/cgi-bin/showqrcode", show, token=False),
)
