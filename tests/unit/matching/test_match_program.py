"""Where the compiled kernel is kept."""

from pathlib import Path

from matching import program


def test_a_folder_that_is_not_there_yet_can_hold_it(tmp_path: Path) -> None:
    """Where Python keeps no bytecode nothing has made the folder: each start would compile anew."""
    assert program.can_hold(tmp_path / "__pycache__")
    assert program.can_hold(tmp_path / "cache" / "matching")


def test_a_file_is_no_folder_that_can_hold_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o400)
    assert not program.can_hold(tmp_path / "file" / "__pycache__")
