"""The counts of tasks, made anew behind whatever happens: a sweep over what was marked, from the units up."""

from models import task_counts
from models.db import connected
from services.context import Context

_BATCH = 500  # units


def sweep(ctx: Context) -> int:
    """Counts anew what has changed; returns how many rows that were. Any number of workers may."""
    with connected():
        return sum(_renew(ctx, level) for level in task_counts.LEVELS)


def _renew(ctx: Context, level: str) -> int:
    done = 0
    while not ctx.stopping.is_set():
        renewed = task_counts.renew(level, _BATCH)
        done += renewed
        if renewed < _BATCH:
            break
    return done
