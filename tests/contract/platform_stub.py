"""A scriptable stand-in for api.weixin.qq.com: strict about tokens, and able to misbehave on purpose."""

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

RID = "65a77521-16bbff6b-1678ac76"
TOKEN_LIFE = 7200


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


Answer = dict[str, Any] | bytes | int | None
"""JSON, a raw body, an HTTP status, or nothing at all (the connection is dropped)."""


def refusal(errcode: int, errmsg: str = "no") -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": f"{errmsg} rid: {RID}"}


@dataclass
class Platform:
    """State and scripts. `scripts` override the answer of a path, token check included."""

    token: str = "first"
    token_ends: float = field(default_factory=lambda: time.monotonic() + TOKEN_LIFE)
    insist_on_dead: bool = False
    dead: set[str] = field(default_factory=set)
    fetches: list[bool] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    asked: list[Asked] = field(default_factory=list)
    scripts: dict[str, Callable[[Asked], Answer]] = field(default_factory=dict)
    fetch_seconds: float = 0.0
    url: str = ""
    connections: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def renew(self, *, grace: bool = False) -> None:
        """A new token; the old one dies at once unless there is a grace period."""
        with self.lock:
            if not grace:
                self.dead.add(self.token)
            self.token = secrets.token_hex(64)
            self.token_ends = time.monotonic() + TOKEN_LIFE

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            self.seen[asked.path] += 1
        script = self.scripts.get(asked.path)
        if script:
            return script(asked)
        if asked.path == "/cgi-bin/stable_token":
            return self._stable_token(asked)
        if asked.path.startswith("/cgi-bin/"):
            wrong = self.refuses(asked.query.get("access_token"))
            if wrong:
                return wrong
        return {"errcode": 0, "errmsg": "ok"}

    def refuses(self, token: str | None) -> dict[str, Any] | None:
        if token is None:
            return refusal(41001, "access_token missing")
        with self.lock:
            if token in self.dead or token != self.token:
                return refusal(40001, "invalid credential, access_token is invalid or not latest")
        return None

    def _stable_token(self, asked: Asked) -> Answer:
        if asked.method != "POST" or asked.body["grant_type"] != "client_credential":
            return refusal(40002, "invalid grant_type")
        if (asked.body["appid"], asked.body["secret"]) != ("wxapp", "s3cret"):
            return refusal(40001, "invalid credential, secret is wrong")
        time.sleep(self.fetch_seconds)
        with self.lock:
            force = bool(asked.body.get("force_refresh"))
            self.fetches.append(force)
            stale = self.token_ends - time.monotonic() < 300
            if force or stale or (self.token in self.dead and not self.insist_on_dead):
                self.renew()
            return {
                "access_token": self.token,
                "expires_in": int(self.token_ends - time.monotonic()),
            }


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            with platform.lock:
                platform.connections += 1

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            answer = platform.answer(Asked(self.command, parts.path, query, raw, dict(self.headers)))
            if answer is None:
                self.close_connection = True
                return
            status = answer if isinstance(answer, int) else 200
            body = answer if isinstance(answer, bytes) else b""
            if isinstance(answer, dict):
                body = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Set-Cookie", "kept=no")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve  # noqa: N815  # the names are the base class's

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_args: Any) -> None:
        """Clients that time out on purpose hang up on us."""


@contextmanager
def running() -> Iterator[Platform]:
    """A platform on a free port of the loopback."""
    platform = Platform()
    server = _Server(("127.0.0.1", 0), _handler(platform))
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
