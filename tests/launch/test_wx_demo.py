"""The demo from start to stop, with a real Valkey and fakes for the product and the sandbox."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from launch.ports import free_port
from launch.register import born

pytestmark = pytest.mark.slow

RUN_DEMO = Path(__file__).with_name("fakes") / "run_demo.py"
PROGRAMS = ("web", "worker", "sandbox")


@dataclass
class Demo:
    """A working copy of fakes and the two ports of its demo."""

    root: Path
    web: int
    sandbox: int

    @property
    def data(self) -> Path:
        return self.root / "var/demo/data"

    def start(self, *options: str) -> subprocess.Popen[str]:
        argv = [sys.executable, str(RUN_DEMO), str(self.root), str(self.web), str(self.sandbox), *options]
        return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def start_and_wait(self, *options: str) -> tuple[subprocess.Popen[str], str]:
        process = self.start(*options)
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if "Ctrl-C stops" in line:
                return process, said
        raise AssertionError(f"the demo did not start:\n{said}")

    def stop(self, process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> str:
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
        return said

    def running(self) -> list[str]:
        pids = {name: self.data / f"{name}.pid" for name in PROGRAMS}
        return [
            name for name, file in pids.items() if file.exists() and born(int(file.read_text())) is not None
        ]

    def runs(self) -> list[str]:
        return (self.data / "runs").read_text().split()


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path, free_port(), free_port())


def test_it_starts_in_order_tells_where_and_who_and_stops_on_ctrl_c(demo: Demo) -> None:
    process, said = demo.start_and_wait()
    assert f"http://localhost:{demo.sandbox}/" in said
    assert f"http://127.0.0.1:{demo.web}/" in said
    assert "cast: graduate lin" in said
    assert demo.runs() == [
        "sandbox",
        "create-seal-keys",
        "migrate",
        "seed-demo",
        "push-menu",
        "web",
        "worker",
    ]
    assert demo.running() == list(PROGRAMS)
    assert demo.data.parent.stat().st_mode & 0o777 == 0o700
    said = demo.stop(process)
    assert process.returncode == 0
    assert "nothing is left running" in said
    assert demo.running() == []


def test_a_second_start_keeps_the_data_and_fresh_does_not(demo: Demo) -> None:
    process, _ = demo.start_and_wait()
    demo.stop(process, signal.SIGTERM)
    (demo.data / "app.sqlite").write_text("people")
    secrets = (demo.root / "var/demo/demo.env").read_text()
    process, _ = demo.start_and_wait()
    demo.stop(process)
    assert (demo.data / "app.sqlite").read_text() == "people"
    assert (demo.root / "var/demo/demo.env").read_text() == secrets
    process, said = demo.start_and_wait("--fresh")
    demo.stop(process)
    assert "new data" in said
    assert not (demo.data / "app.sqlite").exists()
    assert (demo.root / "var/demo/demo.env").read_text() != secrets


def test_a_second_demo_beside_the_first_is_refused(demo: Demo) -> None:
    process, _ = demo.start_and_wait()
    second = demo.start("--fresh")
    said, _ = second.communicate(timeout=10)
    assert second.returncode == 1
    assert f"already running (process {process.pid})" in said
    assert demo.running() == list(PROGRAMS)
    demo.stop(process)


@pytest.mark.parametrize(("part", "option"), [("web", "--bind"), ("sandbox", "--sandbox")])
def test_a_busy_port_is_told_with_what_to_do(demo: Demo, part: str, option: str) -> None:
    with socket.create_server(("127.0.0.1", getattr(demo, part))):
        process = demo.start()
        said, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert f"Port {getattr(demo, part)} is taken" in said
    assert option in said
    assert not demo.data.exists()


def test_the_death_of_a_part_ends_the_demo_and_is_told(demo: Demo) -> None:
    process, _ = demo.start_and_wait()
    os.kill(int((demo.data / "web.pid").read_text()), signal.SIGKILL)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "web was killed by SIGKILL" in said
    assert demo.running() == []


def test_a_start_that_fails_half_way_is_told_and_the_next_goes_on(demo: Demo) -> None:
    demo.data.mkdir(parents=True)
    (demo.data / "break-migrate").touch()
    process = demo.start()
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "migrate failed" in said
    assert "a column is missing" in said
    assert "--fresh" in said
    assert demo.running() == []
    (demo.data / "break-migrate").unlink()
    process, _ = demo.start_and_wait()
    demo.stop(process)


def test_after_kill_9_the_next_start_simply_works(demo: Demo) -> None:
    process, _ = demo.start_and_wait()
    process.kill()
    process.communicate(timeout=5)
    process, _ = demo.start_and_wait()
    demo.stop(process)
    assert demo.running() == []
