"""``import-codes`` and the code tables of the demo."""

import tomllib
from pathlib import Path

import pytest

from config.shipped_codes import code_tables
from models.codes import CodeSet
from models.graduate import Graduate
from services import code_tables as tables
from services.context import Context
from tests.services.tools import acts
from wx_backend.code_commands import BadCodes, import_codes
from wx_backend.seed import DEMO_FILE, seed_demo

pytestmark = pytest.mark.slow


def file_with(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(("代码,名称,上级代码,状态,接替代码", *lines)), "utf-8")
    return path


def test_regions_come_from_the_package(ctx: Context) -> None:
    assert import_codes(ctx, "region", None, "0") == "region: 3733 rows in force for every year"
    assert import_codes(ctx, "region", None, "0") == "region: nothing new"
    assert tables.place_of(ctx, "region", 2027, "340104") == "安徽省 合肥市 蜀山区"
    assert tables.successor(ctx, "region", 2027, "341402") == "340181"
    assert acts("code_set") == [("import", "system", "", ""), ("take_effect", "system", "", "")]


def test_any_table_comes_from_a_file(ctx: Context, tmp_path: Path) -> None:
    file = file_with(tmp_path, "080902,软件工程,,,", "080901,计算机科学与技术,,,")
    said = import_codes(ctx, "major_undergraduate", file, "2027")
    assert said == "major_undergraduate: 2 rows in force for 2027 on"
    assert tables.has(ctx, "major_undergraduate", 2027, "080902")
    assert not tables.has(ctx, "major_undergraduate", 2026, "080902")


@pytest.mark.parametrize(
    ("table", "lines", "year", "words"),
    [
        ("gender", (), "27", "届别"),
        ("gender", (), "2027", "表头下面没有内容"),
        ("gender", ("1,男,,,", "1,女,,,"), "2027", "3 代码 1 代码重复"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    ctx: Context, tmp_path: Path, table: str, lines: tuple[str, ...], year: str, words: str
) -> None:
    with pytest.raises(BadCodes) as bad:
        import_codes(ctx, table, file_with(tmp_path, *lines), year)
    assert words in bad.value.problems[0]
    assert CodeSet.select().count() == 0


def test_a_file_too_big_for_a_code_table_is_not_read(ctx: Context, tmp_path: Path) -> None:
    file = file_with(tmp_path, "1,男,,,", "x" * 2**21)
    with pytest.raises(BadCodes) as bad:
        import_codes(ctx, "gender", file, "2027")
    assert "文件超过 2 MB" in bad.value.problems[0]


def test_only_regions_need_no_file(ctx: Context) -> None:
    with pytest.raises(BadCodes, match="needs a file"):
        import_codes(ctx, "gender", None, "2027")


# -- the demo ----------------------------------------------------------------------------------------------


def test_the_demos_codes_have_the_form_of_their_tables() -> None:
    for table, codes in tomllib.loads(DEMO_FILE.read_text("utf-8"))["codes"].items():
        assert all(code_tables()[table].form.fullmatch(code) for code in codes), table


def test_everybody_in_the_demo_has_the_whole_of_their_record(ctx: Context) -> None:
    seed_demo(ctx)
    people = list(Graduate.select())
    assert len(people) > 40
    assert {row.status for row in people} == {"open", "confirmed", "locked"}
    for row in people:
        assert row.origin
        assert tables.has(ctx, "region", row.year, row.origin), row.origin
        assert row.candidate_number
        assert row.phone
    assert len({row.origin for row in people}) > 10
    assert {row.education for row in people} == {"1", "3"}


def test_in_the_demo_colleges_lock_and_graduates_confirm(ctx: Context) -> None:
    seed_demo(ctx)
    assert set(acts("graduate")) == {
        ("lock", "college", "open", "locked"),
        ("confirm", "graduate", "open", "confirmed"),
    }
