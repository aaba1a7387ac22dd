"""Lines of an xlsx workbook, read as a stream: memory does not grow with the number of lines.

Excel keeps texts in a table of their own; that table is held as one block of bytes. Everything else passes through.
"""

import posixpath
import zipfile
from typing import BinaryIO

from documents.sheet_cells import Styles
from documents.sheet_limits import Limits, Refused
from documents.sheet_lines import Lines
from documents.sheet_strings import Strings
from documents.sheet_xml import Start, local, parser_of

_SMALL = 8 * 2**20  # bytes that workbook.xml, its relations and its styles may have


def read(file: BinaryIO, sheet: str, limits: Limits) -> Lines:
    """The lines of the sheet called so, or of the only one that can be seen. Raises Refused."""
    archive = zipfile.ZipFile(file)
    _check_directory(archive, limits)
    if "xl/workbook.xml" not in archive.NameToInfo:
        raise Refused("sheet_wrong_kind")
    book = _Book(archive)
    parts = book.relations()
    styles = Styles(book.is_1904)
    if parts.styles:
        _parse(archive, parts.styles, styles.start, limit=_SMALL)
    strings = Strings(archive, parts.strings, limits)
    return Lines(archive, parts.sheets[book.choose(sheet)], strings, styles, limits)


def _check_directory(archive: zipfile.ZipFile, limits: Limits) -> None:
    """What the zip's directory admits to; unpacking stops at the sizes it gives."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.entries or unpacked > limits.unpacked:
        raise Refused("sheet_too_big")
    if unpacked > 2**20 and unpacked > limits.ratio * max(1, packed):
        raise Refused("sheet_too_big")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("sheet_locked")


def _parse(archive: zipfile.ZipFile, name: str, start: Start, *, limit: int) -> None:
    """Walks through a small part, telling ``start`` each element without its prefix."""
    if archive.getinfo(name).file_size > limit:
        raise Refused("sheet_too_big")
    parser = parser_of(lambda tag, attributes: start(local(tag), attributes))
    parser.Parse(archive.read(name), True)


class _Parts:
    """Where the parts of the workbook lie in the archive."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}  # relation → entry
        self.strings = ""
        self.styles = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        path = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
        kind = attributes["Type"].rpartition("/")[2]
        if kind == "worksheet":
            self.sheets[attributes["Id"]] = path
        elif kind == "sharedStrings":
            self.strings = path
        elif kind == "styles":
            self.styles = path


class _Book:
    """Which sheets there are."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.is_1904 = False
        self._sheets: list[tuple[str, str]] = []  # name, relation; those that can be seen
        _parse(archive, "xl/workbook.xml", self._start, limit=_SMALL)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next(value for name, value in attributes.items() if name.endswith(":id"))
            self._sheets.append((attributes["name"], relation))
        elif tag == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")

    def relations(self) -> _Parts:
        parts = _Parts()
        _parse(self._archive, "xl/_rels/workbook.xml.rels", parts.start, limit=_SMALL)
        return parts

    def choose(self, name: str) -> str:
        for known, relation in self._sheets:
            if known.strip() == name:
                return relation
        if len(self._sheets) != 1:
            raise Refused("sheet_which" if self._sheets else "sheet_empty")
        return self._sheets[0][1]
