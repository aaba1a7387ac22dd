"""The targets of `./wx`: what each is called, does and takes."""

import argparse
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from launch import checks, demo, lock, ports, system_packages
from launch.layout import Layout
from launch.prepare import prepare
from launch.say import Trouble, say


@dataclass(frozen=True, slots=True)
class Target:
    """One target: a line of help, and the function that takes its arguments and returns the exit code."""

    summary: str
    run: Callable[[Layout, Sequence[str]], int]


def _parser(name: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./wx {name}", description=TARGETS[name].summary, allow_abbrev=False)


def _demo(layout: Layout, words: Sequence[str]) -> int:
    parser = _parser("demo")
    parser.add_argument("--fresh", action="store_true", help="remove var/demo first: new data, new secrets")
    parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="product (%(default)s)")
    parser.add_argument(
        "--sandbox", default="127.0.0.1:8100", metavar="HOST:PORT", help="sandbox (%(default)s)"
    )
    given = parser.parse_args(words)
    plan = demo.Plan(web=ports.parse(given.bind), sandbox=ports.parse(given.sandbox), fresh=given.fresh)
    return demo.demo(layout, plan)


def _test(layout: Layout, words: Sequence[str]) -> int:
    _parser("test").parse_args(words)
    return checks.test(layout)


def _check(layout: Layout, words: Sequence[str]) -> int:
    _parser("check").parse_args(words)
    return checks.check(layout)


def _setup(layout: Layout, words: Sequence[str]) -> int:
    parser = _parser("setup")
    parser.add_argument("--dev", action="store_true", help="also what lint and tests need")
    given = parser.parse_args(words)
    prepare(layout, "dev" if given.dev else "runtime")
    say("Ready: .venv and node_modules are as their lock files say.")
    return 0


def _bench(layout: Layout, words: Sequence[str]) -> int:
    names = sorted(
        file.stem
        for file in (layout.root / "benchmarks").glob("*.py")
        if "__main__" in file.read_text("utf-8")
    )
    if not words:
        say("Benchmarks: " + (", ".join(names) or "none yet"))
        return 0
    if words[0] not in names:
        raise Trouble(f"There is no benchmark “{words[0]}”. There are: {', '.join(names) or 'none yet'}.")
    if shutil.which("wrk") is None:
        system_packages.install([system_packages.LOAD_GENERATOR])
    return _module(layout, f"benchmarks.{words[0]}", words[1:])


def _fuzz(layout: Layout, words: Sequence[str]) -> int:
    return _module(layout, "tests.fuzz_callback", words)


def _lock(layout: Layout, words: Sequence[str]) -> int:
    return lock.lock(layout, words)


def _help(layout: Layout, words: Sequence[str]) -> int:
    say("Usage: ./wx TARGET [options]; ./wx TARGET --help tells a target's options.\n")
    for name, target in TARGETS.items():
        say(f"  {name:<7} {target.summary}")
    return 0


def _module(layout: Layout, module: str, words: Sequence[str]) -> int:
    """Run a module of the repository in the development environment, with our terminal as its own."""
    path = prepare(layout, "dev").environ()
    return subprocess.run(
        [layout.python, "-m", module, *words], cwd=layout.root, env=path, check=False
    ).returncode


TARGETS = {
    "demo": Target("run the whole product with demo people against the WeChat sandbox, until Ctrl-C", _demo),
    "test": Target("lint, types, floors and every test, on SQLite and MariaDB, in Chromium", _test),
    "check": Target("the short loop: lint, types, floors and the quick tests on SQLite", _check),
    "setup": Target("only prepare: the Python environment and the front-end packages", _setup),
    "bench": Target("run a benchmark by name; without a name, list them", _bench),
    "fuzz": Target("throw mutated callbacks at the callback door; further options are passed on", _fuzz),
    "lock": Target("write the lock files anew; options such as --upgrade are passed on to uv", _lock),
    "help": Target("this list", _help),
}


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(words: Sequence[str], layout: Layout | None = None) -> int:
    """Run the target that `words` name; returns the exit code."""
    name, *rest = words or ["help"]
    name = "help" if name in ("-h", "--help") else name
    if name not in TARGETS:
        say(f"There is no target “{name}”.\n")
        _help(layout or Layout(), [])
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        return TARGETS[name].run(layout or Layout(), rest)
    except Trouble as trouble:
        say(f"\n./wx {name}: {trouble}")
        return 1
    except KeyboardInterrupt:
        say(f"\n./wx {name}: interrupted; the next run takes up what is unfinished.")
        return 130
