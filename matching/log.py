"""What happened to posts since a snapshot was made: a file that only grows, read by any number of processes.

A record is its length and checksum, then JSON. A record torn by a crash is not there: readers stop before it, and the
next writer cuts it off.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matching.columns import Offer

_HEAD = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Published:
    """A post came in, or came in anew with other properties."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class Closed:
    """A post is out: closed, withdrawn, blocked."""

    post: int


@dataclass(frozen=True, slots=True)
class Marked:
    """Everything up to this word (whatever the writer understands by it) is in the records before."""

    word: str


Record = Published | Closed | Marked


def read(path: Path, offset: int) -> tuple[list[Record], int]:
    """The whole records from ``offset`` on, and the offset after the last of them."""
    with path.open("rb") as file:
        file.seek(offset)
        content = file.read()
    records, place = [], 0
    while (found := _record(content, place)) is not None:
        record, place = found
        records.append(record)
    return records, offset + place


def append(path: Path, records: Iterable[Record]) -> None:
    """Adds records so that they last. One writer at a time: whoever calls holds the writers' lock."""
    _, end = read(path, 0) if path.exists() else ([], 0)
    content = b"".join(_bytes(record) for record in records)
    with path.open("ab") as file:
        file.truncate(end)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _bytes(record: Record) -> bytes:
    match record:
        case Published(offer):
            said: dict[str, Any] = {"published": asdict(offer)}
        case Closed(post):
            said = {"closed": post}
        case Marked(word):
            said = {"marked": word}
    content = json.dumps(said, separators=(",", ":")).encode()
    return _HEAD.pack(len(content), zlib.crc32(content)) + content


def _record(content: bytes, place: int) -> tuple[Record, int] | None:
    """The record at a place and where it ends; None where no whole record is."""
    if len(content) < place + _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(content, place)
    begin = place + _HEAD.size
    text = content[begin : begin + length]
    if not length or len(text) < length or zlib.crc32(text) != checksum:
        return None
    match json.loads(text):
        case {"published": offer}:
            lists = {name: tuple(offer[name]) for name in ("majors", "places")}
            return Published(Offer(**(offer | lists))), begin + length
        case {"closed": post}:
            return Closed(post), begin + length
        case said:
            return Marked(said["marked"]), begin + length
