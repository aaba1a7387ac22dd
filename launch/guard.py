"""Outlives its parent just long enough to stop what the parent left running.

Run as `python guard.py GRACE`. Standard input is a pipe from the supervisor: `+123` says that process group
123 was started, `-123` that it has ended. When the pipe closes, the supervisor is gone (kill -9 included);
groups still known are asked to stop, and killed after GRACE seconds. Whole groups, so the worker processes
of a killed server go too.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path


def send(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there was anyone to receive it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def alive(group: int) -> bool:
    """Whether anyone in the group still runs; who has ended and only waits to be counted (a zombie) does not."""
    records = list(Path("/proc").glob("[0-9]*/stat"))
    if not records:  # no Linux
        return send(group, 0)
    for record in records:
        with suppress(OSError):
            state, _, its_group = record.read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return True
    return False


def main(grace: float) -> None:
    """Read until the supervisor is gone, then stop what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        with suppress(ValueError):
            group = int(line[1:])
            (groups.add if line[0] == "+" else groups.discard)(group)
    left = {group for group in groups if send(group, signal.SIGTERM)}
    deadline = time.monotonic() + grace
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {group for group in left if alive(group)}
    for group in left:
        send(group, signal.SIGKILL)


if __name__ == "__main__":
    main(float(sys.argv[1]))
