"""The vault: files that people gave us or take away, encrypted at rest, written and read as a stream.

A file is a header and chunks of 64 KiB, each sealed with AES-256-GCM under a key of this file alone. Its name, the
chunk's place and whether it is the last one are part of what is sealed, so that a file that was cut short, put in
another order or put under another name does not open. A file may have a share besides, a word that whoever names it
keeps elsewhere: once that is forgotten no copy of the file opens any more, whoever has the keys.
"""

import hmac
import io
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024
_TAG = 16
_MAGIC = b"WXV1"
_SALT = 32
_CLAIMS = "claims"  # a folder whose name is no beginning of a file's
_HEADER = len(_MAGIC) + _SALT
_NAME = re.compile(r"[A-Za-z0-9_-]{8,48}(?:\.[0-9]{1,6})?")


class Damaged(Exception):
    """A file that none of the keys opens: cut short, changed, renamed, or sealed under a lost key."""


class SealedFile(io.RawIOBase):
    """Reads a sealed file like an ordinary one, from any place, a chunk at a time. Raises Damaged."""

    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__()
        self._name = path.name.encode()
        self._cipher = AESGCM(key)
        self._file = path.open("rb")
        length = self._file.seek(0, os.SEEK_END) - _HEADER
        # Every chunk but the last is full; an empty file has one empty chunk.
        self._last = max(0, -(-length // (CHUNK + _TAG)) - 1)
        self._size = length - (self._last + 1) * _TAG
        self._place = 0
        self._held = (-1, b"")
        if self._size < 0:
            self._file.close()
            raise Damaged(path.name)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = max(0, offset + (0, self._place, self._size)[whence])
        return self._place

    def readinto(self, target: "memoryview | bytearray") -> int:  # type: ignore[override]  # as io calls it
        # As much as was asked for, across chunks: readers of archives take less for the end.
        filled = 0
        while filled < len(target) and self._place < self._size:
            number, start = divmod(self._place, CHUNK)
            piece = self._chunk(number)[start : start + len(target) - filled]
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._place += len(piece)
        return filled

    def close(self) -> None:
        self._file.close()
        super().close()

    def check(self) -> None:
        """Opens the first and the last chunk. Raises Damaged."""
        self._chunk(0)
        self._chunk(self._last)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(_HEADER + number * (CHUNK + _TAG))
            sealed = self._file.read(CHUNK + _TAG)
            try:
                plain = self._cipher.decrypt(
                    _nonce(number), sealed, _bound(self._name, number, number == self._last)
                )
            except InvalidTag:
                raise Damaged(self._name.decode()) from None
            self._held = (number, plain)
        return self._held[1]


class _Writer(io.RawIOBase):
    """Seals what is written, a chunk at a time."""

    def __init__(self, file: BinaryIO, name: str, key: bytes) -> None:
        super().__init__()
        self._file = file
        self._name = name.encode()
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # as io calls it
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Writes the last chunk."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        bound = _bound(self._name, self._number, is_last)
        self._file.write(self._cipher.encrypt(_nonce(self._number), plain, bound))
        self._number += 1


class Vault:
    """A folder of sealed files. ``keys`` are 32 bytes each, the present one first."""

    def __init__(self, folder: Path, keys: Sequence[bytes]) -> None:
        self._folder = folder
        self._keys = list(keys)

    def path(self, name: str) -> Path:
        """Where a file lies. Raises ValueError for what is no name of ours."""
        if not _NAME.fullmatch(name):
            raise ValueError("no name of the vault")
        return self._folder / name[:2] / name

    @contextmanager
    def create(self, name: str = "", *, owner: str = "", share: str = "") -> Iterator["tuple[str, BinaryIO]"]:
        """A new file's name and the stream to write it to; it exists once the block has ended well.

        With a name of ours the file takes that one's place. ``owner`` says in a word who is going to name the file;
        until then it is among the ``unclaimed``. ``share`` is needed to read it again.
        """
        name = name or secrets.token_urlsafe(18)
        path = self.path(name)
        claim = self._claim(owner, name) if owner else None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f".{name}.{secrets.token_hex(4)}")
        salt = secrets.token_bytes(_SALT)
        try:
            with unfinished.open("xb") as file:
                unfinished.chmod(0o600)
                file.write(_MAGIC + salt)
                writer = _Writer(file, name, _file_key(self._keys[0], salt, share))
                yield name, writer  # type: ignore[misc]  # a RawIOBase that writes everything at once
                writer.finish()
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            if claim is not None:
                claim.unlink(missing_ok=True)
            raise
        finally:
            unfinished.unlink(missing_ok=True)

    def _claim(self, owner: str, name: str) -> Path:
        """Notes, before there is anything of it, that a file is going to be somebody's."""
        claim = self._folder / _CLAIMS / f"{owner}.{name}"
        claim.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        claim.touch(mode=0o600)
        return claim

    def unclaimed(self, owner: str, older_than: float) -> list[str]:
        """Files that this owner was going to name, since before a moment (seconds since 1970)."""
        found = (self._folder / _CLAIMS).glob(f"{owner}.*")
        old = [path for path in found if path.stat().st_mtime < older_than]
        return [path.name.removeprefix(f"{owner}.") for path in old]

    def settle(self, owner: str, name: str, *, is_named: bool) -> None:
        """The owner has named a file by now, or never will: then it goes."""
        if not is_named:
            self.delete(name)
        (self._folder / _CLAIMS / f"{owner}.{name}").unlink(missing_ok=True)

    def store(self, pieces: Iterable[bytes], *, owner: str = "", share: str = "") -> str:
        """Stores a stream of pieces; answers the new file's name. For ``owner`` and ``share`` see ``create``."""
        with self.create(owner=owner, share=share) as (name, stream):
            for piece in pieces:
                stream.write(piece)
        return name

    def key_of(self, name: str, share: str = "") -> bytes:
        """The key of this one file, to be handed to whoever may read nothing else. Raises Damaged."""
        path = self.path(name)
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER)
        except FileNotFoundError:
            raise Damaged(name) from None
        if len(header) < _HEADER or not header.startswith(_MAGIC):
            raise Damaged(name)
        for key in (_file_key(key, header[len(_MAGIC) :], share) for key in self._keys):
            with suppress(Damaged), SealedFile(path, key) as file_in:
                file_in.check()
                return key
        raise Damaged(name)

    def open(self, name: str, share: str = "") -> SealedFile:
        """A file to read from. Raises Damaged, also when it is not there or has another share."""
        return SealedFile(self.path(name), self.key_of(name, share))

    def pieces(self, name: str, share: str = "") -> Iterator[bytes]:
        """A file's content, piece by piece. Raises Damaged."""
        with self.open(name, share) as file:
            while piece := file.read(CHUNK):
                yield piece

    def renew(self, name: str, share: str = "") -> bool:
        """Seals a file under the present key; False when it is so already. Raises Damaged."""
        with suppress(Damaged):
            Vault(self._folder, self._keys[:1]).key_of(name, share)
            return False
        with self.create(name, share=share) as (_, stream):
            for piece in self.pieces(name, share):
                stream.write(piece)
        return True

    def delete(self, name: str) -> None:
        """Removes a file; one that is not there is no trouble."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every file's name."""
        for path in self._folder.glob("??/*"):
            if _NAME.fullmatch(path.name):
                yield path.name

    def sweep(self, older_than: float) -> int:
        """Removes what writers that died left unfinished before a moment (seconds since 1970); returns how many."""
        left = [path for path in self._folder.glob("??/.*") if path.stat().st_mtime < older_than]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def new_share() -> str:
    """A share for one file."""
    return secrets.token_urlsafe(32)


def _file_key(key: bytes, salt: bytes, share: str) -> bytes:
    # The salt is of one length: what follows it is the share, and nothing where there is none.
    return hmac.digest(key, b"vault file\0" + salt + share.encode(), "sha256")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(name: bytes, number: int, is_last: bool) -> bytes:
    return b"%b\0%d\0%d" % (name, number, is_last)
