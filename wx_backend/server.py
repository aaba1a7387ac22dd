"""Starting the web processes."""

import os
import shutil
import sys
from pathlib import Path

from config.settings import Settings


def serve(settings: Settings) -> None:
    """Becomes granian: this process is replaced and never returns. A web process that dies is replaced.

    Every process counts for itself into files that /metrics adds up, so the folder starts empty. The counters look
    for their folder when they are first imported, hence a fresh interpreter.
    """
    counters = Path(settings.data_dir).resolve() / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    host, _, port = settings.bind.rpartition(":")
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": str(settings.web_processes),
        "--blocking-threads": str(settings.web_threads),
        "--log-level": "warning",
    }
    words = [word for pair in options.items() for word in pair]
    switches = ["--factory", "--respawn-failed-workers", "--no-ws"]
    os.execve(  # noqa: S606 - our own interpreter, and no shell in between
        sys.executable,
        [sys.executable, "-m", "granian", *words, *switches, "wx_backend.wsgi:application"],
        os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(counters)},
    )
