"""The whole product as processes of its own, on free ports and new data, against the sandbox."""

import dataclasses
import json
import os
import re
import shutil
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from launch import demo_settings, valkey
from launch.ports import Address, answers, free_port
from launch.processes import Part, Supervisor

ROOT = Path(__file__).resolve().parents[1]
PYTHON = Path(sys.executable)
PRODUCT = [PYTHON, "-m", "wx_backend"]
# Seconds in which a program must serve; on a busy machine a start takes many times as long as usual.
PATIENCE = 120.0
# What lives no longer than the programs.
PASSING = ("valkey", "v.sock", "log")


@dataclass
class Stack:
    """Where everything is, and the hands that tests lay on it."""

    web: str
    sandbox: str
    env: dict[str, str]
    log: Path
    store: Supervisor
    crew: Supervisor

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

    def sms_with(self, key: str, pattern: str) -> str:
        """The first group of ``pattern`` in the newest text message of a phone that has it, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for message in reversed(self.api("GET", f"/phones/{key}/sms")):
                found = re.search(pattern, message["text"])
                if found:
                    return found.group(1)
            time.sleep(0.25)
        raise AssertionError("no such text message came")

    def stop_redis(self) -> None:
        """Takes Redis away."""
        self.store.stop()

    def start_worker(self) -> None:
        """Starts the worker, in a stack that runs without one."""
        self.crew.start(Part("worker", [*PRODUCT, "worker"], ready=lambda: True))


@dataclass(frozen=True)
class Ground:
    """What every stack begins with: the demo's people and the menu, where they lie, and the addresses they name."""

    folder: Path
    web: Address
    sandbox: Address


def lay_ground(folder: Path) -> Ground:
    """Makes the database, its people and the menu once, as a first start does, for any number of stacks."""
    ground = Ground(folder, Address("127.0.0.1", free_port()), Address("127.0.0.1", free_port()))
    (folder / "data").mkdir()
    with _platform(ground, folder) as up:
        for words in (demo_settings.seal_words(folder), ["migrate"], ["seed-demo"], ["push-menu"]):
            up.crew.run(words[0], [*PRODUCT, *words])
    return ground


@contextmanager
def running(ground: Ground, folder: Path, *, has_worker: bool = True, **settings: str) -> Iterator[Stack]:
    """A stack with ``settings`` (``WXB_…``) on top of the demo's, stopped at the end; one at a time on a ground."""
    shutil.copytree(ground.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*PASSING))
    with _platform(ground, folder, **settings) as up:
        if has_worker:
            up.start_worker()
        is_ready = partial(answers, f"{up.web}/readyz")
        up.crew.start(Part("web", [*PRODUCT, "web"], ready=is_ready, patience=PATIENCE))
        yield up


@contextmanager
def _platform(ground: Ground, folder: Path, **settings: str) -> Iterator[Stack]:
    """Redis and the sandbox, with nothing of the product yet."""
    redis = valkey.Valkey(folder / "valkey", folder / "v.sock", durable=True)
    kept = demo_settings.seal(folder) | demo_settings.load_or_make(folder / "demo.env") | settings
    env = demo_settings.environment(os.environ, kept, folder, web=ground.web, sandbox=ground.sandbox)
    env["WXB_REDIS_URL"] = redis.url
    with (
        Supervisor(folder / "log", env, cwd=ROOT) as store,
        Supervisor(folder / "log", env, cwd=ROOT) as crew,
    ):
        up = Stack(
            ground.web.url, demo_settings.sandbox_url(ground.sandbox), env, folder / "log", store, crew
        )
        store.start(dataclasses.replace(redis.part(valkey.find(PYTHON)), patience=PATIENCE))
        serves = partial(answers, f"{ground.sandbox.url}/")
        crew.start(Part("sandbox", [PYTHON, "-m", "sandbox"], ready=serves, patience=PATIENCE))
        yield up
