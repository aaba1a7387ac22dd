"""The index of posts as one process holds it, and what the keeper of the index knows in the process that is it."""

import fcntl
import os
import weakref
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from config.matching import weights
from matching.index import Index


@dataclass(slots=True)
class Known:
    """What the keeper has seen to of one snapshot: the last change, and which of those before it."""

    snapshot: str
    mark: int
    seen: frozenset[int]


class PostShelf:
    """Opens the index when it is first asked for. One process of a host keeps the index: it leads while it lives."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._index: Index | None = None
        self._lock = Lock()
        self._is_leading = False
        self.turn = Lock()  # held by whoever writes into the snapshot in use
        self.known: Known | None = None

    def folder(self, data: Path) -> Path:
        """Where the index lies, below the installation's data."""
        return self._folder or data / "posts"

    def index(self, data: Path) -> Index:
        """The index, to be asked."""
        with self._lock:
            if self._index is None:
                self._index = Index(self.folder(data), weights())
            return self._index

    def leads(self, data: Path) -> bool:
        """Whether this process is the one that keeps the index of this host; it is from then on, while it lives."""
        with self._lock:
            if not self._is_leading:
                folder = self.folder(data)
                folder.mkdir(parents=True, exist_ok=True)
                handle = os.open(folder / "keeper.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(handle)
                    return False
                weakref.finalize(self, os.close, handle)
                self._is_leading = True
            return True
