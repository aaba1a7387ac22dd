"""Numbers of a workbook as people see them: dates by their style, zeros in front, digits that were lost."""

import re
from datetime import datetime, timedelta
from enum import Enum

_MOST_DIGITS = 15  # what a number in a spreadsheet keeps
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_ZEROS = re.compile(r"0{2,32}")
_PLAIN = re.compile(r"-?[0-9]{1,15}")
_SECONDS = 86_400


class Shape(Enum):
    """How a number is shown, as far as it matters here."""

    NUMBER = "number"
    DATE = "date"
    DATE_1904 = "date since 1904"


Style = tuple[Shape, int]  # and how many digits it has at least
_GENERAL: Style = (Shape.NUMBER, 0)


class Styles:
    """The styles of a workbook; ``start`` is told its elements."""

    def __init__(self, is_1904: bool) -> None:
        self._date = Shape.DATE_1904 if is_1904 else Shape.DATE
        self._formats: dict[int, str] = {}
        self._styles: list[Style] = []
        self._in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Takes in one element of the part."""
        if tag == "numFmt":
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            self._in_cells = tag == "cellXfs"
        elif tag == "xf" and self._in_cells:
            self._styles.append(self._style(int(attributes.get("numFmtId", "0"))))

    def of(self, number: str | None) -> Style:
        """The style that a cell names."""
        if number is None or int(number) >= len(self._styles):
            return _GENERAL
        return self._styles[int(number)]

    def _style(self, number: int) -> Style:
        code = self._formats.get(number)
        if code is None:
            return (self._date, 0) if number in _BUILT_IN_DATES else _GENERAL
        if _ZEROS.fullmatch(code):
            return Shape.NUMBER, len(code)
        shown = _LITERAL.sub("", code.partition(";")[0]).lower()
        return (self._date, 0) if re.search(r"[ymdhs]", shown) and "e" not in shown else _GENERAL


def text_of(kind: str, text: str, style: Style) -> tuple[str, str]:
    """A value that is no text, as people see it, and why it cannot be taken, if so."""
    if kind == "b":
        return ("TRUE" if text == "1" else "FALSE"), ""
    if kind == "e":
        return text, "cell_error"
    if kind == "d":
        return text.removesuffix("T00:00:00").replace("T", " "), ""
    shape, digits = style
    if shape is not Shape.NUMBER:
        return _date(float(text), shape), ""
    if _PLAIN.fullmatch(text):
        return text.zfill(digits), ""
    number = float(text)
    if abs(number) >= 10**_MOST_DIGITS:
        # Whatever the person typed, the last digits are zeros by now.
        return f"{number:.0f}", "cell_lost_digits"
    shown = f"{number:.{_MOST_DIGITS}g}"
    return (str(int(number)).zfill(digits) if number == int(number) else shown), ""


def _date(days: float, shape: Shape) -> str:
    if shape is Shape.DATE_1904:
        start = datetime(1904, 1, 1)  # noqa: DTZ001  # a day on paper has no zone
    else:
        # The 29th of February 1900 that Excel believes in: days after it count from one day earlier.
        start = datetime(1899, 12, 30) if days >= 60 else datetime(1899, 12, 31)  # noqa: DTZ001  # the same
    moment = start + timedelta(seconds=round(days * _SECONDS))
    if moment.hour == moment.minute == moment.second == 0:
        return moment.date().isoformat()
    return moment.isoformat(" ")
