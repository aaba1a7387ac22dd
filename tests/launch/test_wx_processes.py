"""The supervisor leaves nothing running, whichever way it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import guard
from launch.processes import Part, Supervisor, ending
from launch.register import Register, born
from launch.say import Trouble

pytestmark = pytest.mark.slow

CREW = Path(__file__).with_name("fakes") / "crew.py"


def pid_of(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether the process ends in time; a zombie that nobody waited for has ended."""
    deadline = time.monotonic() + within
    while born(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    return born(pid) is None


def start_crew(folder: Path, *specs: str, under: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    argv = [*under, sys.executable, str(CREW), str(folder), *specs]
    crew = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert crew.stdout is not None
    assert crew.stdout.readline() == "all are ready\n"
    return crew


def rest_of(crew: subprocess.Popen[str]) -> str:
    said, _ = crew.communicate(timeout=15)
    return said


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "log", os.environ, grace=1.0) as crew:
        yield crew


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_part_and_what_the_parts_started(tmp_path: Path, number: signal.Signals) -> None:
    crew = start_crew(tmp_path, "store", "web:parent")
    crew.send_signal(number)
    assert "stopped as asked" in rest_of(crew)
    assert crew.returncode == 0
    assert all(gone(pid_of(tmp_path, name), 0) for name in ("store", "web", "web-child"))


def test_under_nohup_a_closed_terminal_stops_nothing(tmp_path: Path) -> None:
    crew = start_crew(tmp_path, "store", under=("nohup",))
    crew.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        crew.wait(0.5)
    crew.terminate()
    assert "stopped as asked" in rest_of(crew)


def test_the_death_of_one_part_stops_the_others_and_is_told_with_its_log(tmp_path: Path) -> None:
    crew = start_crew(tmp_path, "store", "web:parent", "worker")
    os.kill(pid_of(tmp_path, "worker"), signal.SIGKILL)
    said = rest_of(crew)
    assert crew.returncode == 1
    assert "worker was killed by SIGKILL" in said
    assert "worker speaks" in said
    assert all(gone(pid_of(tmp_path, name), 0) for name in ("store", "web", "web-child"))


def test_a_part_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    crew = start_crew(tmp_path, "web:stubborn")
    crew.terminate()
    assert "web does not stop by itself" in rest_of(crew)
    assert gone(pid_of(tmp_path, "web"), 0)


def test_kill_9_of_the_supervisor_leaves_nothing(tmp_path: Path) -> None:
    crew = start_crew(tmp_path, "store", "web:parent:stubborn")
    crew.kill()
    crew.communicate(timeout=5)
    assert all(gone(pid_of(tmp_path, name)) for name in ("store", "web", "web-child"))


def test_the_guard_leaves_as_soon_as_nothing_is_left(tmp_path: Path) -> None:
    argv = [sys.executable, guard.__file__, "60"]
    with (
        subprocess.Popen(["sleep", "600"], start_new_session=True) as quick,
        subprocess.Popen(argv, stdin=subprocess.PIPE) as watchman,
    ):
        watchman.communicate(f"+{quick.pid}\n+nonsense\n".encode(), timeout=10)
        assert watchman.returncode == 0
        assert quick.wait(5) == -signal.SIGTERM


def test_a_later_start_clears_away_what_even_the_guard_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    register = Register(tmp_path / "parts.json")
    register.add("web", left.pid)
    register.clear_away()
    assert left.wait(timeout=5) == -signal.SIGTERM
    assert f"left web running (process {left.pid})" in capsys.readouterr().out


def test_a_process_that_merely_has_an_old_number_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        path = tmp_path / "parts.json"
        path.write_text(f'[{{"name": "web", "pid": {other.pid}, "born": "12345"}}]')
        Register(path).clear_away()
        assert other.poll() is None
        assert not path.exists()
    finally:
        other.kill()
        other.wait()


def test_a_part_that_dies_while_starting_is_told(supervisor: Supervisor) -> None:
    argv = [sys.executable, "-c", "import sys; sys.exit('no such table')"]
    with pytest.raises(Trouble, match=r"web stopped by itself \(exit code 1\)(?s:.*)no such table"):
        supervisor.start(Part("web", argv, ready=lambda: False))


def test_a_part_that_never_gets_ready_is_told(supervisor: Supervisor) -> None:
    part = Part("web", ["sleep", "600"], ready=lambda: False, patience=0.2)
    with pytest.raises(Trouble, match="web was started but is not ready"):
        supervisor.start(part)


def test_a_missing_program_is_told(supervisor: Supervisor) -> None:
    with pytest.raises(Trouble, match="no-such-program cannot be started"):
        supervisor.start(Part("web", ["no-such-program"], ready=lambda: False))


def test_a_passing_program_gives_its_output_and_keeps_complaints_in_the_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    code = "import sys; print('the cast'); print('a warning', file=sys.stderr)"
    assert supervisor.run("seed", [sys.executable, "-c", code]) == "the cast\n"
    assert "a warning" in (tmp_path / "log" / "seed.log").read_text()


def test_a_passing_program_that_fails_is_told_with_advice(supervisor: Supervisor) -> None:
    argv = [sys.executable, "-c", "import sys; sys.exit('locked')"]
    with pytest.raises(Trouble, match=r"migrate failed(?s:.*)locked(?s:.*)start anew"):
        supervisor.run("migrate", argv, advice="start anew")


def test_much_output_is_shown_whole_and_in_order(supervisor: Supervisor) -> None:
    shown: list[bytes] = []
    argv = [sys.executable, "-c", "import sys; [print(n) for n in range(50000)]; sys.exit(5)"]
    code, output = supervisor.finish("count", argv, show=shown.append)
    assert code == 5
    assert b"".join(shown) == output == b"".join(b"%d\n" % n for n in range(50000))


def test_a_passing_program_that_leaves_a_child_holding_its_output_does_not_hold_us(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    code = "import subprocess; print('done', subprocess.Popen(['sleep', '600']).pid)"
    said = supervisor.run("seed", [sys.executable, "-c", code])
    assert said.startswith("done")
    assert gone(int(said.split()[1]))


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "stopped by itself (exit code 0)"), (-9, "was killed by SIGKILL"), (-99, "was killed by signal 99")],
)
def test_endings_in_words(code: int, words: str) -> None:
    assert ending(code) == words
