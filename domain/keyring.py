"""Keys of personal data: sealing values at rest, blind indexes to look them up, stable marks for logs.

Everything is derived by HKDF from the installation's secret, so one secret is kept and any of the derived
keys can be told apart. A former secret still opens what it sealed until ``rotate-keys`` has sealed it anew.
"""

import base64
import os
from collections.abc import Callable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_KEY_ID = 4


class Unreadable(Exception):
    """A sealed value that none of the keys opens: a wrong key, a wrong column, or damage."""


def hasher(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 under a key that is set up once: for many short texts that is most of the work."""
    ready = HMAC(key, SHA256())

    def digest(text: bytes) -> bytes:
        fresh = ready.copy()
        fresh.update(text)
        return fresh.finalize()

    return digest


class _Key:
    """One secret and what is derived from it."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.id = self.derive("key id")[:_KEY_ID]
        self.cipher = AESGCM(self.derive("personal data"))
        self._index = hasher(self.derive("blind index"))

    def derive(self, purpose: str) -> bytes:
        """32 bytes that belong to this secret and this purpose."""
        return HKDF(SHA256(), 32, None, purpose.encode()).derive(self._secret)

    def blind(self, value: str, purpose: str) -> str:
        digest = self._index(f"{purpose}\0{value}".encode())
        return base64.urlsafe_b64encode(digest[:18]).decode()


class Keyring:
    """The present key and the former ones; ``purpose`` binds a value to its column."""

    def __init__(self, current: str, previous: Sequence[str] = ()) -> None:
        self._current = _Key(current)
        self._all = [self._current, *(_Key(secret) for secret in previous)]
        self._by_id = {key.id: key for key in reversed(self._all)}
        self.mark = lru_cache(maxsize=4096)(self._mark)

    @property
    def has_former_keys(self) -> bool:
        """Whether values may still stand under a key that is being replaced."""
        return len(self._all) > 1

    def seal(self, text: str, purpose: str) -> bytes:
        """AES-256-GCM: key id, nonce, ciphertext and tag."""
        nonce = os.urandom(_NONCE)
        return self._current.id + nonce + self._current.cipher.encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text of a sealed value; raises Unreadable."""
        key = self._by_id.get(bytes(sealed[:_KEY_ID]))
        if key is None or len(sealed) < _KEY_ID + _NONCE:
            raise Unreadable("sealed under a key that is not on the ring")
        nonce, rest = sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :]
        try:
            return key.cipher.decrypt(nonce, rest, purpose.encode()).decode()
        except InvalidTag:
            raise Unreadable("damaged, or moved from another column") from None

    def is_current(self, sealed: bytes) -> bool:
        """False when ``rotate-keys`` still has to seal this value anew."""
        return bytes(sealed[:_KEY_ID]) == self._current.id

    def blind(self, value: str, purpose: str) -> str:
        """24 characters that equal values share and nobody without the key can make or undo."""
        return self._current.blind(value, purpose)

    def blinds(self, value: str, purpose: str) -> list[str]:
        """The value's index under every key on the ring: what a look-up during a rotation asks for."""
        return [key.blind(value, purpose) for key in self._all]

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another use, such as signing cookies."""
        return self._current.derive(purpose)

    def derive_all(self, purpose: str) -> list[bytes]:
        """The same for every key on the ring, the present one first."""
        return [key.derive(purpose) for key in self._all]

    def _mark(self, value: str) -> str:
        """A short stable word that stands for an openid or an address in logs and journals."""
        return self._current.blind(value, "mark")[:10]
