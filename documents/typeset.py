"""Setting a document: one of our templates and data in, a PDF out.

Typst does it in a process of its own, which gets no words but ours, the template's folder to read from, and little
time: a page that cannot be set loses that process and not the one that answers people. The data is JSON and stays
text whatever it says. The first thing that goes wrong is said: a font that is not there would otherwise print boxes.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from documents import fonts

TEMPLATES = Path(__file__).with_name("typst")
_ROOT = Path(__file__).resolve().parent.parent
_PDF = b"%PDF-"
# One core's worth beside the pages of a process; who waits longer is asked to come back.
_AT_ONCE = BoundedSemaphore(2)


class NotSet(Exception):
    """The document could not be set; the text says why, for the log."""


class Crowded(Exception):
    """Too many documents are being set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: seconds on the clock, bytes of address space, bytes of the result."""

    seconds: int = 20
    memory: int = 3 * 2**30
    result: int = 20 * 2**20
    patience: int = 10  # seconds waited for one's turn


_USUAL = Limits()


def pdf(template: str, data: dict[str, Any], limits: Limits = _USUAL) -> bytes:
    """The PDF of ``template`` (its name without ending) filled with ``data``.

    Pictures are bytes among the data. Raises NoFont, Crowded, NotSet.
    """
    order = {
        "template": template,
        "fonts": str(fonts.chinese().folder),
        "data": json.dumps(data, ensure_ascii=False, default=list),  # bytes become numbers
        "seconds": limits.seconds,
        "memory": limits.memory,
    }
    if not _AT_ONCE.acquire(timeout=limits.patience):
        raise Crowded
    try:
        return _answer(order, limits)
    finally:
        _AT_ONCE.release()


def _answer(order: dict[str, Any], limits: Limits) -> bytes:
    command = [sys.executable, "-m", "documents.typeset_child"]
    try:
        done = subprocess.run(  # noqa: S603  # a program of our own, given nothing but our own words
            command,
            cwd=_ROOT,
            env={},
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSet("out of time") from None
    if len(done.stdout) > limits.result:
        raise NotSet("too long")
    if done.returncode or not done.stdout.startswith(_PDF):
        raise NotSet(done.stderr.decode("utf-8", "replace")[-300:] or f"ended with {done.returncode}")
    return done.stdout
