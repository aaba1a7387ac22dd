"""`./wx lock`: the lock files, written anew from what requirements*.in and package.json ask for."""

import os
from collections.abc import Sequence
from pathlib import Path

from launch import pip_settings
from launch.commands import environ, run
from launch.layout import Layout
from launch.prepare import prepare

# One lock for every platform, down to the oldest Python that has to be served.
COMPILE = (
    *("pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "./wx lock"),
)
LISTS = {
    "requirements.in": "requirements.lock",
    "requirements-dev.in": "requirements-dev.lock",
    "requirements-node.in": "requirements-node.lock",
}


def lock(layout: Layout, words: Sequence[str]) -> int:
    """Write all lock files; what is locked already stays at its version unless `words` tell uv otherwise.

    Raises `Trouble`.
    """
    front_end = prepare(layout, "dev")
    for wishes, pins in LISTS.items():
        argv = [str(layout.venv / "bin" / "uv"), *COMPILE, *words, wishes, "-o", pins]
        run(
            argv,
            doing=f"Locking {wishes}",
            cwd=layout.root,
            env=_uv_environment(),
        )
    run(
        [
            *front_end.npm("dev"),
            "install",
            "--package-lock-only",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ],
        doing="Locking package.json",
        cwd=layout.root,
        env=front_end.environ(),
    )
    return 0


def _uv_environment() -> dict[str, str]:
    """uv has settings of its own; where the user has none, pip's index serves it too."""
    settings = pip_settings.read(os.environ, pip_settings.config_files(os.environ, Path.home()))
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ or not settings.names_index:
        return environ()
    return environ(UV_DEFAULT_INDEX=settings.indexes[0])
