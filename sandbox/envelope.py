"""Signatures and AES of the callback, as on developers.weixin.qq.com (消息加解密说明).

AES-256-CBC, key = base64(EncodingAESKey + "="), iv = its first 16 bytes, plaintext = 16 random bytes +
length (4 bytes, big endian) + message + app id, PKCS#7 over blocks of 32.
"""

import base64
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
RANDOM = 16


class BadEnvelope(Exception):
    """The other side's ciphertext cannot be opened."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, as the platform signs."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Envelope:
    """Encrypts callbacks and opens encrypted replies."""

    def __init__(self, token: str, aes_key: str) -> None:
        self._token = token
        self._key = base64.b64decode(aes_key + "=")

    def sign(self, timestamp: str, nonce: str, *encrypted: str) -> str:
        return signature(self._token, timestamp, nonce, *encrypted)

    def encrypt(self, message: bytes, app_id: str) -> str:
        plain = secrets.token_bytes(RANDOM) + struct.pack("!I", len(message)) + message + app_id.encode()
        pad = BLOCK - len(plain) % BLOCK
        plain += bytes([pad]) * pad
        encryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str, app_id: str) -> bytes:
        """The message inside ``encrypted``; raises BadEnvelope when padding, length or app id are wrong."""
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except ValueError as error:
            raise BadEnvelope("Encrypt is not base64") from error
        if not raw or len(raw) % BLOCK:
            raise BadEnvelope("Encrypt is not made of 32-byte blocks")
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
        plain = decryptor.update(raw) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise BadEnvelope("wrong padding")
        plain = plain[:-pad]
        (length,) = struct.unpack("!I", plain[RANDOM : RANDOM + 4])
        message, inner_app_id = plain[RANDOM + 4 : RANDOM + 4 + length], plain[RANDOM + 4 + length :]
        if len(message) != length or inner_app_id != app_id.encode():
            raise BadEnvelope("wrong length or app id inside")
        return message

    def check(self, given: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raises BadEnvelope unless ``given`` is the signature of the rest."""
        if not hmac.compare_digest(given, self.sign(timestamp, nonce, encrypted)):
            raise BadEnvelope("wrong MsgSignature")
