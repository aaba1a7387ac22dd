"""Several programs as one: started in order, watched, and stopped together, whatever happens to us."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from launch import guard, tether
from launch.register import Register
from launch.say import Trouble, say, tail

POLL = 0.05
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Someone pressed Ctrl-C, closed the terminal or sent SIGTERM: stop in order, nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Part:
    """A program that keeps running. `ready` tells whether it serves; `patience` is in seconds.

    A `foundation` (a data server) is stopped only after everything that stands on it.
    """

    name: str
    argv: Sequence[str | Path]
    ready: Callable[[], bool]
    patience: float = 30.0
    foundation: bool = False


@dataclass(frozen=True, slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]


class Supervisor:
    """Starts parts and stops all of them when the `with` block ends, however it ends.

    Each part leads a process group of its own and logs to `<log_folder>/<name>.log`. Should we be killed
    outright, the kernel (Linux) and a small guard process stop what we leave. `register` remembers the parts
    on disk, for the case that even those fail.
    """

    def __init__(
        self,
        log_folder: Path,
        env: Mapping[str, str],
        *,
        grace: float = 6.0,
        cwd: Path | None = None,
        register: Register | None = None,
    ) -> None:
        self._logs = log_folder
        self._env = dict(env)
        self._grace = grace
        self._cwd = cwd
        self._register = register
        self._running: list[_Running] = []
        self._stop_requested = False
        self._before: dict[int, Any] = {}
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Supervisor":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, str(self._grace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for number in SIGNALS:
            if number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup: the terminal may close without us
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            if self._guard is not None and self._guard.stdin is not None:
                with suppress(OSError):
                    self._guard.stdin.close()
                self._guard.wait()
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Only a flag: an exception here could fall between starting a part and noting it down.
        self._stop_requested = True

    def start(self, part: Part) -> None:
        """Start `part` and wait until it is ready.

        Raises `Trouble` when it, or a part started earlier, dies or when its patience runs out, and
        `StopRequested`.
        """
        self._running.append(_Running(part, self._launch(part.name, part.argv)))
        deadline = time.monotonic() + part.patience
        while True:
            self.check()
            if part.ready():
                return
            if time.monotonic() > deadline:
                raise Trouble(
                    f"{part.name} was started but is not ready after {part.patience:.0f} seconds. "
                    f"The end of its log, {self._log(part.name)}:\n{tail(self._log(part.name))}"
                )
            time.sleep(POLL)

    def run(self, name: str, argv: Sequence[str | Path], *, advice: str = "") -> str:
        """Run a program to its end, watching the parts meanwhile; return what it printed.

        Raises `Trouble` with its last words and `advice` when it fails, and `StopRequested`.
        """
        code, output = self.finish(name, argv)
        if code != 0:
            log = self._log(name)
            raise Trouble(f"{name} failed. The end of its log, {log}:\n{tail(log)}\n{advice}".rstrip())
        return output.decode("utf-8", "replace")

    def finish(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        show: Callable[[bytes], None] | None = None,
    ) -> tuple[int, bytes]:
        """Run a program to its end, watching the parts meanwhile; return its exit code and what it printed.

        With `show`, output and complaints come as one and are handed on piece by piece; else complaints go to
        the log. Raises `Trouble` when a part dies, and `StopRequested`.
        """
        process = self._launch(name, argv, env=env, output=subprocess.PIPE, merged=show is not None)
        passing = _Running(Part(name, argv, ready=lambda: True), process)
        self._running.append(passing)
        output = bytearray()
        pipe = process.stdout
        if pipe is None:
            raise RuntimeError("a pipe was asked for")
        while True:
            self.check(apart_from=process)
            ended = process.poll() is not None
            while select.select([pipe], [], [], 0 if ended else POLL)[0]:
                piece = os.read(pipe.fileno(), 65536)
                if not piece:
                    ended = process.wait() is not None
                    break
                output += piece
                if show is not None:
                    show(piece)
            if ended:
                break
        with self._log(name).open("ab") as file:
            file.write(output)
        self._bury(passing, 0.0)
        return process.returncode, bytes(output)

    def watch(self) -> None:
        """Watch until someone asks us to stop (`StopRequested`) or a part dies (`Trouble`)."""
        while True:
            self.check()
            time.sleep(POLL * 4)

    def check(self, *, apart_from: subprocess.Popen[bytes] | None = None) -> None:
        """Raise `StopRequested` or `Trouble` when there is reason to."""
        if self._stop_requested:
            raise StopRequested
        for each in self._running:
            if each.process is not apart_from and each.process.poll() is not None:
                raise Trouble(
                    f"{each.part.name} {ending(each.process.returncode)}. "
                    f"The end of its log, {self._log(each.part.name)}:\n{tail(self._log(each.part.name))}"
                )

    def stop(self) -> None:
        """Stop all parts, those that others stand on last; returns when nothing is left running."""
        for foundation in (False, True):
            wave = [each for each in reversed(self._running) if each.part.foundation is foundation]
            for each in wave:
                guard.send(each.process.pid, signal.SIGTERM)
            deadline = time.monotonic() + self._grace
            for each in wave:
                self._bury(each, deadline)

    def _bury(self, each: _Running, deadline: float) -> None:
        try:
            each.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{each.part.name} does not stop by itself; killing it.")
        guard.send(each.process.pid, signal.SIGKILL)  # also what it may have left behind in its group
        each.process.wait()
        if each.process.stdout is not None:
            each.process.stdout.close()
        self._forget(each)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _launch(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        output: int | None = None,
        merged: bool = False,
    ) -> subprocess.Popen[bytes]:
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    tether.__file__,
                    str(os.getpid()),
                    *(str(word) for word in argv),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log if output is None else output,
                stderr=subprocess.STDOUT if merged else log,
                env={**self._env, **(env or {})},
                cwd=self._cwd,
                start_new_session=True,
            )
        self._tell_guard(f"+{process.pid}")
        if self._register is not None:
            self._register.add(name, process.pid)
        return process

    def _forget(self, each: _Running) -> None:
        self._running.remove(each)
        self._tell_guard(f"-{each.process.pid}")
        if self._register is not None:
            self._register.remove(each.process.pid)

    def _tell_guard(self, line: str) -> None:
        if self._guard is None or self._guard.stdin is None:
            raise RuntimeError("a supervisor starts programs inside its `with` block alone")
        with suppress(OSError):  # a guard that someone killed must not keep us from working, or from stopping
            self._guard.stdin.write(line.encode() + b"\n")
            self._guard.stdin.flush()


def ending(code: int) -> str:
    """How a process ended, in words: `stopped by itself (exit code 1)` or `was killed by SIGKILL`."""
    if code >= 0:
        return f"stopped by itself (exit code {code})"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
