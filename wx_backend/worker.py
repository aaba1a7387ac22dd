"""The worker: the clock's process. Any number may run; rows are claimed, never shared."""

import signal
from types import FrameType

import structlog

from scheduler.clock import build
from services.context import Context

log = structlog.get_logger()


def run(ctx: Context) -> None:
    """Turns the clock until SIGTERM or SIGINT; a turn under way is finished first."""
    clock = build(ctx)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        ctx.stopping.set()
        clock.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("worker_started", ticks=[job.id for job in clock.get_jobs()])
    clock.start()
    log.info("worker_stopped")
