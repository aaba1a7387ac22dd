"""证件号码 twice: a row whose number belongs to somebody else on the school's roster of the 届别 is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.roster import roster_fields
from domain.actors import SYSTEM
from domain.keyring import Keyring
from models.account import IDENTITY_NUMBER
from models.db import Keys
from models.graduate import Graduate
from models.job import Job, JobTrouble
from models.org import OrgUnit
from services import seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.jobs.graduates import Graduates
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.services.sheets_of_graduates import add_regions, identity_number, row, xlsx
from tests.services.tools import Meet, statements

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    add_regions(ctx)


@pytest.fixture
def seat_of(meet: Meet) -> Callable[[Persona], Seat]:
    return lambda persona: seats.seat_of(meet(persona))


@pytest.fixture
def school(seat_of: Callable[[Persona], Seat], cast: Cast) -> Seat:
    return seat_of(cast.school)


def done(ctx: Context, seat: Seat, *rows: list[str], **choices: bool) -> Job:
    job = desk.start_import(ctx, seat, Wanted("import.graduates", "名单.xlsx", [xlsx(list(rows))], **choices))
    runner.work(ctx)
    return Job.get_by_id(job.id)


def reasons(job: Job) -> list[tuple[int, str, str, str]]:
    found = JobTrouble.select().where(JobTrouble.job == job.id).order_by(JobTrouble.line)
    return [(one.line, one.column, one.value, one.reason) for one in found]


def numbers_of(n: int) -> set[str]:
    """The 学号 under which the n-th person's identity number is stored."""
    blind = Keys.ring.blind(identity_number(n), IDENTITY_NUMBER)
    found = Graduate.select(Graduate.student_number).where(Graduate.identity_index == blind)
    return {number[-2:] for (number,) in found.tuples()}


def taken(n: int, line: int) -> tuple[int, str, str, str]:
    return line, "identity_number", identity_number(n), "identity_stored"


@pytest.mark.parametrize("is_dry_run", [True, False])
def test_another_students_number_is_refused_with_its_line_and_column(
    ctx: Context, school: Seat, is_dry_run: bool
) -> None:
    done(ctx, school, row(1), row(2))
    job = done(ctx, school, row(1), row(3), row(4, 证件号码=identity_number(2)), is_dry_run=is_dry_run)
    assert reasons(job) == [taken(2, 4)]
    assert (job.good, job.bad, job.added, job.same) == (2, 1, 1, 1)
    assert numbers_of(2) == {"02"}


def test_it_is_refused_when_it_came_in_after_the_check(
    ctx: Context, cast: Cast, school: Seat, seat_of: Callable[[Persona], Seat]
) -> None:
    job = done(ctx, school, row(1), row(2, 证件号码=identity_number(5)), is_dry_run=True)
    assert reasons(job) == []
    done(ctx, seat_of(cast.college), row(5))
    desk.apply(ctx, school, job.code)
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.added, job.bad, reasons(job)) == ("done", 1, 1, [taken(5, 3)])
    assert numbers_of(5) == {"05"}


def test_all_or_nothing_stores_nothing(ctx: Context, cast: Cast, school: Seat) -> None:
    job = done(ctx, school, row(1), row(2, 证件号码=identity_number(5)), is_dry_run=True, all_or_nothing=True)
    done(ctx, school, row(5))
    desk.apply(ctx, school, job.code)
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.problem, reasons(job)) == ("failed", "import_has_bad_rows", [taken(5, 3)])
    assert (numbers_of(1), numbers_of(5)) == (set(), {"05"})


@pytest.mark.parametrize("who", ["college", "counselor"])
def test_whoever_imports_a_part_is_refused_for_the_school_as_a_whole(
    who: str, ctx: Context, cast: Cast, school: Seat, seat_of: Callable[[Persona], Seat]
) -> None:
    done(ctx, school, row(1, 院系名称="外国语学院"))
    job = done(ctx, seat_of(getattr(cast, who)), row(2, 证件号码=identity_number(1)), row(3))
    assert (job.added, reasons(job)) == (1, [taken(1, 2)])


def test_another_year_and_another_school_are_somebody_else_s_matter(
    ctx: Context, cast: Cast, school: Seat, seat_of: Callable[[Persona], Seat]
) -> None:
    done(ctx, school, row(1))
    later = row(2, 年度="2028", 证件号码=identity_number(1), 毕业日期="2028-06-30")
    assert done(ctx, school, later).added == 1
    elsewhere = OrgUnit.add("school", "淮北大学", cast.units["province"])
    OrgUnit.add("college", "计算机学院", elsewhere)
    content = [xlsx([row(3, 证件号码=identity_number(1))])]
    wanted = Wanted("import.graduates", "a.xlsx", content, school=elsewhere.code)
    job = desk.start_import(ctx, seat_of(cast.province), wanted)
    runner.work(ctx)
    assert Job.get_by_id(job.id).added == 1


def test_numbers_that_were_swapped_are_put_right_in_one_file(ctx: Context, school: Seat) -> None:
    one, two = identity_number(1), identity_number(2)
    done(ctx, school, row(1, 证件号码=two), row(2, 证件号码=one))
    job = done(ctx, school, row(1), row(2))
    assert (job.changed, reasons(job)) == (2, [])
    assert (numbers_of(1), numbers_of(2)) == ({"01"}, {"02"})


def test_whoever_waits_for_the_number_of_somebody_refused_is_refused(ctx: Context, school: Seat) -> None:
    """1 would take 2's, which 2 would give up for that of 3, who is not in the file and keeps it."""
    done(ctx, school, row(1), row(2), row(3))
    job = done(ctx, school, row(1, 证件号码=identity_number(2)), row(2, 证件号码=identity_number(3)))
    assert (job.changed, reasons(job)) == (0, [taken(2, 2), taken(3, 3)])
    assert [numbers_of(n) for n in (1, 2, 3)] == [{"01"}, {"02"}, {"03"}]


def test_two_who_are_stored_already_may_still_be_brought_up_to_date(ctx: Context, school: Seat) -> None:
    done(ctx, school, row(1), row(2))
    twin = Graduate.get(Graduate.student_number == "20279000002")
    twin.change(identity_index=Keys.ring.blind(identity_number(1), IDENTITY_NUMBER))
    job = done(ctx, school, row(1, 班级名称="软件2399"))
    assert (job.changed, reasons(job)) == (1, [])


def test_a_number_under_the_former_key_is_found(ctx: Context, cast: Cast) -> None:
    former, present = "a former secret, long enough for tests", "the present secret, long enough for tests"
    blind = Keyring(former).blind(identity_number(1), IDENTITY_NUMBER)
    cast.graduate.graduate.change(identity_index=blind)
    ring = replace(ctx, keyring=Keyring(present, [former]))
    importer = Graduates(ring, cast.units["school"], None, SYSTEM)
    values = dict(
        zip((field.name for field in roster_fields()), row(2, 证件号码=identity_number(1)), strict=True)
    )
    checked = importer.check([(2, values)])
    assert [(one.line, one.reason) for one in checked.found] == [(2, "identity_stored")]


def test_a_first_roster_is_checked_without_asking_and_a_batch_asks_once(ctx: Context, school: Seat) -> None:
    Graduate.delete().execute()
    asked = "identity_index IN"
    with statements() as said:
        done(ctx, school, *(row(n) for n in range(1, 30)))
    assert len([text for text in said if asked in text]) == 1  # when they are stored
    with statements() as said:
        job = done(ctx, school, *(row(n) for n in range(1, 30)))
    assert (job.same, len([text for text in said if asked in text])) == (29, 1)  # when they are checked
