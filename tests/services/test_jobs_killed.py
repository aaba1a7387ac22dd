"""A worker that is killed in mid-import: whoever comes next goes on where it stood, and every row is there once."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import Settings
from documents import workbook
from documents.workbook import Sheet
from models.graduate import Graduate
from models.job import Job, JobTrouble
from models.journal import Journal
from services import seats
from services.context import Context
from services.jobs import desk
from services.jobs.desk import Wanted
from services.jobs.staging import BATCH
from services.jobs.steps import vault
from tests.cast import Cast
from tests.conftest import SECRET
from tests.services.sheets_of_graduates import TITLES, add_regions, row
from tests.services.tools import Meet

ROOT = Path(__file__).resolve().parents[2]
ROWS = 5 * BATCH
BAD = range(7, ROWS, 997)
PATIENCE = 90


def start(url: str, settings: Settings, ahead: int) -> "subprocess.Popen[bytes]":
    arguments = [url, SECRET, str(settings.data_dir), str(ahead)]
    return subprocess.Popen([sys.executable, "-m", "tests.services.job_process", *arguments], cwd=ROOT)


def kill_when(worker: "subprocess.Popen[bytes]", job: Job, reached: Callable[[Job], bool]) -> Job:
    """Kills the worker as soon as the job is as wished; answers the job as it then stands."""
    give_up_at = time.monotonic() + PATIENCE
    while not reached(Job.get_by_id(job.id)):
        assert worker.poll() is None, "the worker ended first"
        assert time.monotonic() < give_up_at
        time.sleep(0.002)
    worker.kill()
    worker.wait(PATIENCE)
    return Job.get_by_id(job.id)


@pytest.mark.slow
def test_two_deaths_leave_exactly_the_right_rows(
    ctx: Context, cast: Cast, meet: Meet, database_url: str, settings: Settings
) -> None:
    add_regions(ctx)
    before, files = Graduate.select().count(), set(vault(ctx).names())
    content = io.BytesIO()
    rows = (row(n, 姓名="") if n in BAD else row(n) for n in range(1, ROWS + 1))
    workbook.write(content, Sheet("数据", TITLES, rows))
    seat = seats.seat_of(meet(cast.school))
    job = desk.start_import(ctx, seat, Wanted("import.graduates", "a.xlsx", [content.getvalue()]))

    worker = start(database_url, settings, 0)
    first = kill_when(worker, job, lambda now: now.status == "checking" and now.at_line >= 2 * BATCH)
    assert (first.status, first.added) == ("checking", 0)

    worker = start(database_url, settings, 120)  # when the lease is over
    second = kill_when(worker, job, lambda now: now.status == "applying" and now.at_line >= 2 * BATCH)
    assert (second.status, second.at_line < ROWS) == ("applying", True)
    stored = Graduate.select().count() - before
    assert stored == second.added > 0

    assert start(database_url, settings, 240).wait(PATIENCE) == 0
    last = Job.get_by_id(job.id)
    good = ROWS - len(BAD)
    assert (last.status, last.good, last.bad) == ("done", good, len(BAD))
    assert (last.added, last.changed, last.same) == (good, 0, 0)
    found = [graduate.student_number for graduate in Graduate.select(Graduate.student_number)]
    expected = {row(n)[9] for n in range(1, ROWS + 1) if n not in BAD}
    assert len(found) == before + good
    assert expected <= set(found)
    lines = [trouble.line for trouble in JobTrouble.select().where(JobTrouble.job == job.id)]
    assert sorted(lines) == [n + 1 for n in BAD]
    steps = [act.verb for act in Journal.select().where(Journal.record == job.code).order_by(Journal.id)]
    assert steps == ["import", "start", "find_good", "finish"]
    assert set(vault(ctx).names()) - files == {last.result}
