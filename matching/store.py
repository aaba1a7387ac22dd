"""Snapshots of the index in a folder: written beside the one in use, then switched to in one step.

``current`` is a link to the snapshot in use. A snapshot never changes, but for the posts' days of expiry (0 once a post
is closed, in the memory that all processes share) and ``log`` (what came since). Readers that lose a race against the
removal of an old snapshot read ``current`` again.
"""

import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import layout, log, news, program
from matching.building import Arrays, build
from matching.columns import Columns
from matching.files import replace_file, sync_folder
from matching.log import Closed, Published, Record

CURRENT, MANIFEST, LOG = "current", "manifest.json", "log"
PREFIX = "snapshot-"
GRACE = 60  # seconds for which an old snapshot stays: longer than any process needs to open what ``current`` named


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was made of."""

    day: int  # an ordinal: freshness counts from it
    weights: str  # the digest of the weights
    code: str  # the digest of the program that reads it
    posts: int
    most_static: int
    mark: str  # everything up to this word is in the snapshot


@contextmanager
def lock(folder: Path, name: str, *, wait: bool = True) -> Iterator[bool]:
    """Holds a lock among the processes of this host; answers False when it is held and ``wait`` is not wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def write(folder: Path, columns: Columns, weights: Weights, day: int, mark: str = "") -> str:
    """Writes a snapshot that nobody uses yet; answers its name. Raises ValueError when there are too many posts."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{PREFIX}{time.time_ns()}-{secrets.token_hex(3)}"
    draft = folder / f".{name}"
    draft.mkdir()
    arrays = build(columns, weights, day)
    for field in fields(Arrays):
        np.save(draft / f"{field.name}.npy", getattr(arrays, field.name))
    (draft / LOG).touch()
    most = int((arrays.rows[:, 0] >> layout.STATIC_AT & 0xFFFF).max(initial=0))
    manifest = Manifest(day, weights.digest, program.digest(), len(columns), most, mark)
    replace_file(draft / MANIFEST, json.dumps(asdict(manifest)).encode())
    for path in draft.iterdir():
        sync_folder(path)
    draft.rename(folder / name)
    sync_folder(folder)
    return name


def switch(folder: Path, name: str) -> None:
    """From now on this snapshot is the one in use."""
    link = folder / f".{CURRENT}-{secrets.token_hex(3)}"
    link.symlink_to(name)
    link.replace(folder / CURRENT)
    sync_folder(folder)
    news.tell(folder)


def current(folder: Path) -> Path | None:
    """The folder of the snapshot in use; None before there is one."""
    try:
        return folder / (folder / CURRENT).readlink()
    except FileNotFoundError:
        return None


def manifest(snapshot: Path) -> Manifest:
    """What a snapshot was made of. Raises OSError when it is gone."""
    return Manifest(**json.loads((snapshot / MANIFEST).read_bytes()))


def sweep(folder: Path, clock: float) -> None:
    """Removes snapshots that nobody can still be about to open, and what a crash left half-written.

    ``clock`` is the time in seconds since 1970. What is mapped lives on in the processes that map it.
    """
    used = current(folder)
    pointer = folder / CURRENT
    if used is None or clock - pointer.lstat().st_mtime < GRACE:
        return
    for path in folder.iterdir():
        is_ours = path.name.lstrip(".").startswith((PREFIX, f"{CURRENT}-"))
        if not is_ours or path == used or clock - path.lstat().st_mtime < GRACE:
            continue
        if path.is_symlink():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)


class Writer:
    """Posts in and out of the snapshot in use. Whoever holds one holds the writers' lock."""

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self._facts: NDArray[np.int64] = np.load(snapshot / "facts.npy", mmap_mode="r+")
        self._ids = np.load(snapshot / "ids_sorted.npy", mmap_mode="r")
        self._posts = np.load(snapshot / "posts_by_id.npy", mmap_mode="r")

    def write(self, records: Iterable[Record]) -> None:
        """Records what happened. In every process a post is out at once, and in with its next question.

        A post that comes in anew is out before it is in, so that nobody ever sees it twice.
        """
        kept = list(records)
        for record in kept:
            match record:
                case Published(offer):
                    self._put_out(offer.id)
                case Closed(post):
                    self._put_out(post)
        log.append(self._snapshot / LOG, kept)
        news.tell(self._snapshot.parent)

    def _put_out(self, post: int) -> None:
        place = int(np.searchsorted(self._ids, post))
        if place < len(self._ids) and self._ids[place] == post:
            self._facts[self._posts[place], layout.REST] &= ~layout.EXPIRY
