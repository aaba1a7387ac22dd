"""The import of graduates: what it stores, what it refuses, and that repeating it changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.refusals import Refusal
from models.fields import utc_now
from models.graduate import Graduate
from models.job import Job, JobTrouble
from models.org import OrgUnit
from services import seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.jobs.steps import vault
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.services.sheets_of_graduates import TITLES, add_regions, identity_number, row, xlsx
from tests.services.tools import Meet, acts

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    """And a vault without what other tests left."""
    add_regions(ctx)
    for name in list(vault(ctx).names()):
        vault(ctx).delete(name)


@pytest.fixture
def seat_of(meet: Meet) -> Callable[[Persona], Seat]:
    return lambda persona: seats.seat_of(meet(persona))


def done(ctx: Context, seat: Seat, rows: list[list[str]], **choices: bool) -> Job:
    """The job after the worker's turn."""
    job = desk.start_import(ctx, seat, Wanted("import.graduates", "名单.xlsx", [xlsx(rows)], **choices))
    runner.work(ctx)
    return Job.get_by_id(job.id)


def counts(job: Job) -> tuple[int, int, int, int, int]:
    return job.good, job.bad, job.added, job.changed, job.same


def reasons(job: Job) -> list[tuple[int, str, str]]:
    rows = JobTrouble.select().where(JobTrouble.job == job.id).order_by(JobTrouble.line, JobTrouble.id)
    return [(row.line, row.column, row.reason.partition(":")[0]) for row in rows]


def test_rows_are_stored_as_the_file_has_them(ctx: Context, cast: Cast, seat_of) -> None:
    before = Graduate.select().count()
    job = done(ctx, seat_of(cast.school), [row(1), row(2, 院系名称="外国语学院", 本人联系电话="")])
    assert (job.status, job.problem, counts(job)) == ("done", "", (2, 0, 2, 0, 0))
    assert Graduate.select().count() == before + 2
    first = Graduate.get(Graduate.student_number == "20279000001")
    assert first.identity_number == identity_number(1)
    assert Graduate.matching(first.name, "20279000001", identity_number(1)) == [first]
    assert (first.phone, first.education, first.education_code, first.status) == (
        "13700000001",
        "3",
        "31",
        "open",
    )
    assert (first.school_id, first.province_id) == (cast.units["school"].id, cast.units["province"].id)
    assert first.college_id == cast.units["college"].id
    assert str(first.graduates_on) == "2027-06-30"
    second = Graduate.get(Graduate.student_number == "20279000002")
    assert (second.college_id, second.phone, second.phone_index) == (
        cast.units["other_college"].id,
        None,
        None,
    )
    assert len({first.code, second.code}) == 2


def test_the_same_file_twice_changes_nothing(ctx: Context, cast: Cast, seat_of) -> None:
    rows = [row(n) for n in range(1, 6)]
    done(ctx, seat_of(cast.school), rows)
    stored = sorted(Graduate.select().tuples(), key=lambda found: found[0])
    again = done(ctx, seat_of(cast.school), rows)
    assert counts(again) == (5, 0, 0, 0, 5)
    assert sorted(Graduate.select().tuples(), key=lambda found: found[0]) == stored
    mixed = done(ctx, seat_of(cast.school), [*rows, row(9)])
    assert counts(mixed) == (6, 0, 1, 0, 5)


def test_a_changed_row_is_brought_up_to_the_file(ctx: Context, cast: Cast, seat_of) -> None:
    done(ctx, seat_of(cast.school), [row(1), row(2)])
    job = done(ctx, seat_of(cast.school), [row(1, 姓名="张新名", 本人联系电话="13700009999"), row(2)])
    assert counts(job) == (2, 0, 0, 1, 1)
    first = Graduate.get(Graduate.student_number == "20279000001")
    assert (first.name, first.phone, first.version) == ("张新名", "13700009999", 1)
    assert first.phone_index == ctx.keyring.blind("13700009999", "phone")
    assert ("import", "school", "", "") in acts("graduate")


def test_what_people_changed_since_stays_and_the_difference_is_told_anew(
    ctx: Context, cast: Cast, seat_of
) -> None:
    done(ctx, seat_of(cast.school), [row(1)])
    mine = Graduate.get(Graduate.student_number == "20279000001")
    mine.change(class_name="改过的班", edits='{"class_name": "软件2301"}')
    done(ctx, seat_of(cast.school), [row(1, 班级名称="软件2399", 姓名="张新名")])
    mine = Graduate.get_by_id(mine.id)
    assert (mine.name, mine.class_name, mine.edits) == ("张新名", "改过的班", '{"class_name": "软件2399"}')
    done(ctx, seat_of(cast.school), [row(1, 班级名称="改过的班", 姓名="张新名")])
    mine = Graduate.get_by_id(mine.id)
    assert (mine.class_name, mine.edits) == ("改过的班", None)


def test_bad_rows_are_listed_and_good_ones_kept(ctx: Context, cast: Cast, seat_of) -> None:
    rows = [
        row(1),
        row(2, 证件号码="110101200501011230"),
        row(3, 院系名称="没有的学院", 性别="9"),
        row(1),
        row(4, 姓名=""),
        row(5, 毕业日期="去年"),
    ]
    job = done(ctx, seat_of(cast.school), rows)
    assert (job.status, counts(job)) == ("done", (1, 5, 1, 0, 0))
    assert reasons(job) == [
        (3, "identity_number", "bad_identity_number"),
        (4, "gender", "code_unknown"),
        (4, "college", "unknown_college"),
        (5, "student_number", "twice_in_file"),
        (6, "name", "required"),
        (7, "graduates_on", "bad_date"),
    ]
    report = b"".join(desk.take_result(ctx, seat_of(cast.school), job.code)[1])
    assert report.startswith(b"PK")
    assert ("fetch", "school", "", "") in acts("job")


def test_one_person_has_one_line_of_a_year(ctx: Context, cast: Cast, seat_of) -> None:
    rows = [row(1), row(2, 证件号码=identity_number(1)), row(3)]
    job = done(ctx, seat_of(cast.school), rows)
    assert (counts(job), reasons(job)) == ((2, 1, 2, 0, 0), [(3, "identity_number", "identity_twice")])


def test_all_or_nothing_stores_nothing_when_a_row_is_bad(ctx: Context, cast: Cast, seat_of) -> None:
    before = Graduate.select().count()
    job = done(ctx, seat_of(cast.school), [row(1), row(2, 姓名="")], all_or_nothing=True)
    assert (job.status, job.problem, counts(job)) == ("failed", "import_has_bad_rows", (1, 1, 0, 0, 0))
    assert Graduate.select().count() == before
    assert job.result
    good = done(ctx, seat_of(cast.school), [row(1)], all_or_nothing=True)
    assert (good.status, good.added) == ("done", 1)


def test_a_dry_run_tells_and_waits_for_a_word(ctx: Context, cast: Cast, seat_of) -> None:
    seat = seat_of(cast.school)
    done(ctx, seat, [row(1), row(2)])
    before = Graduate.select().count()
    job = done(ctx, seat, [row(1), row(2, 姓名="张改名"), row(3), row(4, 姓名="")], is_dry_run=True)
    assert (job.status, counts(job)) == ("checked", (3, 1, 1, 1, 1))
    assert Graduate.select().count() == before
    assert runner.work(ctx) == 0
    desk.apply(ctx, seat, job.code)
    runner.work(ctx)
    assert (Job.get_by_id(job.id).status, counts(Job.get_by_id(job.id))) == ("done", (3, 1, 1, 1, 1))
    assert Graduate.select().count() == before + 1


def test_a_dry_run_can_be_dropped(ctx: Context, cast: Cast, seat_of) -> None:
    seat = seat_of(cast.school)
    job = done(ctx, seat, [row(1)], is_dry_run=True)
    desk.cancel(ctx, seat, job.code)
    assert runner.work(ctx) == 0
    with pytest.raises(Refusal, match="no apply"):
        desk.apply(ctx, seat, job.code)
    assert list(vault(ctx).names()) == []


def test_headings_must_be_those_of_the_template(ctx: Context, cast: Cast, seat_of) -> None:
    titles = ["行", *TITLES[1:], TITLES[1]]
    job = desk.start_import(
        ctx, seat_of(cast.school), Wanted("import.graduates", "a.xlsx", [xlsx([], titles)])
    )
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.problem) == ("failed", "sheet_headings")
    assert reasons(job) == [
        (1, "行", "heading_unknown"),
        (1, "education_code", "heading_twice"),
        (1, "year", "heading_missing"),
    ]


def test_columns_may_stand_in_any_order(ctx: Context, cast: Cast, seat_of) -> None:
    turned = xlsx([row(1)[::-1]], [f" *{title} " for title in TITLES[::-1]])
    desk.start_import(ctx, seat_of(cast.school), Wanted("import.graduates", "a.xlsx", [turned]))
    runner.work(ctx)
    assert Graduate.get(Graduate.student_number == "20279000001").name == row(1)[6]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"nonsense \xff\x00", "sheet_wrong_kind"), (b"PK\x03\x04", "sheet_broken"), (b" ", "sheet_empty")],
)
def test_a_file_that_cannot_be_read_says_why(
    ctx: Context, cast: Cast, seat_of, content: bytes, code: str
) -> None:
    job = desk.start_import(ctx, seat_of(cast.school), Wanted("import.graduates", "a", [content]))
    runner.work(ctx)
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).problem) == ("failed", code)
    assert list(vault(ctx).names()) == []


def test_headings_alone_are_no_data(ctx: Context, cast: Cast, seat_of) -> None:
    assert done(ctx, seat_of(cast.school), []).problem == "sheet_empty"


def test_cells_that_are_formulas_are_bad_rows(ctx: Context, cast: Cast, seat_of) -> None:
    job = done(ctx, seat_of(cast.school), [row(1), row(2, 姓名="=A1")])
    assert (counts(job), reasons(job)) == ((1, 1, 1, 0, 0), [(3, "name", "cell_formula")])


def test_a_college_imports_its_own_graduates_alone(ctx: Context, cast: Cast, seat_of) -> None:
    done(ctx, seat_of(cast.school), [row(1, 院系名称="外国语学院")])
    job = done(ctx, seat_of(cast.college), [row(1), row(2), row(3, 院系名称="外国语学院")])
    assert (counts(job), reasons(job)) == (
        (1, 2, 1, 0, 0),
        [(2, "student_number", "outside_scope"), (4, "college", "outside_scope")],
    )
    assert Graduate.get(Graduate.student_number == "20279000001").college_id == cast.units["other_college"].id


def test_a_counselor_imports_whom_they_answer_for(ctx: Context, cast: Cast, seat_of) -> None:
    rows = [
        row(1),
        row(2, 学历="41"),
        row(3, 年度="2028", 毕业日期="2028-06-30"),
        row(4, 院系名称="外国语学院"),
    ]
    job = done(ctx, seat_of(cast.counselor), rows)
    assert (job.good, [line for line, _, reason in reasons(job) if reason == "outside_scope"]) == (
        1,
        [3, 4, 5],
    )


def test_levels_above_schools_import_nothing_without_a_school(ctx: Context, cast: Cast, seat_of) -> None:
    for persona in (cast.province, cast.ministry):
        with pytest.raises(Refusal) as refused:
            desk.start_import(ctx, seat_of(persona), Wanted("import.graduates", "a", [b"x"]))
        assert refused.value.code == "import_where"


def test_somebody_elses_job_does_not_exist(ctx: Context, cast: Cast, seat_of) -> None:
    job = done(ctx, seat_of(cast.school), [row(1)], is_dry_run=True)
    for verb in (desk.one, desk.apply, desk.cancel, desk.take_result):
        with pytest.raises(Refusal) as refused:
            verb(ctx, seat_of(cast.college), job.code)
        assert refused.value.status == 404
    assert [found.code for found in desk.jobs(ctx, seat_of(cast.school)).rows] == [job.code]
    assert desk.jobs(ctx, seat_of(cast.college)).rows == []


def test_an_ended_capacity_stores_nothing_more(ctx: Context, cast: Cast, seat_of) -> None:
    job = desk.start_import(ctx, seat_of(cast.school), Wanted("import.graduates", "a", [xlsx([row(1)])]))
    cast.school.staff.change(ended_at=ctx.clock())
    runner.work(ctx)
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).problem) == ("failed", "not_allowed")


def test_a_file_of_nothing_or_of_too_much_is_not_taken_in(ctx: Context, cast: Cast, seat_of) -> None:
    endless = (bytes(2**20) for _ in range(61))
    for pieces, code in (([], "file_needed"), (endless, "file_too_big")):
        with pytest.raises(Refusal) as refused:
            desk.start_import(ctx, seat_of(cast.school), Wanted("import.graduates", "a", pieces))
        assert refused.value.code == code
    assert list(vault(ctx).names()) == []
    assert Job.select().count() == 0


def test_a_fault_of_ours_ends_the_job_and_nobody_tries_it_for_ever(ctx: Context, cast: Cast, seat_of) -> None:
    class Broken:
        def edition(self, *_what: object) -> None:
            raise ZeroDivisionError

    job = desk.start_import(ctx, seat_of(cast.school), Wanted("import.graduates", "a", [xlsx([row(1)])]))
    runner.work(replace(ctx, codes=Broken()))
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).problem) == ("failed", "import_interrupted")


def test_a_school_may_be_imported_without_a_person(ctx: Context, cast: Cast) -> None:
    school = OrgUnit.get_by_id(cast.units["school"].id)
    job = desk.start_import_alone(ctx, school, Wanted("import.graduates", "a", [xlsx([row(1)])]))
    runner.work(ctx)
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).added) == ("done", 1)


def test_old_files_go(ctx: Context, cast: Cast, seat_of, clock) -> None:
    job = done(ctx, seat_of(cast.school), [row(1), row(2, 姓名="")])
    assert desk.tidy(ctx) == 0
    clock.now = utc_now() + timedelta(days=31)  # rows say when they were changed by the machine's own clock
    assert desk.tidy(ctx) == 1
    assert (Job.get_by_id(job.id).result, list(vault(ctx).names())) == ("", [])
