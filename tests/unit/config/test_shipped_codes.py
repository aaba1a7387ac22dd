"""The code tables that the product ships: complete, of the right form, and where roster fields look for them."""

import pytest

from config import codes
from config.roster import roster_fields
from config.shipped_codes import CodeTable, code_tables, major_table

FILLED_BY_IMPORT = {"region", "major_undergraduate", "major_vocational", "major_postgraduate"}


@pytest.mark.parametrize("table", code_tables().values(), ids=lambda table: table.name)
def test_every_code_has_the_tables_form(table: CodeTable) -> None:
    assert table.title
    assert table.form.fullmatch(table.example)
    assert all(table.form.fullmatch(code) for code in table.codes)
    assert all(name == name.strip() != "" for name in table.codes.values())
    assert len(set(table.codes.values())) == len(table.codes)


@pytest.mark.parametrize("table", code_tables().values(), ids=lambda table: table.name)
def test_what_a_code_belongs_to_is_a_code(table: CodeTable) -> None:
    assert set(table.above) <= set(table.codes)
    assert set(table.above.values()) <= set(table.codes)
    assert not set(table.above) & set(table.above.values())


def test_only_big_tables_wait_for_an_import() -> None:
    assert {name for name, table in code_tables().items() if not table.codes} == FILLED_BY_IMPORT


def test_every_field_of_the_roster_finds_its_table() -> None:
    assert {field.table for field in roster_fields() if field.table} <= set(code_tables())


def test_names_that_older_lists_have_wrong() -> None:
    ethnicity = code_tables()["ethnicity"].codes
    assert [ethnicity[code] for code in ("01", "20", "36", "46", "56")] == [
        "汉族",
        "傈僳族",
        "毛南族",
        "德昂族",
        "基诺族",
    ]
    assert sum(code < "90" for code in ethnicity) == 56
    assert list(code_tables()["politics"].codes) == [f"{number:02d}" for number in range(1, 14)]


def test_every_level_has_one_table_of_majors() -> None:
    levels = codes.code_table("education")
    assert {level: major_table(level) for level in levels} == {
        "0": "major_postgraduate",
        "1": "major_postgraduate",
        "2": "major_undergraduate",
        "3": "major_undergraduate",
        "4": "major_vocational",
        "6": "major_vocational",
    }
    assert major_table("9") == ""


def test_the_first_digit_of_an_education_code_is_a_level() -> None:
    assert {code[0] for code in code_tables()["education_level"].codes} == set(codes.code_table("education"))


def test_a_shipped_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        code_tables()["gender"].codes["3"] = "x"
