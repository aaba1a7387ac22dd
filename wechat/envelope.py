"""Opens what the platform posts and seals what we answer, in its three modes.

Signing and encryption are described at developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html.
Which mode holds is the account's setting and ours, never the query's: otherwise anybody could leave out
``msg_signature`` and be taken for an account in plain mode.
"""

import binascii
import hmac
import json
import os
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from wechat.body import read
from wechat.inbound import BadCallback, Inbound

LARGEST_BODY = 64 * 1024
_BLOCK = 32  # the platform pads to 32 bytes, not to the cipher's 16
_FUTURE = 300  # seconds a platform clock may be ahead of ours
_LONGEST_WORD = 256

_SEALED = (
    "<xml><Encrypt><![CDATA[{}]]></Encrypt><MsgSignature><![CDATA[{}]]></MsgSignature>"
    "<TimeStamp>{}</TimeStamp><Nonce><![CDATA[{}]]></Nonce></xml>"
)
_NOTHING = (b"", b"success")


class Envelope:
    """The codec of one account. Immutable once built, so threads may share it."""

    def __init__(
        self,
        app_id: str,
        token: str,
        aes_key: str,
        mode: str,
        max_age: int,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``aes_key`` are the 43 characters shown in the account's settings, unused in plain mode; ``max_age``
        is in seconds. Raises ValueError for a mode or key that cannot be."""
        if mode not in ("plain", "compatible", "safe"):
            raise ValueError(f"no such mode: {mode}")
        self._app_id = app_id.encode()
        self._token = token
        self._secret = token.encode()[:64]
        self._max_age = max_age
        self._clock = clock
        self._ciphers: _Ciphers | None = None
        if mode != "plain":
            key = b64decode(aes_key + "=")
            if len(aes_key) != 43 or len(key) != 32:
                raise ValueError("the AES key must be the 43 characters shown by the platform")
            self._ciphers = _Ciphers(key)

    def greet(self, query: Mapping[str, str]) -> str:
        """Answers the platform's check of the address: gives ``echostr`` back. Raises BadCallback."""
        timestamp, nonce = _word(query, "timestamp"), _word(query, "nonce")
        self._check(_word(query, "signature"), timestamp, nonce)
        self._check_age(timestamp)
        return _word(query, "echostr")

    def open(self, query: Mapping[str, str], body: bytes) -> Inbound:
        """Verifies and reads one POST. Raises BadCallback and nothing else, whatever the bytes."""
        if len(body) > LARGEST_BODY:
            raise BadCallback("too_large")
        timestamp, nonce = _word(query, "timestamp"), _word(query, "nonce")
        if self._ciphers is None:
            self._check(_word(query, "signature"), timestamp, nonce)
            self._check_age(timestamp)
            fields, form = read(body)
        else:
            signature = _word(query, "msg_signature")
            sealed = read(body)[0].get("Encrypt")
            if not sealed:
                raise BadCallback("not_encrypted")
            self._check(signature, timestamp, nonce, sealed)
            self._check_age(timestamp)
            fields, form = read(self._decrypt(self._ciphers, sealed))
        return Inbound(fields, form, self._secret)

    def seal(self, reply: bytes) -> bytes:
        """Encrypts a rendered reply unless the mode is plain. An empty one and ``success`` stay as they are:
        the platform wants them bare in every mode."""
        if self._ciphers is None or reply in _NOTHING:
            return reply
        chance = os.urandom(24)
        content = chance[:16] + len(reply).to_bytes(4, "big") + reply + self._app_id
        pad = _BLOCK - len(content) % _BLOCK
        secret = self._ciphers.encrypt(content + bytes((pad,)) * pad)
        sealed = binascii.b2a_base64(secret, newline=False).decode()
        now = int(self._clock())
        nonce = chance[16:].hex()
        signature = _sign(self._token, str(now), nonce, sealed)
        if reply[:1] == b"{":
            return json.dumps(
                {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": now, "Nonce": nonce}
            ).encode()
        return _SEALED.format(sealed, signature, now, nonce).encode()

    def _check(self, signature: str, *signed: str) -> None:
        if not hmac.compare_digest(_sign(self._token, *signed).encode(), signature.encode()):
            raise BadCallback("bad_signature")

    def _check_age(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadCallback("bad_timestamp")
        age = self._clock() - int(timestamp)
        if age > self._max_age or age < -_FUTURE:
            raise BadCallback("stale")

    def _decrypt(self, ciphers: "_Ciphers", sealed: str) -> bytes:
        """16 random bytes, the length in 4, the message, the account's id, 1 to 32 bytes of padding.

        Called after the signature holds, so telling the reasons apart teaches a stranger nothing.
        """
        try:
            secret = binascii.a2b_base64(sealed.encode("ascii"), strict_mode=True)
        except ValueError:
            raise BadCallback("bad_base64") from None
        if not secret or len(secret) % 16:
            raise BadCallback("bad_length")
        content = ciphers.decrypt(secret)
        pad = content[-1]
        if not 1 <= pad <= _BLOCK or content[-pad:] != bytes((pad,)) * pad:
            raise BadCallback("bad_padding")
        end = 20 + int.from_bytes(content[16:20], "big")
        if end > len(content) - pad:
            raise BadCallback("bad_length")
        if not hmac.compare_digest(content[end:-pad], self._app_id):
            raise BadCallback("wrong_app")
        return content[20:end]


class _Ciphers(threading.local):
    """A thread's own AES-CBC in both directions, made once: making it costs five times what a message does.

    CBC goes on from one message to the next by itself, so only a message's first block is not what a fresh start
    would give; and in the platform's form that block is 16 random bytes, which nobody reads.
    """

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(AES(key), CBC(key[:16]))
        self.encrypt = cipher.encryptor().update
        self.decrypt = cipher.decryptor().update


def _sign(*parts: str) -> str:
    return sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _word(query: Mapping[str, str], name: str) -> str:
    """A query parameter that must be there once, as text of sane length."""
    value = query.get(name)
    if not isinstance(value, str) or not value:
        raise BadCallback("missing_parameter")
    if len(value) > _LONGEST_WORD or not value.isprintable():
        raise BadCallback("bad_parameter")
    return value
