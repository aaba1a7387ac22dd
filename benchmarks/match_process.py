"""A process that answers as a web process does, told what to do line by line: started by benchmarks.match.

Nothing of ours is imported until it is told to, so that what it grows by can be measured; what every process of ours
has loaded anyway, to read its settings and to write its log, is there from the start.
"""

import importlib
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pydantic_settings
import structlog

LOADED = (pydantic_settings, structlog)
START = (sys.executable, "-c", "from benchmarks import match_process; match_process.serve()")


def serve() -> None:
    """Answers the lines of its input, one each: pss | open FOLDER QUERIES DAY | touch | watch POST."""
    state: dict[str, Any] = {}
    for line in sys.stdin:
        verb, *words = line.split()
        print(DEEDS[verb](state, *words), flush=True)


def _pss(state: dict[str, Any]) -> int:
    """KiB that are this process's own, and its share of what it has in common with others."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def _open(state: dict[str, Any], folder: str, queries: str, today: str) -> int:
    """Opens the index and answers every query; says how many results there were."""
    index = importlib.import_module("matching.index").Index(
        Path(folder), importlib.import_module("config.matching").weights()
    )
    state |= {"index": index, "today": int(today)}
    results = 0
    with Path(queries).open("rb") as file:
        while file.peek(1):
            state["query"] = pickle.load(file)
            results += len(index.top(state["query"], state["today"]))
    return results


def _touch(state: dict[str, Any]) -> int:
    """Reads every page of the index that a search may read."""
    view = state["index"]._seen()
    return int(sum(int(one.reshape(-1)[:: 4096 // one.itemsize].sum()) for one in view.arrays.values()))


def _watch(state: dict[str, Any], post: str) -> int:
    """Asks until a post is shown to the last graduate; says when that was, in nanoseconds."""
    wanted = int(post)
    while True:
        if any(found.post == wanted for found in state["index"].top(state["query"], state["today"])):
            return time.monotonic_ns()


DEEDS: dict[str, Any] = {"pss": _pss, "open": _open, "touch": _touch, "watch": _watch}


class Peer:
    """Such a process, from outside."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            START, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def say(self, line: str) -> None:
        """Tells it what to do, without waiting."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> int:
        """Its answer. Raises ValueError when it died."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def ask(self, line: str) -> int:
        """Tells it and waits."""
        self.say(line)
        return self.hear()

    def end(self) -> None:
        """Closes its input, upon which it ends."""
        self._process.communicate()
