"""What a file is, by its content: names and what a browser says about them are anybody's."""

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO


class Unfit(Exception):
    """None of the kinds that are taken."""


class Heic(Unfit):
    """A photograph as phones keep it to save room: made into a JPEG on the phone, not here."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its media type and the ending of its name."""

    media_type: str
    ending: str


PDF = FileKind("application/pdf", ".pdf")
PNG = FileKind("image/png", ".png")
JPEG = FileKind("image/jpeg", ".jpg")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_KINDS = {
    "word/document.xml": FileKind(_OFFICE + "wordprocessingml.document", ".docx"),
    "xl/workbook.xml": FileKind(_OFFICE + "spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": FileKind(_OFFICE + "presentationml.presentation", ".pptx"),
}
_MARKS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MOST_PARTS = 10_000
# ISO/IEC 23008-12: the brands of a file of pictures, behind the word that a box of brands begins with.
_HEIC = re.compile(rb"(?s)....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)")


def kind_of(file: BinaryIO) -> FileKind:
    """The kind of a file: PDF, PNG, JPEG, docx, xlsx or pptx without macros. Raises Unfit for any other, Heic."""
    head = file.read(12)
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if head.startswith(b"PK\x03\x04"):
        file.seek(0)
        return _office_kind(file)
    raise Heic if is_heic(head) else Unfit


def is_heic(head: bytes) -> bool:
    """Whether a file that begins so is a HEIC. Twelve bytes are enough."""
    return _HEIC.match(head) is not None


def _office_kind(file: BinaryIO) -> FileKind:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {info.filename for info in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        raise Unfit from None
    is_document = "[Content_Types].xml" in names and len(names) <= _MOST_PARTS
    has_macros = any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names)
    found = [kind for part, kind in _OFFICE_KINDS.items() if part in names]
    if not is_document or has_macros or len(found) != 1:
        raise Unfit
    return found[0]
