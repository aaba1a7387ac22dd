"""The import of staff accounts while the machine hashes for others, and after something changed on the way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.refusals import TooMany
from models.job import Job, JobTrouble
from models.org import OrgUnit, Staff
from services import seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.jobs.imports import run
from services.jobs.people import People
from services.jobs.steps import LEASE
from services.passwords import Passwords
from services.seats import Seat
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.sheets_of_graduates import xlsx
from tests.services.test_jobs_shared import StopsSoon
from tests.services.tools import Meet

pytestmark = pytest.mark.slow

TITLES = ["姓名", "手机号", "级别", "所在单位", "办公地点"]


class Hashing(Passwords):
    """Hashes at no cost; does something first, told the how many-th time it is."""

    def __init__(self, folder: Path, first: Callable[[int], None]) -> None:
        super().__init__(folder)
        self._first = first
        self._times = 0

    def hash(self, password: str) -> str:
        self._times += 1
        self._first(self._times)
        return "hash"


@pytest.fixture
def seat(cast: Cast, meet: Meet) -> Seat:
    return seats.seat_of(meet(cast.school))


def started(ctx: Context, seat: Seat, count: int, **choices: bool) -> Job:
    rows = [
        [f"钱{'一二三四五六七八九十'[n % 10]}", f"136{n:08d}", "院级", "计算机学院", ""] for n in range(count)
    ]
    return desk.start_import(ctx, seat, Wanted("import.staff", "a.xlsx", [xlsx(rows, TITLES)], **choices))


def test_a_busy_machine_delays_rows_and_loses_none(ctx: Context, seat: Seat, tmp_path: Path) -> None:
    def busy_twice(times: int) -> None:
        if times in (3, 4):
            raise TooMany("login_busy", 3)

    before = Staff.select().count()
    job = started(ctx, seat, 5)
    runner.work(replace(ctx, passwords=Hashing(tmp_path, busy_twice)))
    job = Job.get_by_id(job.id)
    assert (job.status, job.problem, job.added, job.same, job.bad) == ("done", "", 5, 0, 0)
    assert Staff.select().count() == before + 5


def test_a_worker_that_is_to_stop_does_not_wait_for_a_busy_machine(
    ctx: Context, seat: Seat, tmp_path: Path
) -> None:
    def busy_from_third(times: int) -> None:
        if times > 2:
            raise TooMany("login_busy", 3)

    job = started(ctx, seat, 5)
    passwords = Hashing(tmp_path, busy_from_third)
    runner.work(replace(ctx, passwords=passwords, stopping=StopsSoon(2)))  # asked before and after the check
    job = Job.get_by_id(job.id)
    assert (job.status, job.added, job.at_line, job.lease_until) == ("applying", 2, 3, None)
    runner.work(replace(ctx, passwords=Hashing(tmp_path, lambda _times: None)))
    job = Job.get_by_id(job.id)
    assert (job.status, job.added, job.same) == ("done", 5, 0)


def test_the_lease_goes_on_while_many_rows_are_stored(
    ctx: Context, seat: Seat, tmp_path: Path, clock: FixedClock
) -> None:
    job = started(ctx, seat, 120)
    others: list[Job | None] = []

    def slow(_times: int) -> None:
        clock.advance(seconds=1)
        others.append(Job.take(runner.ALIVE, clock(), clock() + LEASE, job.code))

    taken = Job.take(runner.ALIVE, clock(), clock() + LEASE)
    assert taken is not None
    slow_ctx = replace(ctx, passwords=Hashing(tmp_path, slow))
    run(slow_ctx, taken, People(slow_ctx, seat))
    assert others == [None] * 120
    assert (Job.get_by_id(job.id).status, Job.get_by_id(job.id).added) == ("done", 120)


def test_a_unit_closed_after_the_dry_run_is_a_bad_row_and_no_failed_job(
    ctx: Context, seat: Seat, cast: Cast
) -> None:
    before = Staff.select().count()
    job = started(ctx, seat, 2, is_dry_run=True)
    runner.work(ctx)
    OrgUnit.get_by_id(cast.units["college"].id).change(closed_at=ctx.clock())
    desk.apply(ctx, seat, job.code)
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.good, job.bad, job.added) == ("done", 0, 2, 0)
    found = JobTrouble.select().where(JobTrouble.job == job.id).order_by(JobTrouble.line)
    assert [(row.line, row.column, row.reason) for row in found] == [
        (2, "unit", "wrong_unit"),
        (3, "unit", "wrong_unit"),
    ]
    assert (bool(job.result), Staff.select().count()) == (True, before)
