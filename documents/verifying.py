"""Looking at a PDF that somebody says we sealed: whole, unchanged, and by whose key.

A process of its own reads it, for it may have been made to break whoever reads it: it gets no words but ours, no
files, and little time and memory. That the file is byte by byte the one that was handed out is told by its SHA-256
alone, which the caller has; this here holds for whoever has no such record.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
# One core's worth beside the pages of a process; who waits longer is asked to come back.
_AT_ONCE = BoundedSemaphore(2)
# At work or waiting, so that a crowd at this door leaves threads for everybody else: the callback's among them.
_PLACES = BoundedSemaphore(6)

# What can be wrong, as Verdict.problems names it; in English for the command line and the log.
PROBLEMS = {
    "unreadable": "not a PDF that can be read",
    "too_costly": "takes too much time or memory to read",
    "no_seal": "there is no signature in it",
    "several_seals": "there is more than one signature in it",
    "changed": "the signed bytes were changed",
    "bad_signature": "the signature itself is broken or was not made with the key of its certificate",
    "added_to": "something was added after it was signed",
    "unknown_signer": "the certificate does not come from any of the roots given",
    "out_of_date": "the certificate was not valid at the time that the signature claims",
}


class Crowded(Exception):
    """Too many files are being looked at."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds on the clock, bytes of address space, and of the file; seconds of patience."""

    seconds: int = 15
    memory: int = 2**30
    size: int = 20 * 2**20
    patience: int = 10


_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a file. ``problems`` are names in PROBLEMS.

    The rest is the signature's own word, and worth nothing unless the verdict is good: ``signed_at`` by the signing
    machine's clock, ``signer`` from its certificate, ``reason`` and ``number`` as the seal's note had them.
    """

    is_sealed: bool = False  # there is one signature in it
    is_intact: bool = (
        False  # made with the certificate's key over just these bytes, and nothing forbidden was added
    )
    is_trusted: bool = False  # the certificate comes from one of the roots, and was valid at the time claimed
    covers_whole: bool = False  # every byte of the file is signed, or is the signature
    signed_at: datetime | None = None
    signer: str = ""
    reason: str = ""
    number: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether all of it holds."""
        return (
            self.is_sealed and self.is_intact and self.is_trusted and self.covers_whole and not self.problems
        )

    def to_json(self) -> str:
        """For the way between processes."""
        return json.dumps(asdict(self) | {"signed_at": self.signed_at and self.signed_at.isoformat()})

    @classmethod
    def from_json(cls, text: bytes) -> "Verdict":
        """The other end of ``to_json``."""
        said: dict[str, Any] = json.loads(text)
        moment = said["signed_at"] and datetime.fromisoformat(said["signed_at"])
        return cls(**said | {"signed_at": moment, "problems": tuple(said["problems"])})


def check(data: bytes, roots: Sequence[bytes], limits: Limits = _USUAL) -> Verdict:
    """What holds of ``data``, whatever it is. ``roots`` are trusted certificates as DER. Raises Crowded."""
    if len(data) > limits.size:
        return Verdict(problems=("too_costly",))
    order = {"roots": [root.hex() for root in roots], "seconds": limits.seconds, "memory": limits.memory}
    if not _PLACES.acquire(blocking=False):
        raise Crowded
    try:
        return _in_turn(json.dumps(order).encode() + b"\n" + data, limits)
    finally:
        _PLACES.release()


def _in_turn(order: bytes, limits: Limits) -> Verdict:
    if not _AT_ONCE.acquire(timeout=limits.patience):
        raise Crowded
    try:
        return _answer(order, limits)
    finally:
        _AT_ONCE.release()


def _answer(order: bytes, limits: Limits) -> Verdict:
    command = [sys.executable, "-m", "documents.verify_child"]
    try:
        done = subprocess.run(  # noqa: S603  # a program of our own, given nothing but our own words
            command, cwd=_ROOT, env={}, input=order, capture_output=True, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(problems=("too_costly",))
    if done.returncode:
        return Verdict(problems=("too_costly",))
    return Verdict.from_json(done.stdout)
