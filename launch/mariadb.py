"""A throw-away MariaDB for tests: real, quick, on a free port, gone afterwards."""

import os
import pwd
import secrets
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from launch.commands import run
from launch.ports import free_port
from launch.processes import Part
from launch.say import Trouble

DATABASE = "wxb_test"
USER = "wxb"
# Where distributions put a server that is not on everyone's PATH.
ELSEWHERE = os.pathsep.join(
    ("/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/libexec", "/opt/homebrew/bin")
)
# The server, and what lays out its first data folder.
PROGRAMS = ("mariadbd", "mariadb-install-db", "my_print_defaults")
LAYOUT = ("--skip-test-db", "--auth-root-authentication-method=normal")
# Nothing here has to outlive a power cut.
QUICK = (
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=128M",
    "--innodb-log-file-size=64M",
    "--performance-schema=OFF",
)


def find(program: str) -> str | None:
    """The path of a MariaDB program; None when it is not installed."""
    return shutil.which(program) or shutil.which(program, path=ELSEWHERE)


@dataclass(frozen=True, slots=True)
class MariaDB:
    """One server with all it owns under `folder`; the user has every right, for tests make databases."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_hex(12))

    @property
    def url(self) -> str:
        """The address of the test database, for WXB_TEST_DATABASE_URL."""
        return f"mysql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def socket(self) -> Path:
        """The file by which programs on the same machine reach it."""
        return self.folder / "db.sock"

    def part(self) -> Part:
        """Lay out a fresh data folder and return the program to supervise. Raises `Trouble`."""
        server, installer, helper = (find(program) for program in PROGRAMS)
        if server is None or installer is None or helper is None:
            raise Trouble("MariaDB server is not installed.")
        data = self.folder / "data"
        me = pwd.getpwuid(os.getuid()).pw_name
        run(
            [installer, "--no-defaults", f"--datadir={data}", f"--user={me}", *LAYOUT],
            doing="Laying out a throw-away MariaDB",
        )
        start = self.folder / "start.sql"
        start.write_text(self._first_statements(), "utf-8")
        start.chmod(0o600)
        argv = [
            server,
            "--no-defaults",
            f"--user={me}",
            f"--datadir={data}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket={self.socket}",
            f"--pid-file={self.folder / 'db.pid'}",
            f"--init-file={start}",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_nopad_bin",
            "--max-connections=200",
            *QUICK,
        ]
        return Part("mariadb", argv, ready=self.ready, patience=60, foundation=True)

    def ready(self) -> bool:
        """Whether it greets: its first packet carries protocol version 10 as the fifth byte."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                greeting = line.recv(5)
        except OSError:
            return False
        return len(greeting) == 5 and greeting[4] == 10

    def _first_statements(self) -> str:
        # One statement a line: that is how the server reads its init file.
        return (
            f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;\n"
            f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'127.0.0.1';\n"
            f"CREATE USER '{USER}'@'localhost' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'localhost';\n"
        )
