"""What `./wx` prints, and the one exception that ends it: a sentence, and what to do."""

import contextlib
import sys
from pathlib import Path

# Of a longer line in a log, such as a whole traceback as one record, the beginning tells enough.
WIDEST = 400


class Trouble(Exception):
    """Something a person has to settle; its text is one clear sentence, followed by what to do."""


def say(text: str = "", *, end: str = "\n") -> None:
    """Print `text` at once. A closed terminal or a broken pipe must not keep us from stopping in order."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text + end)
        sys.stdout.flush()


def seconds(span: float) -> str:
    """A span of time for people: `0.4 s`, `12 s`, `3 min 05 s`."""
    if span < 10:
        return f"{span:.1f} s"
    if span < 100:
        return f"{span:.0f} s"
    return f"{int(span) // 60} min {int(span) % 60:02d} s"


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log file, indented; of a long file only its last 64 KiB are read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 65536))
            last = file.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        last = []
    return "\n".join(f"    {line[:WIDEST]}" for line in last or ["(its log is empty)"])
