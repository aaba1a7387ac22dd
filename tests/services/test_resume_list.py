"""毕业生简历维护情况: who sees whom, in what order, by which index; 刷新 at once and by the worker."""

from dataclasses import replace

import pytest

from domain.refusals import Invalid, NotAllowed, NotFound
from models import db, rosters
from models.graduate import Graduate, Intention
from models.job import Job
from services.jobs import desk, runner
from services.jobs.asked import kept_filter
from services.listing import SLICE
from services.resumes import export, listing, refresh
from services.resumes.listing import ResumeFilter, ResumePage
from tests.rosters import add_many, seat_of


def listed(ctx, persona, *, after="", **wanted) -> ResumePage:
    return listing.listed(ctx, seat_of(ctx, persona), replace(ResumeFilter(), **wanted), after)


def names(page):
    return [row.name for row in page.rows.rows]


def give(graduate, percent, missing=0):
    Graduate.update(resume_percent=percent, resume_missing=missing).where(
        Graduate.id == graduate.id
    ).execute()


@pytest.fixture
def marked(cast):
    """李晓雨 has 80 %, 陈浩然 100 %, 林小满 nothing."""
    give(cast.graduate.graduate, 80, 0b0010000)
    give(cast.other_graduate.graduate, 100)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("counselor", ["林小满", "李晓雨", "陈浩然"]),
        ("college", ["林小满", "李晓雨", "陈浩然"]),
        ("school", ["林小满", "李晓雨", "陈浩然"]),
        ("other_counselor", []),
    ],
)
def test_each_sees_the_own_range_the_least_complete_first(ctx, cast, marked, who, seen):
    page = listed(ctx, getattr(cast, who))
    assert names(page) == seen
    assert page.rows.total == len(seen)
    assert sum(bar.number for bar in page.bars) == len(seen)


@pytest.mark.parametrize("who", ["province", "ministry"])
def test_a_wide_range_begins_with_a_school(ctx, cast, marked, who):
    persona = getattr(cast, who)
    page = listed(ctx, persona)
    assert page.needs_school
    assert (names(page), page.bars) == ([], [])
    assert len(names(listed(ctx, persona, school=cast.units["school"].code))) == 3


def test_what_lies_outside_does_not_exist(ctx, cast, marked):
    elsewhere = cast.units["other_college"].code
    assert names(listed(ctx, cast.other_counselor, keyword="李晓雨")) == []
    with pytest.raises(NotFound):
        listed(ctx, cast.counselor, college=elsewhere)
    with pytest.raises(NotFound):
        listed(ctx, cast.school, school=cast.units["province"].code)
    assert (
        names(listed(ctx, cast.college, college=elsewhere))[0] == "林小满"
    )  # its own college, whatever is asked
    with pytest.raises(NotFound):
        refresh.refresh(ctx, seat_of(ctx, cast.counselor), ResumeFilter(college=elsewhere))


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({"low": 100}, ["陈浩然"]),
        ({"low": 1, "high": 99}, ["李晓雨"]),
        ({"high": 0}, ["林小满"]),
        ({"low": 80, "order": "-student_number"}, ["陈浩然", "李晓雨"]),
        ({"order": "-resume_percent"}, ["陈浩然", "李晓雨", "林小满"]),
        ({"keyword": "李"}, ["李晓雨"]),
        ({"keyword": "20230002", "low": 50}, ["陈浩然"]),
        ({"keyword": "20230003", "low": 50}, []),
        ({"education_code": "11"}, []),
        ({"order": "identity_number"}, ["林小满", "李晓雨", "陈浩然"]),
    ],
)
def test_filters_narrow_and_bars_stay(ctx, cast, marked, wanted, seen):
    page = listed(ctx, cast.school, **wanted)
    assert names(page) == seen
    assert [bar.number for bar in page.bars] == [1, 0, 0, 0, 0, 1, 1]
    assert (page.everybody, page.whole) == (3, 1)


def test_classes_are_chosen_within_a_college(ctx, cast, marked):
    Graduate.update(class_name="软工2302").where(Graduate.id == cast.graduate.graduate.id).execute()
    college = cast.units["college"].code
    assert names(listed(ctx, cast.school, college=college, class_name="软工2302")) == ["李晓雨"]
    assert len(names(listed(ctx, cast.school, class_name="软工2302"))) == 3
    assert names(listed(ctx, cast.counselor, class_name="软工2302")) == ["李晓雨"]
    page = listed(ctx, cast.college)
    assert "软工2302" in listing.classes(seat_of(ctx, cast.college), page.wanted)
    assert listing.classes(seat_of(ctx, cast.school), listed(ctx, cast.school).wanted) == []


@pytest.mark.slow
@pytest.mark.parametrize("order", ["resume_percent", "-resume_percent", "student_number", "-name"])
def test_every_row_is_on_one_screen(ctx, cast, order):
    for number, graduate in enumerate(add_many(cast, SLICE + 20)):
        give(graduate, number % 7 * 10)
    found, after = [], ""
    while True:
        page = listed(ctx, cast.school, order=order, after=after)
        found += [row.id for row in page.rows.rows]
        after = page.rows.after
        if not after:
            break
    column, rows = order.removeprefix("-"), list(Graduate.select())
    rows.sort(key=lambda row: (getattr(row, column), row.id), reverse=order.startswith("-"))
    assert found == [row.id for row in rows]
    assert len(listed(ctx, cast.school, order=order, after="no place").rows.rows) == SLICE


def plan(query):
    sql, params = query.sql()
    word = "EXPLAIN QUERY PLAN" if db.is_sqlite() else "EXPLAIN"
    return str(db.database.execute_sql(f"{word} {sql}", params).fetchall())


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "school_id_year_resume_percent_id"),
        ({"order": "-resume_percent"}, "school_id_year_resume_percent_id"),
        ({"low": 1, "high": 99}, "school_id_year_resume_percent_id"),
        ({"education_code": "31"}, "school_id_year_resume_percent_id"),
        ({"college": "+"}, "college_id_year_resume_percent_id"),
        ({"college": "+", "class_name": "软工2301"}, "college_id_year_resume_percent_id"),
        ({"order": "student_number"}, "school_id_year_student_number_id"),
        ({"order": "name", "low": 50}, "school_id_year_name_id"),
    ],
)
def test_each_list_stands_on_its_index(ctx, cast, wanted, index):
    asked = {name: cast.units["college"].code if value == "+" else value for name, value in wanted.items()}
    seen, reach = listing.reach_of(seat_of(ctx, cast.school), replace(ResumeFilter(), **asked))
    column, descending = seen.order.removeprefix("-"), seen.order.startswith("-")
    for start in (None, Graduate.get_by_id(cast.graduate.graduate.id)):
        text = plan(rosters.ordered(reach, (Graduate.id,), column, descending, start).limit(51))
        assert f"graduate_{index}" in text
        assert "filesort" not in text
        assert "TEMP B-TREE" not in text


def test_the_distribution_is_read_off_the_index(ctx, cast, marked):
    _seen, reach = listing.reach_of(seat_of(ctx, cast.school), ResumeFilter())
    text = plan(rosters.percents(reach))
    assert "graduate_school_id_year_resume_percent_id" in text
    assert "COVERING INDEX" in text if db.is_sqlite() else "Using index" in text
    assert "TEMP B-TREE" not in text
    assert "filesort" not in text


def test_a_few_are_refreshed_at_once(ctx, cast):
    Intention.create(graduate=cast.graduate.graduate, direction="x")
    assert refresh.refresh(ctx, seat_of(ctx, cast.other_counselor), ResumeFilter()) == (0, None)
    assert refresh.refresh(ctx, seat_of(ctx, cast.counselor), ResumeFilter(keyword="nobody")) == (1, None)
    assert Graduate.get_by_id(cast.graduate.graduate.id).resume_percent == 15
    assert refresh.refresh(ctx, seat_of(ctx, cast.school), ResumeFilter()) == (0, None)
    with pytest.raises(Invalid):
        refresh.refresh(ctx, seat_of(ctx, cast.province), ResumeFilter())


@pytest.mark.slow
def test_many_are_refreshed_by_the_worker(ctx, cast):
    graduates = add_many(cast, refresh.AT_ONCE)
    Intention.insert_many([{"graduate": row, "direction": "x"} for row in graduates]).execute()
    seat = seat_of(ctx, cast.school)
    changed, job = refresh.refresh(ctx, seat, ResumeFilter())
    assert changed == 0
    again = refresh.refresh(ctx, seat, ResumeFilter(keyword="张", low=50))[1]
    assert again.code == job.code
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.total, job.changed) == ("done", refresh.AT_ONCE + 3, refresh.AT_ONCE)
    assert Graduate.select().where(Graduate.resume_percent == 15).count() == refresh.AT_ONCE
    assert refresh.refresh(ctx, seat, ResumeFilter())[1].code != job.code


def test_the_list_is_taken_out_as_it_is_shown(ctx, cast, marked):
    seat = seat_of(ctx, cast.school)
    rows = list(export.rows(ctx, seat, ResumeFilter(order="-resume_percent", low=50)))
    assert [row[0] for row in rows] == ["陈浩然", "李晓雨"]
    assert rows[1][1] == "20230001"
    assert rows[1][7:] == ["80%", "获奖情况", ""]
    job = desk.start_export(ctx, seat, export.KIND, kept_filter(ResumeFilter(keyword="李晓雨")))
    assert "李晓雨" not in str(Job.get_by_id(job.id).params)
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.good) == ("done", 1)
    with pytest.raises(Invalid):
        list(export.rows(ctx, seat_of(ctx, cast.province), ResumeFilter()))


def test_whoever_has_left_takes_nothing_out(ctx, cast, marked):
    seat = seat_of(ctx, cast.college)
    job = desk.start_export(ctx, seat, export.KIND, kept_filter(ResumeFilter()))
    seat.staff.change(ended_at=ctx.clock())
    with pytest.raises(NotAllowed):
        export.resumes(ctx, Job.get_by_id(job.id))
