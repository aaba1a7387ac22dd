"""A sealed paper under every glass: as a page, its words, fonts and code, and its signature by two programs."""

import io
import re
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image
from pypdf import PdfReader

from documents import verifying
from documents.seal import roots_in


def words(content: bytes) -> str:
    """The text of all pages, without white space."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def code(content: bytes, folder: Path) -> str:
    """What the one QR code on the first page says, as printed at 150 dpi."""
    file = _file(content, folder)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", file, folder / "page"], check=True)
    first = sorted(folder.glob("page-*.pgm"))[0]
    (found,) = zxingcpp.read_barcodes(Image.open(first))
    return found.text


def pictures(content: bytes) -> int:
    """How many pictures stand on its pages: signatures, and a school's stamp."""
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def check_fonts(content: bytes, folder: Path) -> None:
    """Every font is a Noto CJK one and inside the file."""
    lines = _said(["pdffonts", _file(content, folder)]).splitlines()[2:]
    assert lines
    for line in lines:
        assert re.match(r"[A-Z]{6}\+Noto(Sans|Serif)CJKsc-", line), line
        assert re.search(r"Identity-H\s+yes yes yes\s", line), line


def check_seal(content: bytes, folder: Path, root: Path) -> None:
    """One signature over the whole file, by a certificate that ``root`` stands for: poppler and pyHanko both say so."""
    told = _said(["pdfsig", "-nssdir", f"sql:{_trusting(root, folder)}", _file(content, folder)])
    assert told.count("Signature Validation: Signature is Valid.") == 1, told
    assert told.count("Certificate Validation: Certificate is Trusted.") == 1, told
    assert "Total document signed" in told
    verdict = verifying.check(content, roots_in([root]))
    assert verdict.is_good, verdict
    assert "自建证书" in verdict.signer


def changed(content: bytes) -> bytes:
    """The same file with one bit of its first page's content turned."""
    at = content.index(b"stream", len(content) // 4) + 40
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _trusting(root: Path, folder: Path) -> Path:
    """A store of certificates that trusts this root, as whoever verifies by docs/verifying.md has made one."""
    store = folder / "trust"
    if not store.exists():
        store.mkdir()
        _said(["certutil", "-N", "-d", f"sql:{store}", "--empty-password"])
        _said(["certutil", "-A", "-d", f"sql:{store}", "-n", "seal-root", "-t", "C,C,C", "-i", root])
    return store


def _file(content: bytes, folder: Path) -> Path:
    path = folder / "paper.pdf"
    path.write_bytes(content)
    return path


def _said(command: list[str | Path]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"})
    return done.stdout
