"""Lines of a csv file: UTF-8 with or without its mark, UTF-16 with it, or GB18030."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from documents.sheet_limits import Flaw, Limits, Line, Refused

_PIECE = 65536
_QUOTED = re.compile(r'="([^"]*)"')  # how people keep zeros in front
_LOST = re.compile(r"[0-9](?:\.[0-9]+)?E\+1[0-9]")  # a long number as a spreadsheet shows it
_FORMULA = re.compile(r"=\s*[A-Za-z0-9(+\-@'\"$]")


class _Lines:
    about = 0

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._encoding = _encoding(file)

    def __iter__(self) -> Iterator[Line]:
        csv.field_size_limit(self._limits.cell)
        text = io.TextIOWrapper(self._file, self._encoding, newline="")
        delimiter = _delimiter(text)
        reader = csv.reader(text, delimiter=delimiter)
        try:
            # Numbered as a spreadsheet numbers them: a line break inside quotes starts no new line.
            for number, cells in enumerate(reader, start=1):
                while cells and not cells[-1]:
                    cells.pop()
                if len(cells) > self._limits.columns:
                    raise Refused("sheet_too_many_columns", line=number)
                if cells:
                    yield number, *_judged(number, cells)
        except csv.Error:
            raise Refused("sheet_broken", line=reader.line_num) from None


def read(file: BinaryIO, limits: Limits) -> _Lines:
    """The lines of an open csv file. Raises Refused."""
    return _Lines(file, limits)


def _judged(number: int, cells: list[str]) -> tuple[list[str], list[Flaw]]:
    flaws: list[Flaw] = []
    for place, text in enumerate(cells):
        if text.startswith("="):
            if kept := _QUOTED.fullmatch(text):
                cells[place] = kept[1]
            elif _FORMULA.match(text):
                flaws.append((number, place + 1, text[:200], "cell_formula"))
        elif _LOST.fullmatch(text):
            flaws.append((number, place + 1, text, "cell_lost_digits"))
    return cells, flaws


def _delimiter(text: io.TextIOWrapper) -> str:
    first = text.readline(_PIECE)
    text.seek(0)
    return max(",\t;", key=first.count)


def _encoding(file: BinaryIO) -> str:
    """The one encoding of the whole file; a file that is no text in any of them is of the wrong kind."""
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _fits(file, encoding):
            return encoding
    raise Refused("sheet_wrong_kind")


def _fits(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            if b"\0" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
