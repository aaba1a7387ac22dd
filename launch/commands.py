"""Other programs, run to their end: quietly when all is well, with their last words when not."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch.say import Trouble, say, seconds


def run(
    argv: Sequence[str | Path],
    *,
    doing: str,
    advice: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run `argv` without input, say what is being done and how long it took, return what it printed.

    Raises `Trouble` with the program's last lines and `advice` when it fails or cannot be started.
    """
    say(f"{doing} … ", end="")
    begun = time.monotonic()
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        say("failed")
        raise Trouble(f"{doing}: {words[0]} cannot be started ({error.strerror}). {advice}".strip()) from None
    if done.returncode != 0:
        say("failed")
        words_left = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-15:])
        raise Trouble(f"{doing}: {Path(words[0]).name} failed.\n{words_left}\n{advice}".rstrip())
    say(seconds(time.monotonic() - begun))
    return done.stdout


def succeeds(argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> bool:
    """Whether a program exists and ends well; nothing is shown."""
    return answer_of(argv, env=env) is not None


def answer_of(argv: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str | None:
    """What a program prints (stripped); None when it is missing, fails or takes over a minute."""
    try:
        done = subprocess.run(
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            text=True,
            errors="replace",
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def environ(**changes: str) -> dict[str, str]:
    """The process environment with `changes` laid over it."""
    return {**os.environ, **changes}
