"""Starting the web processes."""

import os
import shutil
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from config.settings import Settings


def serve(settings: Settings) -> None:
    """Runs granian until it is told to stop; a web process that dies is replaced.

    Every process counts for itself into files that /metrics adds up, so the folder starts empty.
    """
    counters = Path(settings.data_dir) / "metrics"
    shutil.rmtree(counters, ignore_errors=True)
    counters.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counters)
    host, _, port = settings.bind.rpartition(":")
    Granian(
        "wx_backend.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        factory=True,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
    ).serve()
