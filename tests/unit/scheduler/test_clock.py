"""The clock: turns its ticks, outlives their failures, and lets none overlap itself."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from scheduler import clock
from scheduler.record import Recorder
from scheduler.ticks import TICKS, Tick
from services.context import Context


@contextmanager
def running(ctx: Context, *ticks: Tick) -> Iterator[None]:
    scheduler = clock.build(ctx, ticks)
    thread = threading.Thread(target=scheduler.start)
    thread.start()
    try:
        yield
    finally:
        _until(lambda: scheduler.running)
        scheduler.shutdown()
        thread.join(timeout=5)
        assert not thread.is_alive()


def _until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 5
    while not done():
        assert time.monotonic() < give_up, "nothing happened for five seconds"
        time.sleep(0.005)


def turn(ctx: Context, tick: Tick) -> bool:
    return clock.turn(ctx, tick, Recorder(ctx, (tick,)))


def turns(name: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("wxb_ticks_total", {"tick": name, "outcome": outcome}) or 0.0


def test_a_tick_gets_the_context_and_is_counted(ctx: Context) -> None:
    seen: list[Context] = []
    before = turns("once", "ok")
    assert turn(ctx, Tick("once", 1, seen.append))
    assert seen == [ctx]
    assert turns("once", "ok") == before + 1


def test_a_failing_tick_is_logged_counted_and_not_raised(ctx: Context) -> None:
    def fail(_ctx: Context) -> None:
        raise RuntimeError("broken")

    before = turns("bad", "failed")
    with capture_logs() as logs:
        assert not turn(ctx, Tick("bad", 1, fail))
    assert turns("bad", "failed") == before + 1
    assert [entry["event"] for entry in logs] == ["tick_failed"]


def test_what_a_tick_logs_carries_its_name_and_no_other_ticks(ctx: Context) -> None:
    during: list[dict[str, object]] = []
    turn(ctx, Tick("named", 1, lambda _ctx: during.append(structlog.contextvars.get_contextvars())))
    assert during[0]["tick"] == "named"
    assert str(during[0]["request_id"]).startswith("tick-")
    assert structlog.contextvars.get_contextvars() == {}


def test_the_clock_goes_on_after_a_failure(ctx: Context) -> None:
    calls: list[int] = []

    def fail_first(_ctx: Context) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("broken")

    with running(ctx, Tick("again", 0.02, fail_first)):
        _until(lambda: len(calls) >= 3)


def test_a_slow_tick_neither_overlaps_itself_nor_holds_up_another(ctx: Context) -> None:
    inside, most, quick = [0], [0], [0]
    lock = threading.Lock()

    def slow(_ctx: Context) -> None:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.15)
        with lock:
            inside[0] -= 1

    def fast(_ctx: Context) -> None:
        quick[0] += 1

    with running(ctx, Tick("slow", 0.02, slow), Tick("fast", 0.02, fast)):
        _until(lambda: quick[0] >= 6)
    assert most[0] == 1


def test_ticks_have_names_of_their_own_and_sane_intervals() -> None:
    assert len({tick.name for tick in TICKS}) == len(TICKS)
    assert all(1 <= tick.every <= 86_400 for tick in TICKS)


def test_every_tick_may_turn_with_nothing_to_do(ctx: Context) -> None:
    with capture_logs() as logs:
        assert all(turn(ctx, tick) for tick in TICKS)
    assert logs == []
