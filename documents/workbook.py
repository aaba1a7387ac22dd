"""Writing spreadsheets as a stream, xlsx or csv, so that neither memory nor a file in clear grows with them.

Texts that a spreadsheet program would take for formulas are made harmless: in xlsx they are texts marked as such
(the leading apostrophe people know), in csv they get the apostrophe itself.
"""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Protocol
from xml.sax.saxutils import escape

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767  # characters of a cell
_EVERY = 500  # rows to a piece
_HEAD, _MARKED = 1, 2  # styles: bold; marked as text. Everything else is plain text.

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "{sheets}"
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{0}</Relationships>'
)
_RELATION = (
    '<Relationship Id="rId{n}" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="{_MAIN}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{0}</sheets></workbook>'
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="11"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}"><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{columns}" width="{width}" style="0" customWidth="1"/></cols><sheetData>'
)

Cells = Sequence[str]


class Sink(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> object:
        """Takes the next bytes."""


class Sheet:
    """One sheet: its name, its headings, its rows, and how wide its columns are in characters."""

    def __init__(self, name: str, headings: Cells, rows: Iterable[Cells], width: int = 16) -> None:
        self.name = name
        self.headings = headings
        self.rows = rows
        self.width = width


def is_risky(text: str) -> bool:
    """Whether a spreadsheet program might take the text for a formula."""
    return text.startswith(_RISKY)


def neutral(text: str) -> str:
    """The text as it may stand in a csv file."""
    return f"'{text}" if is_risky(text) else text


def write(target: BinaryIO | Sink, *sheets: Sheet) -> int:
    """Writes an xlsx workbook of these sheets as their rows come; returns how many rows, headings aside.

    ``target`` need not be seekable.
    """
    written = 0
    with zipfile.ZipFile(_Stream(target), "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for n, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{n}.xml", "w", force_zip64=True) as part:
                written += _write_rows(part, sheet)
        for name, content in _frame([sheet.name for sheet in sheets]).items():
            archive.writestr(name, content)
    return written


def write_csv(target: BinaryIO | Sink, headings: Cells, rows: Iterable[Cells]) -> int:
    """Writes a csv file that Excel opens as UTF-8; returns how many rows, headings aside."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    target.write(b"\xef\xbb\xbf")
    number = 0
    for number, row in enumerate(itertools.chain([headings], rows)):
        writer.writerow([neutral(cell) for cell in row])
        if number % _EVERY == 0:
            target.write(_taken(text))
    target.write(_taken(text))
    return number


def _taken(text: io.StringIO) -> bytes:
    content = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return content


def _frame(names: Sequence[str]) -> dict[str, str]:
    """The parts around the sheets."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{escape(name, _QUOTE)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    relations = [_RELATION.format(n=n, kind="worksheet", target=f"worksheets/sheet{n}.xml") for n in numbers]
    relations.append(_RELATION.format(n=len(names) + 1, kind="styles", target="styles.xml"))
    return {
        "[Content_Types].xml": _TYPES.format(sheets="".join(_TYPE.format(n=n) for n in numbers)),
        "_rels/.rels": _RELATIONS.format(
            _RELATION.format(n=1, kind="officeDocument", target="xl/workbook.xml")
        ),
        "xl/workbook.xml": _BOOK.format(sheets),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format("".join(relations)),
        "xl/styles.xml": _STYLES,
    }


_QUOTE = {'"': "&quot;"}


def _write_rows(part: BinaryIO | Sink, sheet: Sheet) -> int:
    columns = max(1, len(sheet.headings))
    letters = [_letters(n) for n in range(1, columns + 1)]
    part.write(_SHEET.format(columns=columns, width=sheet.width).encode())
    part.write(_row(1, letters, sheet.headings, _HEAD).encode())
    waiting: list[str] = []
    number = 1
    for number, row in enumerate(sheet.rows, start=2):
        waiting.append(_row(number, letters, row, 0))
        if len(waiting) == _EVERY:
            part.write("".join(waiting).encode())
            waiting.clear()
    part.write("".join(waiting).encode())
    part.write(b"</sheetData></worksheet>")
    return number - 1


def _row(number: int, letters: Sequence[str], cells: Cells, style: int) -> str:
    parts = [f'<row r="{number}">']
    for column, cell in zip(letters, cells, strict=True):
        if not cell:
            continue
        text = escape(_UNWRITABLE.sub("", cell)[:_LONGEST])
        mark = _MARKED if is_risky(cell) else style
        shown = f' s="{mark}"' if mark else ""
        space = ' xml:space="preserve"' if text != text.strip() else ""
        parts.append(f'<c r="{column}{number}"{shown} t="inlineStr"><is><t{space}>{text}</t></is></c>')
    parts.append("</row>")
    return "".join(parts)


def _letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class _Stream(io.RawIOBase):
    """Lets zipfile write to what can only be written to."""

    def __init__(self, target: BinaryIO | Sink) -> None:
        super().__init__()
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # as io calls it
        self._target.write(bytes(data))
        return len(data)
