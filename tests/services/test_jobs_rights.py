"""Imports and the rights of whoever imports: what may be changed, and what has changed since a dry run."""

from collections.abc import Callable

import pytest

from models.graduate import Graduate
from models.job import Job, JobTrouble
from models.org import OrgUnit, Responsibility
from services import field_rights, seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.services.sheets_of_graduates import add_regions, row, xlsx
from tests.services.tools import Meet

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    add_regions(ctx)


@pytest.fixture
def seat_of(meet: Meet) -> Callable[[Persona], Seat]:
    return lambda persona: seats.seat_of(meet(persona))


def done(ctx: Context, seat: Seat, rows: list[list[str]], **choices: bool) -> Job:
    job = desk.start_import(ctx, seat, Wanted("import.graduates", "名单.xlsx", [xlsx(rows)], **choices))
    runner.work(ctx)
    return Job.get_by_id(job.id)


def applied(ctx: Context, seat: Seat, job: Job) -> Job:
    desk.apply(ctx, seat, job.code)
    runner.work(ctx)
    return Job.get_by_id(job.id)


def counts(job: Job) -> tuple[int, int, int, int, int]:
    return job.good, job.bad, job.added, job.changed, job.same


def reasons(job: Job) -> set[tuple[int, str, str]]:
    return {
        (found.line, found.column, found.reason)
        for found in JobTrouble.select().where(JobTrouble.job == job.id)
    }


def stored(n: int) -> Graduate:
    return Graduate.get(Graduate.student_number == f"2027{9_000_000 + n}")


@pytest.mark.parametrize("status", ["open", "locked"])
@pytest.mark.parametrize("who", ["college", "counselor"])
def test_below_the_school_an_import_changes_what_the_form_would_let_them_change(
    ctx: Context, cast: Cast, seat_of, who: str, status: str
) -> None:
    done(ctx, seat_of(cast.school), [row(1), row(2)])
    stored(1).change(status=status)
    before = stored(1)
    lines = [row(1, 姓名="张改名", 学历类型="2", 班级名称="软件2399"), row(2, 班级名称="软件2399"), row(3)]
    job = done(ctx, seat_of(getattr(cast, who)), lines)
    kind = set() if who == "college" else {(2, "education_kind", "field_not_yours")}
    assert reasons(job) == {(2, "name", "field_locked"), *kind}
    assert counts(job) == (2, 1, 1, 1, 0)
    after = stored(1)
    assert (after.version, after.name, after.class_name) == (before.version, before.name, "软件2301")
    assert stored(2).class_name == "软件2399"


def test_a_right_that_the_school_took_away_holds_for_imports(ctx: Context, cast: Cast, seat_of) -> None:
    school = seat_of(cast.school)
    done(ctx, school, [row(1)])
    field_rights.set_rights(ctx, school, {("college", "class_name"): False})
    job = done(ctx, seat_of(cast.college), [row(1, 班级名称="软件2399")])
    assert reasons(job) == {(2, "class_name", "field_not_yours")}
    again = done(ctx, school, [row(1, 班级名称="软件2399", 姓名="张改名")])
    assert (counts(again), stored(1).name) == ((1, 0, 0, 1, 0), "张改名")


def test_a_right_taken_away_after_the_dry_run_refuses_the_row(ctx: Context, cast: Cast, seat_of) -> None:
    school, college = seat_of(cast.school), seat_of(cast.college)
    done(ctx, school, [row(1)])
    job = done(ctx, college, [row(1, 班级名称="软件2399"), row(2)], is_dry_run=True)
    assert counts(job) == (2, 0, 1, 1, 0)
    field_rights.set_rights(ctx, school, {("college", "class_name"): False})
    job = applied(ctx, college, job)
    assert (job.status, counts(job), stored(1).class_name) == ("done", (1, 1, 1, 0, 0), "软件2301")
    assert reasons(job) == {(2, "class_name", "field_not_yours")}
    assert b"".join(desk.take_result(ctx, college, job.code)[1]).startswith(b"PK")


def test_an_import_leaves_what_others_edited_alone(ctx: Context, cast: Cast, seat_of) -> None:
    done(ctx, seat_of(cast.school), [row(1)])
    stored(1).change(education_kind="2", edits='{"education_kind": "1"}')
    for kind in ("1", "2"):
        job = done(ctx, seat_of(cast.counselor), [row(1, 学历类型=kind, 班级名称=f"软件239{kind}")])
        assert reasons(job) == set()
    mine = stored(1)
    assert (mine.education_kind, mine.class_name, mine.edits) == ("2", "软件2392", '{"education_kind": "1"}')


def test_duties_that_ended_after_the_dry_run_store_nobody(ctx: Context, cast: Cast, seat_of) -> None:
    seat = seat_of(cast.counselor)
    before = Graduate.select().count()
    job = done(ctx, seat, [row(1), row(2)], is_dry_run=True)
    assert counts(job) == (2, 0, 2, 0, 0)
    Responsibility.delete().where(Responsibility.staff == cast.counselor.staff).execute()
    job = applied(ctx, seat, job)
    assert (job.status, counts(job)) == ("done", (0, 2, 0, 0, 0))
    assert reasons(job) == {(2, "college", "outside_scope"), (3, "college", "outside_scope")}
    assert Graduate.select().count() == before


def test_a_college_closed_after_the_dry_run_takes_nobody_in(ctx: Context, cast: Cast, seat_of) -> None:
    seat = seat_of(cast.school)
    rows = [row(1), row(2, 院系名称="外国语学院")]
    job = done(ctx, seat, rows, is_dry_run=True)
    closed = OrgUnit.get_by_id(cast.units["other_college"].id)
    closed.change(closed_at=ctx.clock())
    job = applied(ctx, seat, job)
    assert (counts(job), reasons(job)) == ((1, 1, 1, 0, 0), {(3, "college", "unknown_college")})
    assert not Graduate.select().where(Graduate.student_number == "20279000002").exists()
