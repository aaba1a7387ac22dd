"""The Python environment in `.venv/`, made from a lock file with hashes."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import pip_settings, pip_wheel, system_packages
from launch.commands import answer_of, run
from launch.layout import Layout
from launch.pip_settings import PipSettings
from launch.say import Trouble, say
from launch.stamp import Stamp, fingerprint
from launch.system_packages import Need

LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}


def base_python() -> str:
    """The interpreter under any environment that may be active: `./wx` may be called from inside `.venv`."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def pip_install(python: Path, *words: str | Path) -> list[str | Path]:
    """The words that install with an environment's pip: wheels with pinned hashes alone, nothing is built."""
    strict = ["--require-hashes", "--only-binary", ":all:"]
    return [python, "-m", "pip", "install", "--disable-pip-version-check", *strict, *words]


@dataclass(frozen=True, slots=True)
class Environment:
    """`.venv/` of one working copy; `python` is the interpreter that it is made with.

    `install` and `fetch_pip` are the hands for a Python that came without ensurepip.
    """

    layout: Layout
    python: str
    install: Callable[[Sequence[Need]], None] = system_packages.install
    fetch_pip: Callable[[PipSettings, Path], Path] = pip_wheel.fetch

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.venv / ".wx-stamp.json")

    @property
    def _unfinished(self) -> Path:
        return self.layout.venv / ".wx-unfinished"

    def mark(self, flavour: str) -> str:
        """What the environment depends on: the lock, and the Python release and machine it was made for."""
        lock = self.layout.root / LOCKS[flavour]
        return fingerprint([lock], self._release() or "", platform.machine(), sys.platform)

    def ensure(self, flavour: str) -> None:
        """Make sure `.venv/` holds `flavour`; `dev` serves for `runtime` too. Raises `Trouble`.

        A half-made environment, or one whose Python is gone, is made anew; one that a person made by hand,
        or of an older lock, is brought to the lock in place.
        """
        seen = self._stamp.read()
        if seen.get("flavour") == "dev":
            flavour = "dev"
        healthy = self._healthy()
        if healthy and seen == {"flavour": flavour, "mark": self.mark(flavour)}:
            return
        if not healthy or answer_of([self.layout.python, "-I", "-m", "pip", "--version"]) is None:
            self._make()
        self._stamp.tear()
        self._unfinished.touch()
        run(
            pip_install(self.layout.python, "-r", self.layout.root / LOCKS[flavour]),
            doing=f"Installing Python packages from {LOCKS[flavour]}",
            advice="Check the network and your pip settings (`pip config list`), then repeat.",
        )
        self._unfinished.unlink()
        self._stamp.write(flavour, self.mark(flavour))

    def _release(self) -> str | None:
        """The Python release that the environment was made for, such as `3.11`, by its own record."""
        try:
            record = (self.layout.venv / "pyvenv.cfg").read_text("utf-8")
        except OSError:
            return None
        found = re.search(r"^version\s*=\s*(\d+\.\d+)", record, re.MULTILINE)
        return found[1] if found else None

    def _healthy(self) -> bool:
        """Whether the environment is finished, and its Python there and of the release it was made for."""
        if self._unfinished.exists() or self._release() is None:
            return False
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        return answer_of([self.layout.python, "-I", "-c", code]) == self._release()

    def _make(self) -> None:
        venv = self.layout.venv
        if venv.is_symlink() or (venv.exists() and not venv.is_dir()):
            raise Trouble(f"{venv} is not a folder of ours; move it away, then repeat.")
        if venv.exists():
            say("The Python environment is half-made, or its Python is gone; making it anew.")
            shutil.rmtree(venv)
        venv.mkdir(parents=True)
        self._unfinished.touch()
        if self._ensurepip():
            run([self.python, "-m", "venv", venv], doing="Making the Python environment in .venv")
            return
        run(
            [self.python, "-m", "venv", "--without-pip", venv], doing="Making the Python environment in .venv"
        )
        settings = pip_settings.read(os.environ, pip_settings.config_files(os.environ, Path.home()))
        wheel = self.fetch_pip(settings, venv)
        run(
            [self.layout.python, wheel / "pip", "install", "--no-deps", "--no-index", wheel],
            doing="Installing pip into it",
        )
        wheel.unlink()

    def _ensurepip(self) -> bool:
        """Whether this Python can put pip into an environment, after asking the system for it if need be."""
        probe = [self.python, "-c", "import ensurepip"]
        if answer_of(probe) is not None:
            return True
        release = f"{sys.version_info.major}.{sys.version_info.minor}"
        package = f"python{release}-venv"
        try:
            self.install([Need(f"ensurepip of Python {release}", package, "python3-pip")])
        except Trouble as trouble:
            say(f"{str(trouble).splitlines()[0]}\nUntil then pip's own wheel serves.")
        return answer_of(probe) is not None
