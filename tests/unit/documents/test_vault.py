"""The vault: what was stored comes back, and nothing else does."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.vault import CHUNK, Damaged, Vault, new_share

KEY, FORMER = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "files", [KEY])


def opens(vault: Vault, name: str) -> bool:
    try:
        b"".join(vault.pieces(name))
    except Damaged:
        return False
    return True


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_a_file_comes_back_as_it_was(vault: Vault, size: int) -> None:
    content = random.Random(size).randbytes(size)
    name = vault.store(content[at : at + 10_000] for at in range(0, size, 10_000))
    assert b"".join(vault.pieces(name)) == content
    assert list(vault.names()) == [name]
    with vault.open(name) as file:
        assert file.seek(0, 2) == size
        for place in (0, size // 2, max(0, size - 5)):
            file.seek(place)
            assert file.read(40) == content[place : place + 40]


def test_nothing_of_it_lies_in_clear(vault: Vault) -> None:
    name = vault.store([b"340102200501011234" * 100])
    raw = vault.path(name).read_bytes()
    assert b"3401022005" not in raw
    assert vault.path(name).stat().st_mode & 0o077 == 0


def test_a_file_that_was_touched_does_not_open(vault: Vault) -> None:
    content = random.Random(1).randbytes(4 * CHUNK)
    name = vault.store([content])
    path = vault.path(name)
    sealed = path.read_bytes()
    header, step = 36, CHUNK + 16
    chunks = [sealed[header + n * step : header + (n + 1) * step] for n in range(4)]
    wrongs = {
        "cut at a chunk": sealed[: header + 2 * step],
        "cut inside a chunk": sealed[:-7],
        "header alone": sealed[:header],
        "empty": b"",
        "longer": sealed + b"x",
        "a chunk twice": sealed + chunks[3],
        "other order": sealed[:header] + chunks[1] + chunks[0] + chunks[2] + chunks[3],
        "one bit": sealed[:-40] + bytes([sealed[-40] ^ 1]) + sealed[-39:],
        "other salt": sealed[:4] + bytes(32) + sealed[36:],
    }
    for what, wrong in wrongs.items():
        path.write_bytes(wrong)
        assert not opens(vault, name), what
    path.write_bytes(sealed)
    assert b"".join(vault.pieces(name)) == content


def test_a_file_under_another_name_does_not_open(vault: Vault) -> None:
    first, second = vault.store([b"one"]), vault.store([b"two"])
    vault.path(second).write_bytes(vault.path(first).read_bytes())
    with pytest.raises(Damaged):
        vault.open(second)


def test_a_former_key_still_opens_and_a_lost_one_does_not(tmp_path: Path) -> None:
    name = Vault(tmp_path, [FORMER]).store([b"kept"])
    assert b"".join(Vault(tmp_path, [KEY, FORMER]).pieces(name)) == b"kept"
    with pytest.raises(Damaged):
        Vault(tmp_path, [KEY]).open(name)


def test_a_file_with_a_share_opens_with_it_alone(tmp_path: Path) -> None:
    shelf, share = Vault(tmp_path, [FORMER]), new_share()
    name = shelf.store([b"seal"], share=share)
    assert b"".join(shelf.pieces(name, share)) == b"seal"
    for other in ("", new_share(), share[:-1]):
        with pytest.raises(Damaged):
            shelf.open(name, other)
    turned = Vault(tmp_path, [KEY, FORMER])
    with pytest.raises(Damaged):
        turned.renew(name)
    assert turned.renew(name, share)
    assert not turned.renew(name, share)
    assert b"".join(Vault(tmp_path, [KEY]).pieces(name, share)) == b"seal"


def test_a_file_moves_to_the_present_key(tmp_path: Path) -> None:
    content = bytes(3 * CHUNK)
    name = Vault(tmp_path, [FORMER]).store([content])
    both = Vault(tmp_path, [KEY, FORMER])
    assert (both.renew(name), both.renew(name)) == (True, False)
    assert b"".join(Vault(tmp_path, [KEY]).pieces(name)) == content
    with pytest.raises(Damaged):
        Vault(tmp_path, [bytes(32)]).renew(name)


def test_a_writer_that_fails_leaves_nothing(vault: Vault) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        vault.store(pieces())
    assert list(vault.names()) == []
    assert vault.sweep(2.0**40) == 0


def test_a_file_takes_the_place_of_one_of_its_name(vault: Vault) -> None:
    for word in (b"one", b"two"):
        with vault.create("job_name_12345.7") as (_name, stream):
            stream.write(word)
    assert b"".join(vault.pieces("job_name_12345.7")) == b"two"
    vault.delete("job_name_12345.7")
    vault.delete("job_name_12345.7")
    assert list(vault.names()) == []


def test_what_a_dead_writer_left_is_swept(vault: Vault) -> None:
    name = vault.store([b"whole"])
    left = vault.path(name).with_name(f".{name}.00000000")
    left.write_bytes(b"half")
    assert vault.sweep(left.stat().st_mtime - 1) == 0
    assert vault.sweep(left.stat().st_mtime + 1) == 1
    assert list(vault.names()) == [name]


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a/b", "short", "x" * 60, "dot.dot.dot"])
def test_only_names_of_ours_are_paths(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        vault.path(name)


def test_a_file_is_unclaimed_until_somebody_says_that_it_is_named(vault: Vault) -> None:
    before = time.time() + 10
    kept, lost = vault.store([b"kept"], owner="task_file"), vault.store([b"lost"], owner="task_file")
    other = vault.store([b"of another"], owner="job")
    assert set(vault.unclaimed("task_file", before)) == {kept, lost}
    assert vault.unclaimed("task_file", before - 3600) == []
    vault.settle("task_file", kept, is_named=True)
    vault.settle("task_file", lost, is_named=False)
    assert (opens(vault, kept), opens(vault, lost), opens(vault, other)) == (True, False, True)
    assert vault.unclaimed("task_file", before) == []
    assert set(vault.names()) == {kept, other}


def test_what_nobody_announced_is_nobodys_to_remove(vault: Vault) -> None:
    name = vault.store([b"x"])
    assert vault.unclaimed("", time.time() + 10) == []
    assert opens(vault, name)


def test_an_upload_that_is_cut_off_leaves_nothing_at_all(vault: Vault, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 2 * CHUNK
        raise ConnectionError

    with pytest.raises(ConnectionError):
        vault.store(pieces(), owner="task_file")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
