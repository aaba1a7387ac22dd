"""Code tables as files: taken in from xlsx or csv, given out as either, and the empty form to fill in."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.code_sheet import EXAMPLE, HEADINGS, IN_USE, RETIRED
from config.shipped_codes import CodeTable
from documents import sheets, workbook
from documents.sheet_limits import Limits
from documents.sheets import BadSheet
from domain.actors import Actor
from domain.code_rows import Entry, RowTrouble, read_entries
from domain.refusals import Invalid
from services.code_editions import Proposal, bring_in, need_keeper, propose, table_of
from services.context import Context
from services.seats import Seat

# The largest table known, 行政区划 with its retired codes, has about 4,000 rows in 230 KiB. Ten thousand rows are taken
# in within a second on either database, so the page that sends them may wait for it.
MOST_BYTES = 2 * 2**20
CSV, XLSX = "csv", "xlsx"

_PIECE = 64 * 1024
_LIMITS = Limits(file=MOST_BYTES, unpacked=32 * 2**20, columns=50, seconds=5)


def take_in(ctx: Context, seat: Seat, table: str, year: int, file: IO[bytes]) -> Proposal:
    """Reads a file of the official form as an edition that holds for nothing yet; see ``code_editions.propose``.

    A cell that cannot be taken is a trouble of its line. Raises BadSheet for a file that cannot be read, Invalid for
    one that is too big, besides what ``propose`` raises.
    """
    need_keeper(seat)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "table"
        with copy.open("wb") as target:
            _copy(file, target)
        try:
            return propose(ctx, seat, table, year, sheets.read(copy, limits=_LIMITS))
        except BadSheet as bad:
            if not bad.line:
                raise
            return Proposal(troubles=[RowTrouble(bad.line, _heading(bad.column), "", bad.code)])


def _copy(file: IO[bytes], target: IO[bytes]) -> None:
    left = MOST_BYTES
    while piece := file.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise Invalid.field("file", "codes_too_big")
        target.write(piece)


def bring_file(ctx: Context, actor: Actor, table: str, year: int, file: Path) -> Proposal:
    """Puts a file that a command brings along in force at once, unless something is wrong with it.

    Raises NotFound, and Invalid for a file that cannot be read or is no code table.
    """
    if file.stat().st_size > MOST_BYTES:
        raise Invalid.field("file", "codes_too_big")
    entries, troubles = read_entries(sheets.read(file, limits=_LIMITS), table_of(table).form)
    return Proposal(troubles=troubles) if troubles else bring_in(ctx, actor, table, year, entries)


def _heading(column: int) -> str:
    """What a column of the official form is called; its number for one beyond, nothing where it is not known."""
    return HEADINGS[column - 1] if 0 < column <= len(HEADINGS) else str(column or "")


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
