"""The whole product as processes of its own, on free ports and new data, against the sandbox."""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch import demo_settings, valkey
from launch.ports import Address, answers, free_port
from launch.processes import Part, Supervisor

ROOT = Path(__file__).resolve().parents[1]
PYTHON = Path(sys.executable)


@dataclass
class Stack:
    """Where everything is, and the hands that tests lay on it."""

    web: str
    sandbox: str
    env: dict[str, str]
    log: Path
    store: Supervisor
    store_part: Part

    def phone(self, key: str, path: str = "/") -> str:
        """The address of a page of ours in a phone's own browser."""
        return self.sandbox.replace("localhost", f"{key}.localhost") + path

    def api(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of the sandbox's machine interface."""
        request = urllib.request.Request(
            f"{self.sandbox}/sandbox/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def stop_redis(self) -> None:
        """Takes Redis away."""
        self.store.stop()


@contextmanager
def running(folder: Path, *, web_port: int = 0, **settings: str) -> Iterator[Stack]:
    """A stack with ``settings`` (``WXB_…``) on top of the demo's, stopped at the end."""
    web, sandbox = Address("127.0.0.1", web_port or free_port()), Address("127.0.0.1", free_port())
    (folder / "data").mkdir(parents=True)
    redis = valkey.Valkey(folder / "valkey", folder / "v.sock", durable=True)
    kept = demo_settings.load_or_make(folder / "demo.env") | settings
    env = demo_settings.environment(os.environ, kept, folder, web=web, sandbox=sandbox)
    env["WXB_REDIS_URL"] = redis.url
    product = [PYTHON, "-m", "wx_backend"]
    store_part = redis.part(valkey.find(PYTHON))
    with (
        Supervisor(folder / "log", env, cwd=ROOT) as store,
        Supervisor(folder / "log", env, cwd=ROOT) as crew,
    ):
        store.start(store_part)
        crew.start(Part("sandbox", [PYTHON, "-m", "sandbox"], ready=lambda: answers(f"{sandbox.url}/")))
        for name in ("migrate", "seed-demo", "push-menu"):
            crew.run(name, [*product, name])
        # The menu is pushed before the door is open; nobody taps it yet.
        crew.start(Part("web", [*product, "web"], ready=lambda: answers(f"{web.url}/readyz")))
        crew.start(Part("worker", [*product, "worker"], ready=lambda: True))
        yield Stack(web.url, demo_settings.sandbox_url(sandbox), env, folder / "log", store, store_part)
