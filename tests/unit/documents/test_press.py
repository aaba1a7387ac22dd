"""A press: many documents by one process, each as good as by itself, and none the worse for the one before it."""

import os
import signal
import time
from pathlib import Path
from threading import Thread

import pytest

from documents import typeset
from documents.press import Press
from documents.typeset import Limits, NotSet

pytestmark = pytest.mark.slow


def resume(name: str, **other: object) -> dict[str, object]:
    fields: dict[str, object] = {"title": "简历", "name": name, "line": "", "facts": [], "photo": b""}
    return {**fields, "sections": [], "foot": "2026-11", **other}


def workers() -> list[int]:
    """The processes of this one that set many documents."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and words[-2:-1] == [b"many"]:
            found.append(int(folder.name))
    return found


def test_what_it_sets_is_what_a_process_of_its_own_sets() -> None:
    with Press() as press:
        ours = press.pdf("resume", resume("李䶮"))
    alone = typeset.pdf("resume", resume("李䶮"))
    assert abs(len(ours) - len(alone)) < 200  # dates and marks differ


def test_one_process_sets_many_and_goes_with_the_press() -> None:
    with Press() as press:
        first = press.pdf("resume", resume("张三"))
        (child,) = workers()
        second = press.pdf("resume", resume("李四光"))
        assert workers() == [child]
    assert first != second
    assert workers() == []


def test_a_press_that_was_not_needed_starts_nothing() -> None:
    with Press():
        assert workers() == []


def test_after_so_many_documents_the_process_is_another() -> None:
    with Press(most=2) as press:
        seen = []
        for number in range(5):
            press.pdf("resume", resume(f"第{number}"))
            seen += workers()
    assert len(seen) == 5
    assert len(set(seen)) == 3


def test_what_cannot_be_set_is_said_and_the_next_is_set() -> None:
    with Press() as press:
        with pytest.raises(NotSet, match=r"No such file|not found"):
            press.pdf("no-such-template", {})
        with pytest.raises(NotSet):
            press.pdf("resume", resume("张三", photo=b"no picture"))
        (child,) = workers()
        assert press.pdf("resume", resume("张三")).startswith(b"%PDF-")
        assert workers() == [child]


def test_a_process_that_died_is_replaced() -> None:
    with Press() as press:
        press.pdf("resume", resume("张三"))
        (child,) = workers()
        os.kill(child, signal.SIGKILL)
        with pytest.raises(NotSet, match="ended with -9"):
            press.pdf("resume", resume("张三"))
        assert press.pdf("resume", resume("张三")).startswith(b"%PDF-")


def test_a_process_that_hangs_is_ended_in_time() -> None:
    with Press(Limits(seconds=2)) as press:
        press.pdf("resume", resume("张三"))
        (child,) = workers()
        os.kill(child, signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(NotSet, match="ended with -9"):
            press.pdf("resume", resume("张三" * 100_000))  # more than a pipe holds
        assert time.monotonic() - begun < 10
        assert press.pdf("resume", resume("张三")).startswith(b"%PDF-")


def test_what_is_too_long_is_refused() -> None:
    with Press(Limits(result=100)) as press, pytest.raises(NotSet, match="too long"):
        press.pdf("resume", resume("张三"))


def test_too_little_memory_is_told() -> None:
    with Press(Limits(memory=64 * 2**20)) as press, pytest.raises(NotSet, match="ended with"):
        press.pdf("resume", resume("张三"))


def test_threads_wait_for_each_other() -> None:
    made: list[bytes] = []
    with Press() as press:
        threads = [
            Thread(target=lambda: made.append(press.pdf("resume", resume("张三")))) for _each in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(workers()) == 1
    assert len(made) == 4
    assert all(content.startswith(b"%PDF-") for content in made)
