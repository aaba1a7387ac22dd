"""The system's package manager is used where we may, and named where we may not."""

from pathlib import Path

import pytest

from launch.say import Trouble
from launch.system_packages import CHINESE_FONTS, CHROMIUM, MARIADB, install


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH: what a test puts there is what the machine has."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def add(machine: Path, name: str, text: str = "") -> None:
    path = machine / "bin" / name
    path.write_text(f'#!/bin/bash\necho "{name} $*" >> {machine}/notes\n{text}')
    path.chmod(0o755)


def notes(machine: Path) -> list[str]:
    return (machine / "notes").read_text().splitlines()


def test_root_installs_one_after_the_other(machine: Path) -> None:
    add(machine, "apt-get", '[ "$DEBIAN_FRONTEND" = noninteractive ]')
    install([MARIADB, CHROMIUM], root=True)
    assert notes(machine) == [
        "apt-get update",
        "apt-get install -y --no-install-recommends --no-remove mariadb-server-core mariadb-client-core",
        "apt-get install -y --no-install-recommends --no-remove chromium",
    ]


def test_what_cannot_be_installed_is_named_alone_and_the_rest_is_installed(machine: Path) -> None:
    add(machine, "apt-get", '[ "${*: -1}" != mariadb-client-core ]')
    with pytest.raises(Trouble) as refused:
        install([MARIADB, CHROMIUM, CHINESE_FONTS], root=True)
    assert str(refused.value) == (
        "Missing: MariaDB server. Type: sudo apt-get install mariadb-server-core mariadb-client-core"
    )
    assert notes(machine)[-1].endswith("fonts-noto-cjk fontconfig")


def test_a_dead_package_source_does_not_end_the_attempt(machine: Path) -> None:
    add(machine, "apt-get", '[ "$1" != update ]')
    install([CHROMIUM], root=True)
    assert notes(machine)[-1].endswith("chromium")


def test_sudo_is_used_where_it_asks_for_no_password(machine: Path) -> None:
    add(machine, "sudo")
    add(machine, "dnf")
    install([CHINESE_FONTS], root=False)
    assert notes(machine)[-1] == (
        "sudo -n --preserve-env=DEBIAN_FRONTEND dnf install -y google-noto-sans-cjk-fonts fontconfig"
    )


def test_without_rights_the_one_command_is_told(machine: Path) -> None:
    add(machine, "sudo", "exit 1")
    add(machine, "apt-get")
    with pytest.raises(Trouble, match="Type: sudo apt-get install chromium fonts-noto-cjk fontconfig"):
        install([CHROMIUM, CHINESE_FONTS], root=False)
    assert notes(machine) == ["sudo -n true"]


def test_a_machine_with_neither_manager_is_told_what_is_missing(machine: Path) -> None:
    with pytest.raises(Trouble, match="Missing: Chromium"):
        install([CHROMIUM], root=True)
