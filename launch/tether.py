"""Ties a program to its parent, then becomes it: `python tether.py PARENT_PID PROGRAM ARGUMENTS…`.

On Linux the kernel then sends the program SIGTERM when the parent dies, even by kill -9
(prctl(2), PR_SET_PDEATHSIG; it outlives exec). A file to be run, not a module to be imported.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NOT_FOUND = 127


def main(parent: int, argv: list[str]) -> None:
    """Become `argv`, tied to `parent`; leave at once when the parent has gone meanwhile."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    try:
        os.execvp(argv[0], argv)  # noqa: S606 - becoming the program, without a shell, is what this file is for
    except OSError as error:
        print(f"{argv[0]} cannot be started: {error.strerror}", file=sys.stderr)
        sys.exit(NOT_FOUND)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
