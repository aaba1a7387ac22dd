"""The kernel is compiled once for all tests of matching."""

from pathlib import Path

import pytest

from matching import program


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the program's machine code."""
    path = program.path_in(tmp_path_factory.mktemp("program"))
    program.provide(path)
    assert path.exists()
    return path


@pytest.fixture
def folder(compiled: Path, tmp_path: Path) -> Path:
    """A folder for an index, with the program in it."""
    (tmp_path / compiled.name).symlink_to(compiled)
    return tmp_path
