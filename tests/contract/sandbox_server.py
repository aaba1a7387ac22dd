"""The sandbox as a process of its own, and the buttons that its machine API offers."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
APP = {"SANDBOX_APP_ID": "wxapp", "SANDBOX_APP_SECRET": "s3cret"}
MINI = {"SANDBOX_MINI_APP_ID": "wxmini", "SANDBOX_MINI_APP_SECRET": "m1ni"}


class Sandbox:
    """Runs from `start` to `stop`; a replaced token dies at once."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._http = requests.Session()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("SANDBOX_")},
            **(APP | MINI),
            "SANDBOX_BIND": f"127.0.0.1:{self._port}",
            "SANDBOX_STATE": str(self._folder / "sandbox.sqlite"),
            # Nobody listens there: a callback ends at once.
            "SANDBOX_PRODUCT_URL": "http://127.0.0.1:9",
            "SANDBOX_TOKEN_OVERLAP": "0",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        give_up_at = time.monotonic() + 20
        while time.monotonic() < give_up_at:
            try:
                self.look("counters")
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise RuntimeError("the sandbox did not start")

    def stop(self) -> None:
        self._http.close()
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=10)

    def look(self, what: str) -> Any:
        """GET of the machine API."""
        return self._ask("GET", what)

    def press(self, what: str, **body: Any) -> Any:
        """POST of the machine API."""
        return self._ask("POST", what, body)

    def faults(self, **switches: Any) -> None:
        self._ask("PATCH", "faults", switches)

    def counter(self, name: str) -> int:
        return int(self.look("counters").get(name, 0))

    def openid(self, phone: str) -> str:
        """That of one of the sandbox's people; they follow only once they are told to."""
        return str(self.look(f"phones/{phone}")["persona"]["openid"])

    def _ask(self, method: str, what: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"{self.url}/sandbox/api/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()
