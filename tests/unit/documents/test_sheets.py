"""Reading what people send: values as they see them, and a clear word for everything that cannot be read."""

import random
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from documents import sheets
from documents.sheet_limits import Limits
from documents.sheets import BadSheet, Source
from documents.vault import Vault
from tests.unit.documents.books import book, sheet_xml, with_part

pytestmark = pytest.mark.slow

SHEET = "xl/worksheets/sheet1.xml"


def lines(path: Path, sheet: str = "数据") -> list[list[str]]:
    return list(sheets.read(path, sheet=sheet))


def refusal(path: Path, limits: Limits | None = None) -> tuple[str, int, int]:
    with pytest.raises(BadSheet) as caught:
        list(sheets.read(path, sheet="数据", limits=limits or Limits()))
    return caught.value.code, caught.value.line, caught.value.column


def test_values_are_read_as_people_see_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["学号", "日期", "数", "空", "真"])
    sheet.append(["00123", date(2027, 6, 30), 20230001, None, True])
    sheet.append([7, datetime.fromisoformat("2027-06-30 08:30"), 0.1, "", "a<b&c>\n下一行"])
    sheet["A3"].number_format = "000000"
    sheet["A6"] = "隔了两行"
    made.save(tmp_path / "a.xlsx")
    assert lines(tmp_path / "a.xlsx") == [
        ["学号", "日期", "数", "空", "真"],
        ["00123", "2027-06-30", "20230001", "", "TRUE"],
        ["000007", "2027-06-30 08:30:00", "0.1", "", "a<b&c>\n下一行"],
        [],
        [],
        ["隔了两行"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_people_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('学号,姓名\r\n="00123","张,三\r\n𠮷"\r\n\r\n7,李四,,\r\n'.encode(encoding))
    assert lines(path) == [["学号", "姓名"], ["00123", "张,三\r\n𠮷"], [], ["7", "李四"]]


def test_tabs_and_semicolons_part_cells_too(tmp_path: Path) -> None:
    for sign in "\t;":
        (tmp_path / "a.csv").write_text(f"学号{sign}姓名\n1{sign}张三\n", "utf-8")
        assert lines(tmp_path / "a.csv") == [["学号", "姓名"], ["1", "张三"]]


def test_a_sealed_file_is_read_without_lying_in_clear(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["学号"], *[[f"2023{n:06d}"] for n in range(5000)]])
    vault = Vault(tmp_path / "vault", [bytes(32)])
    name = vault.store([path.read_bytes()])
    found = list(sheets.batches(Source.stored(vault, name), sheet="数据"))
    assert [(batch.first, len(batch.lines)) for batch in found] == [(1, 2000), (2001, 2000), (4001, 1001)]
    rest = list(sheets.batches(Source.stored(vault, name), sheet="数据", first=4001))
    assert [(batch.first, batch.lines) for batch in rest] == [(4001, found[2].lines)]
    assert found[0].about == 5001


def test_the_short_cut_and_the_parser_agree(tmp_path: Path) -> None:
    """Rows as usual, and the same rows written so that only the parser can read them."""
    dice = random.Random(7)
    rows = [
        [dice.choice(["甲", "x y", "1", ""]) + str(dice.random()) for _ in range(30)] for _ in range(3000)
    ]
    usual = book(tmp_path / "a.xlsx", rows)
    with zipfile.ZipFile(usual) as archive:
        content = archive.read(SHEET)
    prefixed = content.replace(b"<c ", b"<c  ").replace(b"<row ", b"<row\n")
    odd = with_part(book(tmp_path / "b.xlsx", []), SHEET, prefixed)
    assert lines(usual) == lines(odd) == rows


def test_texts_of_the_shared_table_are_found(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["x"]])
    table = "".join(f"<si><t>词{n}</t></si>" for n in range(9000))
    hinted = "<si><r><t>北</t></r><r><t>京</t></r><rPh sb='0' eb='1'><t>beijing</t></rPh></si><si><t/></si>"
    with_part(path, "xl/sharedStrings.xml", f"<sst>{table}{hinted}</sst>".encode())
    relations = (
        b'<Relationships><Relationship Id="rId1" Type="a/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="rId2" Type="a/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    )
    with_part(path, "xl/_rels/workbook.xml.rels", relations)
    cells = "".join(
        f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c><c r="C{n + 1}" t="s"><v>9000</v></c></row>'
        for n in range(9000)
    )
    with_part(path, SHEET, sheet_xml(cells))
    assert lines(path) == [[f"词{n}", "", "北京"] for n in range(9000)]
    with_part(path, SHEET, sheet_xml('<row r="1"><c r="A1" t="s"><v>9002</v></c></row>'))
    assert refusal(path)[0] == "sheet_broken"


def test_cells_that_cannot_be_taken_are_told_with_their_place(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], ["1", "=A1"], [340102200501011234, "x"], ["y", "#N/A"]])
    [batch] = sheets.batches(Source(path))
    assert [(flaw[:2], flaw[3]) for flaw in batch.flaws] == [
        ((2, 2), "cell_formula"),
        ((3, 1), "cell_lost_digits"),
        ((4, 2), "cell_error"),
    ]
    assert refusal(path) == ("cell_formula", 2, 2)
    (tmp_path / "b.csv").write_text("a,b\n=1+1,3.40102E+17\n-5,@x\n")
    [batch] = sheets.batches(Source(tmp_path / "b.csv"))
    assert [flaw[3] for flaw in batch.flaws] == ["cell_formula", "cell_lost_digits"]


def test_the_right_sheet_is_found_or_asked_for(tmp_path: Path) -> None:
    two = book(tmp_path / "a.xlsx", [["说明"]], sheet="填写说明", 数据=[["真"]])
    assert lines(two) == [["真"]]
    assert lines(book(tmp_path / "b.xlsx", [["只有一个"]], sheet="Sheet1")) == [["只有一个"]]
    neither = book(tmp_path / "c.xlsx", [["1"]], sheet="Sheet1", Sheet2=[["2"]])
    assert refusal(neither) == ("sheet_which", 0, 0)


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.active["B7"] = "x"
    made.active.merge_cells("B7:C8")
    made.save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx") == ("sheet_merged", 7, 2)


def bomb(path: Path, megabytes: int) -> Path:
    """A small file that unfolds into very much."""
    book(path, [["a"]])
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w") as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(megabytes):
                part.write(b" " * 2**20)
            part.write(b"</sheetData></worksheet>")
    return path


def test_a_zip_bomb_costs_nothing(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", 100)
    assert path.stat().st_size < 200_000
    begun = datetime.now().astimezone()
    assert refusal(path)[0] == "sheet_too_big"
    assert (datetime.now().astimezone() - begun).total_seconds() < 5


def test_a_bomb_whose_directory_passes_meets_the_limits_of_its_process(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", 30)
    lenient = Limits(ratio=10**9)
    assert refusal(path, lenient)[0] == "sheet_broken"  # one line too long to be a line
    texts = "<si><t>" + "长" * 30_000 + "</t></si>"
    many = with_part(
        book(tmp_path / "b.xlsx", [["a"]]), "xl/sharedStrings.xml", f"<sst>{texts * 3000}</sst>".encode()
    )
    with_part(
        many,
        "xl/_rels/workbook.xml.rels",
        b'<Relationships><Relationship Id="rId1" Type="a/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="rId2" Type="a/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    assert refusal(many, Limits(ratio=10**9, memory=160 * 2**20))[0] == "sheet_too_big"
    assert refusal(path, Limits(ratio=10**9, seconds=0))[0] == "sheet_too_big"


def test_far_cells_and_many_rows_are_refused_and_cost_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"]])
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    assert refusal(with_part(path, SHEET, sheet_xml(far))) == ("sheet_too_many_columns", 1, 16384)
    deep = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert refusal(with_part(path, SHEET, sheet_xml(deep)))[0] == "sheet_too_many_rows"
    styled = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576"/>'
    assert lines(with_part(path, SHEET, sheet_xml(styled))) == [["1"]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1"><v>one</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>1',
    ],
)
def test_a_sheet_that_contradicts_itself_is_broken(tmp_path: Path, rows: str) -> None:
    path = with_part(book(tmp_path / "a.xlsx", [["a"]]), SHEET, sheet_xml(rows))
    assert refusal(path)[0] == "sheet_broken"


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = sheet_xml('<row r="1"><c r="A1" t="str"><v>&x;&l;</v></c></row>')
    assert refusal(with_part(book(tmp_path / "a.xlsx", [["a"]]), SHEET, laughs + body))[0] == "sheet_broken"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet_empty"),
        (b" \r\n\t ", "sheet_empty"),
        (b"PK\x03\x04 broken", "sheet_broken"),
        (b"%PDF-1.7 whatever", "sheet_wrong_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "sheet_wrong_kind"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "sheet_wrong_kind"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "sheet_wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "sheet_broken"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "sheet_locked",
        ),
        (b"a,b\n\x00\x01\x02\xff\xfe", "sheet_wrong_kind"),
        (b"a,b\n\x81", "sheet_wrong_kind"),
        (b'a,"' + b"x" * 40_000 + b'"', "sheet_broken"),
        (b",".join([b"x"] * 201), "sheet_too_many_columns"),
    ],
)
def test_what_is_no_spreadsheet_is_told_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "whatever.xlsx"
    path.write_bytes(content)
    assert refusal(path)[0] == code


def test_a_word_document_is_not_a_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path / "a.docx")[0] == "sheet_wrong_kind"


def test_damage_anywhere_is_a_refusal_or_a_reading_and_never_a_crash(tmp_path: Path) -> None:
    dice = random.Random(20271120)
    whole = book(
        tmp_path / "a.xlsx", [["学号", "姓名"], *[[f"{n}", "张三"] for n in range(200)]]
    ).read_bytes()
    hurt = tmp_path / "b.xlsx"
    codes = set()
    for _ in range(25):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        hurt.write_bytes(bytes(content[: dice.randrange(len(content) // 2, len(content) + 1)]))
        try:
            lines(hurt)
        except BadSheet as bad:
            codes.add(bad.code)
    assert codes
    assert codes <= {
        "sheet_broken",
        "sheet_wrong_kind",
        "sheet_too_big",
        "sheet_locked",
        "sheet_which",
        "sheet_empty",
    }


def test_reading_may_stop_early(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [[str(n)] for n in range(9000)])
    frames = sheets.batches(Source(path))
    assert next(frames).lines[0] == ["0"]
    frames.close()
    assert next(iter(sheets.read(path))) == ["0"]


def test_a_part_whose_packing_is_broken_is_a_broken_file(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
        offset = archive.getinfo(SHEET).header_offset
    content = bytearray(path.read_bytes())
    start = offset + 30 + len(SHEET)
    content[start + 4 : start + 9] = b"\xff" * 5  # the properties of the stream
    path.write_bytes(content)
    assert refusal(path)[0] == "sheet_broken"
