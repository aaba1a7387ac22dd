"""Eight real processes share one token, whatever the platform does to it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from platform_stub import Asked, Platform
from valkey_server import Valkey

HERE = Path(__file__).resolve().parent
PROCESSES, THREADS, CALLS = 8, 4, 12
EVERY_CALL = PROCESSES * THREADS * CALLS

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
        reports = [json.loads(process.communicate(timeout=60)[0]) for process in self._crew]
        return sum(r["done"] for r in reports), [text for r in reports for text in r["failures"]]


@pytest.fixture
def make_fleet(platform: Platform, valkey: Valkey) -> Iterator[Callable[[], Fleet]]:
    with ExitStack() as stack:
        yield lambda: Fleet(platform.url, valkey.socket, stack)


def remember(valkey: Valkey, token: str, seconds: int) -> None:
    """The store as an earlier refresh left it."""
    key = "{wxb}:wechat:token:wxapp"
    with valkey.connect() as client:
        client.hset(key, mapping={"value": token, "margin_ms": 300_000})
        client.expire(key, seconds)


def test_no_token_yet_is_fetched_once(make_fleet: Callable[[], Fleet], platform: Platform) -> None:
    platform.fetch_seconds = 0.3
    done, failures = make_fleet().go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False])


def test_an_expired_token_costs_one_refresh_and_no_call(
    make_fleet: Callable[[], Fleet], platform: Platform, valkey: Valkey
) -> None:
    """The store believes in a token that the platform has already replaced and killed."""
    remember(valkey, platform.token, 7000)
    platform.renew()
    platform.fetch_seconds = 0.3
    done, failures = make_fleet().go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False])


def test_a_token_near_its_end_costs_one_refresh_though_the_old_dies_at_once(
    make_fleet: Callable[[], Fleet], platform: Platform, valkey: Valkey
) -> None:
    remember(valkey, platform.token, 200)
    platform.token_ends -= 7000
    platform.fetch_seconds = 0.3
    done, failures = make_fleet().go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False])


def test_a_token_killed_under_way_costs_one_more_refresh(
    make_fleet: Callable[[], Fleet], platform: Platform
) -> None:
    def kill_half_way(asked: Asked) -> dict[str, object]:
        with platform.lock:
            if platform.seen[asked.path] == EVERY_CALL // 2:
                platform.renew()
            return platform.refuses(asked.query.get("access_token")) or {"errcode": 0}

    platform.scripts["/cgi-bin/menu/create"] = kill_half_way
    platform.fetch_seconds = 0.3
    done, failures = make_fleet().go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False, False])


def test_with_the_store_stopped_each_process_fetches_the_same_token(
    make_fleet: Callable[[], Fleet], platform: Platform, valkey: Valkey
) -> None:
    fleet = make_fleet()
    valkey.stop()
    done, failures = fleet.go()
    assert (done, failures) == (EVERY_CALL, [])
    assert platform.fetches == [False] * PROCESSES


def test_a_dead_token_is_forced_out_once_by_the_whole_fleet(
    make_fleet: Callable[[], Fleet], platform: Platform, valkey: Valkey
) -> None:
    """The platform refuses a token and still hands out the same one: only force helps, and force kills."""
    remember(valkey, platform.token, 7000)
    platform.dead.add(platform.token)
    platform.insist_on_dead = True
    done, failures = make_fleet().go()
    assert (done, failures, platform.fetches) == (EVERY_CALL, [], [False, True])
