"""Destinations besides an agreement: the file that is shipped, and what a file may not say."""

import tomllib
from pathlib import Path

import pytest

from config import destinations
from config.destinations import Branch, edition_of, read

FILE = Path(destinations.__file__).with_name("destinations.toml").read_text("utf-8")
SMALL = """
[[branch]]
name = "unit"
title = "到单位"
about = "关于"
settled = true
next = "下一步"
[particulars]
unit_name = "单位名称"
pay = "月收入"
[forms]
unit = ["unit_name"]
[[edition]]
from_year = 2024
agreement = "10"
open = "70"
[[edition.category]]
name = "contract"
branch = "unit"
title = "签劳动合同形式就业"
code = "11"
definition = ["界定"]
form = "unit"
more = ["pay"]
evidence = ["劳动合同"]
"""
LATER = SMALL[SMALL.index("[[edition]]") :].replace("2024", "2026").replace("劳动合同", "书面合同")


def branch(name: str) -> Branch:
    return next(row for row in edition_of(2027).branches if row.name == name)


def titles(name: str) -> list[str]:
    return [one.title for one in branch(name).categories]


def test_every_category_of_the_annex_is_there() -> None:
    words = "".join(titles("unit"))
    for name in ("公招", "士官", "医学规培", "国际组织任职", "定向、委培去向补充登记"):
        assert name in words
    for name in ("签劳动合同形式就业", "其他录用形式就业", "国家基层项目", "地方基层项目", "应征义务兵"):
        assert name in words
    assert titles("other") == ["自主创业", "自由职业", "国内升学", "出国、出境深造"]
    assert titles("open") == ["待就业", "不就业拟升学", "其他暂不就业"]


def test_thresholds_are_said_where_they_hold() -> None:
    by_name = {one.name: one for one in branch("unit").categories + branch("other").categories}
    assert "不低于 6 个月" in by_name["other_employment"].evidence[0]
    for name in ("other_employment", "assistant", "freelance"):
        assert "最低工资标准" in "".join(by_name[name].evidence)
        assert any("月收入" in one for one in by_name[name].particulars)
    assert len(by_name["business"].evidence) == 4
    assert not any("月收入" in one for one in by_name["business"].particulars)


def test_everything_in_the_file_is_used() -> None:
    rows = tomllib.loads(FILE)
    categories = [row for edition in rows["edition"] for row in edition["category"]]
    forms = {row["form"] for row in categories if "form" in row}
    particulars = {name for names in rows["forms"].values() for name in names}
    particulars |= {name for row in categories for name in row.get("more", ())}
    assert forms == set(rows["forms"])
    assert particulars == set(rows["particulars"])


def test_the_edition_of_a_year() -> None:
    first = edition_of(2024)
    assert edition_of(2020) == first  # nothing holds before
    older, newer = read(SMALL + LATER)
    assert (older.from_year, newer.from_year) == (2024, 2026)
    assert newer.branches[0].categories[0].evidence == ("书面合同",)
    assert older.branches[0].categories[0].particulars == ("单位名称", "月收入")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('code = "11"', 'code = "99"'),
        ('agreement = "10"', 'agreement = "1"'),
        ('open = "70"', "open = 70"),
        ('branch = "unit"', 'branch = "nowhere"'),
        ('form = "unit"', 'form = "nothing"'),
        ('more = ["pay"]', 'more = ["weather"]'),
        ('more = ["pay"]', 'more = ["unit_name"]'),
        ('evidence = ["劳动合同"]', ""),
        ('evidence = ["劳动合同"]', 'evidence = [" "]'),
        ('form = "unit"\nmore = ["pay"]', ""),
        ("settled = true", "settled = false"),
        ('definition = ["界定"]', "definition = []"),
        ('definition = ["界定"]', ""),
        ('title = "签劳动合同形式就业"', ""),
        ('title = "签劳动合同形式就业"', 'title = ""'),
        ('title = "签劳动合同形式就业"', 'title = "签劳动合同形式就业"\ncolour = "red"'),
        ("from_year = 2024", ""),
        ("settled = true", 'settled = true\ncolour = "red"'),
        (LATER, SMALL[SMALL.index("[[edition]]") :]),
        ('definition = ["界定"]', 'definition = "界定"'),
    ],
)
def test_what_does_not_add_up_is_refused(good: str, bad: str) -> None:
    assert len(read(SMALL + LATER)) == 2
    text = SMALL + LATER
    assert good in text
    with pytest.raises(ValueError, match=r"destinations\.toml"):
        read(text.replace(good, bad, 1))


def test_a_category_stands_once() -> None:
    category = SMALL[SMALL.index("[[edition.category]]") :]
    with pytest.raises(ValueError, match="twice"):
        read(SMALL + category)
