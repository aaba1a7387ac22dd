"""Looking codes up by 届别: shipped rows, imported editions over them, and a process that notices a replacement."""

import pytest

from domain.roster import Tables
from models.codes import CodeRow, CodeSet
from services import code_tables
from services.code_tables import CodeName
from services.context import Context
from tests.fakes import FixedClock
from tests.services.tools import statements

ANHUI = [
    ("340000", "安徽省", "", False, ""),
    ("340100", "合肥市", "340000", False, ""),
    ("340104", "蜀山区", "340100", False, ""),
    ("340111", "包河区", "340100", False, ""),
    ("340121", "长丰县", "340100", False, ""),
    ("340200", "芜湖市", "340000", False, ""),
    ("340203", "弋江区", "340200", False, ""),
    ("341400", "巢湖市", "340000", True, ""),
    ("341402", "居巢区", "341400", True, "340181"),
    ("340181", "巢湖市", "340100", False, ""),
]


def put(table: str, year: int, rows: list[tuple[str, str, str, bool, str]], ctx: Context) -> CodeSet:
    """An edition in force from now on."""
    edition = CodeSet.create(name=table, year=year, rows=len(rows), digest="", in_force_at=ctx.clock())
    columns = ("code", "name", "parent", "is_retired", "successor")
    CodeRow.insert_many(
        [dict(zip(columns, row, strict=True), edition=edition, place=place) for place, row in enumerate(rows)]
    ).execute()
    return edition


def plain(**codes: str) -> list[tuple[str, str, str, bool, str]]:
    return [(code.strip("_"), name, "", False, "") for code, name in codes.items()]


def test_what_is_shipped_holds_for_every_year(ctx: Context) -> None:
    for year in (2020, 2027, 2099):
        assert code_tables.names(ctx, "education_level", year)["31"] == "本科毕业"
        assert code_tables.has(ctx, "ethnicity", year, "01")
        assert not code_tables.has(ctx, "ethnicity", year, "1")
        assert code_tables.successor(ctx, "ethnicity", year, "01") is None


def test_a_table_that_nobody_imported_is_empty(ctx: Context) -> None:
    assert code_tables.names(ctx, "region", 2027) == {}
    assert not code_tables.has(ctx, "region", 2027, "340104")
    assert code_tables.search(ctx, "region", 2027, "", 10) == []


def test_a_table_that_does_not_exist_is_a_fault(ctx: Context) -> None:
    with pytest.raises(KeyError):
        code_tables.names(ctx, "weather", 2027)


def test_an_import_holds_from_its_year_on(ctx: Context) -> None:
    put("hardship", 2027, plain(_0="甲"), ctx)
    put("hardship", 2029, plain(_0="乙"), ctx)
    said = {year: code_tables.names(ctx, "hardship", year)["0"] for year in (2026, 2027, 2028, 2029, 2030)}
    assert said == {2026: "非困难生", 2027: "甲", 2028: "甲", 2029: "乙", 2030: "乙"}


def test_the_year_counts_before_the_moment_of_taking_effect(ctx: Context, clock: FixedClock) -> None:
    put("hardship", 2029, plain(_0="乙"), ctx)
    clock.advance(days=1)
    put("hardship", 2027, plain(_0="甲"), ctx)
    assert code_tables.names(ctx, "hardship", 2029)["0"] == "乙"


def test_of_one_year_the_latest_in_force_counts(ctx: Context, clock: FixedClock) -> None:
    put("hardship", 2027, plain(_0="甲"), ctx)
    clock.advance(days=1)
    put("hardship", 2027, plain(_0="乙"), ctx)
    assert code_tables.names(ctx, "hardship", 2027) == {"0": "乙"}


def test_a_retired_code_is_named_and_replaced_but_not_in_use(ctx: Context) -> None:
    put("region", 0, ANHUI, ctx)
    assert not code_tables.has(ctx, "region", 2027, "341402")
    assert code_tables.successor(ctx, "region", 2027, "341402") == "340181"
    assert code_tables.successor(ctx, "region", 2027, "341400") is None
    assert code_tables.name_of(ctx, "region", 2027, "341402") == "居巢区"
    assert code_tables.name_of(ctx, "region", 2027, "999999") == "999999"
    assert code_tables.place_of(ctx, "region", 2027, "340104") == "安徽省 合肥市 蜀山区"


def test_search_finds_by_code_and_by_the_names_above(ctx: Context) -> None:
    put("region", 0, ANHUI, ctx)
    assert code_tables.search(ctx, "region", 2027, "3402", 5) == [
        CodeName("340200", "芜湖市", "安徽省"),
        CodeName("340203", "弋江区", "安徽省 芜湖市"),
    ]
    assert [row.code for row in code_tables.search(ctx, "region", 2027, "合肥 包河", 5)] == ["340111"]
    assert [row.code for row in code_tables.search(ctx, "region", 2027, "芜湖", 5)] == ["340200", "340203"]
    assert [row.code for row in code_tables.search(ctx, "region", 2027, "巢湖", 5)] == ["340181"]
    assert [row.code for row in code_tables.search(ctx, "region", 2027, "区", 2)] == ["340104", "340111"]
    assert code_tables.search(ctx, "region", 2027, "北京", 5) == []


def test_the_tables_of_a_year_are_what_a_row_of_the_roster_is_checked_with(ctx: Context) -> None:
    put("region", 0, ANHUI, ctx)
    put("major_undergraduate", 2027, plain(_080902="软件工程", _080901="计算机科学与技术"), ctx)
    tables: Tables = code_tables.tables_for(ctx, 2027)
    assert tables.has("region", "340104")
    assert not tables.has("region", "341402")
    assert tables.successor("region", "341402") == "340181"
    assert tables.code_of("gender", "男") == "1"
    assert tables.code_of("gender", "不明") is None
    assert tables.major("3", "080902") == "软件工程"
    assert tables.major("3", "999999") is None
    assert tables.major("1", "080902") == ""
    assert code_tables.tables_for(ctx, 2026).major("3", "080902") == ""


def test_a_name_that_two_codes_share_names_neither(ctx: Context) -> None:
    rows = plain(_080901="计算机", _080902="软件工程", _080903="软件工程")
    put("major_undergraduate", 0, rows, ctx)
    tables = code_tables.tables_for(ctx, 2027)
    assert tables.code_of("major_undergraduate", "软件工程") is None
    assert tables.code_of("major_undergraduate", "计算机") == "080901"


# -- the process's own copy --------------------------------------------------------------------------------


def test_looking_up_again_asks_the_database_nothing(ctx: Context) -> None:
    put("region", 0, ANHUI, ctx)
    code_tables.has(ctx, "region", 2027, "340104")
    with statements() as run:
        for _ in range(100):
            code_tables.has(ctx, "region", 2027, "340104")
            code_tables.names(ctx, "gender", 2027)
    assert run == []


def test_a_replacement_is_seen_within_seconds(ctx: Context, clock: FixedClock) -> None:
    put("hardship", 2027, plain(_0="甲"), ctx)
    assert code_tables.names(ctx, "hardship", 2027)["0"] == "甲"
    clock.advance(seconds=1)
    put("hardship", 2027, plain(_0="乙"), ctx)
    assert code_tables.names(ctx, "hardship", 2027)["0"] == "甲"
    clock.advance(seconds=1)
    assert code_tables.names(ctx, "hardship", 2027)["0"] == "乙"


def test_the_question_which_edition_holds_reads_no_rows(ctx: Context, clock: FixedClock) -> None:
    put("region", 0, ANHUI, ctx)
    code_tables.has(ctx, "region", 2027, "340104")
    clock.advance(seconds=3)
    with statements() as run:
        code_tables.has(ctx, "region", 2027, "340104")
    assert len(run) == 1
    assert "code_row" not in run[0]


def test_an_edition_taken_back_is_no_longer_held(ctx: Context, clock: FixedClock) -> None:
    edition = put("hardship", 2027, plain(_0="甲"), ctx)
    assert code_tables.has(ctx, "hardship", 2027, "0")
    edition.change(in_force_at=None)
    clock.advance(seconds=3)
    assert code_tables.names(ctx, "hardship", 2027)["0"] == "非困难生"


def test_a_clock_set_back_does_not_freeze_the_copy(ctx: Context, clock: FixedClock) -> None:
    code_tables.names(ctx, "hardship", 2027)
    clock.advance(days=-1)
    put("hardship", 2027, plain(_0="甲"), ctx)
    assert code_tables.names(ctx, "hardship", 2027)["0"] == "甲"


def test_tables_taken_for_a_long_work_do_not_change_under_it(ctx: Context, clock: FixedClock) -> None:
    tables = code_tables.tables_for(ctx, 2027)
    clock.advance(seconds=5)
    put("hardship", 2027, plain(_9="甲"), ctx)
    assert tables.has("hardship", "0")
    assert code_tables.tables_for(ctx, 2027).has("hardship", "9")
