"""行政区划 as the product holds it: counts, the cities without counties, and what became of retired codes."""

import json
from collections import Counter
from pathlib import Path

import pytest

from config.code_sheet import HEADINGS, RETIRED
from config.regions import Region, regions
from config.shipped_codes import code_tables
from domain.code_rows import read_entries
from domain.roster import CITIES_WITHOUT_COUNTIES

ROOT = Path(__file__).resolve().parents[3]
# A second list by another hand, beside the working copy on the machines where the product is made.
SECOND_LIST = ROOT.parent / "shared" / "data" / "regions" / "list.json"
ALONE = ("71", "81", "82", "83")


def in_use() -> dict[str, Region]:
    return {row.code: row for row in regions(ROOT) if not row.is_retired}


def test_counts_by_level() -> None:
    kinds = Counter(
        "province" if code[2:] == "0000" else "city" if code[4:] == "00" else "county" for code in in_use()
    )
    assert kinds == {"province": 34, "city": 333, "county": 2847}


def test_the_cities_without_counties_are_cities_with_nothing_below() -> None:
    above = {row.parent for row in regions(ROOT)}
    bare = {code for code in in_use() if code[4:] == "00" and code[2:] != "0000" and code not in above}
    assert bare == CITIES_WITHOUT_COUNTIES


def test_nothing_that_only_statistics_know() -> None:
    names = {row.name for row in in_use().values()}
    assert not {
        name for name in names if name.endswith(("街道", "镇", "乡")) or "开发区" in name or "直辖县" in name
    }
    assert "市辖区" not in names


def test_everything_belongs_to_a_province() -> None:
    rows = in_use()
    assert {row.code for row in rows.values() if not row.parent} == {
        code for code in rows if code[2:] == "0000"
    }
    assert all(row.parent in rows for row in rows.values() if row.parent)


def test_counties_right_under_a_province() -> None:
    rows = in_use()
    assert (rows["429004"].name, rows["429004"].parent) == ("仙桃市", "420000")
    assert (rows["340104"].name, rows["340104"].parent) == ("蜀山区", "340100")
    assert rows["110105"].parent == "110000"


@pytest.mark.parametrize(
    ("code", "name", "successor"),
    [
        ("341402", "居巢区", "340181"),
        ("110103", "崇文区", "110101"),
        ("320611", "港闸区", "320613"),
        ("420321", "郧县", "420304"),
        ("469003", "儋州市", "460400"),
        ("371202", "莱城区", "370116"),
    ],
)
def test_retired_codes_lead_to_those_in_use(code: str, name: str, successor: str) -> None:
    row = {row.code: row for row in regions(ROOT)}[code]
    assert (row.name, row.is_retired, row.successor) == (name, True, successor)


def test_a_divided_area_leaves_the_choice_to_people() -> None:
    rows = {row.code: row for row in regions(ROOT)}
    assert [rows[code].successor for code in ("330104", "341400")] == ["", ""]


def test_successors_are_in_use_and_in_the_same_province_and_of_the_same_level() -> None:
    rows, now = regions(ROOT), in_use()
    retired = [row for row in rows if row.is_retired]
    assert len(retired) > 500
    for row in retired:
        if row.successor:
            assert row.successor in now, row
            assert row.successor[:2] == row.code[:2], row
            is_whole_city = row.successor in CITIES_WITHOUT_COUNTIES
            assert (row.successor[4:] == "00") == (row.code[4:] == "00") or is_whole_city, row


def test_the_regions_would_pass_the_check_of_an_import() -> None:
    lines = [
        (row.code, row.name, row.parent, RETIRED if row.is_retired else "", row.successor)
        for row in regions(ROOT)
    ]
    entries, troubles = read_entries([HEADINGS, *lines], code_tables()["region"].form)
    assert (len(entries), troubles) == (len(regions(ROOT)), [])


def test_without_the_package_it_is_said_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="area-data"):
        regions(tmp_path)


if SECOND_LIST.is_file():  # collected only where that list is: it is no part of the repository

    def test_a_second_list_says_the_same() -> None:
        """Below 台湾, 香港 and 澳门 the other list goes on, GB/T 2260 does not."""
        other = json.loads(SECOND_LIST.read_text("utf-8"))
        expected = {code: name for code, name in other.items() if not code.startswith(ALONE)}
        assert {code: row.name for code, row in in_use().items() if not code.startswith(ALONE)} == expected
