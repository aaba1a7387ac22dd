"""The worker: the clock's process. Any number may run; rows are claimed, never shared."""

import gc
import signal
from types import FrameType

import structlog

from documents.seal import SealTrouble
from scheduler.clock import build
from services.context import Context
from services.seals import Seals

log = structlog.get_logger()


def calm_collector() -> None:
    """Lets the garbage collector pass over what was loaded for good, and look less often at what was not.

    While thousands of messages a second are in the air it would else look through all of it every moment.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def look_at_seal(seals: Seals) -> None:
    """Says at the start, not at the first agreement, that no seal can be set; messages go out all the same."""
    signer = seals.signer()
    if signer is None:
        return
    try:
        signer.certificates()
    except SealTrouble as trouble:
        log.error("seal_not_ready", why=str(trouble))


def run(ctx: Context) -> None:
    """Turns the clock until SIGTERM or SIGINT; a turn under way is finished first."""
    clock = build(ctx)
    calm_collector()
    look_at_seal(ctx.seals)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        ctx.stopping.set()
        clock.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("worker_started", ticks=[job.id for job in clock.get_jobs()])
    clock.start()
    log.info("worker_stopped")
