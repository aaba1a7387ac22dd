"""All or nothing holds to the end: what may no longer be stored by the time of storing keeps everything out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.account import Account
from models.graduate import Graduate
from models.job import Job, JobTrouble
from models.org import OrgUnit, Responsibility, Staff
from services import field_rights, seats, units
from services.context import Context
from services.jobs import desk, runner, staging
from services.jobs.desk import Wanted
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.services.sheets_of_graduates import add_regions, identity_number, row, xlsx
from tests.services.test_jobs_shared import StopsSoon
from tests.services.tools import Meet

pytestmark = pytest.mark.slow

GROUPS = ["年度", "姓名", "证件号码", "特殊群体"]
STAFF = ["姓名", "手机号", "级别", "所在单位", "办公地点"]


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    add_regions(ctx)


@pytest.fixture
def seat_of(meet: Meet) -> Callable[[Persona], Seat]:
    return lambda persona: seats.seat_of(meet(persona))


def tried(
    ctx: Context, seat: Seat, rows: list[list[str]], kind: str = "graduates", titles: list[str] | None = None
) -> Job:
    """A dry run that found every row good and waits for a word."""
    content = xlsx(rows, titles) if titles else xlsx(rows)
    wanted = Wanted(f"import.{kind}", "a.xlsx", [content], is_dry_run=True, all_or_nothing=True)
    job = desk.start_import(ctx, seat, wanted)
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.good, job.bad) == ("checked", len(rows), 0)
    return job


def applied(ctx: Context, seat: Seat, job: Job) -> Job:
    desk.apply(ctx, seat, job.code)
    runner.work(ctx)
    return Job.get_by_id(job.id)


def reasons(job: Job) -> list[tuple[int, str, str]]:
    found = JobTrouble.select().where(JobTrouble.job == job.id).order_by(JobTrouble.line)
    return [(row.line, row.column, row.reason) for row in found]


def called_off(job: Job, good: int, bad: int) -> bool:
    assert (job.status, job.problem) == ("failed", "import_has_bad_rows")
    assert (job.good, job.bad, job.added, job.changed, job.same) == (good, bad, 0, 0, 0)
    assert job.result
    return True


def test_a_right_taken_away_after_the_dry_run_keeps_every_row_out(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    school, college = seat_of(cast.school), seat_of(cast.college)
    desk.start_import(ctx, school, Wanted("import.graduates", "a.xlsx", [xlsx([row(1)])]))
    runner.work(ctx)
    before = Graduate.select().count()
    job = tried(ctx, college, [row(2), row(1, 班级名称="软件2399"), row(3)])
    field_rights.set_rights(ctx, school, {("college", "class_name"): False})
    job = applied(ctx, college, job)
    assert called_off(job, 2, 1)
    assert reasons(job) == [(3, "class_name", "field_not_yours")]
    assert Graduate.select().count() == before
    assert staging.batch(ctx, job, 0) is None
    assert b"".join(desk.take_result(ctx, college, job.code)[1]).startswith(b"PK")


def test_a_row_of_the_last_batch_keeps_the_first_out(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    """Duties for one class remain, those for the other are taken away between the dry run and the word."""
    college = cast.units["college"]
    duty = {"staff": cast.counselor.staff, "year": 2027, "college": college, "education": "3"}
    Responsibility.delete().execute()
    for name in ("软件2301", "软件2302"):
        Responsibility.create(**duty, class_name=name)
    seat = seat_of(cast.counselor)
    count = staging.BATCH + 5
    rows = [row(n, 班级名称="软件2302" if n == count else "软件2301") for n in range(1, count + 1)]
    before = Graduate.select().count()
    job = tried(ctx, seat, rows)
    Responsibility.delete().where(Responsibility.class_name == "软件2302").execute()
    job = applied(ctx, seat, job)
    assert called_off(job, count - 1, 1)
    assert reasons(job) == [(count + 1, "college", "outside_scope")]
    assert Graduate.select().count() == before


def test_what_may_still_be_stored_is_stored(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.college)
    job = applied(ctx, seat, tried(ctx, seat, [row(1), row(2)]))
    assert (job.status, job.added, job.bad) == ("done", 2, 0)


def test_a_worker_that_stops_while_looking_leaves_it_to_the_next(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.college)
    job = tried(ctx, seat, [row(1), row(2)])
    desk.apply(ctx, seat, job.code)
    runner.work(replace(ctx, stopping=StopsSoon(1)))
    job = Job.get_by_id(job.id)
    assert (job.status, job.at_line, job.added, job.lease_until) == ("applying", 0, 0, None)
    runner.work(ctx)
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).added) == ("done", 2)


def test_of_staff_nobody_is_appointed_when_one_cannot_be(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.school)
    rows = [[f"钱{'一二三'[n]}", f"1360000000{n}", "院级", "计算机学院", ""] for n in range(3)]
    job = tried(ctx, seat, rows, "staff", STAFF)
    before = Staff.select().count()
    Account.create(
        subject="s", name="别人", phone="13600000001", phone_index=ctx.keyring.blind("13600000001", "phone")
    )
    job = applied(ctx, seat, job)
    assert called_off(job, 2, 1)
    assert reasons(job) == [(3, "phone", "phone_other_name")]
    assert Staff.select().count() == before


def test_of_units_none_is_created_when_one_cannot_be(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.school)
    job = tried(ctx, seat, [["艺术学院", "21"], ["体育学院", "22"]], "units", ["机构名称", "机构代码"])
    units.create(ctx, seat, "音乐学院", "22")
    job = applied(ctx, seat, job)
    assert called_off(job, 1, 1)
    assert [line for line, *_ in reasons(job)] == [3]
    assert not OrgUnit.select().where(OrgUnit.name == "艺术学院").exists()


def test_of_special_groups_nobody_is_marked_when_one_has_left(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.school)
    desk.start_import(ctx, seat, Wanted("import.graduates", "a.xlsx", [xlsx([row(1), row(2)])]))
    runner.work(ctx)
    people = {n: Graduate.get(Graduate.student_number == f"2027{9_000_000 + n}") for n in (1, 2)}
    lines = [["2027", people[n].name, identity_number(n), "退役军人"] for n in (1, 2)]
    job = tried(ctx, seat, lines, "special_groups", GROUPS)
    people[2].delete_instance()
    job = applied(ctx, seat, job)
    assert called_off(job, 1, 1)
    assert reasons(job) == [(3, "identity_number", "not_on_roster")]
    assert Graduate.get_by_id(people[1].id).special_group == ""
