"""Reading spreadsheets that people send: xlsx, xls and csv, in a process of their own that can be lost.

A file that unfolds into gigabytes, a broken one or one of another kind ends that process, not ours.
"""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.sheet_limits import Flaw, Limits
from documents.vault import Damaged, Vault
from domain.refusals import Invalid

_ROOT = Path(__file__).resolve().parent.parent
_MOST_FRAME = 64 * 2**20
_DEFAULT = Limits()


class BadSheet(Invalid):
    """A file that cannot be read as a whole; ``line`` and ``column`` (from 1; 0: not known) say where it fails."""

    def __init__(self, code: str, line: int = 0, column: int = 0) -> None:
        super().__init__(code)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path, and the key where it lies sealed in the vault."""

    path: Path
    key: bytes = b""

    @classmethod
    def stored(cls, vault: Vault, name: str) -> "Source":
        """A file of the vault. Raises BadSheet for one that does not open."""
        try:
            return cls(vault.path(name), vault.key_of(name))
        except Damaged:
            raise BadSheet("sheet_broken") from None


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive lines as lists of text; the first one's number; cells that cannot be taken; ``about`` how many
    lines the whole has, as far as the file says."""

    first: int
    lines: list[list[str]]
    flaws: list[Flaw]
    about: int


def read(source: Source | Path, *, sheet: str = "", limits: Limits = _DEFAULT) -> Iterator[list[str]]:
    """Every line as a list of texts, empty lines as empty lists, so that the first is line 1.

    ``sheet`` is the name looked for where a workbook has several. Raises BadSheet, also for the first cell that
    cannot be taken.
    """
    given = source if isinstance(source, Source) else Source(source)
    with closing(batches(given, sheet=sheet, limits=limits)) as frames:
        for batch in frames:
            if batch.flaws:
                line, column, _text, reason = batch.flaws[0]
                raise BadSheet(reason, line, column)
            yield from batch.lines


def batches(
    source: Source, *, sheet: str = "", first: int = 1, limits: Limits = _DEFAULT
) -> Generator[Batch, None, None]:
    """The lines from number ``first`` on, ``limits.batch`` at a time. Raises BadSheet.

    Close it when done early: its process ends with it.
    """
    order = {
        "path": str(source.path),
        "key": source.key.hex(),
        "sheet": sheet,
        "first": first,
        "limits": dataclasses.asdict(limits),
    }
    command = [sys.executable, "-m", "documents.sheet_child"]
    process = subprocess.Popen(  # noqa: S603  # a program of our own, given nothing but our own words
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process:
        try:
            for frame in _frames(process, order):
                yield Batch(first, frame["rows"], [tuple(flaw) for flaw in frame["flaws"]], frame["about"])
                first += len(frame["rows"])
        finally:
            process.kill()


def _frames(process: "subprocess.Popen[bytes]", order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        raise BadSheet("sheet_broken") from None
    while True:
        head = process.stdout.read(4)
        size = int.from_bytes(head, "big")
        body = process.stdout.read(size) if len(head) == 4 and size <= _MOST_FRAME else b""
        if not body or len(body) < size:
            # Killed by its limits: no honest file of the size we take needs so much.
            raise BadSheet("sheet_too_big")
        frame: dict[str, Any] = json.loads(body)
        if "refused" in frame:
            raise BadSheet(frame["refused"], frame["line"], frame["column"])
        if "end" in frame:
            return
        yield frame
