"""Keys of one's own: made once, nobody else's to read, and good for signing documents alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from documents.seal_keys import Lifetimes, SealFiles, create

NAME = "某省平台数字签名（自建证书）"


def all_of(files: SealFiles) -> list[Path]:
    return [files.root_key, files.root, files.key, files.certificate]


def certificates(files: SealFiles) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(files.certificate.read_bytes())


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    files = create(tmp_path / "seal", NAME)
    assert sorted((tmp_path / "seal").iterdir()) == sorted(all_of(files))
    assert {path.stat().st_mode & 0o777 for path in all_of(files)} == {0o600}
    assert (tmp_path / "seal").stat().st_mode & 0o777 == 0o700


def test_made_again_they_stay(tmp_path: Path) -> None:
    before = [path.read_bytes() for path in all_of(create(tmp_path, NAME))]
    assert [path.read_bytes() for path in all_of(create(tmp_path, "another name"))] == before


def test_the_certificate_signs_documents_and_nothing_else(tmp_path: Path) -> None:
    own, root = certificates(create(tmp_path, NAME))
    own.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert own.subject.rfc4514_string() == f"CN={NAME}"
    key = own.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert (usage.key_cert_sign, usage.key_agreement, usage.key_encipherment) == (False, False, False)
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    basic = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)
    assert root.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_the_certificate_vouches_for_seals_long_after_the_last_one(tmp_path: Path) -> None:
    own, root = certificates(create(tmp_path, NAME))
    last = own.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value.not_after
    assert last is not None
    assert own.not_valid_after_utc - last.replace(tzinfo=UTC) > timedelta(days=3650)
    assert root.not_valid_after_utc > own.not_valid_after_utc


def test_a_key_that_served_its_time_is_followed_by_one_of_the_same_root(tmp_path: Path) -> None:
    files = create(tmp_path, NAME, lifetimes=Lifetimes(datetime(2026, 1, 1, tzinfo=UTC)))
    own, root = certificates(files)
    files.key.unlink()
    files.certificate.unlink()
    later, same = certificates(create(tmp_path, NAME, lifetimes=Lifetimes(datetime(2029, 1, 1, tzinfo=UTC))))
    assert same == root
    later.verify_directly_issued_by(root)
    assert later.serial_number != own.serial_number


def test_with_a_password_both_keys_are_encrypted(tmp_path: Path) -> None:
    files = create(tmp_path, NAME, "password")
    for path in (files.key, files.root_key):
        assert b"ENCRYPTED" in path.read_bytes()
        load_pem_private_key(path.read_bytes(), b"password")
    files.key.unlink()
    files.certificate.unlink()
    with pytest.raises(ValueError, match="password"):
        create(tmp_path, NAME, "another")
    assert not files.key.exists()


@pytest.mark.parametrize("lost", ["seal.key", "seal.pem", "root.key", "root.pem"])
def test_half_a_pair_is_never_overwritten(tmp_path: Path, lost: str) -> None:
    files = create(tmp_path, NAME)
    if lost.startswith("root"):
        files.key.unlink()
        files.certificate.unlink()
    (tmp_path / lost).unlink()
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FileExistsError, match=lost):
        create(tmp_path, NAME)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["", "长" * 20])
def test_a_name_fits_a_certificate(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 59"):
        create(tmp_path / "seal", name)
    assert not (tmp_path / "seal").exists()


def test_the_longest_name_does(tmp_path: Path) -> None:
    create(tmp_path, "长" * 19)
