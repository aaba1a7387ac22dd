"""Waiting for somebody outside while a page is asked for: a few threads may, the others answer at once."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from domain.refusals import Unavailable

Result = TypeVar("Result")

PLACES = 3  # threads that may wait at one time
QUEUE_SECONDS = 0.2  # for a place, which is enough when nobody outside has to be asked
PAUSE_SECONDS = 5.0  # after a failure


class Patience:
    """Keeps an outage outside from taking every thread that we have, the callback's among them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._places = threading.BoundedSemaphore(PLACES)
        self._not_before = clock()

    def wait_for(self, work: Callable[[], Result], failure: type[Exception]) -> Result:
        """What ``work`` gives. Raises Unavailable without a place, and for a while after ``failure``."""
        if self._clock() < self._not_before or not self._places.acquire(timeout=QUEUE_SECONDS):
            raise Unavailable("busy")
        try:
            return work()
        except failure:
            self._not_before = self._clock() + PAUSE_SECONDS
            raise Unavailable("busy") from None
        finally:
            self._places.release()
