"""Classes without a counselor: which, page by page, and taken out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.refusals import NotAllowed, NotFound
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit
from services import duties, people, uncovered
from services.context import Context
from services.duties import Duty
from services.jobs import desk
from services.listing import SLICE
from services.seats import Seat
from tests.cast import YEAR, Cast
from tests.rosters import add_many
from tests.services.tools import statements

Sit = Callable[[str], Seat]


def test_classes_without_a_counselor(ctx: Context, cast: Cast, sit: Sit) -> None:
    school, code = cast.units["school"].code, cast.counselor.staff.code
    whole = Duty(YEAR, cast.units["college"].code, "3")
    assert uncovered.classes(ctx, sit("school"), school, YEAR) == []
    cast.other_graduate.graduate.change(education="1")
    narrow = replace(whole, class_name="软件工程2301", major_code="080902")
    duties.change(ctx, sit("school"), code, whole, narrow)
    cast.fresh_graduate.graduate.change(major_code="080901")
    rows = uncovered.classes(ctx, sit("school"), school, YEAR)
    assert [(row.college.name, row.education, row.class_name, row.graduates) for row in rows] == [
        ("计算机学院", "1", "软件工程2301", 1),
        ("计算机学院", "3", "软件工程2301", 1),
    ]
    assert uncovered.classes(ctx, sit("counselor"), cast.units["college"].code, YEAR) == []
    people.end(ctx, sit("school"), code)
    rows = uncovered.classes(ctx, sit("college"), cast.units["college"].code, YEAR)
    assert sum(row.graduates for row in rows) == 3
    assert uncovered.classes(ctx, sit("school"), school, 2026) == []
    assert uncovered.classes(ctx, sit("ministry"), cast.units["province"].code, YEAR) == []
    with pytest.raises(NotFound):
        uncovered.classes(ctx, sit("college"), cast.units["other_college"].code, YEAR)


@pytest.fixture
def many(cast: Cast) -> int:
    """More classes than a page shows, in both colleges, which nobody answers for; answers how many."""
    count = SLICE * 2 + 7
    found = set()
    for n, graduate in enumerate(add_many(cast, count, education="4")):
        college, name = cast.units["college" if n % 2 else "other_college"], f"{n % 97:02}班"
        graduate.change(college=college, class_name=name)
        found.add((college.id, name))
    return len(found)


def test_pages_follow_each_other(ctx: Context, cast: Cast, sit: Sit, many: int) -> None:
    seat, school = sit("school"), cast.units["school"].code
    seen, after, sizes = [], "", []
    while True:
        page = uncovered.listed(ctx, seat, school, YEAR, after)
        assert (page.found.total, page.graduates) == (many, SLICE * 2 + 7)
        seen += [row.key for row in page.found.rows]
        sizes.append(len(page.found.rows))
        after = page.found.after
        if not after:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == many
    assert sizes[:-1] == [SLICE] * (len(sizes) - 1)
    for nonsense in ("x", "e30", "W10"):
        assert uncovered.listed(ctx, seat, school, YEAR, nonsense).found.rows[0].key == seen[0]


def test_all_of_them_are_taken_out(ctx: Context, cast: Cast, sit: Sit, many: int) -> None:
    seat = sit("province")
    Graduate.update(class_name="").where(Graduate.class_name == "00班").execute()
    wanted = {"unit": cast.units["school"].code, "year": YEAR}
    job = desk.start_export(ctx, seat, uncovered.KIND, wanted)
    made = uncovered.export(ctx, Job.get_by_id(job.id))
    rows = list(made.rows)
    assert (made.file_name, list(made.headings)) == (
        f"没有辅导员的班级-{YEAR}.xlsx",
        ["院系", "层次", "班级", "毕业生"],
    )
    assert len(rows) == many
    assert {row[0] for row in rows} == {"计算机学院", "外国语学院"}
    assert any(row[2] == "未填班级" for row in rows)
    people.end(ctx, sit("ministry"), seat.staff.code)
    with pytest.raises(NotAllowed):
        uncovered.export(ctx, Job.get_by_id(job.id))


def test_a_school_that_left_the_range_is_not_taken_out(ctx: Context, cast: Cast, sit: Sit) -> None:
    wanted = {"unit": cast.units["school"].code, "year": YEAR}
    job = desk.start_export(ctx, sit("province"), uncovered.KIND, wanted)
    elsewhere = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    cast.units["school"].change(path=f"{elsewhere.path}{cast.units['school'].id}/")
    with pytest.raises(NotFound):
        uncovered.export(ctx, Job.get_by_id(job.id))


def test_majors_are_read_only_where_somebody_answers_for_one(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat, school = sit("school"), cast.units["school"].code
    with statements() as said:
        uncovered.classes(ctx, seat, school, YEAR)
    assert not [text for text in said if "major_code" in text and "COUNT" in text]
    duties.add(
        ctx, seat, cast.counselor.staff.code, Duty(YEAR, cast.units["college"].code, "3", "", "080902")
    )
    with statements() as said:
        uncovered.classes(ctx, seat, school, YEAR)
    assert len([text for text in said if "major_code" in text and "COUNT" in text]) == 1
