"""Eight real processes share one token, whatever the platform does to it."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from platform_stub import Platform
from sandbox_server import Sandbox
from valkey_server import Valkey

HERE = Path(__file__).resolve().parent
PROCESSES, THREADS, CALLS = 8, 3, 10
EVERY_CALL = PROCESSES * THREADS * CALLS
TOKEN_KEY = "{wxb}:wechat:token:wxapp"

pytestmark = pytest.mark.slow


class Fleet:
    """Processes that stand ready; `go` lets them loose and adds up what they report."""

    def __init__(self, api_url: str, socket: Path, stack: ExitStack) -> None:
        command = [
            sys.executable,
            str(HERE / "fleet_worker.py"),
            api_url,
            str(socket),
            str(CALLS),
            str(THREADS),
        ]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
        self._crew = [
            stack.enter_context(
                subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
                )
            )
            for _ in range(PROCESSES)
        ]
        for process in self._crew:
            stack.callback(process.kill)
        for process in self._crew:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"

    def go(self) -> tuple[int, list[str]]:
        for process in self._crew:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        reports = [json.loads(process.communicate(timeout=180)[0]) for process in self._crew]
        return sum(r["done"] for r in reports), [text for r in reports for text in r["failures"]]


@pytest.fixture
def make_fleet(valkey: Valkey) -> Iterator[Callable[[str], Fleet]]:
    with ExitStack() as stack:
        yield lambda api_url: Fleet(api_url, valkey.socket, stack)


def remember(valkey: Valkey, token: str, seconds: int) -> None:
    """The store as an earlier refresh left it."""
    with valkey.connect() as client:
        client.hset(TOKEN_KEY, mapping={"value": token, "margin_ms": 300_000})
        client.expire(TOKEN_KEY, seconds)


def stable_token(sandbox: Sandbox) -> str:
    body = {"grant_type": "client_credential", "appid": "wxapp", "secret": "s3cret"}
    answer = requests.post(f"{sandbox.url}/cgi-bin/stable_token", json=body, timeout=5)
    return str(answer.json()["access_token"])


def spent(sandbox: Sandbox) -> tuple[int, int]:
    """(calls for a token, new tokens handed out) since the last reset."""
    return sandbox.counter("api /cgi-bin/stable_token"), sandbox.counter("token_refreshes")


def test_an_expired_token_costs_one_refresh_and_no_call(
    make_fleet: Callable[[str], Fleet], sandbox: Sandbox, valkey: Valkey
) -> None:
    """The store believes in a token that the platform no longer knows."""
    remember(valkey, stable_token(sandbox), 7000)
    sandbox.press("clock", advance=7300)
    sandbox.faults(api_slow_ms=300, api_only="/cgi-bin/stable_token")
    before = spent(sandbox)
    done, failures = make_fleet(sandbox.url).go()
    after = spent(sandbox)
    assert (done, failures) == (EVERY_CALL, [])
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    # Every thread met the dead token at most once.
    assert 1 <= sandbox.counter("errcode 42001") <= PROCESSES * THREADS


def test_a_token_killed_under_way_costs_one_more_refresh_and_no_call(
    make_fleet: Callable[[str], Fleet], sandbox: Sandbox
) -> None:
    sandbox.faults(api_slow_ms=300, api_only="/cgi-bin/stable_token")
    fleet = make_fleet(sandbox.url)
    killed: list[int] = []

    def kill_half_way() -> None:
        while sandbox.counter("api /cgi-bin/menu/delete") < EVERY_CALL // 3:
            time.sleep(0.01)
        killed.append(sandbox.press("tokens/invalidate")["invalidated"])

    killer = threading.Thread(target=kill_half_way)
    killer.start()
    done, failures = fleet.go()
    killer.join(timeout=10)
    assert killed == [1]
    assert (done, failures) == (EVERY_CALL, [])
    assert spent(sandbox) == (2, 2)
    assert sandbox.counter("errcode 40001") >= 1


def test_with_the_store_stopped_each_process_fetches_the_same_token(
    make_fleet: Callable[[str], Fleet], sandbox: Sandbox, valkey: Valkey
) -> None:
    fleet = make_fleet(sandbox.url)
    valkey.stop()
    done, failures = fleet.go()
    assert (done, failures) == (EVERY_CALL, [])
    assert spent(sandbox) == (PROCESSES, 1)


def test_a_token_near_its_end_costs_one_refresh_though_the_old_dies_at_once(
    make_fleet: Callable[[str], Fleet], platform: Platform, valkey: Valkey
) -> None:
    remember(valkey, platform.token, 200)
    platform.token_ends -= 7000
    platform.fetch_seconds = 0.3
    done, failures = make_fleet(platform.url).go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False])


def test_a_dead_token_is_forced_out_once_by_the_whole_fleet(
    make_fleet: Callable[[str], Fleet], platform: Platform, valkey: Valkey
) -> None:
    """The platform refuses a token and still hands out the same one: only force helps, and force kills."""
    remember(valkey, platform.token, 7000)
    platform.dead.add(platform.token)
    platform.insist_on_dead = True
    done, failures = make_fleet(platform.url).go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False, True])
