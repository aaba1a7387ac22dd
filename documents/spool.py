"""What is being sent to us, before it is anybody's file: on disk, and readable to this process alone."""

import io
import os
import tempfile
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

_BLOCK = 16


class Spool(io.RawIOBase):
    """A nameless file that is gone when it is closed, enciphered under a key that is nowhere written down."""

    def __init__(self) -> None:
        super().__init__()
        self._file = cast(BinaryIO, tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # closed with this object
        self._cipher = AES(os.urandom(32))
        self._place = 0
        self._stream = self._stream_at(0)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = self._file.seek(offset, whence)
        self._stream = self._stream_at(self._place)
        return self._place

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # as io calls it
        sealed = memoryview(self._stream.update(bytes(data)))
        while sealed:
            sealed = sealed[self._file.write(sealed) :]
        self._place += len(data)
        return len(data)

    def readinto(self, target: "memoryview | bytearray") -> int:  # type: ignore[override]  # as io calls it
        sealed = self._file.read(len(target))
        target[: len(sealed)] = self._stream.update(sealed)
        self._place += len(sealed)
        return len(sealed)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _stream_at(self, place: int) -> CipherContext:
        """The stream of key bytes from a place on: the same ones to write and to read."""
        block, inside = divmod(place, _BLOCK)
        stream = Cipher(self._cipher, CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
        stream.update(bytes(inside))
        return stream
