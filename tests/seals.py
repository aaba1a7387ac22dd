"""A seal for tests, made once a process, and a page to set it on."""

import io
import tempfile
from functools import cache
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from documents.seal import FileSigner, SealNote, roots_in
from documents.seal_keys import SealFiles, create
from services.seals import Seals

NAME = "平台数字签名（自建证书）"
NOTE = SealNote("就业协议书", "XY-2026-000001", "某省")


@cache
def keys(name: str = NAME, password: str = "") -> SealFiles:
    """The keys of a seal; gone with the process."""
    return create(_folder() / f"{name}{password}", name, password)


@cache
def seals() -> Seals:
    """The seal as a Context has it."""
    files = keys()
    return Seals(FileSigner(files.key, files.certificate), roots_in([files.root]))


def page(words: str = "once agreed") -> bytes:
    """A PDF of one page."""
    writer = PdfWriter()
    content = DecodedStreamObject()
    content.set_data(f"BT ({words}) Tj ET".encode())
    writer.add_blank_page(200, 200)[NameObject("/Contents")] = writer._add_object(content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def _folder() -> Path:
    _HELD.append(tempfile.TemporaryDirectory(prefix="wx-seal-"))
    return Path(_HELD[0].name)


_HELD: list[tempfile.TemporaryDirectory[str]] = []
