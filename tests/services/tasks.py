"""Tasks for tests: drafts with everything in order, and the worker's turn."""

from datetime import timedelta

from domain.desk_hours import CHINA
from models.task import Assignment, Task
from services.context import Context
from services.seats import Seat
from services.tasks import compose, reminders, tally, waves
from services.tasks.drafts import Draft
from tests.cast import Persona
from tests.fakes import FixedClock

PDF = b"%PDF-1.7\n" + b"x" * 2000  # as far as anybody looks
TITLE = "秋季校园招聘月：请通知毕业生"


def later(clock: FixedClock, **span: float) -> str:
    """A moment from now on, as a form carries it."""
    return f"{(clock.now + timedelta(**span)).astimezone(CHINA):%Y-%m-%dT%H:%M}"


def notice(**changes: object) -> Draft:
    """A notice to everybody, without a deadline."""
    return Draft(**{"title": TITLE, "kind": "notice", "body": "<p>请转发</p>"} | changes)


def course(clock: FixedClock, **changes: object) -> Draft:
    """A live course tomorrow at this time, an hour long, with check-ins around its beginning."""
    times = {"starts": later(clock, hours=24), "ends": later(clock, hours=25)}
    return Draft(**{"title": "直播课：求职材料怎么写", "kind": "live"} | times | changes)


def work(ctx: Context) -> None:
    """The worker's turn: what is due begins, waves run, counts are made anew."""
    reminders.sweep(ctx)
    waves.preview(ctx)
    waves.work(ctx)
    tally.sweep(ctx)


def sent(ctx: Context, seat: Seat, draft: Draft) -> Task:
    """A task that has been handed out."""
    task = compose.dispatch(ctx, seat, compose.save(ctx, seat, draft).code)
    work(ctx)
    return Task.get_by_id(task.id)


def at(task: Task, persona: Persona) -> Assignment:
    """A task at a counselor of the cast, read afresh."""
    return Assignment.get((Assignment.task == task.id) & (Assignment.staff == persona.staff.id))
