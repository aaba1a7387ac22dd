"""代码表 on the console: listed, searched, given out as files, and replaced in steps that can be taken back."""

import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from config.code_sheet import HEADINGS
from documents import sheets, workbook
from models.codes import CodeSet
from services import code_tables
from services.context import Context
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import statements
from wx_backend.regions import bring_regions

HARDSHIP = (("0", "非困难生"), ("1", "就业困难"), ("9", "其他困难"))
IMPORT = "/console/codes/hardship/import"

DISPOSED = "Content-Disposition: form-data; name="

Send = Callable[..., Page]


def csv_of(*rows: tuple[str, ...], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in (HEADINGS, *rows)).encode(encoding)


def xlsx_of(*rows: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    padded = [(*row, *[""] * (len(HEADINGS) - len(row))) for row in rows]
    workbook.write(out, workbook.Sheet("代码", HEADINGS, padded))
    return out.getvalue()


@pytest.fixture
def send(province_desk: Browser) -> Send:
    def upload(content: bytes, name: str = "table.csv", year: str = "2027", at: str = IMPORT) -> Page:
        return province_desk.open(at).submit(at, year=year, file=(io.BytesIO(content), name))

    return upload


# -- reading -----------------------------------------------------------------------------------------------


def test_every_level_reads_and_only_keepers_are_offered_an_import(
    counselor_desk: Browser,
    college_desk: Browser,
    school_desk: Browser,
    province_desk: Browser,
    ministry_desk: Browser,
) -> None:
    for desk in (counselor_desk, college_desk, school_desk):
        page = desk.open("/console/codes")
        assert "民族" in page.text
        assert "/import" not in page.html
        assert desk.open(IMPORT).status == 403
    for desk in (province_desk, ministry_desk):
        assert IMPORT in desk.open("/console/codes").html


def test_the_list_says_what_holds_for_a_year(ctx: Context, school_desk: Browser) -> None:
    assert "尚未导入" in school_desk.open("/console/codes").text
    bring_regions(ctx, 2027)
    now, before = school_desk.open("/console/codes?year=2027"), school_desk.open("/console/codes?year=2026")
    assert "2027 届起" in now.text
    assert "3,214" in now.text
    assert "3,214" not in before.text


def test_a_long_table_is_turned_page_by_page(ctx: Context, school_desk: Browser) -> None:
    bring_regions(ctx)
    first = school_desk.open("/console/codes/region?word=安徽")
    assert "安徽省" in first.text
    whole = school_desk.open("/console/codes/region")
    assert "110000" in whole.text
    onward = re.findall(r'href="([^"]*)" rel="next"', whole.html)[0]
    following = school_desk.open(unescape(onward))
    assert "110000" not in following.text
    assert "下一页" in following.text


def test_search_and_state(ctx: Context, school_desk: Browser) -> None:
    bring_regions(ctx)
    found = school_desk.open("/console/codes/region?word=合肥 蜀山")
    assert "340104" in found.text
    assert "共 1 条" in found.text
    retired = school_desk.open("/console/codes/region?word=341402&state=retired")
    assert "改用 340181 巢湖市" in retired.text
    assert "没有符合条件的代码" in school_desk.open("/console/codes/region?word=341402&state=used").text
    assert "没有符合条件的代码" in school_desk.open("/console/codes/gender?word=<b>").text


def test_a_table_without_rows_says_what_to_do(school_desk: Browser, province_desk: Browser) -> None:
    assert "由省级或部级用模板文件导入后" in school_desk.open("/console/codes/major_undergraduate").text
    assert "请下载模板" in province_desk.open("/console/codes/major_undergraduate").text


def test_odd_addresses(school_desk: Browser) -> None:
    assert school_desk.open("/console/codes/weather").status == 404
    assert school_desk.open("/console/codes/gender/editions/none").status == 404
    page = school_desk.open("/console/codes/gender?year=1812")
    assert page.status == 422
    assert "届别请填四位年份" in page.text
    assert school_desk.open("/console/codes/gender?after=%00x").status == 200


# -- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_given_out_can_be_taken_in_and_changes_nothing(
    ctx: Context, province_desk: Browser, kind: str
) -> None:
    bring_regions(ctx, 2027)
    given = province_desk.open(f"/console/codes/region/file?year=2027&kind={kind}").response
    assert given.headers["Content-Disposition"].endswith(f'region-2027.{kind}"')
    at = "/console/codes/region/import"
    page = province_desk.open(at).submit(at, year="2027", file=(io.BytesIO(given.data), f"x.{kind}"))
    assert "没有变化" in page.text
    assert CodeSet.select().count() == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_blank_form_has_the_headings_that_are_asked_for(province_desk: Browser, kind: str) -> None:
    blank = province_desk.open(f"{IMPORT.removesuffix('import')}blank?kind={kind}").response.data
    page = province_desk.open(IMPORT).submit(IMPORT, year="2027", file=(io.BytesIO(blank), f"x.{kind}"))
    assert page.path.startswith("/console/codes/hardship/editions/")


# -- replacing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        csv_of(*HARDSHIP),
        csv_of(*HARDSHIP, encoding="utf-8-sig"),
        csv_of(*HARDSHIP, encoding="gb18030"),
        xlsx_of(*HARDSHIP),
    ],
    ids=["utf-8", "utf-8 with its mark", "gb18030", "xlsx"],
)
def test_from_a_file_to_a_table_in_force(ctx: Context, send: Send, clock: FixedClock, content: bytes) -> None:
    preview = send(content)
    assert "未生效" in preview.text
    assert "1 新增 0 变更 6 取消" in preview.text
    assert code_tables.has(ctx, "hardship", 2027, "7")
    done = preview.submit(f"{preview.path}/take-effect")
    assert "已生效" in done.text
    assert "正在使用" in done.text
    clock.advance(seconds=3)
    assert dict(code_tables.names(ctx, "hardship", 2027)) == dict(HARDSHIP)
    assert code_tables.has(ctx, "hardship", 2026, "7")


def test_and_back_again(ctx: Context, send: Send, province_desk: Browser, clock: FixedClock) -> None:
    preview = send(csv_of(*HARDSHIP))
    preview.submit(f"{preview.path}/take-effect")
    back = province_desk.open(preview.path).submit(f"{preview.path}/take-back")
    assert "已撤回" in back.text
    clock.advance(seconds=3)
    assert code_tables.has(ctx, "hardship", 2027, "7")
    again = province_desk.open(preview.path)
    assert "删除" not in again.text
    again.submit(f"{preview.path}/take-effect")
    clock.advance(seconds=3)
    assert not code_tables.has(ctx, "hardship", 2027, "7")


def test_a_draft_can_be_thrown_away(send: Send) -> None:
    preview = send(csv_of(*HARDSHIP))
    gone = preview.submit(f"{preview.path}/discard")
    assert "已删除" in gone.text
    assert CodeSet.select().count() == 0


def test_what_is_wrong_is_listed_with_line_column_value_and_reason(send: Send) -> None:
    page = send(csv_of(("0", "甲"), ("0", "乙"), ("10", ""), ("2", "丙", "5")))
    assert page.status == 422
    assert "文件有 4 处需要更正" in page.text
    assert "3 代码 0 代码重复，与第 2 行相同。" in page.text
    assert "4 代码 10 代码的形式不符合本表的规定" in page.text
    assert "5 上级代码 5 表中没有这个上级代码。" in page.text
    assert CodeSet.select().count() == 0


def test_the_report_can_be_taken_away_by_those_who_keep_the_tables(
    send: Send, province_desk: Browser, school_desk: Browser, tmp_path: Path
) -> None:
    page = send(csv_of(("0", "甲"), ("0", "乙")))
    address = re.findall(r'href="([^"]*/report/[^"]*)"', page.html)[0]
    assert school_desk.open(address).status == 403
    assert province_desk.open(f"{address}x").status == 404
    file = tmp_path / "report.xlsx"
    file.write_bytes(province_desk.open(address).response.data)
    assert list(sheets.read(file))[1:] == [["3", "代码", "0", "代码重复，与第 2 行相同。"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件中没有数据"),
        ("编号,名称\n1,甲".encode(), "没有找到表头"),
        (csv_of(), "表头下面没有内容"),
        (b"%PDF-1.7 something", "xlsx"),
    ],
    ids=["empty", "wrong headings", "only headings", "not a table"],
)
def test_files_that_are_none(send: Send, content: bytes, words: str) -> None:
    page = send(content)
    assert page.status == 422
    assert words in page.text


def test_a_formula_is_told_with_its_place(send: Send) -> None:
    page = send(csv_of(("0", "甲"), ("1", "=A1")))
    assert page.status == 422
    assert "文件有 1 处需要更正" in page.text
    assert "3 名称" in page.text


def test_a_form_without_file_or_year(province_desk: Browser) -> None:
    page = province_desk.open(IMPORT).submit(IMPORT, year="二七")
    assert "届别请填四位年份" in page.text
    assert "请选择要导入的文件" in province_desk.open(IMPORT).submit(IMPORT, year="2027").text


@pytest.mark.slow
def test_the_longest_table_passes_and_more_is_told_why_not(province_desk: Browser) -> None:
    at = "/console/codes/major_undergraduate/import"
    token = dict(province_desk.open(at).form(at).fields)["csrf_token"]

    def answer(content: bytes) -> tuple[int, str]:
        # Written out here: what the test client writes for long files it leaves open.
        fields = f"--=\r\n{DISPOSED}csrf_token\r\n\r\n{token}\r\n--=\r\n{DISPOSED}year\r\n\r\n2027\r\n"
        file = f'--=\r\n{DISPOSED}file; filename="x.csv"\r\n\r\n'
        body = b"".join((fields.encode(), file.encode(), content, b"\r\n--=--\r\n"))
        kind = 'multipart/form-data; boundary="="'
        got = province_desk.client.post(at, data=body, content_type=kind, base_url="http://wx.test")
        return got.status_code, got.text

    rows = [(f"{number:06d}", "专业" * 20) for number in range(100_000, 110_001)]
    with statements() as said:
        assert answer(csv_of(*rows[:-1]))[0] == 303
    assert CodeSet.get().rows == 10_000
    assert len(said) < 60  # what the page waits for grows by a statement for 500 rows
    for content, words in ((csv_of(*rows), "代码表最多 10000 行"), (b"x" * 2_200_000, "文件超过 2 MB")):
        status, page = answer(content)
        assert (status, words in page) == (422, True)
    assert answer(b"x" * 9_000_000)[0] == 413
    assert CodeSet.select().count() == 1


def test_the_school_cannot_send_a_file_past_the_page(school_desk: Browser, send: Send) -> None:
    preview = send(csv_of(*HARDSHIP))
    token = school_desk.token()
    for path in (IMPORT, *(f"{preview.path}/{verb}" for verb in ("take-effect", "take-back", "discard"))):
        assert school_desk.post(path, {"csrf_token": token, "year": "2027"}).status == 403
    page = school_desk.open(preview.path)
    assert page.status == 200
    assert "take-effect" not in page.html


def test_codes_still_held_are_told_before_they_go(cast: Cast, send: Send) -> None:
    cast.graduate.graduate.change(hardship="7")
    assert "7 就业困难、家庭困难和残疾：1 人" in send(csv_of(*HARDSHIP)).text
