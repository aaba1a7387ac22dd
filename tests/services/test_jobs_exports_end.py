"""How exports end that bring no file along: given up, failed, and tidied away like imports."""

from collections.abc import Callable

import pytest

from models.job import Job
from services import roster_export
from services.context import Context
from services.jobs import desk, runner
from services.jobs.asked import kept_filter
from services.jobs.steps import vault
from services.roster_list import RosterFilter
from services.seats import Seat
from tests.cast import Cast

pytestmark = pytest.mark.slow

Sit = Callable[[str], Seat]


def export(ctx: Context, seat: Seat) -> Job:
    return desk.start_export(ctx, seat, roster_export.KIND, kept_filter(RosterFilter()))


def test_one_that_waits_is_cancelled(ctx: Context, cast: Cast, sit: Sit) -> None:
    job = export(ctx, sit("school"))
    for _double_tap in range(2):
        assert desk.cancel(ctx, sit("school"), job.code).status == "cancelled"
    assert runner.work(ctx) == 0


def test_one_of_somebody_who_has_left_fails_and_the_next_is_done(ctx: Context, cast: Cast, sit: Sit) -> None:
    jobs = [export(ctx, sit("college")), export(ctx, sit("school"))]
    cast.college.staff.change(ended_at=ctx.clock())
    assert runner.work(ctx) == 2
    assert [Job.get_by_id(job.id).status for job in jobs] == ["failed", "done"]


def test_a_list_is_removed_when_it_was_kept_long_enough(ctx: Context, cast: Cast, sit: Sit) -> None:
    job = export(ctx, sit("school"))
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    Job.update(updated_at=ctx.clock() - desk.KEPT * 2).execute()
    assert desk.tidy(ctx) == 1
    assert (Job.get_by_id(job.id).result, vault(ctx).path(job.result).exists()) == ("", False)
