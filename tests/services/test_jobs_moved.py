"""Whoever was moved to another unit leaves the jobs of the former one behind: nothing is fetched, nothing stored."""

from collections.abc import Callable

import pytest

from domain.refusals import NotFound
from models.graduate import Graduate
from models.job import Job
from models.org import OrgUnit
from services import roster_export, transfers
from services.context import Context
from services.jobs import desk, runner
from services.jobs.asked import kept_filter
from services.jobs.desk import Wanted
from services.roster_list import RosterFilter
from services.seats import Seat
from services.transfers import Transfer
from tests.cast import Cast
from tests.services.sheets_of_graduates import add_regions, row, xlsx

pytestmark = pytest.mark.slow

Sit = Callable[[str], Seat]


@pytest.fixture
def other(cast: Cast) -> OrgUnit:
    """Another school of the province."""
    return OrgUnit.add("school", "淮北大学", cast.units["province"])


def move(ctx: Context, cast: Cast, sit: Sit, there: OrgUnit) -> None:
    wanted = Transfer(there.code, cast.units["school"].code)
    transfers.transfer(ctx, sit("province"), cast.school.staff.code, wanted)


def export(ctx: Context, seat: Seat) -> Job:
    return desk.start_export(ctx, seat, roster_export.KIND, kept_filter(RosterFilter()))


def test_a_list_of_the_former_school_is_fetched_no_more(
    ctx: Context, cast: Cast, sit: Sit, other: OrgUnit
) -> None:
    job = export(ctx, sit("school"))
    runner.work(ctx)
    move(ctx, cast, sit, other)
    seat = sit("school")
    assert desk.jobs(ctx, seat).rows == []
    for verb in (desk.one, desk.take_result):
        with pytest.raises(NotFound):
            verb(ctx, seat, job.code)
    transfers.transfer_back(ctx, sit("province"), cast.school.staff.code)
    assert b"".join(desk.take_result(ctx, sit("school"), job.code)[1]).startswith(b"PK")


def test_what_was_queued_before_is_not_done_behind(
    ctx: Context, cast: Cast, sit: Sit, other: OrgUnit
) -> None:
    add_regions(ctx)
    before = Graduate.select().count()
    sheet = Wanted("import.graduates", "a.xlsx", [xlsx([row(1)])])
    jobs = [desk.start_import(ctx, sit("school"), sheet), export(ctx, sit("school"))]
    move(ctx, cast, sit, other)
    runner.work(ctx)
    assert [(job.status, job.problem) for job in map(Job.get_by_id, jobs)] == [("failed", "not_found")] * 2
    assert Graduate.select().count() == before


def test_a_dry_run_of_the_former_school_is_not_applied(
    ctx: Context, cast: Cast, sit: Sit, other: OrgUnit
) -> None:
    add_regions(ctx)
    sheet = Wanted("import.graduates", "a.xlsx", [xlsx([row(1)])], is_dry_run=True)
    job = desk.start_import(ctx, sit("school"), sheet)
    runner.work(ctx)
    assert desk.may_apply(Job.get_by_id(job.id))
    move(ctx, cast, sit, other)
    with pytest.raises(NotFound):
        desk.apply(ctx, sit("school"), job.code)


def test_the_imports_of_a_college_stay_with_it(ctx: Context, cast: Cast, sit: Sit) -> None:
    add_regions(ctx)
    seat = sit("college")
    job = desk.start_import(ctx, seat, Wanted("import.graduates", "a.xlsx", [xlsx([row(1)])]))
    runner.work(ctx)
    assert [(one.status, one.unit_id) for one in desk.jobs(ctx, seat).rows] == [
        ("done", cast.units["school"].id)
    ]
    assert desk.one(ctx, seat, job.code).added == 1
