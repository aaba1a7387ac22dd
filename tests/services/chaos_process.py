"""One worker of the chaos test: sends, takes receipts in and tidies up after the dead, until it is killed.

Settings come from the environment. Its clock is real time plus the seconds under ``AHEAD`` in Redis, so that the
test need not wait for leases and pauses.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from config import logging
from config.settings import load
from services import callbacks, outbox
from services.context import Context
from wx_backend.context import build_context

AHEAD = "{wxb}:chaos:ahead"
PAUSE = 0.2


class Clock:
    """Runs ahead as far as the test says."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def tidy(ctx: Context, clock: Clock) -> None:
    """What a worker's other ticks do."""
    while True:
        clock.ahead = timedelta(seconds=float(ctx.redis.get(AHEAD) or 0))
        callbacks.drain(ctx)
        outbox.settle_receipts(ctx)
        outbox.reap(ctx)
        time.sleep(PAUSE)


def main() -> None:
    settings = load()
    logging.configure("error", "json")
    clock = Clock()
    ctx = build_context(settings, clock=clock)
    clock.ahead = timedelta(seconds=float(ctx.redis.get(AHEAD) or 0))
    threading.Thread(target=tidy, args=(ctx, clock), daemon=True).start()
    while True:
        outbox.pump_templates(ctx)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
