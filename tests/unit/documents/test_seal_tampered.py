"""Sealed documents that somebody changed, and what notices: the digest, we, and pdfsig, which is not ours.

pdfsig (poppler) stands for every other reader; it knows the root from a store that certutil (NSS) made.
"""

import io
import os
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import NameObject

from documents import typeset, verifying
from documents.seal import FileSigner
from documents.seal_reading import verdict_of
from tests.seals import NOTE, keys, seals

pytestmark = pytest.mark.slow

FLIPS = 200


@dataclass(frozen=True)
class Seen:
    """What pdfsig says of a file."""

    is_valid: bool = False
    is_trusted: bool = False
    is_whole: bool = False

    @property
    def is_good(self) -> bool:
        return self.is_valid and self.is_trusted and self.is_whole


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate store that trusts the root."""
    folder = tmp_path_factory.mktemp("nss")
    for words in (["-N", "--empty-password"], ["-A", "-n", "seal", "-t", "C,C,C", "-i", str(keys().root)]):
        subprocess.run(["certutil", *words, "-d", f"sql:{folder}"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A document as we set it."""
    section = {"title": "约定", "facts": [["岗位", "测试"]], "text": "服务期三年。", "entries": []}
    data = {
        "title": "协议",
        "name": "李䶮",
        "line": "",
        "facts": [],
        "photo": b"",
        "sections": [section],
        "foot": "",
    }
    return typeset.pdf("resume", data)


@pytest.fixture(scope="module")
def good(plain: bytes) -> bytes:
    """The document with its seal."""
    signer = seals().signer()
    assert signer is not None
    return signer.seal(plain, NOTE)


def pdfsig(data: bytes, store: Path) -> Seen:
    file = store / "looked-at.pdf"
    file.write_bytes(data)
    env = os.environ | {"LC_ALL": "C"}
    argv = ["pdfsig", "-nssdir", f"sql:{store}", str(file)]
    said = subprocess.run(argv, capture_output=True, text=True, errors="replace", env=env, check=False).stdout
    return Seen(
        "Signature is Valid." in said, "Certificate is Trusted." in said, "- Total document signed" in said
    )


def room_of(data: bytes) -> tuple[int, int]:
    """Where the digits of the signature begin and end; the second half of them are zeros."""
    start = data.index(b"/Contents <") + len(b"/Contents <")
    return start, data.index(b">", start)


def changed(data: bytes, place: int, new: bytes | None = None) -> bytes:
    return data[:place] + (new or bytes([data[place] ^ 1])) + data[place + 1 :]


def test_as_it_was_sealed_it_is_good(good: bytes, store: Path) -> None:
    assert verdict_of(good, seals().roots).is_good
    assert pdfsig(good, store) == Seen(True, True, True)


# -- what people could do to it ----------------------------------------------------------------------------


def byte_of_a_page(good: bytes) -> bytes:
    return changed(good, good.index(b"stream\n") + 100)


def byte_of_the_signature(good: bytes) -> bytes:
    start, _ = room_of(good)
    return changed(good, start + 1_900, b"0" if good[start + 1_900] != ord("0") else b"1")


def digit_in_the_spare_room(good: bytes) -> bytes:
    _, end = room_of(good)
    return changed(good, end - 10, b"7")


def annotated(good: bytes) -> bytes:
    writer = PdfWriter(io.BytesIO(good), incremental=True)
    writer.add_annotation(0, FreeText(text="月薪 9,000", rect=(50, 550, 200, 650)))
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(good)
    return out.getvalue()


def saved_again(good: bytes) -> bytes:
    out = io.BytesIO()
    PdfWriter(clone_from=io.BytesIO(good)).write(out)
    return out.getvalue()


def stripped(good: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(good))
    for name in ("/AcroForm", "/Perms"):
        del writer._root_object[NameObject(name)]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def cut_back(good: bytes) -> bytes:
    return good[: good.rindex(b"%%EOF", 0, good.index(b"/ByteRange")) + 6]


def junk_behind(good: bytes) -> bytes:
    return good + b"\n% nothing to see\n"


def sealed_by_another(good: bytes) -> bytes:
    """The same words under a seal that anybody can make, of the same name."""
    other = keys(password="another's")
    return FileSigner(other.key, other.certificate, "another's").seal(cut_back(good), NOTE)


Attack = Callable[[bytes], bytes]
NOTHING = Seen()

TABLE: list[tuple[Attack, tuple[str, ...], Seen]] = [
    # what is done            what we find                 what pdfsig finds: valid, trusted, whole
    (byte_of_a_page, ("changed",), Seen(False, False, True)),
    (byte_of_the_signature, ("bad_signature",), Seen(False, False, True)),
    (digit_in_the_spare_room, ("added_to",), Seen(True, True, False)),
    (annotated, ("added_to",), Seen(True, True, False)),
    (saved_again, ("changed", "added_to"), Seen(False, False, False)),
    (stripped, ("no_seal",), NOTHING),
    (cut_back, ("no_seal",), NOTHING),
    (junk_behind, ("added_to",), Seen(True, True, False)),
    (sealed_by_another, ("unknown_signer",), Seen(True, False, True)),
]


@pytest.mark.parametrize(("attack", "problems", "seen"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_three_that_look_and_none_is_deceived(
    attack: Attack, problems: tuple[str, ...], seen: Seen, good: bytes, store: Path
) -> None:
    bad = attack(good)
    assert sha256(bad).digest() != sha256(good).digest()
    verdict = verifying.check(bad, seals().roots)
    assert (verdict.is_good, verdict.problems) == (False, problems)
    found = pdfsig(bad, store)
    assert (found.is_good, found) == (False, seen)


def test_no_flipped_bit_goes_by(good: bytes, store: Path) -> None:
    """But for pdfsig: it reads a digit of the signature in small letters, too."""
    chance = random.Random(20261121)
    start, end = room_of(good)
    missed = []
    for _ in range(FLIPS):
        place = chance.randrange(len(good))
        bad = changed(good, place, bytes([good[place] ^ 1 << chance.randrange(8)]))
        if sha256(bad).digest() == sha256(good).digest():
            missed.append(("digest", place))
        if verdict_of(bad, seals().roots).is_good:
            missed.append(("ours", place))
        if pdfsig(bad, store).is_good and not start <= place < end:
            missed.append(("pdfsig", place))
    assert missed == []


def test_no_flipped_bit_of_the_signatures_digits_goes_by(good: bytes) -> None:
    """The digest of what is signed does not hold these, and a digit may be written in two ways."""
    chance = random.Random(20261122)
    start, end = room_of(good)
    missed = []
    for _ in range(FLIPS):
        place = chance.randrange(start, end)
        bad = changed(good, place, bytes([good[place] ^ 1 << chance.randrange(8)]))
        if verdict_of(bad, seals().roots).is_good:
            missed.append(place)
    assert missed == []


def test_no_bit_of_what_the_signature_says_around_its_proof_goes_by(good: bytes) -> None:
    """Its versions, names of algorithms and of the signer: bits that most readers do not look at."""
    start, end = room_of(good)
    room = bytes.fromhex(good[start:end].decode())
    missed = []
    for place in (*range(20, 60), *range(600, 740)):
        other = bytearray(room)
        other[place] ^= 1
        bad = good[:start] + other.hex().upper().encode() + good[end:]
        if verdict_of(bad, seals().roots).is_good:
            missed.append(place)
    assert missed == []


def test_the_seals_own_words_are_signed_too(good: bytes) -> None:
    bad = good.replace(b"/Location", b"/Locatiom", 1)
    assert bad != good
    assert verdict_of(bad, seals().roots).problems[0] == "changed"
