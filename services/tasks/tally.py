"""The counts of tasks, made anew behind whatever happens: a sweep over what was marked."""

from models import task_counts
from models.db import connected
from services.context import Context

_BATCH = 500  # units


def sweep(ctx: Context) -> int:
    """Counts anew what has changed; returns at how many units. Any number of workers may."""
    done = 0
    with connected():
        while not ctx.stopping.is_set():
            counted = task_counts.recount(_BATCH)
            done += counted
            if counted < _BATCH:
                break
    return done
