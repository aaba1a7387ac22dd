"""Passwords: one hash at a time on the whole machine, a short wait, then a plain "try again"."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from domain.refusals import Invalid, TooMany
from services.passwords import Passwords, strong_enough

pytestmark = pytest.mark.slow

# Another process that takes the slot, says so, and holds it until its input ends.
HOLDER = """
import sys
from pathlib import Path
from services.passwords import Passwords
with Passwords(Path(sys.argv[1]))._one_at_a_time():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def words(tmp_path: Path) -> Passwords:
    return Passwords(tmp_path / "data")


def test_a_password_matches_its_own_hash_only(words: Passwords) -> None:
    stored = words.hash("Gaokao2027")
    assert words.matches(stored, "Gaokao2027")
    assert not words.matches(stored, "gaokao2027")
    assert not words.matches(stored, "")


def test_the_same_password_hashes_differently(words: Passwords) -> None:
    one, other = words.hash("Gaokao2027"), words.hash("Gaokao2027")
    assert one != other
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(one) <= 160


@pytest.mark.parametrize("password", ["nobody has this password", "", "Gaokao2027"])
def test_nobody_has_no_password_at_all(words: Passwords, password: str) -> None:
    """Not even the one behind the hash that is compared in place of a missing one."""
    assert not words.matches("", password)


def test_a_broken_hash_matches_nothing(words: Passwords) -> None:
    assert not words.matches("$argon2id$broken", "Gaokao2027")


@pytest.mark.parametrize("password", ["", "a1", "a" * 8, "1" * 8, "a1" * 33, "中文密码没有数字啊"])
def test_weak_passwords(words: Passwords, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        words.hash(password)
    assert (refused.value.code, set(refused.value.fields)) == ("weak_password", {"password"})


@pytest.mark.parametrize("password", ["abcdefg1", "a1" * 32, "密码abc12345"])
def test_strong_passwords(password: str) -> None:
    strong_enough(password)


def test_while_another_process_hashes_we_wait_and_then_give_up(words: Passwords, tmp_path: Path) -> None:
    stored = words.hash("Gaokao2027")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "data")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        begun = time.monotonic()
        with pytest.raises(TooMany) as refused:
            words.matches(stored, "Gaokao2027")
        waited = time.monotonic() - begun
        with pytest.raises(TooMany):
            words.hash("Gaokao2027")
        holder.stdin.close()
        holder.wait(10)
    assert (refused.value.code, refused.value.retry_after) == ("login_busy", 3)
    assert 0.2 < waited < 3
    assert words.matches(stored, "Gaokao2027")


def test_a_process_that_dies_frees_the_slot(words: Passwords, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "data")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
    assert words.hash("Gaokao2027")


def test_threads_of_one_process_take_turns_too(words: Passwords) -> None:
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with words._one_at_a_time():
            held.set()
            free.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(TooMany):
        words.hash("Gaokao2027")
    free.set()
    thread.join()
    assert words.hash("Gaokao2027")


def test_the_third_at_once_is_turned_away_without_waiting(words: Passwords) -> None:
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        free.wait(10)

    people = [threading.Thread(target=words._in_turn, args=(hold,)) for _ in range(2)]
    people[0].start()
    held.wait(10)
    people[1].start()
    give_up = time.monotonic() + 5
    while not words._thread._work_queue.qsize():
        assert time.monotonic() < give_up, "nobody waits at the thread"
        time.sleep(0.005)
    begun = time.monotonic()
    for verb in (words.ask, lambda: words.hash("Gaokao2027"), lambda: words.matches("", "x")):
        with pytest.raises(TooMany):
            verb()
    assert time.monotonic() - begun < 0.2
    free.set()
    for person in people:
        person.join(10)
    assert words.hash("Gaokao2027")


def test_asking_takes_no_place(words: Passwords) -> None:
    for _ in range(5):
        words.ask()
    assert words.hash("Gaokao2027")


def test_hashing_steps_back_behind_the_callbacks(words: Passwords) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = priority()
    behind = words._in_turn(priority)
    assert priority() == before
    assert behind == (15 if sys.platform == "linux" else before)


def test_a_short_wait_is_not_refused(words: Passwords) -> None:
    held = threading.Event()

    def hold() -> None:
        with words._one_at_a_time():
            held.set()
            time.sleep(0.05)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    assert words.hash("Gaokao2027")
    thread.join()


def test_a_refused_password_does_not_keep_the_slot(words: Passwords) -> None:
    with pytest.raises(Invalid):
        words.hash("weak")
    assert not words.matches("$argon2id$broken", "x")
    assert words.hash("Gaokao2027")
