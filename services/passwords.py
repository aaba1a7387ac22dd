"""Passwords: argon2id with the parameters OWASP recommends, one hash at a time on the whole machine.

A hash costs about 20 ms of a core. A storm of log-ins must not starve the callbacks, so hashing has one thread of
low priority in each process and one slot on the machine. Two people may be at that thread, one of them waiting;
whoever comes third is asked at once to try again, instead of holding a thread that the callbacks need.
"""

import fcntl
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.metrics import LOGINS
from domain.refusals import Invalid, TooMany

_AT_ONCE = 2  # at the thread: one hashing, one waiting
_WAIT = 0.25  # seconds the thread waits for the machine's slot
_PAUSE = 0.01
_RETRY_AFTER = 3
_NICE = 15

Result = TypeVar("Result")


class Passwords:
    """Hashes and checks passwords; ``folder`` holds the file whose lock is the machine's slot."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._slot = folder / "hash.slot"
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._dummy = self._hasher.hash("nobody has this password")
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._thread = ThreadPoolExecutor(1, "hash", initializer=_step_back)

    def ask(self) -> None:
        """Raises TooMany while there is no place at the hashing thread: asked before a log-in costs anything."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        self._places.release()

    def hash(self, password: str) -> str:
        """The hash to store; raises Invalid for a weak password, TooMany when the machine is busy."""
        strong_enough(password)
        return self._in_turn(lambda: self._hasher.hash(password))

    def matches(self, stored: str, password: str) -> bool:
        """Whether the password is right. Takes as long for an account that does not exist (empty hash)."""
        return self._in_turn(lambda: self._verify(stored or self._dummy, password)) and bool(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _in_turn(self, work: Callable[[], Result]) -> Result:
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            return self._thread.submit(self._with_slot, work).result()
        finally:
            self._places.release()

    def _with_slot(self, work: Callable[[], Result]) -> Result:
        with self._one_at_a_time():
            return work()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with self._slot.open("a") as slot:
            deadline = time.monotonic() + _WAIT
            while not _locked(slot.fileno()):
                if time.monotonic() > deadline:
                    raise _busy()
                time.sleep(_PAUSE)
            yield


def _busy() -> TooMany:
    LOGINS.labels("busy").inc()
    return TooMany("login_busy", _RETRY_AFTER)


def _step_back() -> None:
    """Lowers the calling thread's priority; only Linux can do so for one thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def strong_enough(password: str) -> None:
    """Raises Invalid unless the password has 8 to 64 characters with letters and digits."""
    good = 8 <= len(password) <= 64 and any(map(str.isalpha, password)) and any(map(str.isdigit, password))
    if not good:
        raise Invalid.field("password", "weak_password")
