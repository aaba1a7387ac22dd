"""The list of 生源信息: its filters, its order, its screens, and what each level sees of it."""

from dataclasses import replace

import pytest

from domain.refusals import NotAllowed, NotFound
from models import db, rosters
from models.account import PHONE
from models.db import Keys
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit, Responsibility
from services import roster, roster_export, roster_list
from services.context import Context
from services.jobs import desk
from services.jobs.asked import kept_filter
from services.listing import SLICE
from services.roster_list import RosterFilter, RosterPage
from tests.cast import Cast, Persona
from tests.rosters import add_many, hold_places, make_whole, seat_of


def listed(
    ctx: Context, persona: Persona, *, after: str = "", before: str = "", **wanted: object
) -> RosterPage:
    return roster_list.listed(ctx, seat_of(ctx, persona), replace(RosterFilter(), **wanted), after, before)


def names(page: RosterPage) -> list[str]:
    return [row.name for row in page.rows]


CAST = ["李晓雨", "陈浩然", "林小满"]  # by 学号


@pytest.mark.parametrize(
    ("who", "seen"),
    [("counselor", CAST), ("college", CAST), ("school", CAST), ("other_counselor", [])],
)
def test_each_sees_the_own_range(ctx: Context, cast: Cast, who: str, seen: list[str]) -> None:
    page = listed(ctx, getattr(cast, who))
    assert (names(page), page.total) == (seen, len(seen))
    assert not page.needs_school


@pytest.mark.parametrize("who", ["province", "ministry"])
def test_a_wide_range_begins_with_a_school(ctx: Context, cast: Cast, who: str) -> None:
    persona = getattr(cast, who)
    page = listed(ctx, persona)
    assert page.needs_school
    assert page.rows == []
    assert names(listed(ctx, persona, school=cast.units["school"].code)) == CAST
    choices = roster_list.choices(ctx, seat_of(ctx, persona), page.wanted)
    assert choices.schools == [(cast.units["school"].code, "江淮大学")]
    one = listed(ctx, persona, keyword=cast.graduate.identity_number)
    assert names(one) == ["李晓雨"]


@pytest.mark.parametrize("who", ["counselor", "college", "school", "province"])
def test_a_unit_outside_the_range_does_not_exist(ctx: Context, cast: Cast, who: str) -> None:
    far = OrgUnit.add("province", "山东省", None)
    school = OrgUnit.add("school", "远方大学", far)
    college = OrgUnit.add("college", "远方学院", school)
    persona = getattr(cast, who)
    # A college's seat stays in its college, whatever the address says.
    if who != "college":
        with pytest.raises(NotFound):
            listed(ctx, persona, college=college.code)
    with pytest.raises(NotFound):
        listed(ctx, cast.province, school=school.code)
    assert names(listed(ctx, cast.college, college=college.code)) == CAST


def test_the_newest_year_is_shown_unless_another_is_asked_for(ctx: Context, cast: Cast) -> None:
    add_many(cast, 2, year=2026)
    page = listed(ctx, cast.school)
    assert (page.wanted.year, names(page)) == (2027, CAST)
    assert names(listed(ctx, cast.school, year=2026)) == ["张000", "张001"]
    assert roster_list.choices(ctx, seat_of(ctx, cast.school), page.wanted).years == [2027, 2026]


def test_filters(ctx: Context, cast: Cast) -> None:
    add_many(cast, 2, education_code="41", major_code="510203", major_name="软件技术")
    make_whole(cast.graduate.graduate)
    roster.change(ctx, seat_of(ctx, cast.school), cast.graduate.graduate.code, 1, {"ethnicity": "02"})
    college = cast.units["college"].code
    for wanted, expected in (
        ({"education_code": "41"}, ["张000", "张001"]),
        ({"status": "locked"}, ["李晓雨"]),
        ({"status": "confirmed"}, []),
        ({"college": college}, [*CAST, "张000", "张001"]),
        ({"college": cast.units["other_college"].code}, []),
        ({"college": college, "major_code": "510203"}, ["张000", "张001"]),
        ({"edited": True}, ["李晓雨"]),
    ):
        page = listed(ctx, cast.school, **wanted)
        assert (names(page), page.total) == (expected, len(expected)), wanted
    choices = roster_list.choices(ctx, seat_of(ctx, cast.school), RosterFilter(year=2027, college=college))
    assert choices.majors == [("080902", "软件工程"), ("510203", "软件技术")]


def test_a_counselor_with_duties_in_two_colleges(ctx: Context, cast: Cast) -> None:
    other = cast.units["other_college"]
    duty = {"year": 2027, "college": other, "education": "3", "class_name": "英语1班", "major_code": ""}
    Responsibility.add_many(cast.counselor.staff, [duty])
    for graduate, class_name in zip(add_many(cast, 2), ("英语1班", "英语2班"), strict=True):
        graduate.change(college=other, class_name=class_name, major_code="050201", major_name="英语")
    seat = seat_of(ctx, cast.counselor)
    assert names(listed(ctx, cast.counselor)) == [*CAST, "张000"]
    page = listed(ctx, cast.counselor, college=other.code)
    assert names(page) == ["张000"]
    found = roster_list.choices(ctx, seat, page.wanted)
    assert {name for _code, name in found.colleges} == {"计算机学院", "外国语学院"}
    assert found.majors == [("050201", "英语")]


def test_keywords(ctx: Context, cast: Cast) -> None:
    many = add_many(cast, 2)
    many[0].change(candidate_number="K00001", phone_index=Keys.ring.blind("13712345678", PHONE))
    for keyword, expected in (
        ("张", ["张000", "张001"]),
        ("张00 1", ["张001"]),
        ("20240", ["张000", "张001"]),
        ("２０２４０００１", ["张001"]),
        ("k00001", ["张000"]),
        ("137 1234 5678", ["张000"]),
        (cast.graduate.identity_number.lower(), ["李晓雨"]),
        ("晓雨", []),  # names are found by how they begin
        ("nobody", []),
        ("110101200505051238", []),
    ):
        assert names(listed(ctx, cast.counselor, keyword=keyword)) == expected, keyword
        assert names(listed(ctx, cast.school, keyword=keyword)) == expected, keyword


def test_a_student_number_that_looks_like_a_phone(ctx: Context, cast: Cast) -> None:
    add_many(cast, 1, student_number="13712345678")
    assert names(listed(ctx, cast.school, keyword="13712345678")) == ["张000"]


def test_a_keyword_finds_nobody_outside_the_range(ctx: Context, cast: Cast) -> None:
    number = cast.graduate.identity_number
    for keyword in (number, "李", "20230001"):
        assert names(listed(ctx, cast.other_counselor, keyword=keyword)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "order", ["student_number", "-student_number", "name", "-name", "updated_at", "-updated_at"]
)
@pytest.mark.parametrize("who", ["school", "college", "counselor"])
def test_every_screen_forth_and_back(ctx: Context, cast: Cast, who: str, order: str) -> None:
    add_many(cast, 2 * SLICE, name="同名")
    persona, column = getattr(cast, who), order.removeprefix("-")
    expected = sorted(Graduate.select(), key=lambda row: (getattr(row, column), row.id))
    if order.startswith("-"):
        expected.reverse()
    screens, after = [], ""
    while True:
        page = listed(ctx, persona, order=order, after=after)
        assert page.total == len(expected)
        screens.append([row.code for row in page.rows])
        after = page.after
        if not after:
            break
    assert [len(screen) for screen in screens] == [SLICE, SLICE, 3]
    assert [code for screen in screens for code in screen] == [row.code for row in expected]
    back = listed(ctx, persona, order=order, before=page.before)
    assert [row.code for row in back.rows] == screens[1]
    assert (back.before, back.after) == (screens[1][0], screens[1][-1])
    first = listed(ctx, persona, order=order, before=back.before)
    assert [row.code for row in first.rows] == screens[0]
    assert first.before == ""


def test_a_place_that_is_gone_leads_to_the_beginning(ctx: Context, cast: Cast) -> None:
    assert names(listed(ctx, cast.school, after="no-such-code")) == CAST
    assert names(listed(ctx, cast.other_counselor, after=cast.graduate.graduate.code)) == []


def test_an_order_that_does_not_exist_is_the_usual_one(ctx: Context, cast: Cast) -> None:
    page = listed(ctx, cast.school, order="identity_number")
    assert (page.wanted.order, names(page)) == ("student_number", CAST)


def plan(query: object) -> str:
    """How the database would look for the rows."""
    sql, params = query.sql()  # type: ignore[attr-defined] - a query of peewee
    word = "EXPLAIN QUERY PLAN" if db.is_sqlite() else "EXPLAIN"
    return str(db.database.execute_sql(f"{word} {sql}", params).fetchall())


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "school_id_year_student_number_id"),
        ({"order": "name"}, "school_id_year_name_id"),
        ({"order": "-updated_at"}, "school_id_year_updated_at_id"),
        ({"status": "open"}, "school_id_year_status_student_number_id"),
        ({"education_code": "31"}, "school_id_year_education_code_student_number_id"),
        ({"college": "+"}, "college_id_year_student_number_id"),
        ({"college": "+", "major_code": "080902"}, "college_id_year_major_code_student_number_id"),
        ({"keyword": "李"}, "school_id_year_name_id"),
        ({"keyword": "2023"}, "school_id_year_student_number_id"),
    ],
)
def test_each_list_stands_on_its_index(ctx: Context, cast: Cast, wanted: dict[str, str], index: str) -> None:
    asked = {name: cast.units["college"].code if value == "+" else value for name, value in wanted.items()}
    seen, reach = roster_list.reach_of(seat_of(ctx, cast.school), replace(RosterFilter(), **asked))
    assert reach is not None
    start = rosters.start_of(reach.within, cast.graduate.graduate.code)
    for query in (
        rosters.ordered(reach, (Graduate,), seen.column, seen.descending, None),
        rosters.ordered(reach, (Graduate,), seen.column, seen.descending, start),
    ):
        text = plan(query.limit(51))
        assert f"graduate_{index}" in text
        assert "filesort" not in text
        assert "TEMP B-TREE" not in text


# -- taking the list out -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "identity", "phone"),
    [
        ("counselor", "110***********1239", "13900000101"),
        ("college", "110***********1239", "13900000101"),
        ("school", "110101200501011239", "13900000101"),
        ("province", "110***********1239", "139****0101"),
    ],
)
def test_exported_rows_are_masked_by_level(
    ctx: Context, cast: Cast, who: str, identity: str, phone: str
) -> None:
    hold_places(ctx)
    make_whole(cast.graduate.graduate)
    wanted = RosterFilter(school=cast.units["school"].code if who == "province" else "", keyword="李晓雨")
    (row,) = roster_export.rows(ctx, seat_of(ctx, getattr(cast, who)), wanted)
    assert row[:4] == ["2027", "本科毕业", "普通高等教育", "非师范生"]
    assert (identity in row, phone in row, "340104" in row, "2027-06-30" in row) == (True, True, True, True)


def test_all_rows_are_taken_out_in_the_order_of_the_list(ctx: Context, cast: Cast) -> None:
    add_many(cast, 5)
    seat = seat_of(ctx, cast.school)
    found = [row[6] for row in roster_export.rows(ctx, seat, RosterFilter(order="-student_number"))]
    assert found == ["张004", "张003", "张002", "张001", "张000", *reversed(CAST)]
    assert list(roster_export.rows(ctx, seat_of(ctx, cast.other_counselor), RosterFilter())) == []


def test_a_job_carries_the_filter_and_no_name(ctx: Context, cast: Cast) -> None:
    seat = seat_of(ctx, cast.college)
    wanted = RosterFilter(keyword="李晓雨", status="open", order="-name")
    job = desk.start_export(ctx, seat, roster_export.KIND, kept_filter(wanted))
    assert "李" not in str(job.params)
    export = roster_export.graduates(ctx, Job.get_by_id(job.id))
    assert export.headings[:2] == ["年度", "学历"]
    assert [row[6] for row in export.rows] == ["李晓雨"]
    assert export.file_name.endswith(".xlsx")


def test_whoever_has_left_takes_nothing_out(ctx: Context, cast: Cast) -> None:
    params = kept_filter(RosterFilter())
    job = desk.start_export(ctx, seat_of(ctx, cast.college), roster_export.KIND, params)
    cast.college.staff.change(ended_at=ctx.clock())
    with pytest.raises(NotAllowed):
        roster_export.graduates(ctx, Job.get_by_id(job.id))


@pytest.mark.parametrize(("most", "expected"), [(8, 8), (7, 8), (6, 7), (0, 1), (100, 8)])
def test_counting_stops(cast: Cast, most: int, expected: int) -> None:
    add_many(cast, 5)
    assert rosters.counted(Graduate.year == 2027, most) == expected
