"""The index as it is asked: opened by any number of processes, always at what is published now."""

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.matching import Weights
from matching import layout, log, program, store
from matching.columns import Ints
from matching.fresh import Fresh
from matching.layout import RESULT
from matching.program import Program
from matching.query import Found, Query, fit_points_of, packed

# The snapshot's arrays in the order of the block.
_COLUMNS = (*("rows", "slice_keys", "slice_starts", "facts", "alive"),)
TRIES = 5  # at opening what is just being replaced


Numbers = NDArray[Any]


class NoIndex(Exception):
    """No snapshot has been made yet, or none by this version of the program."""


@dataclass(frozen=True, slots=True)
class View:
    """What one question is answered from: a snapshot and what came since. It is not changed."""

    name: str
    day: int
    most_static: int
    arrays: dict[str, Numbers]
    watch: log.Watch
    log_state: tuple[int, int]  # of the file, when it was read
    fresh: Fresh
    offset: int  # how far the log is read
    block: "array[int]"  # addresses and sizes of it all
    held: tuple[Numbers, ...]  # what the addresses point to, besides the snapshot

    @property
    def published(self) -> Numbers:
        """Days of publication, in the order of ties."""
        return self.arrays["published"]

    @property
    def ids(self) -> Numbers:
        """Ids of the posts, in the order of ties."""
        return self.arrays["facts"][:, layout.ID]


class Index:
    """Answers questions from the snapshot in use. Threads may share it."""

    def __init__(self, folder: Path, weights: Weights) -> None:
        self._folder = folder
        self._weights = weights
        self._fit_points = fit_points_of(weights)
        self._lock = Lock()
        self._view: View | None = None
        self._program: Program | None = None

    def warm(self) -> None:
        """Gets the program and opens the snapshot, if there is one: what the first question would wait for."""
        with self._lock:
            self._get_program()
        if store.current(self._folder) is not None:
            self._seen()

    def top(self, query: Query, today: int, count: int = 0) -> list[Found]:
        """The posts to show on a day (an ordinal), the best first; ``count`` of them, or as many as the weights say.

        Raises `NoIndex`, ValueError for a bad query.
        """
        numbers, counts = self._answers((query,), today, count or self._weights.count)
        found = tuple(numbers[: counts[0] * RESULT])
        return [
            Found._make((*found[start : start + layout.PARTS], found[start + layout.PARTS : start + RESULT]))
            for start in range(0, len(found), RESULT)
        ]

    def many(self, queries: Sequence[Query], today: int, count: int = 0) -> tuple[Ints, Ints]:
        """For each query its results (rows of layout.RESULT numbers) and how many there are."""
        numbers, counts = self._answers(queries, today, count or self._weights.count)
        results = np.frombuffer(numbers, dtype=np.int64).reshape(len(queries), -1, RESULT)
        return results, np.frombuffer(counts, dtype=np.int64)

    def _answers(self, queries: Sequence[Query], today: int, count: int) -> tuple["array[int]", "array[int]"]:
        view = self._seen()
        asked, starts = array("q"), array("q")
        for query in queries:
            starts.append(len(asked))
            asked.extend(packed(query, self._weights, self._fit_points))
        results = array("q", bytes(8 * len(queries) * count * RESULT))
        counts = array("q", bytes(8 * len(queries)))
        scratch = array("q", bytes(8 * layout.scratch_size(count)))
        lists = (asked, starts, results, counts, scratch)
        at_asked, at_starts, at_results, at_counts, at_scratch = (one.buffer_info()[0] for one in lists)
        block = view.block[:]
        block.extend((today, count, self._weights.of_one_employer, at_asked, at_starts, len(queries)))
        block.extend((at_results, at_counts, at_scratch))
        (self._program or self._get_program()).run(block)
        return results, counts

    def day(self) -> int:
        """The day from which freshness counts. Raises `NoIndex`."""
        return self._seen().day

    def _get_program(self) -> Program:
        if self._program is None:
            path = program.path_for(self._folder)
            program.provide(path)
            self._program = program.load(path)
        return self._program

    def _seen(self) -> View:
        """The view of what is published now."""
        view = self._view
        if view is not None and self._is_current(view):
            return view
        with self._lock:
            for _ in range(TRIES):
                try:
                    self._view = self._renewed(self._view)
                except FileNotFoundError:
                    continue  # it was removed while we opened it: another one is in use by now
                return self._view
        raise NoIndex

    def _is_current(self, view: View) -> bool:
        """Two questions to the system, a few microseconds: whether anything came since."""
        return self._pointer() in (view.name, "") and view.watch.state() == view.log_state

    def _pointer(self) -> str:
        try:
            return os.readlink(self._folder / store.CURRENT)  # noqa: PTH115 - a third of what Path takes
        except OSError:
            return ""  # the folder is away: what is mapped still holds

    def _renewed(self, old: View | None) -> View:
        snapshot = store.current(self._folder)
        if snapshot is None:
            raise NoIndex
        if old is None or old.name != snapshot.name:
            if store.manifest(snapshot).code != program.digest():
                if old is None:
                    raise NoIndex
                return old  # of another version of us: what is mapped serves until this process is replaced
            old = _opened(snapshot)
        state = old.watch.state()  # before it is read: what comes meanwhile makes another difference
        records, offset = log.read(snapshot / store.LOG, old.offset)
        fresh = old.fresh.after(records, old.published, old.ids)
        block, held = _block(old, fresh, self._weights)
        return replace(old, fresh=fresh, offset=offset, log_state=state, block=block, held=held)


def _opened(snapshot: Path) -> View:
    """A snapshot without anything that came since. Raises FileNotFoundError."""
    known = store.manifest(snapshot)
    arrays = {name: np.load(snapshot / f"{name}.npy", mmap_mode="r") for name in (*_COLUMNS, "published")}
    return View(
        name=snapshot.name,
        day=known.day,
        most_static=known.most_static,
        arrays=arrays,
        watch=log.Watch(snapshot / store.LOG),
        log_state=(-1, -1),
        fresh=Fresh.none(),
        offset=0,
        block=array("q"),
        held=(),
    )


def _block(view: View, fresh: Fresh, weights: Weights) -> tuple["array[int]", tuple[Numbers, ...]]:
    """The block's part that is the same for every question, and what it points to."""
    addresses = [view.arrays[name].ctypes.data for name in _COLUMNS]
    addresses.insert(layout.SLICES, len(view.arrays["slice_keys"]))
    columns = fresh.columns
    rows, facts = fresh.words(weights, view.day)
    held = (
        *(rows, fresh.ties, facts),
        *(columns.major_start, columns.majors, columns.place_start, columns.places),
    )
    block = array("q", (*addresses, view.most_static, len(columns)))
    block.extend(one.ctypes.data for one in held)
    return block, held
