"""What is written down of the ticks: seldom, at once when something changes, and right after any jump of the clock."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from models.sending import TickRun
from scheduler.clock import Clock, Every, build, turn
from scheduler.record import Recorder
from scheduler.ticks import Tick
from services import clockwork
from services.context import Context
from tests.fakes import START, FixedClock


class Sweep:
    """Does nothing, or fails while it is told to."""

    def __init__(self) -> None:
        self.turns = 0
        self.is_broken = False

    def __call__(self, _ctx: Context) -> None:
        self.turns += 1
        if self.is_broken:
            raise RuntimeError("broken")


@pytest.fixture
def sweep() -> Sweep:
    return Sweep()


@pytest.fixture
def tick(sweep: Sweep) -> Tick:
    return Tick("each_second", 1, sweep)


@pytest.fixture
def recorder(ctx: Context, tick: Tick) -> Recorder:
    return Recorder(ctx, (tick,))


def row() -> TickRun:
    return TickRun.get(TickRun.name == "each_second")


def test_the_first_turn_is_written_down_at_once(ctx: Context, tick: Tick, recorder: Recorder) -> None:
    assert turn(ctx, tick, recorder)
    now = ctx.clock()
    kept = row()
    assert (kept.begun_at, kept.ended_at, kept.succeeded_at, kept.seen_at) == (now, now, now, now)
    assert (kept.failures, kept.failed_at, kept.every_seconds, kept.lag_milliseconds) == (0, None, 1, 0)


def test_a_tick_each_second_does_not_write_each_second(
    ctx: Context, clock: FixedClock, tick: Tick, recorder: Recorder, sweep: Sweep
) -> None:
    turn(ctx, tick, recorder)
    first = row().ended_at
    for _ in range(9):
        clock.advance(seconds=1)
        turn(ctx, tick, recorder)
    assert sweep.turns == 10
    assert row().ended_at == first
    recorder.flush()
    assert row().ended_at == ctx.clock()


def test_a_failure_and_a_recovery_are_written_at_once(
    ctx: Context, clock: FixedClock, tick: Tick, recorder: Recorder, sweep: Sweep
) -> None:
    turn(ctx, tick, recorder)
    well = ctx.clock()
    sweep.is_broken = True
    clock.advance(seconds=1)
    with capture_logs():
        turn(ctx, tick, recorder)
    kept = row()
    assert (kept.failures, kept.problem, kept.failed_at) == (1, "RuntimeError", ctx.clock())
    assert kept.succeeded_at == well
    with capture_logs():
        for _ in range(4):
            clock.advance(seconds=1)
            turn(ctx, tick, recorder)
    assert row().failures == 1
    recorder.flush()
    assert row().failures == 5
    sweep.is_broken = False
    clock.advance(seconds=1)
    turn(ctx, tick, recorder)
    assert (row().failures, row().succeeded_at) == (0, ctx.clock())


def test_failures_of_two_workers_add_up(ctx: Context, tick: Tick, recorder: Recorder, sweep: Sweep) -> None:
    sweep.is_broken = True
    with capture_logs():
        turn(ctx, tick, recorder)
        turn(ctx, tick, Recorder(ctx, (tick,)))
    assert row().failures == 2


def test_lag_is_the_worst_since_the_last_word(
    ctx: Context, clock: FixedClock, tick: Tick, recorder: Recorder
) -> None:
    turn(ctx, tick, recorder)
    for seconds in (1, 3.5, 1):
        clock.advance(seconds=seconds)
        turn(ctx, tick, recorder)
    recorder.flush()
    assert row().lag_milliseconds == 2500


def test_a_long_turn_is_seen_to_be_alive(
    ctx: Context, clock: FixedClock, tick: Tick, recorder: Recorder
) -> None:
    recorder.begin(tick)
    begun = ctx.clock()
    clock.advance(minutes=5)
    recorder.flush()
    assert (row().begun_at, row().ended_at, row().seen_at) == (begun, None, ctx.clock())
    assert [state.state for state in clockwork.states(ctx)] == ["running"]
    clock.advance(minutes=5)
    recorder.flush()
    assert (row().begun_at, row().seen_at) == (begun, ctx.clock())


def test_a_tick_that_does_not_turn_is_marked(
    ctx: Context, clock: FixedClock, tick: Tick, recorder: Recorder
) -> None:
    hourly = Tick("each_hour", 3600, lambda _ctx: None)
    both = Recorder(ctx, (tick, hourly))
    both.flush()
    assert {state.state for state in clockwork.states(ctx)} == {"never"}
    for one in (tick, hourly):
        turn(ctx, one, both)
    clock.advance(seconds=30)
    assert [state.state for state in clockwork.states(ctx)] == ["fine", "fine"]
    clock.advance(seconds=1)
    assert [(state.name, state.state) for state in clockwork.states(ctx)] == [
        ("each_hour", "fine"),
        ("each_second", "overdue"),
    ]
    clock.advance(hours=3)
    assert {state.state for state in clockwork.states(ctx)} == {"overdue"}


def test_a_tick_that_is_gone_leaves_the_record(ctx: Context, tick: Tick, recorder: Recorder) -> None:
    Recorder(ctx, (Tick("of_yesterday", 5, lambda _ctx: None),)).flush()
    turn(ctx, tick, recorder)
    assert [state.name for state in clockwork.states(ctx)] == ["each_second"]


def test_words_that_cannot_be_written_stop_no_tick(ctx: Context, tick: Tick, recorder: Recorder) -> None:
    TickRun.drop_table()
    try:
        with capture_logs() as logs:
            assert turn(ctx, tick, recorder)
        assert [entry["event"] for entry in logs] == ["turns_not_recorded"]
    finally:
        TickRun.create_table()


# -- jumps of the machine's clock --------------------------------------------------------------------------

NOW = START


def test_the_next_turn_is_one_interval_on() -> None:
    assert Every(5).get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=5)


def test_the_first_turn_comes_within_a_minute_whatever_the_interval() -> None:
    assert Every(3600).get_next_fire_time(None, NOW) == NOW + timedelta(seconds=60)
    assert Every(2).get_next_fire_time(None, NOW) == NOW + timedelta(seconds=2)


@pytest.mark.parametrize("missed", [timedelta(hours=1), timedelta(days=20_000)])
def test_missed_time_asks_for_one_turn(missed: timedelta) -> None:
    """A machine that slept, or began in 1970 and then learnt the time."""
    following = Every(1).get_next_fire_time(NOW, NOW + missed)
    assert following == NOW + missed + timedelta(seconds=1)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=20_000)])
def test_a_jump_of_the_machines_clock_costs_one_turn_and_no_waiting(
    ctx: Context, tick: Tick, sweep: Sweep, jump: timedelta
) -> None:
    """A clock set back leaves the next turn in the future, one set forward leaves it in the past."""
    quick = Tick("quick", 0.05, sweep)
    scheduler = build(ctx, (quick,))
    thread = threading.Thread(target=scheduler.start)
    thread.start()
    try:
        until(lambda: sweep.turns >= 1)
        before = sweep.turns
        scheduler.get_job("quick").modify(next_run_time=datetime.fromtimestamp(time.time(), UTC) - jump)
        began = time.monotonic()
        until(lambda: sweep.turns >= before + 3)
        assert time.monotonic() - began < 2
        assert sweep.turns - before < 40  # not one for each second that was missed
    finally:
        scheduler.shutdown()
        thread.join(timeout=5)
    assert isinstance(scheduler, Clock)


def until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 5
    while not done():
        assert time.monotonic() < give_up, "nothing happened for five seconds"
        time.sleep(0.005)
