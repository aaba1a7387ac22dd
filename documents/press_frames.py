"""What a press and its process say to each other, over pipes; see ``documents.press``.

An order is its length and JSON. An answer is a byte that says what it is, its length, and the PDF or the word.
"""

from typing import IO

PDF, WORD = b"P", b"W"
_LENGTH = 8  # bytes of a length, the greatest first


def with_length(content: bytes) -> bytes:
    """The content behind its length."""
    return len(content).to_bytes(_LENGTH) + content


def read_length(source: IO[bytes]) -> int | None:
    """How much follows; None at the end."""
    head = source.read(_LENGTH)
    return int.from_bytes(head) if len(head) == _LENGTH else None
