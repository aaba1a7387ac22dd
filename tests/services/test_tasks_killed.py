"""A worker that is killed in the middle of handing a task out: whoever comes next goes on where it stood, and
everybody has the task once and is owed one message."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from models.account import Account
from models.bulk import insert_rows
from models.journal import Journal
from models.message import Message
from models.org import OrgUnit, Staff
from models.task import Assignment, Task, TaskTally, TaskWave
from models.wechat_user import Binding
from services.context import Context
from services.seats import Seat
from services.tasks import compose, tally
from services.tasks.waves import STRETCH
from tests.cast import Cast
from tests.conftest import SECRET
from tests.fakes import FixedClock
from tests.services.tasks import notice

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 8 * STRETCH
PATIENCE = 90


def people(ctx: Context, college: OrgUnit) -> None:
    """So many more counselors of a college; two in three are bound."""
    at = Account.created_at.db_value(ctx.clock())
    record = ("code", "version", "created_at", "updated_at")
    first = 1 + max(row.id for model in (Account, Staff) for row in model.select(model.id))
    numbers = range(first, first + PEOPLE)
    names = ("directory", "subject", "name", "password_hash", "must_change_password", "totp_last_step")
    accounts = [(n, f"a{n}", 0, at, at, "builtin", f"p{n}", "王建国", "", 0, 0) for n in numbers]
    insert_rows(Account, ("id", *record, *names), accounts)
    capacities = [(n, f"s{n}", 0, at, at, n, "counselor", college.id, "") for n in numbers]
    insert_rows(Staff, ("id", *record, "account_id", "level", "unit_id", "office"), capacities)
    app_id = ctx.settings.wechat_app_id
    bound = [(f"b{n}", 0, at, at, app_id, n, f"o{n:027}", "bound") for n in numbers if n % 3]
    insert_rows(Binding, (*record, "app_id", "account_id", "openid", "status"), bound)


def start(url: str, settings: Settings, ahead: int) -> "subprocess.Popen[bytes]":
    arguments = [url, SECRET, str(settings.data_dir), str(ahead)]
    return subprocess.Popen([sys.executable, "-m", "tests.services.wave_process", *arguments], cwd=ROOT)


def kill_when(worker: "subprocess.Popen[bytes]", reached: Callable[[TaskWave], bool]) -> TaskWave:
    """Kills the worker as soon as the wave is as wished; answers the wave as it then stands."""
    give_up_at = time.monotonic() + PATIENCE
    while not reached(TaskWave.get()):
        assert worker.poll() is None, "the worker ended first"
        assert time.monotonic() < give_up_at
        time.sleep(0.002)
    worker.kill()
    worker.wait(PATIENCE)
    return TaskWave.get()


@pytest.mark.slow
def test_two_deaths_leave_one_assignment_and_one_message_each(
    ctx: Context,
    cast: Cast,
    sit: Callable[[str], Seat],
    clock: FixedClock,
    database_url: str,
    settings: Settings,
) -> None:
    people(ctx, cast.units["other_college"])
    clock.now = datetime.now(UTC)
    task = compose.dispatch(ctx, sit("school"), compose.save(ctx, sit("school"), notice()).code)

    first = kill_when(start(database_url, settings, 0), lambda wave: wave.count >= 2 * STRETCH)
    second = kill_when(
        start(database_url, settings, 120), lambda wave: wave.count >= first.count + 2 * STRETCH
    )
    assert (second.finished_at, second.count < PEOPLE) == (None, True)
    assert Assignment.select().count() == second.count  # a stretch is there as a whole or not at all
    assert start(database_url, settings, 240).wait(PATIENCE) == 0

    wave = TaskWave.get()
    staff = [row.staff_id for row in Assignment.select(Assignment.staff)]
    assert (wave.finished_at is None, wave.count) == (False, PEOPLE + 2)
    assert sorted(staff) == sorted(row.id for row in Staff.select(Staff.id).where(Staff.level == "counselor"))
    bound = {row.openid for row in Binding.select(Binding.openid)}
    messages = list(
        Message.select(Message.openid, Message.assignment_id).where(Message.channel == "template")
    )
    assert sorted(row.openid for row in messages) == sorted(bound)
    told = {row.assignment_id for row in messages}
    waiting = {row.id for row in Assignment.select(Assignment.id).where(Assignment.reach == "waiting")}
    assert told == waiting
    assert Task.get_by_id(task.id).status == "dispatched"
    assert [row.verb for row in Journal.select().where(Journal.kind == "task").order_by(Journal.id)] == [
        "create",
        "dispatch",
        "finish",
    ]
    tally.sweep(ctx)
    assert sum(row.assigned for row in TaskTally.select().where(TaskTally.level == "unit")) == PEOPLE + 2
