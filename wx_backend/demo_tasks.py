"""What goes on in the demo: tasks at counselors, a draft, a question for the help desk, a file to be looked through."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from domain.desk_hours import CHINA
from models.db import transaction
from models.org import Staff
from models.task import Assignment, Task
from services.context import Context
from services.happenings import EFFECTS, Happening
from services.jobs import desk as jobs
from services.jobs.desk import Wanted
from services.sessions import close_session, open_session, visitor_of
from services.tasks import compose, desk, waves
from services.tasks.drafts import Draft
from wx_backend.demo_roster import demo_staff, seat_of_staff

_WORDS = ("title", "kind", "body", "campaign", "link", "link_title")
_TIMES = ("due", "starts", "ends")
_STEPS = {"view": desk.open, "forward": desk.forwarded, "complete": desk.complete}


@transaction
def bring_tasks(ctx: Context, people: dict[str, Any]) -> None:
    """Writes the tasks of ``people`` and hands them out, unless there are tasks or somebody of the demo is missing."""
    staff = demo_staff(people["staff"])
    if len(staff) < len(people["staff"]) or Task.select().exists():
        return
    dispatched = []
    for row in people["task"]:
        seat = seat_of_staff(staff[row["staff"]])
        task = compose.save(ctx, seat, _draft(ctx, row, staff))
        if not row.get("draft"):
            dispatched.append((row, compose.dispatch(ctx, seat, task.code)))
    waves.work(ctx)
    for row, task in dispatched:
        for name, verbs in row.get("steps", {}).items():
            _work_on(ctx, staff[name], task, verbs)
    for row in people["question"]:
        _ask(ctx, row["text"], row["hours_ago"])
    for row in people["import"]:
        file = [row["lines"].encode()]
        jobs.start_import(
            ctx, seat_of_staff(staff[row["staff"]]), Wanted(row["kind"], row["file"], file, is_dry_run=True)
        )


def _draft(ctx: Context, row: dict[str, Any], staff: dict[str, Staff]) -> Draft:
    now = ctx.clock()
    values: dict[str, Any] = {name: row[name] for name in _WORDS if name in row}
    values |= {name: _later(now, **row[name]) for name in _TIMES if name in row}
    colleges = [staff[name].unit.code for name in row.get("colleges_of", ())]
    return Draft(**values, audience={"educations": row.get("educations", ()), "colleges": colleges})


def _later(now: datetime, **span: int) -> str:
    """A moment from now on, as the form carries it."""
    return f"{(now + timedelta(**span)).astimezone(CHINA):%Y-%m-%dT%H:%M}"


def _work_on(ctx: Context, counselor: Staff, task: Task, verbs: list[str]) -> None:
    """A counselor comes in, does with a task what ``verbs`` say, and leaves."""
    row = Assignment.get((Assignment.task == task.id) & (Assignment.staff == counselor.id))
    token = open_session(ctx, counselor.account, "desktop")
    visitor = visitor_of(ctx, token)
    if visitor is None:
        raise AssertionError("a session that was opened a moment ago is there")
    for verb in verbs:
        _STEPS[verb](ctx, visitor, row.code)
    close_session(ctx, token)


def _ask(ctx: Context, text: str, hours_ago: int) -> None:
    """Somebody who is bound to no account writes to the official account."""
    mark = sha256(text.encode()).hexdigest()
    asked = int((ctx.clock() - timedelta(hours=hours_ago)).timestamp())
    EFFECTS["ask"](ctx, Happening(mark[:32], "text", f"oDemo{mark[:23]}", asked, "", 0, text))
