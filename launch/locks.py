"""Lock files: two `./wx` in one working copy never prepare, or run the demo, at the same time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.say import Trouble, say


@contextmanager
def alone(lock: Path, *, refusal: str | None = None) -> Iterator[None]:
    """Hold `lock` for the length of the block; it is let go by the system even after kill -9.

    Whoever comes second is refused with `Trouble` when `refusal` is given (`{pid}` in it becomes the
    holder's process id), and waits, saying for whom, when it is not.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            if refusal is not None:
                raise Trouble(refusal.format(pid=holder)) from None
            say(f"Another ./wx (process {holder}) is preparing this working copy; waiting for it to finish …")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
