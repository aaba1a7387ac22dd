"""Spreadsheets that we write: whatever is in them, nobody's spreadsheet program runs it."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from documents import sheets, workbook
from documents.vault import Vault
from documents.workbook import Sheet

RISKY = ["=1+1", "+86 139", "-1", "@SUM(A1)", "\tx", "\rx", "＝cmd"]


class Pipe:
    """Takes bytes and nothing else, as a response does."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, data: bytes) -> None:
        self.content += data


def test_what_we_write_can_be_read(tmp_path: Path) -> None:
    pipe = Pipe()
    rows = [["00123", 'a<b&"c"\x01\x0b', " 前后空格 "], ["", "", "𠮷"], ["x" * 40_000, "y", ""]]
    written = workbook.write(
        pipe, Sheet("数据", ["学号", "姓名", "备注"], rows), Sheet("说明 & <1>", ["列"], [["甲"]], 60)
    )
    assert written == 4
    (tmp_path / "a.xlsx").write_bytes(pipe.content)
    made = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert made.sheetnames == ["数据", "说明 & <1>"]
    assert [[cell.value for cell in row] for row in made["数据"].iter_rows(max_row=3)] == [
        ["学号", "姓名", "备注"],
        ["00123", 'a<b&"c"', " 前后空格 "],
        [None, None, "𠮷"],
    ]
    assert made["数据"]["A9"].number_format == "General"
    assert made["数据"]["A2"].number_format == "@"
    assert made["数据"].column_dimensions["A"].width == 16
    assert len(list(sheets.read(tmp_path / "a.xlsx", sheet="数据"))[3][0]) == 32_767


def test_a_formula_stays_a_text(tmp_path: Path) -> None:
    pipe = Pipe()
    workbook.write(pipe, Sheet("数据", ["值"], ([text] for text in [*RISKY, "平常"])))
    (tmp_path / "a.xlsx").write_bytes(pipe.content)
    column = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A"][1:]
    assert {cell.data_type for cell in column} == {"s"}
    assert [cell.quotePrefix for cell in column] == [True] * len(RISKY) + [False]


def test_csv_is_made_harmless() -> None:
    target = io.BytesIO()
    assert workbook.write_csv(target, ["值", "别的"], ([text, "x,y"] for text in RISKY)) == len(RISKY)
    text = target.getvalue().decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [["值", "别的"], *[[f"'{text}", "x,y"] for text in RISKY]]


def test_a_row_of_another_width_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="zip"):
        workbook.write(Pipe(), Sheet("数据", ["a", "b"], [["1"]]))


def test_many_rows_pass_through_into_the_vault(tmp_path: Path) -> None:
    vault = Vault(tmp_path, [bytes(32)])
    with vault.create() as (name, stream):
        written = workbook.write(stream, Sheet("数据", ["a"], ([str(n)] for n in range(5001))))
    assert written == 5001
    source = sheets.Source.stored(vault, name)
    assert sum(len(batch.lines) for batch in sheets.batches(source)) == 5002
