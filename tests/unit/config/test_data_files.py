"""Tables that are data: code tables, template ids, the demo's people."""

import re
import tomllib
from pathlib import Path

import pytest

from config import codes
from config.template_ids import template_ids
from domain import personal
from domain.actors import STAFF_LEVELS

ROOT = Path(__file__).resolve().parents[3]
TABLES = ("direction", "work_type", "education", "province", "industry")


@pytest.mark.parametrize("table", TABLES)
def test_a_code_table_is_full_and_cannot_be_changed(table: str) -> None:
    rows = codes.code_table(table)
    assert len(rows) >= 3
    assert all(isinstance(code, str) and name.strip() == name != "" for code, name in rows.items())
    assert len(set(rows.values())) == len(rows)
    with pytest.raises(TypeError):
        rows["x"] = "y"


def test_codes_fit_their_columns() -> None:
    assert max(map(len, codes.code_table("direction"))) <= 16
    assert max(map(len, codes.code_table("work_type"))) <= 16
    assert max(map(len, codes.code_table("education"))) <= 2


def test_names_of_codes() -> None:
    assert codes.name_of("province", "340000") == "安徽省"
    assert codes.name_of("province", "999999") == "999999"
    with pytest.raises(KeyError):
        codes.code_table("weather")


def test_the_file_has_no_table_that_nobody_knows() -> None:
    assert set(tomllib.loads((ROOT / "config" / "codes.toml").read_text("utf-8"))) == set(TABLES)


def test_template_ids_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ids.toml"
    file.write_text('[ids]\naccount_bound = "abc"\n', "utf-8")
    assert template_ids(file) == {"account_bound": "abc"}


def test_a_file_without_ids_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "ids.toml"
    file.write_text("", "utf-8")
    assert template_ids(file) == {}


def test_template_ids_look_like_the_platforms() -> None:
    for name, template_id in template_ids(ROOT / "config" / "template_ids.toml").items():
        assert re.fullmatch(r"[\w-]{43}", template_id), name


def test_the_demos_people_would_pass_our_own_checks() -> None:
    people = tomllib.loads((ROOT / "config" / "demo.toml").read_text("utf-8"))
    units = {unit["name"]: unit["level"] for unit in people["unit"]}
    for row in people["staff"] + people["graduate"]:
        assert personal.person_name(row["name"]) == row["name"]
        assert personal.mobile(row["phone"]) == row["phone"]
    for row in people["staff"]:
        assert row["level"] in STAFF_LEVELS
        assert row["unit"] in units
        assert set(row.get("education", ())) <= set(codes.code_table("education"))
    for row in people["graduate"]:
        assert personal.identity_number(row["identity_number"]) == row["identity_number"]
        assert personal.student_number(row["student_number"]) == row["student_number"]
        assert units[row["college"]] == "college"
