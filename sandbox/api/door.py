"""The door of the API: faults, method, quota, token; then the handler; then the log."""

import asyncio
import json
import time
from collections.abc import Sequence

from aiohttp import web

from sandbox.api.call import Answer, Body, Call, Route
from sandbox.api.quotas import count_call
from sandbox.api.refusal import ApiRefusal
from sandbox.api.tokens import check_token
from sandbox.log import Entry
from sandbox.world import World

HANG = 120
SHOWN_BODY = 2000


class ApiDoor:
    """Turns routes into aiohttp handlers."""

    def __init__(self, world: World, routes: Sequence[Route]) -> None:
        self._world = world
        self._routes = {route.path: route for route in routes}

    def register(self, app: web.Application) -> None:
        for path in self._routes:
            app.router.add_route("*", path, self.serve)
        for prefix in ("/cgi-bin", "/sns", "/wxa"):
            app.router.add_route("*", prefix + "/{rest:.*}", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of the API."""
        started = time.monotonic()
        world, path = self._world, request.path
        raw = await request.read()
        world.log.count(f"api {path}")
        response: web.StreamResponse | None = await self._broken(path)
        status = "HTTP 500"
        if response is None:
            response, status = await self._answer(request, raw)
        milliseconds = round((time.monotonic() - started) * 1000)
        detail = {"query": _safe_query(request), "body": raw[:SHOWN_BODY].decode(errors="replace")}
        if path.endswith("token"):
            detail = {}
        shown = {name: text for name, text in detail.items() if text}
        what = f"{request.method} {path}"
        world.log.add(
            Entry(n=0, at=time.time(), kind="api", what=what, status=status, ms=milliseconds, detail=shown)
        )
        world.touch("log")
        return response

    async def _broken(self, path: str) -> web.StreamResponse | None:
        """Slowness and outages that come before anything is done."""
        faults = self._world.faults
        if not faults.concerns(path):
            return None
        if faults.api_slow_ms:
            await asyncio.sleep(faults.api_slow_ms / 1000)
        if faults.api == "timeout":
            await asyncio.sleep(HANG)
        if faults.api == "error500":
            return web.Response(status=502, text="<html><body>502 Bad Gateway</body></html>")
        return None

    async def _answer(self, request: web.Request, raw: bytes) -> tuple[web.StreamResponse, str]:
        world, path = self._world, request.path
        try:
            if forced := world.faults.take_forced(path, late=False):
                await _hang_if(forced.hang)
                raise ApiRefusal(forced.errcode, "forced")
            if world.faults.api == "busy" and world.faults.concerns(path):
                raise ApiRefusal(-1)
            answer = await self._handle(request, raw)
            if forced := world.faults.take_forced(path, late=True):
                await _hang_if(forced.hang)
                raise ApiRefusal(forced.errcode, "forced late")
        except ApiRefusal as refusal:
            world.log.count(f"errcode {refusal.errcode}")
            return _json(refusal.body()), str(refusal.errcode)
        if isinstance(answer, web.Response):
            return answer, "0"
        return _json(answer), "0"

    async def _handle(self, request: web.Request, raw: bytes) -> Answer:
        route = self._routes.get(request.path)
        if route is None:
            raise ApiRefusal(40066)
        if request.method != route.method:
            raise ApiRefusal(43001 if route.method == "GET" else 43002)
        query = {name: request.query[name] for name in request.query}
        if route.token:
            check_token(self._world, query.get("access_token", ""))
        count_call(self._world, route.path, route.quota)
        call = Call(
            world=self._world,
            query=query,
            raw=raw,
            content_type=request.headers.get("Content-Type", ""),
            remote=request.remote or "",
        )
        return await route.handler(call)


async def _hang_if(wanted: bool) -> None:
    if wanted:
        await asyncio.sleep(HANG)


def _json(body: Body) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, content_type="application/json")


def _safe_query(request: web.Request) -> str:
    """The query without what is nobody's business on a page."""
    hidden = ("access_token", "secret")
    return "&".join(f"{name}={value}" for name, value in request.query.items() if name not in hidden)
