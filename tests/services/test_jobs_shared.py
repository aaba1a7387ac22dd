"""Jobs among several hands: a worker that is to stop, a person who cancels, two workers, two files at once."""

import io
from dataclasses import replace
from threading import Event

import pytest

from documents import workbook
from documents.workbook import Sheet
from models.graduate import Graduate
from models.job import Job
from services import seats
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.jobs.staging import BATCH
from services.jobs.steps import LEASE, Lost, advance
from services.seats import Seat
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.sheets_of_graduates import TITLES, add_regions, row
from tests.services.tools import Meet, together

pytestmark = pytest.mark.slow


class StopsSoon(Event):
    """Says stop from the n-th time on that somebody asks."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self._left = asked

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.fixture
def seat(ctx: Context, cast: Cast, meet: Meet) -> Seat:
    add_regions(ctx)
    return seats.seat_of(meet(cast.school))


def start(ctx: Context, seat: Seat, numbers: range) -> Job:
    content = io.BytesIO()
    workbook.write(content, Sheet("数据", TITLES, (row(n) for n in numbers)))
    return desk.start_import(ctx, seat, Wanted("import.graduates", "a.xlsx", [content.getvalue()]))


def test_a_worker_that_is_to_stop_leaves_the_job_for_the_next(ctx: Context, seat: Seat) -> None:
    rows = BATCH + 200
    before = Graduate.select().count()
    job = start(ctx, seat, range(1, rows + 1))
    seen = []
    for _ in range(8):
        runner.work(replace(ctx, stopping=StopsSoon(1)))  # asked before a job is taken, and after each batch
        job = Job.get_by_id(job.id)
        seen.append((job.status, job.at_line))
        if job.status == "done":
            break
        assert job.lease_until is None
    assert ("checking", BATCH) in seen
    assert ("applying", BATCH) in seen
    assert (job.status, job.added, Graduate.select().count()) == ("done", rows, before + rows)


def test_a_check_may_be_cancelled_on_its_way(ctx: Context, seat: Seat) -> None:
    before = Graduate.select().count()
    job = start(ctx, seat, range(1, BATCH + 50))
    runner.work(replace(ctx, stopping=StopsSoon(1)))
    assert Job.get_by_id(job.id).status == "checking"
    desk.cancel(ctx, seat, job.code)
    assert runner.work(ctx) == 0
    assert (Job.get_by_id(job.id).status, Graduate.select().count()) == ("cancelled", before)


def test_whoever_lost_the_job_writes_nothing_more(ctx: Context, seat: Seat) -> None:
    job = start(ctx, seat, range(1, 3))
    mine = Job.get_by_id(job.id)
    desk.cancel(ctx, seat, job.code)
    with pytest.raises(Lost):
        advance(ctx, mine, good=99)
    assert Job.get_by_id(job.id).good == 0


def test_a_job_is_somebodys_until_the_lease_is_over(ctx: Context, seat: Seat, clock: FixedClock) -> None:
    job = start(ctx, seat, range(1, 3))
    taken = Job.take(runner.ALIVE, clock(), clock() + LEASE)
    assert taken is not None
    assert runner.work(ctx) == 0
    assert not runner.work_on(ctx, job.code)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert runner.work(ctx) == 1
    assert Job.get_by_id(job.id).status == "done"


def test_two_files_of_one_school_at_once_add_nobody_twice(ctx: Context, seat: Seat) -> None:
    before = Graduate.select().count()
    jobs = [start(ctx, seat, range(1, 301)), start(ctx, seat, range(101, 401))]
    together(*(lambda code=job.code: runner.work_on(ctx, code) for job in jobs))
    ended = [Job.get_by_id(job.id) for job in jobs]
    assert [job.status for job in ended] == ["done", "done"]
    assert sum(job.added for job in ended) == 400
    assert sum(job.same for job in ended) == 200
    assert Graduate.select().count() == before + 400
