"""The lines of one sheet of an xlsx workbook."""

import re
import zipfile
from collections.abc import Iterator

from documents.sheet_cells import Styles, text_of
from documents.sheet_limits import Flaw, Limits, Line, Refused
from documents.sheet_strings import Strings
from documents.sheet_xml import local, parser_of, unescape, walk

_ROW, _CELL, _VALUE, _FORMULA, _MERGED, _SIZE, _HINT = range(1, 8)
_TEXTS = frozenset({"inlineStr", "str"})
_MARKS = (b"<sheetData>", b"</row>")
_USUAL = re.compile(
    r'<row r="(\d+)"[^<>]*>'
    r'|<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(s|n|b|e|str|inlineStr)")?'
    r'(?:/>|></c>|>(?:<v>|<is><t(?: xml:space="preserve")?>)([^<]*)(?:</v>|</t></is>)</c>)'
)
_MEANT = {
    "row": _ROW,
    "c": _CELL,
    "v": _VALUE,
    "t": _VALUE,
    "f": _FORMULA,
    "mergeCell": _MERGED,
    "dimension": _SIZE,
    "rPh": _HINT,
}


class Lines:
    """The lines of one sheet."""

    def __init__(
        self, archive: zipfile.ZipFile, name: str, strings: Strings, styles: Styles, limits: Limits
    ) -> None:
        self.about = 0
        self._archive = archive
        self._name = name
        self._strings = strings
        self._styles = styles
        self._limits = limits
        self._kinds: dict[str, int] = {}
        self._columns: dict[str, int] = {}
        self._done: list[Line] = []
        self._line = 0
        self._cells: list[str] = []
        self._flaws: list[Flaw] = []
        self._cell: dict[str, str] = {}
        self._column = 0
        self._text: list[str] = []
        self._collecting = False
        self._is_formula = False

    def __iter__(self) -> Iterator[Line]:
        parser = parser_of(self._start, self._end, self._characters)
        with self._archive.open(self._name) as part:
            for _ in walk(part, parser, _MARKS, self._shortcut):
                yield from self._done
                self._done.clear()

    def _shortcut(self, piece: bytes) -> bool:
        """Rows as every usual program writes them, without the parser: several times as fast."""
        found = _USUAL.findall(piece.decode())
        if len(found) != piece.count(b"<row") + piece.count(b"<c") or b"<f" in piece:
            return False
        columns, cells = self._columns, self._cells
        most, longest = self._limits.columns, self._limits.cell
        for row, reference, style, kind, text in found:
            if row:
                self._end_row()
                self._begin_row(int(row))
                cells = self._cells
            elif text:
                column = columns.get(reference) or self._place(reference)
                if kind in _TEXTS and len(cells) == column - 1 < most and len(text) <= longest:
                    cells.append(text)  # the next text in its row, as nearly always
                else:
                    self._column = column
                    self._take(kind or "n", style or None, text)
        self._end_row()
        return True

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(tag)
        if kind is None:
            kind = self._kinds[tag] = _MEANT.get(local(tag), 0)
        if kind == _VALUE:
            self._collecting = True
        elif kind == _CELL:
            self._cell = attributes
            self._column = self._place(attributes.get("r"))
            self._is_formula = False
        elif kind == _ROW:
            self._begin_row(int(attributes.get("r", self._line + 1)))
        elif kind == _FORMULA:
            self._is_formula = True
        elif kind == _MERGED:
            self._refuse_merged(attributes["ref"])
        elif kind == _SIZE:
            self._note_size(attributes.get("ref", ""))
        elif kind == _HINT:
            self._collecting = False

    def _end(self, tag: str) -> None:
        kind = self._kinds[tag]
        if kind == _VALUE:
            self._collecting = False
        elif kind == _CELL:
            self._finish_cell()
        elif kind == _ROW:
            self._end_row()

    def _begin_row(self, number: int) -> None:
        if number <= self._line:
            raise Refused("sheet_broken", line=number)
        self._line, self._column = number, 0

    def _end_row(self) -> None:
        if self._cells or self._flaws:
            self._done.append((self._line, self._cells, self._flaws))
            self._cells, self._flaws = [], []

    def _characters(self, data: str) -> None:
        if self._collecting:
            self._text.append(data)

    def _place(self, reference: str | None) -> int:
        """The column of ``C7`` from 1; a cell without a reference follows the one before."""
        if reference is None:
            return self._column + 1
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters[:4]:
                column = column * 26 + ord(letter) - 64
            if len(self._columns) < 20_000:
                self._columns[letters] = column
        return column

    def _finish_cell(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        kind = self._cell.get("t", "n")
        if self._is_formula:
            self._flaws.append((self._line, self._column, text[:200], "cell_formula"))
        elif text:
            self._take(kind, self._cell.get("s"), unescape(text) if kind in _TEXTS else text)

    def _take(self, kind: str, style: str | None, text: str) -> None:
        """Puts one value that is not empty into its column."""
        column = self._column
        if column > self._limits.columns:
            raise Refused("sheet_too_many_columns", line=self._line, column=column)
        if kind == "s":
            text = self._strings[int(text)]
        elif kind not in _TEXTS:
            text, reason = text_of(kind, text, self._styles.of(style))
            if reason:
                self._flaws.append((self._line, column, text[:200], reason))
        cells = self._cells
        if len(text) > self._limits.cell or len(cells) >= column:
            raise Refused("sheet_broken", line=self._line, column=column)
        if text:
            if len(cells) < column - 1:
                cells += [""] * (column - 1 - len(cells))
            cells.append(text)

    def _refuse_merged(self, reference: str) -> None:
        first = reference.partition(":")[0]
        letters = first.rstrip("0123456789")
        raise Refused("sheet_merged", line=int(first[len(letters) :]), column=self._place(first))

    def _note_size(self, reference: str) -> None:
        last = reference.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
        if last.isdigit():
            self.about = min(int(last), self._limits.rows)
