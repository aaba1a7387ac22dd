"""The short cut for usual rows: whatever stands in a sheet, it reads what the parser reads."""

import random
from pathlib import Path

import pytest

from documents import sheet_xlsx
from documents.sheet_limits import Limits, Line, Refused
from documents.sheet_shapes import Shape
from tests.unit.documents.books import book, sheet_xml, with_part

SHEET = "xl/worksheets/sheet1.xml"
CELLS = (
    '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>',
    '<c r="{}" s="1" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t></t></is></c>',
    '<c r="{}" s="1" t="n"><v>4{}</v></c>',
    '<c r="{}"><v>2{}</v></c>',
    '<c r="{}" t="str"><v> {} </v></c>',
    '<c r="{}" t="b"><v>1</v></c>',
    '<c r="{}" s="1"/>',
    "",
)
ODD = (
    '<c r="{}"><f>A1</f><v>{}</v></c>',
    '<c r="{}" t="inlineStr"><is><t>a&lt;{}</t></is></c>',
    '<!-- <c r="{}"><v>1</v></c> -->',
    '<c r="{}" t="e"><v>#N/A</v></c>',
    '<c r="{}" t="inlineStr"><is><r><t>x</t></r><r><t>{}</t></r></is></c>',
    '<c r="{}"><v>1{}9012345678901234</v></c>',
)


def taken(path: Path, rows: str, limits: Limits) -> list[Line] | tuple[str, int, int]:
    with_part(path, SHEET, sheet_xml(rows))
    try:
        with path.open("rb") as file:
            return list(sheet_xlsx.read(file, "数据", limits))
    except Refused as refused:
        return refused.code, refused.line, refused.column


def rows_of(dice: random.Random, forms: tuple[str, ...], count: int) -> str:
    kinds = [[dice.choice(forms) for _ in range(12)] for _ in range(12)]
    rows = []
    for number in range(1, count + 1):
        kind = dice.choice(kinds)
        letters = dice.sample("ABCDEFGHIJKL", 12) if dice.random() < 0.002 else "ABCDEFGHIJKL"
        cells = "".join(
            form.format(f"{letter}{number}", dice.randrange(100))
            for letter, form in zip(letters, kind, strict=True)
        )
        rows.append(dice.choice(('<row r="{}">', '<row r="{}" spans="1:12">')).format(number))
        rows.append(cells + dice.choice(("</row>", "</row>", "</row>\n")))
    return "".join(rows)


@pytest.mark.parametrize("forms", [CELLS[:1], CELLS[:3], CELLS, CELLS + ODD])
@pytest.mark.parametrize("limits", [Limits(), Limits(columns=11), Limits(cell=3)])
def test_the_short_cut_reads_what_the_parser_reads(
    tmp_path: Path, forms: tuple[str, ...], limits: Limits
) -> None:
    path = book(tmp_path / "a.xlsx", [])
    for seed in range(4):
        rows = rows_of(random.Random(seed), forms, 400)
        # A blank more in every tag, and the short cut leaves all of it to the parser.
        assert taken(path, rows, limits) == taken(path, rows.replace("<c ", "<c  "), limits)


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"/><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"> <c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><x/></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_a_row_of_another_kind_has_no_shape(row: str) -> None:
    assert Shape.of(row) is None


def test_a_shape_finds_other_rows_of_its_kind_alone() -> None:
    row = '<row r="7" spans="1:3"><c r="A7" s="2"/><c r="B7" t="str"><v>x</v></c><c r="C7"><v>5</v></c></row>'
    shape = Shape.of(row)
    assert shape is not None
    assert shape.cells == [("", ""), ("str", ""), ("n", "")]
    found = shape.pattern.fullmatch(row.replace("7", "81").replace("x", "甲 乙"))
    assert found is not None
    assert found.groups() == ("81", "", "甲 乙", "5")
    for other in (row.replace('s="2"', 's="3"'), row.replace("x", ""), row.replace("B7", "D7")):
        assert shape.pattern.match(other) is None
