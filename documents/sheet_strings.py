"""The table of texts that Excel keeps apart from the cells."""

import re
import zipfile
from array import array

from documents.sheet_limits import Limits, Refused
from documents.sheet_xml import MARKUP, local, parser_of, unescape, walk

_USUAL = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_MARKS = (b"<sst", b"</si>")


class Strings:
    """The texts as one block of bytes, and where each of them ends. Raises Refused."""

    def __init__(self, archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
        self._block = bytearray()
        self._ends = array("Q", [0])
        self._most = limits.cell
        self._text: list[str] = []
        self._depth = 0  # inside pronunciation hints, which are no text
        self._collecting = False
        if name:
            parser = parser_of(self._start, self._end, self._characters)
            with archive.open(name) as part:
                for _ in walk(part, parser, _MARKS, self._shortcut):
                    pass

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise Refused("sheet_broken")
        return self._block[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")

    def _shortcut(self, piece: bytes) -> bytes:
        found = _USUAL.findall(piece)
        if len(found) != piece.count(b"<si") or len(found) != piece.count(b"<t") or MARKUP.search(piece):
            return piece
        for text in found:
            self._add(text)
        return b""

    def _add(self, text: bytes) -> None:
        if len(text) > 4 * self._most:
            raise Refused("sheet_broken")
        self._block += text
        self._ends.append(len(self._block))

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "rPh":
            self._depth += 1
        self._collecting = tag == "t" and not self._depth

    def _end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "rPh":
            self._depth -= 1
        elif tag == "t":
            self._collecting = False
        elif tag == "si":
            self._add(unescape("".join(self._text)).encode("utf-8", "surrogatepass"))
            self._text.clear()

    def _characters(self, data: str) -> None:
        if self._collecting:
            self._text.append(data)
