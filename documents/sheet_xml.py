"""XML of workbooks as a stream: a parser that unfolds nothing, and a short cut for what is written as usual."""

import re
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers.expat import ParserCreate, XMLParserType

from documents.sheet_limits import Refused

_PIECE = 128 * 1024
_MOST_HELD = 8 * 2**20  # bytes without the end of an element that is sought
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SPECIAL = (b"&", b"_x")  # texts that are not what they look like: nothing for the short cut

MARKUP = re.compile(b"<[!?]")  # comments and the like, in which elements are none

Start = Callable[[str, dict[str, str]], None]


def parser_of(
    start: Start, end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None
) -> XMLParserType:
    """A parser that tells these functions what it meets. Raises Refused for a document type."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def _no_doctype(*_about: object) -> None:
    # Spreadsheets have none; only those who want to make a reader unfold something do.
    raise Refused("sheet_broken")


def local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


def unescape(text: str) -> str:
    """Control characters as workbooks write them, such as ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def walk(
    part: IO[bytes], parser: XMLParserType, marks: tuple[bytes, bytes], shortcut: Callable[[bytes], bytes]
) -> Iterator[None]:
    """Has the parser read the part, and pauses after every piece.

    ``marks`` are the opening of the element that holds the many, such as ``<sheetData>``, and the end of each of
    the many, such as ``</row>``. Between them pieces of whole elements are offered to ``shortcut`` first, which
    answers the elements from the first one on that it does not take; the parser never sees the others, which leaves
    the rest well-formed.
    """
    opening, ending = marks
    held = b""
    is_inside = False
    while piece := part.read(_PIECE):
        held += piece
        if not is_inside:
            place = held.find(opening)
            if place < 0 and len(held) < _PIECE:
                continue
            cut = held.find(b">", place) + 1 if place >= 0 else 0
            is_inside = cut > 0
            parser.Parse(held[: cut or len(held)], False)
            held = held[cut:] if cut else b""
        cut = held.rfind(ending) + len(ending)
        if is_inside and cut >= len(ending):
            whole, held = held[:cut], held[cut:]
            if not any(mark in whole for mark in _SPECIAL):
                whole = shortcut(whole)
            if whole:
                parser.Parse(whole, False)
        elif len(held) > _MOST_HELD:
            raise Refused("sheet_broken")
        yield
    parser.Parse(held, True)
    yield
