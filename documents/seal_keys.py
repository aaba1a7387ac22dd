"""Making keys for the seal: a root of one's own, and under it a certificate that signs documents.

For the demo, tests, and whoever has no certificate from a licensed authority; nobody but those who are given the
root trusts it. Elliptic curve P-256 (FIPS 186-5); the certificates follow RFC 5280.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEAR = timedelta(days=365)
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_LONGEST_NAME = 59  # bytes: 64 in a certificate, and the root has a word more
_EARLIER = timedelta(minutes=5)  # clocks of other machines may be behind


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things are good for, from ``start``. A seal is to be verifiable for long after it was set."""

    start: datetime
    key: timedelta = 3 * _YEAR  # how long it seals
    certificate: timedelta = 15 * _YEAR
    root: timedelta = 30 * _YEAR


@dataclass(frozen=True, slots=True)
class SealFiles:
    """Where the keys lie. All are readable by their owner alone."""

    folder: Path

    @property
    def key(self) -> Path:
        """The key that seals; encrypted where a password was given."""
        return self.folder / "seal.key"

    @property
    def certificate(self) -> Path:
        """Its certificate, and after it the root's."""
        return self.folder / "seal.pem"

    @property
    def root(self) -> Path:
        """The root's certificate: what is given to whoever wants to verify."""
        return self.folder / "root.pem"

    @property
    def root_key(self) -> Path:
        """The root's key, for the next certificate; belongs somewhere else once the seal is made."""
        return self.folder / "root.key"


def create(folder: Path, name: str, password: str = "", lifetimes: Lifetimes | None = None) -> SealFiles:
    """Makes root, key and certificate for a seal called ``name``; what is there already stays as it is.

    A root that lies there with its key signs the new certificate: so one moves the seal's two files away when its key
    has served its time. Keys are encrypted under ``password`` if there is one. Raises OSError (FileExistsError where
    one half of a pair is there) and ValueError for a name longer than certificates take, or a wrong password.
    """
    files = SealFiles(folder)
    if not 0 < len(name.encode()) <= _LONGEST_NAME:
        raise ValueError(f"the name has to have 1 to {_LONGEST_NAME} bytes, which are 19 Chinese characters")
    if _is_there(files.key, files.certificate):
        return files
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    spans = lifetimes or Lifetimes(datetime.now(UTC))
    if not _is_there(files.root_key, files.root):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(files.root_key, _pem(key, lock))
        _write(files.root, _root(f"{name} Root", key, spans).public_bytes(Encoding.PEM))
    root = x509.load_pem_x509_certificate(files.root.read_bytes())
    root_key = load_pem_private_key(files.root_key.read_bytes(), password.encode() or None)
    if not isinstance(root_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the root's key is not one of ours")
    key = ec.generate_private_key(ec.SECP256R1())
    own = _own(name, key.public_key(), (root, root_key), spans)
    _write(files.key, _pem(key, lock))
    _write(files.certificate, own.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    return files


def _is_there(first: Path, second: Path) -> bool:
    if first.exists() != second.exists():
        there, lost = (first, second) if first.exists() else (second, first)
        raise FileExistsError(f"{there} is there, but not {lost.name}: bring it back, or move the other away")
    return first.exists()


def _root(name: str, key: ec.EllipticCurvePrivateKey, spans: Lifetimes) -> x509.Certificate:
    """The root's certificate: signs one level of certificates, and nothing else."""
    subject = _named(name)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return (
        _begun(subject, subject, key.public_key(), spans.start, spans.root)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _own(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey],
    spans: Lifetimes,
) -> x509.Certificate:
    """The seal's certificate: signs documents, for a shorter time than it vouches for them."""
    root, root_key = issuer
    usage = _usage(digital_signature=True, content_commitment=True)
    until = spans.start + spans.key
    # Mail is what readers of PDF commonly ask for; those that know the newer purpose find it beside.
    purposes = [ExtendedKeyUsageOID.EMAIL_PROTECTION, _DOCUMENT_SIGNING]
    return (
        _begun(_named(name), root.subject, key, spans.start, spans.certificate)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.PrivateKeyUsagePeriod(spans.start - _EARLIER, until), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, span: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - _EARLIER)
        .not_valid_after(start + span)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey, lock: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def _write(path: Path, content: bytes) -> None:
    """A new file of the owner's alone, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with unfinished.open("xb") as file:
        unfinished.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
