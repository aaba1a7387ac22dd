"""One row of 生源信息: what may stand in it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.roster import roster_fields
from domain import personal
from domain.refusals import Invalid, said
from domain.roster import CITIES_WITHOUT_COUNTIES, Rules, Trouble, check_row, date_of, is_county
from tests.identity import identity_number

GOOD = {
    "year": "2027",
    "education_code": "31",
    "education_kind": "1",
    "teacher_kind": "2",
    "college": "计算机学院",
    "class_name": "软件工程（卓越班）2301",
    "name": "阿卜杜拉•买买提",
    "gender": "1",
    "identity_number": "340104200501011230",
    "student_number": "20230001",
    "candidate_number": "23340100123456",
    "training": "1",
    "major_code": "080902",
    "major_name": "软件工程",
    "school_years": "4",
    "ethnicity": "01",
    "politics": "03",
    "division": "340000",
    "origin": "340104",
    "commissioned_by": "",
    "enrolled_on": "2023-09-01",
    "graduates_on": "2027-06-30",
    "conclusion": "1",
    "hardship": "0",
    "phone": "13900000101",
}
HELD = {
    "education_level": {"31": "本科毕业", "41": "专科毕业"},
    "education_kind": {"1": "普通全日制"},
    "teacher_kind": {"2": "非师范生"},
    "gender": {"1": "男", "2": "女"},
    "training": {"1": "非定向", "2": "定向", "4": "委培"},
    "ethnicity": {"01": "汉族", "05": "维吾尔族"},
    "politics": {"03": "共青团员"},
    "region": {"340000": "安徽省", "340100": "合肥市", "340104": "蜀山区", "310106": "静安区"}
    | dict.fromkeys(CITIES_WITHOUT_COUNTIES, "市"),
    "conclusion": {"1": "毕业"},
    "hardship": {"0": "非困难生"},
}

MAJORS = {("3", "080902"): "软件工程", ("4", "080902"): "软件工程", ("3", "080901"): "计算机科学与技术"}


class FewCodes:
    """Tables with a handful of codes. 310108 (闸北区) has become 310106; two majors are called 软件工程."""

    def has(self, table: str, code: str) -> bool:
        return code in HELD[table]

    def code_of(self, table: str, name: str) -> str | None:
        return next((code for code, word in HELD[table].items() if word == name), None)

    def successor(self, table: str, code: str) -> str | None:
        return {"310108": "310106"}.get(code)

    def major(self, education: str, code: str) -> str | None:
        return MAJORS.get((education, code))


class NoMajors(FewCodes):
    def major(self, education: str, code: str) -> str | None:
        return ""


def troubles(**other: str) -> list[tuple[str, str]]:
    """(column, reason) of a good row with some values replaced."""
    return [(found.column, found.reason) for found in check_row(GOOD | other, FewCodes())[1]]


def value(column: str, text: str) -> Any:
    """What becomes of a text that is good."""
    row, found = check_row(GOOD | {column: text}, FewCodes())
    assert found == []
    return row[column]


def test_a_good_row_is_taken_with_its_types() -> None:
    row, found = check_row(GOOD, FewCodes())
    assert found == []
    assert set(row) == {field.name for field in roster_fields()} | {"education"}
    assert (row["year"], row["education"]) == (2027, "3")
    assert (row["enrolled_on"], row["graduates_on"]) == (date(2023, 9, 1), date(2027, 6, 30))
    assert row["name"] == "阿卜杜拉·买买提"
    assert row["class_name"] == "软件工程(卓越班)2301"


def test_a_class_is_written_as_responsibilities_write_it() -> None:
    """A counselor's class is compared with it letter by letter."""
    assert value("class_name", "软件工程（卓越班）２３０１ ") == personal.clean("软件工程（卓越班）２３０１ ")


def test_an_empty_row_names_every_field_that_is_required() -> None:
    row, found = check_row({}, FewCodes())
    needed = {field.name for field in roster_fields() if field.required}
    assert {trouble.column for trouble in found} == needed
    assert {trouble.reason for trouble in found} == {"required", "major_code_needed"}
    assert (row["commissioned_by"], row["phone"]) == ("", None)


def test_a_trouble_carries_what_was_written() -> None:
    assert check_row(GOOD | {"gender": "3"}, FewCodes())[1] == [Trouble("gender", "3", "code_unknown")]


def test_rules_judge_every_row_as_if_it_were_the_first() -> None:
    texts = ("", "1", "2", "3", "31", "080902", "2027", "2023-09-01", "340104", "  x ", "x" * 150)
    rows = [GOOD | {field.name: text} for field in roster_fields() for text in texts]
    rules = Rules(FewCodes())
    for _ in range(2):
        assert [rules.check(row) for row in rows] == [check_row(row, FewCodes()) for row in rows]


def test_what_rules_remember_is_no_more_than_they_may() -> None:
    rules = Rules(FewCodes())
    for n in range(5_000):
        row, _troubles = rules.check(GOOD | {"class_name": f"班{n % 2_500}"})
        assert row["class_name"] == f"班{n % 2_500}"


@pytest.mark.parametrize("field", [field for field in roster_fields() if field.kind == "text"])
def test_nothing_longer_than_its_column(field: Any) -> None:
    (reason,) = [reason for column, reason in troubles(**{field.name: "9" * 101}) if column == field.name]
    assert reason != "required"
    assert said(reason)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("year", "27", "bad_year"),
        ("year", "1907", "bad_year"),
        ("year", "二〇二七", "bad_year"),
        ("education_code", "99", "code_unknown"),
        ("ethnicity", "1", "code_unknown"),
        ("name", "张3", "bad_name"),
        ("identity_number", "340104200501011233", "bad_identity_number"),
        ("identity_number", "340104200502301231", "bad_identity_number"),
        ("student_number", "学号一", "bad_student_number"),
        ("candidate_number", "123", "bad_candidate_number"),
        ("school_years", "四", "bad_school_years"),
        ("school_years", "11", "bad_school_years"),
        ("enrolled_on", "2023-09", "bad_date"),
        ("enrolled_on", "2023-02-30", "bad_date"),
        ("enrolled_on", "45170", "bad_date"),
        ("graduates_on", "2023-09-01", "dates_reversed"),
        ("phone", "12345678901", "bad_phone"),
        ("origin", "340100", "county_needed"),
        ("origin", "340000", "county_needed"),
        ("origin", "蜀山区", "region_unknown"),
        ("origin", "349999", "region_unknown"),
        ("origin", "310108", "code_retired:310106"),
        ("division", "310108", "code_retired:310106"),
        ("gender", "2", "gender_disagrees"),
        ("training", "2", "commissioned_needed"),
        ("commissioned_by", "某某集团", "commissioned_not_meant"),
        ("major_code", "", "major_code_needed"),
        ("major_code", "软件工程", "bad_major_code"),
        ("major_code", "080999", "major_unknown"),
        ("major_code", "080901", "major_disagrees:计算机科学与技术"),
        ("major_name", "计算机科学与技术", "major_disagrees:软件工程"),
    ],
)
def test_what_is_refused(column: str, text: str, reason: str) -> None:
    assert reason in [found for _column, found in troubles(**{column: text})]
    assert len(troubles(**{column: text})) == 1
    assert "{" not in said(reason)


def test_the_successor_of_a_retired_code_is_named() -> None:
    assert "310106" in said("code_retired:310106")


def test_a_commissioned_graduate_names_the_unit() -> None:
    assert troubles(training="4", commissioned_by="某某集团") == []


@pytest.mark.parametrize("code", sorted(CITIES_WITHOUT_COUNTIES))
def test_cities_without_counties_stand_for_themselves(code: str) -> None:
    assert value("origin", code) == code


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("340104", True),
        ("340100", False),
        ("340000", False),
        ("810000", True),
        ("710000", True),
        ("820000", True),
    ],
)
def test_what_goes_down_as_far_as_there_is_a_level(code: str, is_one: bool) -> None:
    assert is_county(code) is is_one


def test_names_of_codes_are_understood_but_a_majors_name_never_is() -> None:
    assert value("ethnicity", "维吾尔族") == "05"
    assert value("training", " 非定向 ") == "1"
    assert ("major_code", "bad_major_code") in troubles(major_code="软件工程")


def test_a_major_is_looked_up_in_its_own_level() -> None:
    assert troubles(education_code="41", major_code="080901", major_name="计算机科学与技术") == [
        ("major_code", "major_unknown")
    ]


def test_without_a_table_of_majors_the_form_alone_is_judged() -> None:
    assert check_row(GOOD | {"major_code": "999999"}, NoMajors())[1] == []
    assert check_row(GOOD | {"major_code": "x"}, NoMajors())[1][0].reason == "bad_major_code"
    for code in ("120203K", "0812Z1", "99J1", "083500"):
        assert check_row(GOOD | {"major_code": code}, NoMajors())[1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4", "4"), ("4.0", "4"), ("2.5", "2.5"), ("5年", "5"), ("10", "10"), ("３", "3")],
)
def test_school_years_as_spreadsheets_write_them(text: str, expected: str) -> None:
    assert value("school_years", text) == expected


@pytest.mark.parametrize("born", [2014, 1946])
def test_a_birth_date_that_no_graduate_of_the_year_has(born: int) -> None:
    number = identity_number(f"340104{born}0101", 123)
    assert troubles(identity_number=number) == [("identity_number", "birth_date_odd")]


@pytest.mark.parametrize(
    "text",
    [
        "2027-06-03",
        "2027/6/3",
        "2027.6.3",
        "20270603",
        "2027年6月3日",
        "2027-06-03 00:00:00",
        "２０２７-０６-０３",
    ],
)
def test_dates_in_every_usual_form(text: str) -> None:
    assert value("graduates_on", text) == date(2027, 6, 3)


@pytest.mark.parametrize(
    "text", ["2027-6/3", "202763", "2027年6-3", "06/03/2027", "2027-06-03 12:30:00", "2027-13-01"]
)
def test_dates_that_could_be_meant_otherwise(text: str) -> None:
    with pytest.raises(Invalid):
        date_of(text)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"):
        assert date_of(day.strftime(form)) == day


@given(st.dates(date(1960, 1, 1), date(2010, 12, 31)), st.integers(0, 999))
def test_the_gender_is_the_one_of_the_identity_number(born: date, order: int) -> None:
    number = identity_number(f"340104{born:%Y%m%d}", order)
    right = "1" if order % 2 else "2"
    for gender in "12":
        found = troubles(identity_number=number, gender=gender)
        assert found == ([] if gender == right else [("gender", "gender_disagrees")])


TEXTS = st.one_of(st.text(max_size=12), st.sampled_from([*GOOD.values(), "=1+1", "\u202e", "00", "男"]))


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), TEXTS))
def test_whatever_is_written_is_either_taken_or_named(written: dict[str, str]) -> None:
    row, found = check_row(GOOD | written, FewCodes())
    bad = {trouble.column for trouble in found}
    assert set(row) - {"education"} == set(GOOD) - bad
    assert all(said(trouble.reason) for trouble in found)
    assert all(len(trouble.reason) <= 40 for trouble in found)
    for field in roster_fields():
        if field.kind == "text" and isinstance(row.get(field.name), str):
            assert len(row[field.name]) <= field.longest  # type: ignore[arg-type] - just seen to be a text


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), TEXTS))
def test_what_was_taken_is_taken_again(written: dict[str, str]) -> None:
    row, found = check_row(GOOD | written, FewCodes())
    if not found:
        again = {name: "" if kept is None else str(kept) for name, kept in row.items()}
        assert check_row(again, FewCodes()) == (row, [])
