"""`./wx check` and `./wx test`: every step runs, whatever became of the one before it."""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import mariadb, system_packages, valkey
from launch.layout import Layout
from launch.ports import free_port
from launch.prepare import prepare
from launch.processes import Supervisor
from launch.say import Trouble, say, seconds

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Suites that run a second time on MariaDB: all that touch the database.
ON_BOTH = ("tests/services", "tests/doors")
# Names the tests that take longer than a test without the `slow` mark may.
DAWDLERS = ("--durations=5", "--durations-min=2")
# pytest's last line, such as `412 passed, 1 failed in 12.34s`.
CLOSING = re.compile(r"^=*\s*((?:no tests ran|\d+ \w+).* in [\d.]+s.*?)\s*=*$")


@dataclass(frozen=True, slots=True)
class Step:
    """A command to run; environment beyond the usual in `env`."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """How a step went, how many seconds it took, and its last word."""

    name: str
    ok: bool
    seconds: float
    closing: str


class Run:
    """One run of checks over a working copy."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._results: list[Result] = []
        self._env: dict[str, str] = {}
        self._begun = time.monotonic()

    def prepare(self) -> None:
        """Install what lint and tests need from the lock files. Raises `Trouble`."""
        front_end = prepare(self._layout, "dev")
        path = front_end.environ()["PATH"]
        outside = {name: value for name, value in os.environ.items() if not name.startswith("WXB_")}
        # Compiled once a change, not once a process, also where the shell keeps bytecode out of the source folders.
        outside.pop("PYTHONDONTWRITEBYTECODE", None)
        outside["PYTHONPYCACHEPREFIX"] = str(self._layout.bytecode)
        self._env = {**outside, "PATH": f"{self._layout.venv / 'bin'}{os.pathsep}{path}"}

    def equip(self) -> None:
        """Install what only the system has, where it is lacking; what cannot be had counts as a failure."""
        lacking = []
        if not all(mariadb.find(program) for program in mariadb.PROGRAMS):
            lacking.append(system_packages.MARIADB)
        if browser() is None:
            lacking.append(system_packages.CHROMIUM)
        if not system_packages.has_chinese_fonts():
            lacking.append(system_packages.CHINESE_FONTS)
        if not (shutil.which("pdfsig") and shutil.which("certutil")):
            lacking.append(system_packages.PDF_CHECKS)
        if shutil.which("softhsm2-util") is None:
            lacking.append(system_packages.SOFT_TOKEN)
        if lacking:
            self._attempt("system packages", lambda: system_packages.install(lacking))

    def lint(self) -> None:
        """Lint, format, types and floors."""
        python = [str(self._layout.python), "-m"]
        steps = (
            Step("ruff check", [*python, "ruff", "check", ".", "wx"], {}),
            Step("ruff format", [*python, "ruff", "format", "--check", ".", "wx"], {}),
            Step("mypy", [*python, "mypy"], {}),
            Step("floors", [str(self._layout.venv / "bin" / "lint-imports"), "--no-logo"], {}),
        )
        with Supervisor(self._layout.test_logs, self._env, cwd=self._layout.root) as crew:
            for step in steps:
                self._step(crew, step)

    def tests(
        self, name: str, words: Sequence[str], *, on_mariadb: bool = False, browse: bool = False
    ) -> None:
        """One pytest run with servers of its own: always Valkey, and MariaDB where asked for."""
        self._attempt(name, lambda: self._tests(name, words, on_mariadb=on_mariadb, browse=browse))

    def _tests(self, name: str, words: Sequence[str], *, on_mariadb: bool, browse: bool) -> None:
        env = {}
        if browse:
            env["WXB_TEST_CHROMIUM"] = browser() or ""
            if not env["WXB_TEST_CHROMIUM"]:
                raise Trouble("Chromium is not installed.")
        with (
            tempfile.TemporaryDirectory(prefix="wx-test-") as folder,
            Supervisor(self._layout.test_logs, self._env, cwd=self._layout.root) as crew,
        ):
            store = valkey.Valkey(Path(folder) / "valkey", free_port(), durable=False)
            crew.start(store.part(valkey.find(self._layout.python)))
            env["WXB_TEST_REDIS_URL"] = store.url
            if on_mariadb:
                server = mariadb.MariaDB(Path(folder))
                crew.start(server.part())
                env["WXB_TEST_DATABASE_URL"] = server.url
            argv = [
                str(self._layout.python),
                "-m",
                "pytest",
                f"--color={'yes' if sys.stdout.isatty() else 'no'}",
            ]
            self._step(crew, Step(name, [*argv, *words], env))

    def _step(self, crew: Supervisor, step: Step) -> None:
        say(f"\n── {step.name}")
        begun = time.monotonic()
        code, output = crew.finish(step.name.replace(" ", "-"), step.argv, env=step.env, show=_show)
        self._note(Result(step.name, code == 0, time.monotonic() - begun, closing_line(output)))

    def _attempt(self, name: str, work: Callable[[], None]) -> None:
        begun = time.monotonic()
        try:
            work()
        except Trouble as trouble:
            say(str(trouble))
            self._note(Result(name, False, time.monotonic() - begun, str(trouble).splitlines()[0]))

    def _note(self, result: Result) -> None:
        self._results.append(result)

    def summary(self) -> int:
        """Print each step's outcome, time and last word; 0 when all went well, else 1."""
        say("\n── summary")
        for result in self._results:
            mark = "ok    " if result.ok else "FAILED"
            say(f"{mark} {seconds(result.seconds):>12}  {result.name:<18} {result.closing}")
        failed = [result.name for result in self._results if not result.ok]
        took = seconds(time.monotonic() - self._begun)
        say(f"Failed after {took}: {', '.join(failed)}" if failed else f"All is well after {took}.")
        return 1 if failed else 0


def check(layout: Layout) -> int:
    """A developer's short loop: lint, types, floors, SQLite tests without browser."""
    run = Run(layout)
    run.prepare()
    run.lint()
    run.tests("tests on SQLite", [*_workers(more=1), "-m", "not slow and not e2e", *DAWDLERS])
    return run.summary()


def test(layout: Layout) -> int:
    """Everything: lint, types, floors, all tests on SQLite, on MariaDB, and in Chromium."""
    run = Run(layout)
    run.prepare()
    run.equip()
    run.lint()
    run.tests("tests on SQLite", [*_workers(), "-m", "not e2e"])
    run.tests("tests on MariaDB", [*_workers(), "-m", "not e2e", *ON_BOTH], on_mariadb=True)
    run.tests("end to end", [*_workers(), "-m", "e2e", "tests/e2e"], browse=True)
    return run.summary()


def browser() -> str | None:
    """Chromium's path, whatever it is called here."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def closing_line(output: bytes) -> str:
    """pytest's closing line when there is one, else the last line that says anything."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output.decode("utf-8", "replace"))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    found = [match[1] for line in lines[-5:] if (match := CLOSING.match(line))]
    return (found or lines or [""])[-1][:110]


def _workers(more: int = 0) -> list[str]:
    """Two to four, as many as cores and some more: of the quick tests there is always one that only waits."""
    return ["-n", str(max(2, min(4, (os.cpu_count() or 2) + more))), "--dist", "worksteal"]


def _show(piece: bytes) -> None:
    try:
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except (OSError, ValueError):
        return
