"""Two systems as processes of their own, each with its own database, share posts both ways, lose the network in the
middle of everything, and end equal."""

import http.client
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from docs.examples.partner_client import Client, Refused, mirror
from launch import demo_settings
from launch.ports import Address, answers, free_port
from launch.processes import Part, Supervisor
from tests.sharing.cable import Cable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
POSTS = 40
BREAKS = (OSError, ValueError, http.client.HTTPException)  # what a broken way looks like to a program


class Instance:
    """One system: its web process, its database, and the key that it gave to the other."""

    def __init__(self, folder: Path, name: str, stack: ExitStack) -> None:
        self.name = name
        self.folder = folder / name
        (self.folder / "data").mkdir(parents=True)
        address = Address("127.0.0.1", free_port())
        kept = demo_settings.load_or_make(self.folder / "demo.env")
        nobody = Address("127.0.0.1", free_port())
        self.env = demo_settings.environment(os.environ, kept, self.folder, web=address, sandbox=nobody)
        # Without Redis: whatever keeps sharing safe is in the database.
        self.env["WXB_REDIS_URL"] = f"unix://{self.folder}/nobody.sock"
        self.crew = stack.enter_context(Supervisor(self.folder / "log", self.env, cwd=ROOT))
        self.run("-m", "wx_backend", "migrate")
        self.key_id, self.secret = json.loads(self.do("begin", name, str(POSTS)))
        is_ready = partial(answers, f"{address.url}/healthz")
        self.crew.start(
            Part("web", [sys.executable, "-m", "wx_backend", "web"], ready=is_ready, patience=120)
        )
        self.url = address.url
        self.cable = Cable(address.port)
        stack.callback(self.cable.close)

    def run(self, *words: str) -> str:
        """A program over this system's settings; what it prints."""
        done = subprocess.run(
            [sys.executable, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def do(self, *words: str) -> str:
        """The last line that the test's hand in this system prints."""
        lines = self.run("-m", "tests.sharing.instance", *words).strip().splitlines()
        return lines[-1] if lines else ""

    def listed(self) -> list[Any]:
        """What graduates see here."""
        return json.loads(self.do("list"))

    def client(self) -> Client:
        """The other side's program, over the cable; it does not try again by itself."""
        return Client(self.cable.url, self.key_id, self.secret, waits=(), patience=10)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    with ExitStack() as stack:
        yield Instance(tmp_path, "安徽", stack), Instance(tmp_path, "江苏", stack)


def until_through(cables: list[Cable], work: Callable[[], object], budgets: list[int]) -> int:
    """Does some work while the network breaks after ever so many bytes; answers how often it broke."""
    broken = 0
    for budget in budgets:
        for cable in cables:
            cable.allow(budget)
        try:
            work()
        except (*BREAKS, Refused):
            broken += 1
    for cable in cables:
        cable.allow(None)
    work()
    return broken


def test_they_end_equal(pair: tuple[Instance, Instance], tmp_path: Path) -> None:
    here, there = pair
    assert here.listed() != there.listed()

    def share() -> None:
        mirror(here.client(), there.client(), tmp_path / "here-there", say=print)
        mirror(there.client(), here.client(), tmp_path / "there-here", say=print)

    chance = random.Random(5)
    budgets = [chance.randint(100, 15_000) for _ in range(10)]
    assert until_through([here.cable, there.cable], share, budgets) > 2
    seen = here.listed()
    assert len(seen) == 2 * POSTS
    assert seen == there.listed()

    here.do("close", "7")
    there.do("close", "4")
    here.do("publish", here.name, "5")
    until_through([here.cable, there.cable], share, [chance.randint(100, 9_000) for _ in range(5)])
    seen = here.listed()
    assert len(seen) == 2 * POSTS - 11 + 5
    assert seen == there.listed()

    share()
    assert here.listed() == seen == there.listed()
    assert here.client().page((tmp_path / "here-there").read_text())["changes"] == []


def test_the_worker_of_one_keeps_both_in_step(pair: tuple[Instance, Instance]) -> None:
    """The tick alone: one side knows of the other, the other of nothing."""
    here, there = pair
    peer = {"WXB_PEER_URL": there.cable.url, "WXB_PEER_KEY_ID": there.key_id, "WXB_PEER_SECRET": there.secret}
    here.env |= peer
    for budget in (900, 20_000, 50_000):
        there.cable.allow(budget)
        assert json.loads(here.do("sync"))["problem"].startswith("PeerAway")
    there.cable.allow(None)
    assert json.loads(here.do("sync"))["problem"] == ""
    seen = here.listed()
    assert len(seen) == 2 * POSTS
    assert seen == there.listed()
    there.do("close", "3")
    here.do("close", "2")
    here.do("publish", here.name, "4")
    assert json.loads(here.do("sync"))["problem"] == ""
    seen = here.listed()
    assert len(seen) == 2 * POSTS - 5 + 4
    assert seen == there.listed()
