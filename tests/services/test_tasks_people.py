"""The counselors of a task, screen by screen over many colleges: everybody once, and nobody walks past the others."""

from collections.abc import Callable

import pytest

from models.bulk import insert_rows
from models.org import OrgUnit, Staff
from models.task import Assignment, Task
from services.context import Context
from services.listing import SLICE
from services.seats import Seat
from services.tasks import progress, tally
from tests.cast import Cast
from tests.services.tasks import notice, sent
from tests.services.tools import statements

Sit = Callable[[str], Seat]
COLLEGES = 80


@pytest.fixture
def task(ctx: Context, cast: Cast, sit: Sit) -> Task:
    """At a counselor of each of many colleges of one school, and at the two of the cast."""
    school, account = cast.units["school"], cast.counselor.account
    colleges = [OrgUnit.add("college", f"第{number:02}学院", school) for number in range(COLLEGES)]
    at = Staff.created_at.db_value(ctx.clock())
    names = ("id", "code", "version", "created_at", "updated_at", "account_id", "level", "unit_id", "office")
    last = max(row.id for row in Staff.select()) + COLLEGES
    rows = [
        # Ids run against the order of the colleges, as they may in life.
        (last - place, f"s{place}", 0, at, at, account.id, "counselor", college.id, "")
        for place, college in enumerate(colleges)
    ]
    insert_rows(Staff, names, rows)
    return sent(ctx, sit("province"), notice())


def walked(ctx: Context, seat: Seat, task: Task, show: str) -> tuple[list[int], int]:
    """The ids of all screens in their order, and how many screens they are."""
    found: list[int] = []
    after, screens = "", 0
    while after or not screens:
        part = progress.counselors(ctx, seat, task.code, "", show, after)
        assert len(part.rows) <= SLICE
        found += [row.id for row in part.rows]
        after, screens = part.after, screens + 1
    return found, screens


def test_everybody_once_by_college(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    everybody = Assignment.select().order_by(Assignment.unit, Assignment.id)
    expected = [row.id for row in everybody]
    assert len(expected) == COLLEGES + 2
    assert walked(ctx, sit("school"), task, "all") == (expected, 2)


def test_the_few_of_many_are_found_at_once(ctx: Context, cast: Cast, sit: Sit, task: Task) -> None:
    rows = list(Assignment.select().order_by(Assignment.unit, Assignment.id))
    few = [rows[3].id, rows[70].id]
    for row_id in few:
        Assignment.note_reach({"blocked": [row_id]})
    assert walked(ctx, sit("province"), task, "blocked") == (few, 1)  # before they are counted
    tally.sweep(ctx)
    with statements() as run:
        assert walked(ctx, sit("province"), task, "blocked") == (few, 1)
    assert len(run) <= 8
    assert walked(ctx, sit("school"), task, "finished") == ([], 1)
