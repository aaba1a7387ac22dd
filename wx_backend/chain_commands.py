"""``chain-heads``: what is kept elsewhere of the agreements' chains, and whether they still are as it says."""

from collections.abc import Iterator
from pathlib import Path

from models import db
from services.agreements import heads
from services.context import Context

_MODE = 0o600


def kept(ctx: Context, folder: Path) -> tuple[int, list[str]]:
    """Writes each day's export that the folder lacks, a text a day; how many, and what differs from the chains now.

    A text that is there already is never written over: it is what the chains are compared with. Raises OSError,
    Damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with db.connected():
        written = sum(_write(folder / f"{day}.txt", text) for day, text in heads.exports(ctx))
        return written, list(heads.faults(_texts(folder)))


def _write(path: Path, text: str) -> bool:
    if path.exists():
        return False
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, "utf-8")
    unfinished.chmod(_MODE)
    unfinished.replace(path)
    return True


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("????-??-??.txt")):
        yield path.read_text("utf-8")
