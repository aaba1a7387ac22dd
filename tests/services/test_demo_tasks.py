"""What goes on in the demo: once, at the demo's own people alone, with little to say to their phones."""

from datetime import timedelta

import pytest

from models.callback import HelpQuestion
from models.job import Job
from models.journal import Journal
from models.message import Message
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskWave
from services import help_desk
from services.context import Context
from services.jobs import runner
from services.tasks import reminders
from services.tasks.course import windows_of
from tests.cast import Cast
from tests.services.tasks import work
from wx_backend.demo_roster import seat_of_staff
from wx_backend.seed import seed_demo

pytestmark = pytest.mark.slow

TABLES = (Task, Assignment, TaskWave, HelpQuestion, Message, Job, Journal)


def counts() -> list[int]:
    return [table.select().count() for table in TABLES]


def at_counselors(kind: str) -> dict[str, str]:
    rows = Assignment.select().join(Task).where(Task.kind == kind)
    return {row.staff.account.name: row.status for row in rows}


def test_every_level_has_a_task_to_look_at(ctx: Context) -> None:
    seed_demo(ctx)
    assert [(row.level, row.kind, row.status) for row in Task.select().order_by(Task.id)] == [
        ("province", "policy", "dispatched"),
        ("province", "live", "dispatched"),
        ("school", "job", "dispatched"),
        ("college", "event", "draft"),
    ]
    assert at_counselors("policy") == {"王建国": "completed", "何文静": "viewed", "马志强": "unread"}
    assert at_counselors("live") == {"马志强": "unread"}
    assert at_counselors("job") == {"马志强": "forwarded"}
    ministry = Staff.get(Staff.level == "ministry")
    assert [one.asker for one in help_desk.waiting(ctx, seat_of_staff(ministry)).rows] == [""]


def test_the_check_in_opens_soon(ctx: Context) -> None:
    seed_demo(ctx)
    [window] = windows_of(Task.get(Task.kind == "live"))
    assert ctx.clock() < window.opens_at <= ctx.clock() + timedelta(minutes=5)


def test_a_file_was_looked_through_and_nothing_stored(ctx: Context) -> None:
    seed_demo(ctx)
    before = OrgUnit.select().count()
    assert runner.work(ctx) == 1
    [job] = Job.select()
    assert (job.staff.level, job.status) == ("school", "checked")
    assert (job.good, job.added, job.same, job.bad) == (2, 1, 1, 1)
    assert OrgUnit.select().count() == before


def test_it_is_put_in_once(ctx: Context) -> None:
    seed_demo(ctx)
    before = counts()
    assert min(before) > 0
    seed_demo(ctx)
    assert counts() == before
    work(ctx)  # nothing was left to the worker but to count
    assert reminders.sweep(ctx) == 0
    assert counts() == before


def test_a_demo_from_before_there_were_tasks_gets_them(ctx: Context) -> None:
    seed_demo(ctx)
    for table in TABLES[-1::-1]:
        table.delete().execute()
    seed_demo(ctx)
    assert Task.select().count() == 4


def test_one_where_a_task_was_written_gets_none(ctx: Context) -> None:
    seed_demo(ctx)
    for table in TABLES[1:]:
        table.delete().execute()
    Task.delete().where(Task.status != "draft").execute()
    seed_demo(ctx)
    assert [row.status for row in Task.select()] == ["draft"]


def test_an_installation_with_people_of_its_own_gets_none(ctx: Context, cast: Cast) -> None:
    seed_demo(ctx)
    assert OrgUnit.select().count() == len(cast.units)
    assert (Task.select().count(), HelpQuestion.select().count(), Job.select().count()) == (0, 0, 0)
