"""What is over once its time has passed: posts, fairs, invitations to interviews, questions about degrees."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import structlog

from config.metrics import DEADLINES
from services import degree_checks
from services.applications import interviews
from services.context import Context
from services.posts import fairs, life

log = structlog.get_logger()

Part = Callable[[Context], int]
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "posts": life.expire,
        "fairs": fairs.end,
        "interviews": interviews.expire,
        "degree_checks": degree_checks.expire,
    }
)


def sweep(ctx: Context, parts: Mapping[str, Part] = PARTS) -> int:
    """Ends what is over; returns how many.

    A part that fails keeps none of the others from its work. Raises ExceptionGroup of what failed, once all are
    through, so that the turn counts as failed.
    """
    found, failures = 0, []
    for name, part in parts.items():
        try:
            found += part(ctx)
        except Exception as error:
            log.exception("deadlines_failed", part=name)
            DEADLINES.labels(name, "failed").inc()
            failures.append(error)
        else:
            DEADLINES.labels(name, "ok").inc()
    if failures:
        raise ExceptionGroup("deadlines", failures)
    return found
