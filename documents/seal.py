"""The platform's seal: its signature over a whole PDF, after which no byte can change unseen.

A PAdES B-B signature (ETSI EN 319 142-1) that certifies the document and permits no change to it; invisible, for
what people look at is typeset. Its time is this machine's: a qualified time would come from a time stamp authority.
Who only wants to name these classes pays nothing for them: what does the work (``documents.seal_pdf``) is large, and
comes in with the first seal.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class SealTrouble(Exception):
    """No seal could be set; the text says why, for the log and for whoever has the keys. Nothing was sealed."""


@dataclass(frozen=True, slots=True)
class SealNote:
    """What the seal says of itself: what is sealed and why, its number (no spaces), and where."""

    reason: str
    number: str
    place: str

    def __post_init__(self) -> None:
        if not self.number or any(char.isspace() for char in self.number):
            raise ValueError("a number without spaces")


class Signer(Protocol):
    """Whatever can set the platform's seal. Safe to use from several threads."""

    def seal(self, pdf: bytes, note: SealNote) -> bytes:
        """The PDF with the seal in it, looked at again before it is handed out. Raises SealTrouble."""

    def certificates(self) -> tuple[bytes, ...]:
        """The seal's certificate and then those above it, as DER. Raises SealTrouble when none is usable now."""

    def chain(self) -> tuple[bytes, ...]:
        """The same, whether usable or not. Raises SealTrouble where there are none."""


class FileSigner:
    """Seals with a key in a file: PEM, best encrypted under ``password``; the certificates in another, own first."""

    def __init__(self, key_path: Path, certificate_path: Path, password: str = "") -> None:
        self._key_path = key_path
        self._certificate_path = certificate_path
        self._password = password
        self._lock = Lock()
        self._held: tuple[Any, tuple[bytes, ...]] | None = None

    def seal(self, pdf: bytes, note: SealNote) -> bytes:
        """The sealed PDF. Raises SealTrouble."""
        with self._lock:
            if self._held is None:
                key, chain = self._read()
                self._held = _hand().signer_of_key(key, chain), chain
            signer, chain = self._held
        check_usable(chain)
        return _hand().sealed(pdf, note, signer, chain)

    def certificates(self) -> tuple[bytes, ...]:
        """As in the file. Raises SealTrouble, also for a key that is not theirs or does not open."""
        chain = self._held[1] if self._held else self._read()[1]
        check_usable(chain)
        return chain

    def chain(self) -> tuple[bytes, ...]:
        """As in the file, or as they were when the key was read: that is what seals. Raises SealTrouble."""
        return self._held[1] if self._held else read_certificates(self._certificate_path)

    def _read(self) -> tuple[bytes, tuple[bytes, ...]]:
        chain = read_certificates(self._certificate_path)
        password = self._password.encode() or None
        try:
            key = load_pem_private_key(_content(self._key_path), password)
        except TypeError:
            missing = "needs a password" if password is None else "is not encrypted, but there is a password"
            raise SealTrouble(f"the key in {self._key_path} {missing}") from None
        except (ValueError, UnsupportedAlgorithm):
            raise SealTrouble(f"{self._key_path} is no key in PEM, or the password is wrong") from None
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        ours = x509.load_der_x509_certificate(chain[0]).public_key().public_bytes(*form)
        if key.public_key().public_bytes(*form) != ours:
            raise SealTrouble(
                f"the key in {self._key_path} is not that of the first certificate in {self._certificate_path}"
            )
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), chain


class Pkcs11Signer:
    """Seals with a key that never leaves its device, by the device's PKCS#11 module.

    ``label`` is that of the key and of its certificate on the ``token``; where the token has none,
    ``certificate_path`` names the certificates, own first.
    """

    def __init__(
        self, module: Path, token: str, pin: str, label: str, certificate_path: Path | None = None
    ) -> None:
        self._where = module, token, pin, label
        self._certificate_path = certificate_path
        self._lock = Lock()  # a session of a device is nobody's but one's
        self._device: Any = None

    def seal(self, pdf: bytes, note: SealNote) -> bytes:
        """The sealed PDF. Raises SealTrouble, also while the device is away; the next seal finds it anew."""
        with self._lock:
            chain = self._chain()
            check_usable(chain)
            try:
                return _hand().sealed(pdf, note, self._device.signer(chain), chain)
            except SealTrouble:
                self._let_go()
                raise

    def certificates(self) -> tuple[bytes, ...]:
        """Those on the token or in the file. Raises SealTrouble."""
        chain = self.chain()
        check_usable(chain)
        return chain

    def chain(self) -> tuple[bytes, ...]:
        """Those on the token or in the file. Raises SealTrouble."""
        with self._lock:
            return self._chain()

    def _chain(self) -> tuple[bytes, ...]:
        if self._device is None:
            self._device = _hand().Device(*self._where)
        if self._certificate_path is not None:
            return read_certificates(self._certificate_path)
        try:
            return self._device.certificates()
        except SealTrouble:
            self._let_go()
            raise

    def _let_go(self) -> None:
        self._device.close()
        self._device = None


def read_certificates(path: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file as DER, in its order. Raises SealTrouble."""
    try:
        found = x509.load_pem_x509_certificates(_content(path))
    except ValueError:
        raise SealTrouble(f"{path} holds no certificates in PEM") from None
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def roots_in(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """All certificates of several PEM files as DER. Raises SealTrouble."""
    return tuple(certificate for path in paths for certificate in read_certificates(path))


def check_usable(chain: Sequence[bytes]) -> None:
    """Raises SealTrouble for certificates (DER, own first) by which nothing must be sealed now.

    Its key may end before it (private key usage period, RFC 3280, 4.2.1.4): seals are to be verifiable for years
    after the last one was set.
    """
    now = datetime.now(UTC)
    own, *above = [x509.load_der_x509_certificate(certificate) for certificate in chain]
    if now < own.not_valid_before_utc:
        raise SealTrouble(f"the seal's certificate is not valid before {own.not_valid_before_utc:%Y-%m-%d}")
    if now > own.not_valid_after_utc:
        raise SealTrouble(f"the seal's certificate expired on {own.not_valid_after_utc:%Y-%m-%d}")
    last = _last_use(own)
    if last is not None and now > last:
        raise SealTrouble(f"the seal's key was to be used until {last:%Y-%m-%d}; make a new one")
    for one in above:
        if now > one.not_valid_after_utc:
            raise SealTrouble(f"a certificate above the seal's expired on {one.not_valid_after_utc:%Y-%m-%d}")
    try:
        usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not usage.content_commitment:
        raise SealTrouble("the seal's certificate is not for signing documents (key usage nonRepudiation)")


def ends_at(chain: Sequence[bytes]) -> datetime:
    """When by certificates (DER, own first) nothing can be sealed any more. Raises SealTrouble where there are none."""
    if not chain:
        raise SealTrouble("no certificates")
    read = [x509.load_der_x509_certificate(certificate) for certificate in chain]
    last = _last_use(read[0])
    return min([one.not_valid_after_utc for one in read] + ([last] if last is not None else []))


def _last_use(own: x509.Certificate) -> datetime | None:
    """The end of the key's private key usage period, if the certificate names one."""
    try:
        last = own.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value.not_after
    except x509.ExtensionNotFound:
        return None
    return last.replace(tzinfo=UTC) if last is not None else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealTrouble(f"cannot read {path}: {error.strerror}") from None


@cache
def _hand() -> Any:
    """The module that does it, loaded once: 45 MB that only a process which seals should hold."""
    return importlib.import_module("documents.seal_pdf")
