"""The clock: APScheduler turning ticks, with nothing stored and nothing piled up."""

import time
import uuid

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler

from config.metrics import TICK_SECONDS, TICKS
from scheduler.ticks import TICKS as ALL
from scheduler.ticks import Tick
from services.context import Context
from services.requests import request_scope

log = structlog.get_logger()


def build(ctx: Context, ticks: tuple[Tick, ...] = ALL) -> BlockingScheduler:
    """A scheduler ready to start. A late or missed turn is made up by one turn; a turn never overlaps itself."""
    clock = BlockingScheduler(
        executors={"default": ThreadPoolExecutor(max(4, len(ticks)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )
    for tick in ticks:
        clock.add_job(turn, "interval", seconds=tick.every, args=(ctx, tick), id=tick.name)
    return clock


def turn(ctx: Context, tick: Tick) -> bool:
    """One turn of one tick, measured and logged; False when it failed. A failure leaves the clock running."""
    structlog.contextvars.bind_contextvars(request_id=f"tick-{uuid.uuid4().hex[:12]}", tick=tick.name)
    begun = time.monotonic()
    try:
        with request_scope():
            tick.sweep(ctx)
    except Exception:
        # Whatever went wrong, the next turn finds the same work again by its state.
        log.exception("tick_failed")
        TICKS.labels(tick.name, "failed").inc()
        return False
    else:
        TICKS.labels(tick.name, "ok").inc()
        return True
    finally:
        TICK_SECONDS.labels(tick.name).observe(time.monotonic() - begun)
        structlog.contextvars.clear_contextvars()
