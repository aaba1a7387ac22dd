"""Lists whose rows are few and far between: found by an index of their own and sorted; 专业 by words."""

from dataclasses import replace

import pytest

from models import db, rosters
from models.graduate import Graduate
from services import roster, roster_list
from services.context import Context
from services.listing import SLICE
from services.roster_list import RosterFilter, RosterPage
from tests.cast import Cast, Persona
from tests.rosters import add_many, hold_places, make_whole, seat_of
from tests.services.tools import statements


def listed(
    ctx: Context, persona: Persona, *, after: str = "", before: str = "", **wanted: object
) -> RosterPage:
    return roster_list.listed(ctx, seat_of(ctx, persona), replace(RosterFilter(), **wanted), after, before)


@pytest.fixture
def edited(ctx: Context, cast: Cast) -> list[Graduate]:
    """Two screens and a bit of graduates who differ from the import, among as many who do not."""
    made = add_many(cast, SLICE * 4 + 20)[::2]
    Graduate.update(edits="{}", edited_at=ctx.clock()).where(
        Graduate.id.in_([row.id for row in made])
    ).execute()
    for n, row in enumerate(made):
        row.change(name=f"王{(n * 37) % 97:02}", education_code="99" if n % 3 else "31")
    return made


@pytest.mark.parametrize("order", ["student_number", "name", "-name", "-updated_at", "updated_at"])
def test_screens_of_the_edited_follow_each_other_both_ways(
    ctx: Context, cast: Cast, edited: list[Graduate], order: str
) -> None:
    for wanted in ({"edited": True}, {"education_code": "99"}, {"edited": True, "education_code": "99"}):
        kept = [row for row in edited if "education_code" not in wanted or row.education_code == "99"]
        seen, after, last = [], "", RosterPage(RosterFilter(), [], {})
        while True:
            page = listed(ctx, cast.school, order=order, after=after, **wanted)
            assert page.total == len(kept)
            seen += page.rows
            if last.rows:
                back = listed(ctx, cast.school, order=order, before=page.before, **wanted)
                assert [row.id for row in back.rows] == [row.id for row in last.rows]
            last, after = page, page.after
            if not after:
                break
        column = order.removeprefix("-")
        keys = [(getattr(row, column), row.id) for row in seen]
        assert keys == sorted(keys, reverse=order.startswith("-"))
        assert {row.id for row in seen} == {row.id for row in kept}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"edited": True}, "school_id_year_edited_at"),
        ({"edited": True, "order": "name"}, "school_id_year_edited_at"),
        ({"edited": True, "status": "open"}, "school_id_year_edited_at"),
        ({"education_code": "99", "order": "name"}, "school_id_year_education_code_student_number_id"),
        ({"education_code": "99", "order": "-updated_at"}, "school_id_year_education_code_student_number_id"),
        ({"status": "open", "order": "name"}, "school_id_year_status_student_number_id"),
        ({"major_code": "软件"}, "college_id_year_major_code_student_number_id"),
        ({"major_code": "软件", "order": "name"}, "college_id_year_major_code_student_number_id"),
    ],
)
def test_each_is_found_by_an_index(
    ctx: Context, cast: Cast, edited: list[Graduate], wanted: dict[str, object], index: str
) -> None:
    with statements() as said:
        assert listed(ctx, cast.school, **wanted).rows
    hint = "INDEXED BY" if db.is_sqlite() else "FORCE INDEX"
    assert any(hint in text and f"graduate_{index}" in text and "ORDER BY" in text for text in said)


@pytest.mark.parametrize(
    "wanted",
    [{}, {"order": "name"}, {"education_code": "31"}, {"status": "open"}, {"keyword": "王", "edited": True}],
)
def test_what_the_order_finds_by_itself_is_not_sorted(
    ctx: Context, cast: Cast, edited: list[Graduate], wanted: dict[str, object]
) -> None:
    seen, reach = roster_list.reach_of(seat_of(ctx, cast.school), replace(RosterFilter(), **wanted))
    assert reach is not None
    assert reach.finder(seen.column) == ""


@pytest.mark.parametrize("order", ["name", "updated_at"])
def test_many_are_read_in_their_order(ctx: Context, cast: Cast, edited: list[Graduate], order: str) -> None:
    """With the same answer, whichever way they are read."""
    seen, reach = roster_list.reach_of(seat_of(ctx, cast.school), RosterFilter(edited=True, order=order))
    assert reach is not None
    finder = reach.finder(seen.column)
    few = rosters.screen(reach, order, False, None, SLICE, finder)
    with statements() as said:
        many = rosters.screen(reach, order, False, None, SLICE)
    assert [row.id for row in many] == [row.id for row in few]
    assert f"graduate_school_id_year_{order}_id" in said[0]
    total = len(edited)
    assert rosters.counted(reach.within, 1_000, finder) == rosters.counted(reach.within, 1_000) == total


def test_an_edit_that_is_taken_back_is_found_no_more(ctx: Context, cast: Cast) -> None:
    hold_places(ctx)
    whole = make_whole(cast.graduate.graduate)
    seat = seat_of(ctx, cast.school)
    roster.change(ctx, seat, whole.code, whole.version, {"hardship": "1"})
    assert [row.id for row in listed(ctx, cast.school, edited=True).rows] == [whole.id]
    now = Graduate.get_by_id(whole.id)
    roster.change(ctx, seat, whole.code, now.version, {"hardship": "0"})
    now = Graduate.get_by_id(whole.id)
    assert (now.edits, now.edited_at) == (None, None)
    assert listed(ctx, cast.school, edited=True).rows == []


@pytest.fixture
def two_colleges(ctx: Context, cast: Cast) -> None:
    """软件技术 in both colleges, 英语 in the other, beside the 软件工程 of the cast."""
    for n, row in enumerate(add_many(cast, 6, education_code="41")):
        college = cast.units["college" if n < 2 else "other_college"]
        code, name = ("050201", "英语") if n > 3 else ("510203", "软件技术")
        row.change(college=college, major_code=code, major_name=name)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("510203", ["张000", "张001", "张002", "张003"]),
        ("5102", ["张000", "张001", "张002", "张003"]),
        ("软件技术", ["张000", "张001", "张002", "张003"]),
        (" 英语 ", ["张004", "张005"]),
        ("0", ["李晓雨", "林小满", "陈浩然", "张004", "张005"]),
        ("软件", ["李晓雨", "林小满", "陈浩然", "张000", "张001", "张002", "张003"]),
        ("没有的专业", []),
        ("%", []),
    ],
)
def test_a_major_is_found_without_the_college(
    ctx: Context, cast: Cast, two_colleges: None, word: str, found: list[str]
) -> None:
    for persona, wanted in ((cast.school, {}), (cast.province, {"school": cast.units["school"].code})):
        page = listed(ctx, persona, major_code=word, **wanted)
        assert sorted(row.name for row in page.rows) == sorted(found)
        assert page.total == len(found)


def test_within_a_college_words_stay_there(ctx: Context, cast: Cast, two_colleges: None) -> None:
    other = cast.units["other_college"].code
    assert {row.name for row in listed(ctx, cast.school, college=other, major_code="软件").rows} == {
        "张002",
        "张003",
    }
    assert listed(ctx, cast.college, major_code="英语").rows == []
    assert {row.name for row in listed(ctx, cast.counselor, major_code="软件技术").rows} == {
        "张000",
        "张001",
    }
    with statements() as said:
        rosters.majors_of([cast.units["college"].id, cast.units["other_college"].id], 2027)
    assert len(said) == 2
