"""The process that opens a spreadsheet somebody sent: it may use little memory and time, and write nowhere.

``python -m documents.sheet_child`` reads one line of JSON from its input (see ``documents.sheets``), and answers
frames: four bytes of length, then JSON. Whatever the file does to it, the caller only loses this process.
"""

import json
import lzma
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.parsers.expat import ExpatError

from documents import sheet_csv, sheet_xls, sheet_xlsx
from documents.sheet_limits import Flaw, Limits, Refused, Rows
from documents.vault import Damaged, SealedFile

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"GIF8", b"{\\rtf")
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def main() -> None:
    """Answers one order and ends."""
    order = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**order["limits"])
    _confine(limits)
    out = sys.stdout.buffer
    try:
        for frame in _frames(order, limits):
            _send(out, frame)
        _send(out, {"end": True})
    except Refused as refused:
        _send(out, {"refused": refused.code, "line": refused.line, "column": refused.column})
    except MemoryError:
        _send(out, {"refused": "sheet_too_big", "line": 0, "column": 0})
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ExpatError, Damaged):
        _send(out, {"refused": "sheet_broken", "line": 0, "column": 0})
    except (OSError, EOFError, KeyError, ValueError, IndexError, OverflowError, RuntimeError):
        # A file that is not what it says: it ends too soon, parts are missing, numbers are none, or it is packed
        # in a way that nobody can unpack (NotImplementedError is a RuntimeError).
        _send(out, {"refused": "sheet_broken", "line": 0, "column": 0})


def _confine(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_AS, limits.memory),
    ):
        with suppress(ValueError, OSError):  # where a system does not know this limit
            resource.setrlimit(what, (most, most))


def _frames(order: dict[str, Any], limits: Limits) -> Iterator[dict[str, Any]]:
    """Frames of ``limits.batch`` lines each, from line ``first`` on, gaps as empty lines."""
    with _opened(order) as file:
        source = _reader(file, order["sheet"], limits)
        rows: list[list[str]] = []
        flaws: list[Flaw] = []
        for cells, bad in _without_gaps(source, order["first"], limits):
            rows.append(cells)
            flaws += bad
            if len(rows) == limits.batch:
                yield {"rows": rows, "flaws": flaws, "about": source.about}
                rows, flaws = [], []
        if rows:
            yield {"rows": rows, "flaws": flaws, "about": source.about}


def _without_gaps(source: Rows, first: int, limits: Limits) -> Iterator[tuple[list[str], list[Flaw]]]:
    due = first
    for number, cells, flaws in source:
        if number > limits.rows:
            raise Refused("sheet_too_many_rows", line=number)
        for _ in range(due, number):
            yield [], []
        if number >= due:
            yield cells, flaws
            due = number + 1
        elif number >= first:
            raise Refused("sheet_broken", line=number)


def _opened(order: dict[str, Any]) -> BinaryIO:
    path = Path(order["path"])
    if order["key"]:
        return cast(BinaryIO, SealedFile(path, bytes.fromhex(order["key"])))
    return path.open("rb")


def _reader(file: BinaryIO, sheet: str, limits: Limits) -> Rows:
    """By what the file holds; what it is called says nothing."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise Refused("sheet_empty")
    if size > limits.file:
        raise Refused("sheet_too_big")
    if head.startswith(_ZIP):
        return sheet_xlsx.read(file, sheet, limits)
    if head.startswith(_OLE):
        if _holds(file, _LOCKED):
            raise Refused("sheet_locked")
        return sheet_xls.read(file, sheet, limits)
    markup = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<",))
    if markup or head.startswith(_OTHERS):
        raise Refused("sheet_wrong_kind")
    return sheet_csv.read(file, limits)


def _holds(file: BinaryIO, mark: bytes) -> bool:
    kept = b""
    try:
        while piece := file.read(65536):
            if mark in kept + piece:
                return True
            kept = piece[-len(mark) :]
        return False
    finally:
        file.seek(0)


def _send(out: BinaryIO, frame: dict[str, Any]) -> None:
    body = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    out.write(len(body).to_bytes(4, "big"))
    out.write(body)
    out.flush()


if __name__ == "__main__":
    main()
