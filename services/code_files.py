"""Code tables as files: taken in from xlsx or csv, given out as either, and the empty form to fill in."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from config.code_sheet import EXAMPLE, HEADINGS, IN_USE, RETIRED
from config.shipped_codes import CodeTable
from documents import sheets, workbook
from documents.sheet_limits import Limits
from domain.code_rows import MOST_ROWS, Entry
from domain.refusals import NotAllowed
from services.code_editions import Proposal, may_replace, propose, table_of
from services.context import Context
from services.seats import Seat

MOST_BYTES = 8 * 2**20
CSV, XLSX = "csv", "xlsx"

_LIMITS = Limits(file=MOST_BYTES, unpacked=64 * 2**20, rows=MOST_ROWS + 1, columns=50, seconds=20)


def take_in(ctx: Context, seat: Seat, table: str, year: int, file: BinaryIO) -> Proposal:
    """Reads a file of the official form as an edition that holds for nothing yet; see ``code_editions.propose``.

    Raises BadSheet for a file that cannot be read, besides what ``propose`` raises.
    """
    if not may_replace(seat):
        raise NotAllowed()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "table"
        with copy.open("wb") as target:
            shutil.copyfileobj(file, target)
        lines = sheets.read(copy, limits=_LIMITS)
        return propose(ctx, seat, table, year, lines)


def written(ctx: Context, table: str, year: int, kind: str) -> bytes:
    """The table as it holds for a 届别, in the form that can be taken in again. Raises NotFound."""
    known = table_of(table)
    entries = ctx.codes.edition(table, year, ctx.clock()).entries.values()
    return _file(kind, known.title, (_cells(row) for row in entries))


def blank(table: str, kind: str) -> bytes:
    """The form to fill in, with a row or two that show how. Raises NotFound."""
    known = table_of(table)
    return _file(kind, known.title, iter(_examples(known)))


def _examples(table: CodeTable) -> list[list[str]]:
    shown = list(table.codes.items())[:2]
    return [[code, name, table.above.get(code, ""), IN_USE, ""] for code, name in shown] or [
        [table.example, EXAMPLE, "", IN_USE, ""]
    ]


def _cells(row: Entry) -> list[str]:
    return [row.code, row.name, row.parent, RETIRED if row.is_retired else IN_USE, row.successor]


def _file(kind: str, title: str, rows: Iterator[list[str]]) -> bytes:
    out = io.BytesIO()
    if kind == CSV:
        workbook.write_csv(out, HEADINGS, rows)
    else:
        workbook.write(out, workbook.Sheet(title, HEADINGS, rows))
    return out.getvalue()
