"""Sealing: what is sealed verifies; what must not seal says why, and seals nothing."""

import datetime
import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pypdf import PdfReader

from documents import verifying
from documents.seal import FileSigner, SealNote, SealTrouble, roots_in
from documents.seal_keys import Lifetimes, SealFiles, create
from documents.verifying import Crowded, Limits, Verdict
from tests.seals import NAME, NOTE, keys, page, seals

pytestmark = (
    pytest.mark.slow
)  # pyHanko takes a while to load, and each file is looked at in a process of its own

ROOT = Path(__file__).resolve().parents[3]
YEAR = timedelta(days=365)
NOW = datetime.datetime.now(UTC)


def sealed(pdf: bytes | None = None) -> bytes:
    signer = seals().signer()
    assert signer is not None
    return signer.seal(pdf or page(), NOTE)


def signer_of(files: SealFiles, password: str = "") -> FileSigner:
    return FileSigner(files.key, files.certificate, password)


def test_what_is_sealed_verifies_and_says_by_whom_when_and_for_what() -> None:
    verdict = verifying.check(sealed(), seals().roots)
    assert verdict.is_good
    assert (verdict.signer, verdict.reason, verdict.number) == (NAME, NOTE.reason, NOTE.number)
    assert verdict.signed_at is not None
    assert abs(verdict.signed_at - datetime.datetime.now(UTC)) < timedelta(minutes=5)


def test_the_seal_is_pades_allows_no_change_and_is_invisible() -> None:
    reader = PdfReader(io.BytesIO(sealed()))
    root = reader.trailer["/Root"]
    signature = root["/Perms"]["/DocMDP"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Reason"] == f"{NOTE.reason} {NOTE.number}"
    assert signature["/Location"] == NOTE.place
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1
    assert [float(side) for side in root["/AcroForm"]["/Fields"][0]["/Rect"]] == [0, 0, 0, 0]
    assert b"once agreed" in reader.pages[0].get_contents().get_data()


def test_what_was_there_before_stays_as_it_was() -> None:
    before = page()
    assert sealed(before).startswith(before)


def test_certificates_come_own_first() -> None:
    signer = seals().signer()
    assert signer is not None
    own, root = (x509.load_der_x509_certificate(each) for each in signer.certificates())
    own.verify_directly_issued_by(root)
    assert seals().roots == (root.public_bytes(Encoding.DER),)


def test_several_threads_seal_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(sealed, [page(f"words {number}") for number in range(12)]))
    assert all(verifying.check(each, seals().roots).is_good for each in results[:3])
    assert len(set(results)) == len(results)


def test_a_seal_stands_alone() -> None:
    with pytest.raises(SealTrouble, match="filled already"):
        sealed(sealed())


@pytest.mark.parametrize(
    "pdf", [b"no pdf", b"%PDF-1.7\n%%EOF", page()[:200]], ids=["words", "empty", "cut short"]
)
def test_what_is_no_pdf_is_not_sealed(pdf: bytes) -> None:
    with pytest.raises(SealTrouble):
        sealed(pdf)


@pytest.mark.parametrize("number", ["", "XY 1", "XY\n1"])
def test_a_number_is_one_word(number: str) -> None:
    with pytest.raises(ValueError, match="without spaces"):
        SealNote("就业协议书", number, "某省")


# -- keys that must not seal -------------------------------------------------------------------------------


def test_an_encrypted_key_opens_with_its_password_alone() -> None:
    files = keys(password="right")
    assert verifying.check(signer_of(files, "right").seal(page(), NOTE), roots_in([files.root])).is_good
    for password, told in (("wrong", "password is wrong"), ("", "needs a password")):
        signer = signer_of(files, password)
        for verb in (signer.certificates, lambda signer=signer: signer.seal(page(), NOTE)):
            with pytest.raises(SealTrouble, match=told):
                verb()


def test_a_password_for_a_key_that_has_none_is_told() -> None:
    with pytest.raises(SealTrouble, match="not encrypted"):
        signer_of(keys(), "a password").certificates()


def test_a_key_that_is_not_there_is_told_and_found_once_it_is(tmp_path: Path) -> None:
    signer = FileSigner(tmp_path / "seal.key", keys().certificate)
    with pytest.raises(SealTrouble, match=r"seal\.key: No such file"):
        signer.seal(page(), NOTE)
    (tmp_path / "seal.key").write_bytes(keys().key.read_bytes())
    assert verifying.check(signer.seal(page(), NOTE), seals().roots).is_good


def test_files_that_hold_something_else_are_told(tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("no key")
    with pytest.raises(SealTrouble, match="no key in PEM"):
        FileSigner(words, keys().certificate).certificates()
    with pytest.raises(SealTrouble, match="no certificates in PEM"):
        FileSigner(keys().key, words).certificates()


def test_a_key_of_another_certificate_is_told() -> None:
    with pytest.raises(SealTrouble, match="not that of the first certificate"):
        FileSigner(keys("other").key, keys().certificate).certificates()


@pytest.mark.parametrize(
    ("lifetimes", "told"),
    [
        (Lifetimes(NOW - 2 * YEAR, key=3 * YEAR, certificate=YEAR), "expired on"),
        (Lifetimes(NOW + YEAR), "not valid before"),
        (Lifetimes(NOW - 2 * YEAR, key=YEAR), "was to be used until"),
    ],
    ids=["expired", "not yet", "key has served its time"],
)
def test_a_certificate_out_of_its_time_does_not_seal(tmp_path: Path, lifetimes: Lifetimes, told: str) -> None:
    signer = signer_of(create(tmp_path, NAME, lifetimes=lifetimes))
    with pytest.raises(SealTrouble, match=told):
        signer.seal(page(), NOTE)
    with pytest.raises(SealTrouble, match=told):
        signer.certificates()


def test_a_root_does_not_seal() -> None:
    with pytest.raises(SealTrouble, match="not for signing documents"):
        FileSigner(keys().root_key, keys().root).seal(page(), NOTE)


def test_a_certificate_that_its_root_did_not_issue_does_not_seal(tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    own = x509.load_pem_x509_certificate(keys().certificate.read_bytes()).public_bytes(Encoding.PEM)
    chain.write_bytes(own + keys("other").root.read_bytes())
    with pytest.raises(SealTrouble, match="does not hold: unknown_signer"):
        FileSigner(keys().key, chain).seal(page(), NOTE)


def test_an_rsa_certificate_as_authorities_issue_them_seals(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某电子认证服务机构")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - YEAR, NOW + YEAR)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    (tmp_path / "seal.pem").write_bytes(certificate)
    (tmp_path / "seal.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files = SealFiles(tmp_path)
    assert verifying.check(signer_of(files).seal(page(), NOTE), roots_in([files.certificate])).is_good


# -- looking at files --------------------------------------------------------------------------------------


def test_a_seal_stays_good_after_its_key_and_certificate_have_run_out(tmp_path: Path) -> None:
    """Judged at the time that it claims: it was good then."""
    sealed()  # what is slow is loaded
    span = datetime.datetime.now(UTC) - NOW + YEAR + timedelta(seconds=3)
    short = Lifetimes(NOW - YEAR, key=span, certificate=span)
    lived = create(tmp_path, NAME, lifetimes=short)
    until = x509.load_pem_x509_certificate(lived.certificate.read_bytes()).not_valid_after_utc
    result = signer_of(lived).seal(page(), NOTE)
    while datetime.datetime.now(UTC) <= until:
        time.sleep(0.1)
    with pytest.raises(SealTrouble, match="expired"):
        signer_of(lived).seal(page(), NOTE)
    assert verifying.check(result, roots_in([lived.root])).is_good


def test_without_roots_nobody_is_trusted() -> None:
    verdict = verifying.check(sealed(), [])
    assert (verdict.is_intact, verdict.is_trusted, verdict.problems) == (True, False, ("unknown_signer",))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "unreadable"),
        (b"no pdf", "unreadable"),
        (b"%PDF-1.7\n" + b"(" * 200_000, "unreadable"),
        (os.urandom(5_000), "unreadable"),
        (page(), "no_seal"),
    ],
    ids=["nothing", "words", "nested", "noise", "not sealed"],
)
def test_what_is_no_sealed_pdf_is_said(data: bytes, problem: str) -> None:
    assert verifying.check(data, seals().roots) == Verdict(problems=(problem,))


@pytest.mark.parametrize(
    "limits",
    [Limits(seconds=0), Limits(memory=48 * 2**20), Limits(size=100)],
    ids=["time", "memory", "size"],
)
def test_a_file_that_costs_too_much_is_said(limits: Limits) -> None:
    verdict = verifying.check(sealed(), seals().roots, limits)
    assert (verdict.is_good, verdict.problems) == (False, ("too_costly",))


def test_a_crowd_is_sent_away_at_once_but_for_a_few() -> None:
    def looked_at(_number: int) -> str:
        begun = time.monotonic()
        try:
            return verifying.check(b"no pdf", []).problems[0]
        except Crowded:
            return "crowded" if time.monotonic() - begun < 1 else "late"

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(looked_at, range(16)))
    assert set(said) == {"unreadable", "crowded"}
    assert said.count("unreadable") <= 8  # a place may be free again before the last one comes
    assert verifying.check(b"no pdf", []).problems == ("unreadable",)


def test_a_good_verdict_is_all_of_it() -> None:
    assert Verdict(True, True, True, True).is_good
    for lacking in range(4):
        assert not Verdict(*(place != lacking for place in range(4))).is_good
    assert not Verdict(True, True, True, True, problems=("changed",)).is_good


def test_the_pages_processes_do_not_hold_what_seals() -> None:
    code = (
        "import sys, wx_backend.wsgi, wx_backend.commands;"
        "sys.exit(' '.join({'pyhanko', 'asn1crypto', 'pkcs11', 'lxml'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
