"""The lines of one sheet of an xlsx workbook."""

import re
import zipfile
from collections.abc import Iterator

from documents.sheet_cells import Styles, text_of
from documents.sheet_limits import Flaw, Limits, Line, Refused
from documents.sheet_shapes import TEXTS, USUAL, Shape, column_of
from documents.sheet_strings import Strings
from documents.sheet_xml import MARKUP, local, parser_of, unescape, walk

_ROW, _CELL, _VALUE, _FORMULA, _MERGED, _SIZE, _HINT = range(1, 8)
_MARKS = (b"<sheetData>", b"</row>")
_MOST_SHAPES = 8
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
        self._shapes: list[Shape] = []
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

    def _shortcut(self, piece: bytes) -> bytes:
        """Rows as every usual program writes them, without the parser: many times as fast."""
        text = piece.decode()
        at = 0
        while at < len(text):
            for shape in self._shapes:
                if found := shape.pattern.match(text, at):
                    self._take_row(shape, found)
                    at = found.end()
                    break
            else:
                end = text.index(_MARKS[1].decode(), at) + len(_MARKS[1])
                if not self._take_cells(text[at:end]):
                    return text[at:].encode()
                at = end
        return b""

    def _take_row(self, shape: Shape, found: re.Match[str]) -> None:
        number, *texts = found.groups()
        self._begin_row(int(number))
        is_short = found.end() - found.start() <= self._limits.cell and len(texts) <= self._limits.columns
        if shape.has_texts_only and is_short:
            self._cells = texts
        else:
            for column, text in enumerate(texts, start=1):
                if text:
                    self._column = column
                    kind, style = shape.cells[column - 1]
                    self._take(kind, style or None, text)
        self._end_row()

    def _take_cells(self, row: str) -> bool:
        """The same for a row whose shape is not known yet; False when it needs the parser."""
        found = USUAL.findall(row)
        if len(found) != row.count("<row") + row.count("<c") or "<f" in row or MARKUP.search(row.encode()):
            return False
        for number, reference, style, kind, text in found:
            if number:
                self._end_row()
                self._begin_row(int(number))
            elif text:
                self._column = self._place(reference)
                self._take(kind or "n", style or None, text)
        self._end_row()
        if len(self._shapes) < _MOST_SHAPES and (shape := Shape.of(row)):
            self._shapes.append(shape)
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
            column = column_of(letters)
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
            self._take(kind, self._cell.get("s"), unescape(text) if kind in TEXTS else text)

    def _take(self, kind: str, style: str | None, text: str) -> None:
        """Puts one value that is not empty into its column."""
        column = self._column
        if column > self._limits.columns:
            raise Refused("sheet_too_many_columns", line=self._line, column=column)
        if kind == "s":
            text = self._strings[int(text)]
        elif kind not in TEXTS:
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
