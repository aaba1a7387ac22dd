"""The index as it is asked: opened by any number of processes, always at what is published now."""

import os
from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from struct import Struct
from threading import Lock
from time import monotonic

import numpy as np

from config.matching import Weights
from matching import news, program, store, view
from matching.columns import Ints
from matching.layout import RESULT
from matching.program import Program
from matching.query import Found, Query, packed
from matching.slate import Slate
from matching.view import View

TRIES = 5  # at opening what is just being replaced
LOOK = 1.0  # seconds, after which the folder is looked at though no news came: it may have been replaced, news and all
_ROW = Struct(f"{RESULT}q")
_found = partial(tuple.__new__, Found)  # what Found._make does, without a call of Python's


class NoIndex(Exception):
    """No snapshot has been made yet, or none by this version of the program."""


class Index:
    """Answers questions from the snapshot in use. Threads may share it."""

    def __init__(self, folder: Path, weights: Weights) -> None:
        self._folder = folder
        self._count = weights.count
        self._weights = weights
        self._lock = Lock()
        self._view: View | None = None
        self._next_look = 0.0
        self._slates: list[Slate] = []  # those that nobody uses now
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
        asked = packed(query)
        run = (self._program or self._get_program()).run
        slate = self._slate(self._seen(), count or self._count)
        slate.ask(asked)
        if slate.answer(run, today):
            slate = self._slate(self._renew(), count or self._count)
            slate.ask(asked)
            slate.answer(run, today)  # as of now: what is told by this time came after the question
        found = list(map(_found, _ROW.iter_unpack(slate.results())))
        self._slates.append(slate)
        return found

    def many(self, queries: Sequence[Query], today: int, count: int = 0) -> tuple[Ints, Ints]:
        """For each query its results (rows of layout.RESULT numbers) and how many there are."""
        asked, starts = array("q"), array("q")
        for query in queries:
            starts.append(len(asked))
            asked.extend(packed(query))
        run = (self._program or self._get_program()).run
        slate = Slate(self._seen(), count or self._count, asked, starts)
        if slate.answer(run, today):
            slate = Slate(self._renew(), count or self._count, asked, starts)
            slate.answer(run, today)
        results = np.frombuffer(slate.out, dtype=np.int64).reshape(len(queries), -1, RESULT)
        return results, np.frombuffer(slate.counts, dtype=np.int64)

    def day(self) -> int:
        """The day from which freshness counts. Raises `NoIndex`."""
        return self._seen().day

    def _slate(self, seen: View, count: int) -> Slate:
        """One that nobody uses now, made for this view; whoever has used it puts it back."""
        try:
            slate = self._slates.pop()
        except IndexError:
            return Slate(seen, count)
        return slate if slate.view is seen and slate.count == count else Slate(seen, count)

    def _get_program(self) -> Program:
        if self._program is None:
            path = program.path_for(self._folder)
            program.provide(path)
            self._program = program.load(path)
        return self._program

    def _seen(self) -> View:
        """The view to ask, which knows by itself whether it is old."""
        seen, now = self._view, monotonic()
        if seen is None:
            return self._renew()
        if now > self._next_look:
            self._next_look = now + LOOK
            if self._pointer() not in (seen.name, ""):
                return self._renew()
        return seen

    def _pointer(self) -> str:
        try:
            return os.readlink(self._folder / store.CURRENT)  # noqa: PTH115 - a third of what Path takes
        except OSError:
            return ""  # the folder is away: what is mapped still holds

    def _renew(self) -> View:
        """The view of what is published now."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    self._view = self._renewed(self._view)
                except FileNotFoundError:
                    continue  # it was removed while we opened it: another one is in use by now
                return self._view
        raise NoIndex

    def _renewed(self, old: View | None) -> View:
        heard = news.heard(self._folder)  # before anything is read: what comes meanwhile is news again
        snapshot = store.current(self._folder)
        if snapshot is None:
            raise NoIndex
        if old is None or old.name != snapshot.name:
            if store.manifest(snapshot).code != program.digest():
                if old is None:
                    raise NoIndex
                return old  # of another version of us: what is mapped serves until this process is replaced
            old = view.opened(snapshot, self._weights)
        return view.grown(old, snapshot, heard)
