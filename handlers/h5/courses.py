"""直播课签到 and the calendar of live courses."""

from datetime import date, timedelta

from flask import request
from flask.typing import ResponseReturnValue

from domain.desk_hours import CHINA
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5 import task_pages
from handlers.task_words import day_words, span_words
from models.task import Assignment
from services import workbench
from services.tasks import desk

door = Door("courses")


@door.on("/h5/check-in", Guard.COUNSELOR)
def check_in_page() -> ResponseReturnValue:
    """The courses whose check-in is open now, and those to come."""
    ctx = visit.ctx()
    now = ctx.clock()
    rows = [
        (row, _times(row), task_pages.check_ins(row, now))
        for row in workbench.courses_at_hand(ctx, visit.me())
    ]
    rows.sort(key=lambda one: not any(check_in.state == "open" for check_in in one[2]))
    return Form().show("h5/check-in.html", rows=rows)


@door.on("/h5/calendar", Guard.COUNSELOR)
def calendar() -> ResponseReturnValue:
    """The live courses of one month."""
    ctx = visit.ctx()
    now = ctx.clock()
    month = request.args.get("month", "")
    rows = desk.calendar(ctx, visit.me(), month)
    today = now.astimezone(CHINA).date()
    first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    days: dict[date, list[tuple[Assignment, str, tuple[str, str]]]] = {}
    for row in rows:
        begins = row.task.starts_at.astimezone(CHINA).date()
        days.setdefault(begins, []).append((row, _times(row), task_pages.state_words(row, now)))
    return Form().show(
        "h5/calendar.html",
        first=first,
        weeks=_weeks(first),
        today=today,
        days=days,
        day_words={day: day_words(found[0][0].task.starts_at) for day, found in days.items()},
        before=f"{first - timedelta(days=1):%Y-%m}",
        following=f"{first + timedelta(days=31):%Y-%m}",
    )


def _times(row: Assignment) -> str:
    return span_words(row.task.starts_at, row.task.ends_at, visit.ctx().clock())


def _weeks(first: date) -> list[list[date]]:
    """The weeks that a month touches, from Monday to Sunday."""
    day = first - timedelta(days=first.weekday())
    weeks = []
    while day < first or day.month == first.month:
        weeks.append([day + timedelta(days=n) for n in range(7)])
        day += timedelta(days=7)
    return weeks
