"""Passwords: argon2id with the parameters OWASP recommends, one hash at a time on the whole machine.

A hash costs about 20 ms of a core. A storm of log-ins must not starve the callbacks, so a hash needs the
machine's single slot, waits for it only briefly, and otherwise the person is asked to try again.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.refusals import Invalid, TooMany

_WAIT = 0.25  # seconds a log-in waits for the slot
_PAUSE = 0.01
_RETRY_AFTER = 3


class Passwords:
    """Hashes and checks passwords; ``folder`` holds the file whose lock is the machine's slot."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._slot = folder / "hash.slot"
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._dummy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store; raises Invalid for a weak password, TooMany when the machine is busy."""
        strong_enough(password)
        with self._one_at_a_time():
            return self._hasher.hash(password)

    def matches(self, stored: str, password: str) -> bool:
        """Whether the password is right. Takes as long for an account that does not exist (empty hash)."""
        with self._one_at_a_time():
            try:
                return self._hasher.verify(stored or self._dummy, password) and bool(stored)
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with self._slot.open("a") as slot:
            deadline = time.monotonic() + _WAIT
            while not _locked(slot.fileno()):
                if time.monotonic() > deadline:
                    raise TooMany("login_busy", _RETRY_AFTER)
                time.sleep(_PAUSE)
            yield


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
