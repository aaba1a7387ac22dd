"""An outage outside takes a few threads and not all of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.refusals import Unavailable
from handlers.patience import PAUSE_SECONDS, PLACES, Patience


class Away(Exception):
    """Nobody answers outside."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail() -> str:
    raise Away


def test_what_is_at_hand_is_given_to_everybody() -> None:
    patience = Patience()
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda n: patience.wait_for(lambda: n, Away), range(200)))
    assert got == list(range(200))


def test_only_a_few_wait() -> None:
    patience, answered, waiting = Patience(), threading.Event(), threading.Semaphore(0)

    def slow() -> str:
        waiting.release()
        answered.wait(10)
        return "at last"

    with ThreadPoolExecutor(PLACES) as pool:
        patient = [pool.submit(patience.wait_for, slow, Away) for _ in range(PLACES)]
        for _ in range(PLACES):
            waiting.acquire()
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            patience.wait_for(lambda: "never asked", Away)
        assert time.monotonic() - begun < 2
        answered.set()
        assert [one.result() for one in patient] == ["at last"] * PLACES
    assert patience.wait_for(lambda: "again", Away) == "again"


def test_after_a_failure_nobody_asks_for_a_while() -> None:
    clock = Clock()
    patience = Patience(clock)
    asked: list[float] = []
    with pytest.raises(Unavailable):
        patience.wait_for(fail, Away)
    with pytest.raises(Unavailable):
        patience.wait_for(lambda: asked.append(clock.now), Away)
    assert asked == []
    clock.now = PAUSE_SECONDS
    patience.wait_for(lambda: asked.append(clock.now), Away)
    assert asked == [PAUSE_SECONDS]


def test_a_fault_of_our_own_is_no_outage() -> None:
    patience = Patience()
    with pytest.raises(ZeroDivisionError):
        patience.wait_for(lambda: 1 // 0, Away)
    assert patience.wait_for(lambda: "fine", Away) == "fine"
