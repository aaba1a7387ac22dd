"""Runs a sandbox and a tiny product beside it, each on its own thread, for tests that speak plain HTTP."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import xmltodict
from aiohttp import web
from wechatpy.crypto import WeChatCrypto

from sandbox.app import build_app
from sandbox.options import Options

TEMPLATES = Path(__file__).parent / "templates.toml"
THING, EVERY, COURSE = "thing-template", "every-type-template", "course-subscription"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def serving(build: Callable[[], web.Application], port: int) -> Iterator[None]:
    """The application on ``port`` of loopback, built and run on a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        runner = web.AppRunner(build(), access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass
class Seen:
    """One request that the product got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Seen], "web.Response | bytes | float"]


@dataclass
class Product:
    """A product that writes down what it gets and answers as told: bytes, a response, or seconds of sleep."""

    port: int
    seen: list[Seen] = field(default_factory=list)
    answer: Answer = lambda _seen: b"success"
    page: Callable[[web.Request], web.Response] = lambda _request: web.Response(text="ok")

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        query = {name: request.query[name] for name in request.query}
        seen = Seen(request.method, request.path, query, dict(request.headers), body)
        self.seen.append(seen)
        if request.path != "/wechat/callback":
            return self.page(request)
        if request.method == "GET":
            return web.Response(text=query["echostr"])
        answer = self.answer(seen)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response(text="success")
        return answer if isinstance(answer, web.StreamResponse) else web.Response(body=answer)

    @property
    def callbacks(self) -> list[Seen]:
        return [one for one in self.seen if one.path == "/wechat/callback" and one.method == "POST"]


class Box:
    """A running sandbox with its product, and the shortest words to use both."""

    def __init__(self, options: Options, product: Product) -> None:
        self.options = options
        self.product = product
        self.url = f"http://127.0.0.1:{options.port}"
        self.http = requests.Session()
        self._crypto = WeChatCrypto(options.token, options.aes_key, options.app_id)

    # The platform's API

    def token(self) -> str:
        value: str = self.stable()["access_token"]
        return value

    def stable(self, **more: Any) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self.options.app_id,
            "secret": self.options.app_secret,
            **more,
        }
        return self.post("/cgi-bin/stable_token", body, token="")

    def post(self, path: str, body: Any, token: str | None = None) -> dict[str, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        query = {"access_token": self.token() if token is None else token}
        answer: dict[str, Any] = self.http.post(self.url + path, params=query, data=raw, timeout=10).json()
        return answer

    def get(self, path: str, token: str | None = None, **query: str) -> dict[str, Any]:
        given = {"access_token": self.token() if token is None else token, **query}
        answer: dict[str, Any] = self.http.get(self.url + path, params=given, timeout=10).json()
        return answer

    # The machine API

    def machine(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.url}/sandbox/api{path}", json=body, timeout=30)
        assert answer.status_code < 400, answer.text
        return answer.json()

    def do(self, phone: str, act: str, **wish: Any) -> dict[str, Any]:
        done: dict[str, Any] = self.machine("POST", f"/phones/{phone}/{act}", wish)
        return done

    def faults(self, **switches: Any) -> None:
        self.machine("PATCH", "/faults", switches)

    def advance(self, seconds: float) -> None:
        self.machine("POST", "/clock", {"advance": seconds})

    def counters(self) -> dict[str, int]:
        counted: dict[str, int] = self.machine("GET", "/counters")
        return counted

    def idle(self) -> None:
        self.machine("GET", "/idle?timeout=20")

    def openid(self, phone: str) -> str:
        found: str = self.machine("GET", f"/phones/{phone}")["persona"]["openid"]
        return found

    def chat(self, phone: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.machine("GET", f"/phones/{phone}/chat")
        return messages

    # The phone's browser

    def browse(self, phone: str, path: str, method: str = "GET", **more: Any) -> requests.Response:
        headers = {"Host": f"{phone}.localhost:{self.options.port}", **more.pop("headers", {})}
        return self.http.request(
            method, self.url + path, headers=headers, allow_redirects=False, timeout=10, **more
        )

    # What the product would do with wechatpy

    def opened(self, seen: Seen) -> dict[str, Any]:
        """The fields of a callback, decrypted by another implementation when they are encrypted."""
        if "msg_signature" not in seen.query:
            return fields_of(seen.body)
        signature = seen.query["msg_signature"]
        body = self._crypto.decrypt_message(
            seen.body, signature, seen.query["timestamp"], seen.query["nonce"]
        )
        return fields_of(body.encode() if isinstance(body, str) else body)

    def sealed(self, reply: str) -> bytes:
        encrypted: str = self._crypto.encrypt_message(reply, "nonce", str(int(time.time())))
        return encrypted.encode()

    def last_event(self) -> dict[str, Any]:
        return self.opened(self.product.callbacks[-1])


def fields_of(body: bytes) -> dict[str, Any]:
    """The fields of an XML or JSON body."""
    if body.startswith(b"{"):
        found: dict[str, Any] = json.loads(body)
    else:
        found = xmltodict.parse(body)["xml"]
    return found


def text_reply(fields: Mapping[str, Any], content: str, created: int | None = None) -> str:
    """A right text reply to a callback with ``fields``."""
    moment = int(time.time()) if created is None else created
    return (
        f"<xml><ToUserName><![CDATA[{fields['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{fields['ToUserName']}]]></FromUserName><CreateTime>{moment}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content></xml>"
    )


@contextmanager
def box(**options: Any) -> Iterator[Box]:
    """A sandbox with ``options``, nothing kept, and a product that answers ``success``."""
    product = Product(free_port())
    given = {
        "bind": f"127.0.0.1:{free_port()}",
        "product_url": f"http://127.0.0.1:{product.port}",
        "state": None,
        "templates": TEMPLATES,
        "mode": "plain",
        "receipt_delay": 0.0,
        "callback_timeout": 0.3,
        **options,
    }
    built = Options(**given)
    with serving(product.app, product.port), serving(lambda: build_app(built), built.port):
        running = Box(built, product)
        yield running
        running.http.close()
