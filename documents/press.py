"""Setting many documents one after the other: as ``documents.typeset``, without a new process for each.

Most of what one document costs is starting, and finding the fonts. A press starts one process for all of a batch and
keeps it as long as the batch lasts. It lives under the same limits, a document's own beginning with each; it is
replaced after so many documents, and at once after one that it could not survive, which the next does not notice.
"""

import json
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import IO, Any, Self

from documents import fonts
from documents.press_frames import PDF, read_length, with_length
from documents.typeset import Limits, NotSet

_ROOT = Path(__file__).resolve().parent.parent
_USUAL = Limits()


class Press:
    """Sets documents while its ``with`` lasts. Safe to use from several threads; they wait for each other."""

    def __init__(self, limits: Limits = _USUAL, most: int = 200) -> None:
        """``most``: documents after which the process is replaced."""
        self._limits = limits
        self._most = most
        self._done = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._stop()

    def pdf(self, template: str, data: dict[str, Any]) -> bytes:
        """The PDF of ``template`` filled with ``data``, as ``typeset.pdf`` makes it. Raises NoFont, NotSet."""
        order = {"template": template, "data": json.dumps(data, ensure_ascii=False, default=list)}
        with self._lock:
            try:
                return self._answer(self._ready(), with_length(json.dumps(order).encode()))
            except OSError as trouble:
                raise NotSet(f"the press ended with {self._stop()} ({trouble})") from None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._done >= self._most:
            self._stop()
            self._child, self._done = self._started(), 0
        self._done += 1
        return self._child

    def _started(self) -> subprocess.Popen[bytes]:
        common = {
            "fonts": str(fonts.chinese().folder),
            "seconds": self._limits.seconds,
            "memory": self._limits.memory,
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "documents.typeset_child", "many"],
            cwd=_ROOT,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        _pipe(child.stdin).write(json.dumps(common).encode() + b"\n")
        return child

    def _answer(self, child: subprocess.Popen[bytes], order: bytes) -> bytes:
        """Raises OSError when the process is no more, for whatever reason, also for having taken too long."""
        source, target = _pipe(child.stdout), _pipe(child.stdin)
        # Whoever waits for a process that hangs is freed by its end.
        clock = Timer(self._limits.seconds, child.kill)
        clock.start()
        try:
            target.write(order)
            target.flush()
            kind, length = source.read(1), read_length(source)
            if length is None:
                raise BrokenPipeError("no answer")
            if length > self._limits.result:
                self._stop()
                raise NotSet("too long")
            answer = source.read(length)
        finally:
            clock.cancel()
        if len(answer) < length:
            raise BrokenPipeError("half an answer")
        if kind != PDF:
            raise NotSet(answer.decode("utf-8", "replace")[-300:])
        return answer

    def _stop(self) -> int | None:
        """Ends the process; its exit code."""
        if self._child is None:
            return None
        child, self._child = self._child, None
        child.kill()
        child.communicate()
        return child.returncode


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise BrokenPipeError("no pipe")
    return stream
