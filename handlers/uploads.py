"""Files that come with a form."""

from collections.abc import Iterator

from flask import request
from werkzeug.datastructures import FileStorage

from documents.papers import MOST_BYTES

PIECE = 256 * 1024
MOST_FORM = 64 * 1024  # what a form has beside its file
MOST_INK = 400 * 1024  # a form with the strokes of a signature
MOST_UPLOAD = MOST_BYTES + MOST_FORM


def pieces_in(file: FileStorage) -> Iterator[bytes]:
    """The content of a file that was sent, piece by piece."""
    return iter(lambda: file.stream.read(PIECE), b"")


def pieces_of(name: str) -> Iterator[bytes]:
    """The content of the file of a field; nothing when none was chosen."""
    file = request.files.get(name)
    return pieces_in(file) if file is not None and file.filename else iter(())


def small_number(text: str, otherwise: int = 1) -> int:
    """A number of up to eight digits that came with a form."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise
