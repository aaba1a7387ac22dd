"""The reader of old workbooks, shown a new one: its library reads both, and nobody writes the old kind any more."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from documents import sheet_xls
from documents.sheet_limits import Limits, Line, Refused


def lines(path: Path, limits: Limits | None = None) -> list[Line]:
    with path.open("rb") as file:
        return list(sheet_xls.read(file, "数据", limits or Limits()))


def test_values_are_read_as_people_see_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet["B2"], sheet["C4"], sheet["A5"] = "学号", 5, True
    sheet["A6"], sheet["B6"] = 123456789012345678, date(2027, 6, 30)
    made.save(tmp_path / "a.xlsx")
    assert lines(tmp_path / "a.xlsx") == [
        (2, ["", "学号"], []),
        (4, ["", "", "5"], []),
        (5, ["TRUE"], []),
        (6, ["123456789012345696", "2027-06-30"], [(6, 1, "123456789012345696", "cell_lost_digits")]),
    ]


def test_what_cannot_be_taken_is_refused(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active["B2"] = "x"
    made.active.merge_cells("B2:C3")
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(Refused) as refused:
        lines(tmp_path / "a.xlsx")
    assert (refused.value.code, refused.value.line, refused.value.column) == ("sheet_merged", 2, 2)
    made.active.unmerge_cells("B2:C3")
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(Refused, match="columns"):
        lines(tmp_path / "a.xlsx", Limits(columns=1))
    made.create_sheet("第二张")
    made.save(tmp_path / "b.xlsx")
    with pytest.raises(Refused, match="which"):
        lines(tmp_path / "b.xlsx")
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(3000))
    with pytest.raises(Refused, match="broken"):
        lines(tmp_path / "c.xls")
