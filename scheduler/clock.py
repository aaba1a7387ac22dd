"""The clock: APScheduler turning ticks, with nothing stored and nothing piled up."""

import time
import uuid
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger

from config.metrics import TICK_SECONDS, TICKS
from scheduler.record import Recorder
from scheduler.ticks import TICKS as ALL
from scheduler.ticks import Tick
from services.clockwork import RECORD_EVERY
from services.context import Context
from services.requests import request_scope

log = structlog.get_logger()

FIRST_AFTER = 60  # seconds at most: a worker that is restarted each hour still does what is done each hour


class Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """A turn each so many seconds. Time that was missed, however much, asks for one turn and not for all of it."""

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """When to turn next, always after ``now``."""
        if previous is None:
            return now + min(self.interval, timedelta(seconds=FIRST_AFTER))
        following = previous + self.interval
        return following if following > now else now + self.interval


class Clock(BlockingScheduler):  # type: ignore[misc]  # the library has no types
    """A scheduler that goes on when the machine's clock is set back, instead of waiting until it is late again."""

    def _process_jobs(self) -> float | None:
        for job in self.get_jobs():
            if job.next_run_time.timestamp() - time.time() > job.trigger.interval.total_seconds() + 1:
                job.modify(next_run_time=datetime.fromtimestamp(time.time(), self.timezone))
        wait: float | None = super()._process_jobs()
        return wait


def build(ctx: Context, ticks: tuple[Tick, ...] = ALL) -> BlockingScheduler:
    """A scheduler ready to start. A late or missed turn is made up by one turn; a turn never overlaps itself."""
    recorder = Recorder(ctx, ticks)
    clock = Clock(
        executors={"default": ThreadPoolExecutor(max(4, len(ticks) + 1))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for tick in ticks:
        clock.add_job(turn, Every(tick.every), args=(ctx, tick, recorder), id=tick.name)
    clock.add_job(recorder.flush, Every(RECORD_EVERY), id="record_turns")
    return clock


def turn(ctx: Context, tick: Tick, recorder: Recorder) -> bool:
    """One turn of one tick, measured, recorded and logged; False when it failed. The clock goes on after a failure."""
    structlog.contextvars.bind_contextvars(request_id=f"tick-{uuid.uuid4().hex[:12]}", tick=tick.name)
    recorder.begin(tick)
    begun = time.monotonic()
    problem = ""
    try:
        with request_scope():
            tick.sweep(ctx)
    except Exception as error:
        # Whatever went wrong, the next turn finds the same work again by its state.
        problem = type(error).__name__
        log.exception("tick_failed")
    took = time.monotonic() - begun
    TICKS.labels(tick.name, "failed" if problem else "ok").inc()
    TICK_SECONDS.labels(tick.name).observe(took)
    recorder.end(tick, took, problem)
    structlog.contextvars.clear_contextvars()
    return not problem
