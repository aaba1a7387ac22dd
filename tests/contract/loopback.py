"""A web server on loopback that remembers what it heard and says what the test tells it to say."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """One answer: after `pause` seconds, and byte by byte with `drip` seconds between when that is not 0."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0
    drip: float = 0


def told(content: Any, status: int = 200) -> Told:
    """A JSON answer."""
    return Told(status, json.dumps(content).encode())


class Loopback:
    """`with Loopback(answer) as server`: serves on a free port until the block ends."""

    def __init__(self, answer: Callable[[Heard], Told]) -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Loopback":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                heard = Heard(self.command, self.path, headers, self.rfile.read(length))
                outer.heard.append(heard)
                outer._say(self, outer.answer(heard))

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def _say(self, handler: BaseHTTPRequestHandler, answer: Told) -> None:
        self._over.wait(answer.pause)
        step = 1 if answer.drip else len(answer.body) or 1
        try:
            handler.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            for start in range(0, len(answer.body), step):
                handler.wfile.write(answer.body[start : start + step])
                self._over.wait(answer.drip)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up waiting, which is what such tests are about
