"""Lines of an old xls workbook, whose format holds at most 65,536 of them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from documents.sheet_limits import Flaw, Limits, Line, Refused

_MOST_DIGITS = 15  # what a number in a spreadsheet keeps


class _Lines:
    def __init__(self, sheet: Any, limits: Limits) -> None:
        self._sheet = sheet
        self._limits = limits
        last, side = sheet.end or (-1, -1)  # its own width leaves out what is empty in front
        self.about = last + 1
        if side >= limits.columns:
            raise Refused("sheet_too_many_columns")
        if merged := sheet.merged_cell_ranges:
            (line, column), _end = merged[0]
            raise Refused("sheet_merged", line=line + 1, column=column + 1)

    def __iter__(self) -> Iterator[Line]:
        for number, values in enumerate(self._sheet.to_python(skip_empty_area=False), start=1):
            flaws: list[Flaw] = []
            cells = [_text(value, (number, place), flaws) for place, value in enumerate(values, start=1)]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells, flaws


def read(file: BinaryIO, sheet: str, limits: Limits) -> _Lines:
    """The lines of the sheet called so, or of the only one. Raises Refused."""
    try:
        book = CalamineWorkbook.from_filelike(file)
        metadata = book.sheets_metadata
        seen = [
            about.name
            for about in metadata
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible
        ]
        if sheet not in seen and len(seen) != 1:
            raise Refused("sheet_which" if seen else "sheet_empty")
        return _Lines(book.get_sheet_by_name(sheet if sheet in seen else seen[0]), limits)
    except PasswordError:
        raise Refused("sheet_locked") from None
    except CalamineError:
        raise Refused("sheet_broken") from None


def _text(value: Any, place: tuple[int, int], flaws: list[Flaw]) -> str:
    """A value as people see it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else repr(value)
        if len(text.lstrip("-")) > _MOST_DIGITS and value.is_integer():
            flaws.append((*place, text, "cell_lost_digits"))
        return text
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return str(value)
