"""The plain gateway against the sandbox's inbox, with the very settings that the sandbox prints for the product."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from config.settings import Settings
from providers.sms import SmsSender, sender_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
XIAOYU = "13900000101"
CODE = {"code": "402918", "minutes": "5"}


@dataclass(frozen=True)
class Box:
    """A running sandbox."""

    url: str
    printed: dict[str, str]

    def sender(self, **other: str) -> SmsSender:
        given = {name.removeprefix("WXB_").lower(): value for name, value in self.printed.items()}
        values: dict[str, Any] = {"secret_key": "k" * 32, **given, **other}
        return sender_of(Settings(_env_file=None, **values))

    def inbox(self, key: str) -> list[str]:
        state = requests.get(f"{self.url}/sandbox/api/state", timeout=5).json()
        return [message["text"] for message in state["phones"][key]["sms"]]

    def fault(self, **switches: bool) -> None:
        requests.patch(f"{self.url}/sandbox/api/faults", json=switches, timeout=5).raise_for_status()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        assert process.poll() is None, "the sandbox ended at once"
        try:
            requests.get(f"{url}/sandbox/api/counters", timeout=1)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the sandbox did not start")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    port = free_port()
    state = tmp_path_factory.mktemp("sandbox") / "state.sqlite"
    command = [sys.executable, "-m", "sandbox", "--bind", f"127.0.0.1:{port}", "--state", str(state)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    settings = subprocess.run(
        [*command, "--print-wxb-env"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    printed = dict(line.split("=", 1) for line in settings.stdout.splitlines())
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, process)
            yield Box(url, printed)
        finally:
            process.terminate()


def test_a_code_arrives_on_the_phone(box: Box) -> None:
    result = box.sender().send(XIAOYU, "code", CODE)
    assert result.outcome == "accepted"
    assert result.reference
    assert box.inbox("xiaoyu")[-1].startswith("【24365智慧就业】验证码 402918")


def test_a_gateway_that_is_down_means_again_later(box: Box) -> None:
    box.fault(sms_down=True)
    try:
        assert box.sender().send(XIAOYU, "code", CODE).outcome == "retry"
    finally:
        box.fault(sms_down=False)
    assert box.sender().send(XIAOYU, "code", CODE).outcome == "accepted"


def test_a_wrong_key_is_refused(box: Box) -> None:
    assert box.sender(sms_key="wrong").send(XIAOYU, "code", CODE).detail == "http_401"
