"""The front door itself: its targets, its lock files, and how a run of checks sums up."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from launch.checks import Run, closing_line
from launch.layout import ROOT, Layout
from launch.targets import TARGETS, main

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")


def test_an_unknown_target_is_told_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dmeo"]) == 2
    said = capsys.readouterr().out
    assert "There is no target “dmeo”." in said
    assert all(f"  {name} " in said for name in TARGETS)


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_help_lists_every_target_on_a_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    said = capsys.readouterr().out
    assert all(re.search(rf"^  {name} +\w", said, re.MULTILINE) for name in TARGETS)


def test_every_target_is_described() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert all(f"`./wx {name}" in text for name in TARGETS)


def test_the_script_itself_runs() -> None:
    done = subprocess.run([ROOT / "wx", "help"], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0
    assert "./wx TARGET" in done.stdout


def test_an_older_python_can_read_the_sentence_meant_for_it() -> None:
    source = (ROOT / "wx").read_text("utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert source.index("version_info < (3, 11)") < source.index("from launch")


def test_bench_lists_benchmarks_and_refuses_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "callback.py").write_text('if __name__ == "__main__":\n    print()\n')
    (tmp_path / "benchmarks" / "load.py").write_text("")
    assert main(["bench"], Layout(tmp_path)) == 0
    assert capsys.readouterr().out == "Benchmarks: callback\n"
    assert main(["bench", "speed"], Layout(tmp_path)) == 1
    assert "There are: callback." in capsys.readouterr().out


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


def test_development_holds_all_that_the_product_runs_on() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("name", LOCKS)
def test_locks_carry_hashes_for_everything_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text


def test_the_front_end_lock_has_exact_versions_with_hashes_and_no_host() -> None:
    wishes = json.loads((ROOT / "package.json").read_text("utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for group in ("dependencies", "devDependencies"):
        assert packages[""][group] == wishes[group]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wishes[group].values())
    installed = [entry for path, entry in packages.items() if path]
    assert all(entry["integrity"].startswith("sha512-") for entry in installed)
    assert not any("resolved" in entry for entry in installed)


@pytest.mark.parametrize(
    ("output", "closing"),
    [
        (b"....\n\x1b[32m\x1b[1m12 passed\x1b[0m in 0.34s\x1b[0m\n", "12 passed in 0.34s"),
        (
            b"FAILED a\n=== 1 failed, 3 passed, 2 warnings in 61.00s (0:01:01) ===\n",
            "1 failed, 3 passed, 2 warnings in 61.00s (0:01:01)",
        ),
        (b"no tests ran in 0.01s\n", "no tests ran in 0.01s"),
        (b"All checks passed!\n\n", "All checks passed!"),
        (b"", ""),
    ],
)
def test_closing_lines(output: bytes, closing: str) -> None:
    assert closing_line(output) == closing


@pytest.fixture
def fake_tools(tmp_path: Path) -> Layout:
    """A working copy whose mypy fails and whose other tools are content."""
    layout = Layout(tmp_path)
    layout.python.parent.mkdir(parents=True)
    layout.python.write_text('#!/bin/bash\necho "$2 was here"\n[ "$2" != mypy ]\n')
    (layout.venv / "bin/lint-imports").write_text('#!/bin/bash\necho "floors were here"\n')
    for program in (layout.python, layout.venv / "bin/lint-imports"):
        program.chmod(0o755)
    return layout


def test_a_failing_step_does_not_keep_the_later_ones_from_running(
    fake_tools: Layout, capfd: pytest.CaptureFixture[str]
) -> None:
    run = Run(fake_tools)
    run.lint()
    run.tests("tests on MariaDB", [])
    assert run.summary() == 1
    said = capfd.readouterr().out
    assert "mypy was here" in said
    assert "floors were here" in said
    assert re.search(r"FAILED +\S+ s  mypy", said)
    assert re.search(r"ok +\S+ s  floors +floors were here", said)
    assert said.rstrip().splitlines()[-1].startswith("Failed after")


def test_a_run_without_failures_says_so(fake_tools: Layout, capfd: pytest.CaptureFixture[str]) -> None:
    fake_tools.python.write_text("#!/bin/bash\necho fine\n")
    run = Run(fake_tools)
    run.lint()
    assert run.summary() == 0
    assert "All is well" in capfd.readouterr().out
