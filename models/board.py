"""Counts of what went out and what came in, for the people who watch over it."""

from datetime import datetime
from typing import Any

from peewee import fn

from models.base import Base
from models.callback import CallbackEvent, CallbackLog
from models.job import Job
from models.message import Message
from models.task import TaskWave

_JOBS_WAITING = ("queued", "checking", "applying")
_WAITING = ("queued", "sending")
_HOUR = 13  # characters of a moment in the database up to its hour


def messages_waiting() -> list[tuple[str, str, int, int, datetime]]:
    """(template, status, how many, most tries, oldest due) of the messages not yet sent."""
    query = (
        Message.select(
            Message.template,
            Message.status,
            fn.COUNT(Message.id),
            fn.MAX(Message.tries),
            fn.MIN(Message.due_at).python_value(Message.due_at.python_value),
        )
        .where(Message.status.in_(_WAITING))
        .group_by(Message.template, Message.status)
        .order_by(Message.template, Message.status)
    )
    return list(query.tuples())


def messages_by_priority() -> dict[int, int]:
    """Priority → how many template messages wait."""
    waiting = (Message.channel == "template") & (Message.status == "queued")
    query = Message.select(Message.priority, fn.COUNT(Message.id)).where(waiting).group_by(Message.priority)
    return dict(query.tuples())


def messages_settled(since: datetime) -> list[tuple[str, str, int, int]]:
    """(template, status, errcode, how many) of the messages settled since a moment."""
    query = (
        Message.select(Message.template, Message.status, Message.errcode, fn.COUNT(Message.id))
        .where(Message.settled_at >= since)
        .group_by(Message.template, Message.status, Message.errcode)
        .order_by(Message.template, Message.status, Message.errcode)
    )
    return list(query.tuples())


def messages_by_hour(since: datetime) -> list[tuple[str, str, int]]:
    """(hour in UTC as ``2026-11-20 07``, status, how many) of the messages settled since a moment."""
    hour = fn.SUBSTR(Message.settled_at, 1, _HOUR).python_value(str)
    query = Message.select(hour, Message.status, fn.COUNT(Message.id)).where(Message.settled_at >= since)
    return list(query.group_by(hour, Message.status).tuples())


def callbacks_by_kind(since: datetime) -> dict[str, int]:
    """Kind → how many callbacks have been written to the database since a moment."""
    counts: dict[str, int] = {}
    for table, moment in ((CallbackLog, CallbackLog.happened_at), (CallbackEvent, CallbackEvent.created_at)):
        for kind, number in _counted(table, table.kind, moment, since):
            counts[kind] = counts.get(kind, 0) + number
    return counts


def callbacks_by_hour(since: datetime) -> dict[str, int]:
    """Hour in UTC → how many callbacks."""
    counts: dict[str, int] = {}
    for table, moment in ((CallbackLog, CallbackLog.happened_at), (CallbackEvent, CallbackEvent.created_at)):
        hour = fn.SUBSTR(moment, 1, _HOUR).python_value(str)
        for name, number in _counted(table, hour, moment, since):
            counts[name] = counts.get(name, 0) + number
    return counts


def waves_waiting(now: datetime) -> tuple[int, datetime | None]:
    """How many passes over the counselors of a task are due and unfinished, and since when the oldest is."""
    due = TaskWave.finished_at.is_null() & TaskWave.failed_at.is_null() & (TaskWave.due_at <= now)
    oldest = fn.MIN(TaskWave.due_at).python_value(TaskWave.due_at.python_value)
    number, since = TaskWave.select(fn.COUNT(TaskWave.id), oldest).where(due).tuples().get()
    return number, since


def waves_failed() -> int:
    """How many passes over the counselors of tasks were given up and wait for a person."""
    given_up = TaskWave.finished_at.is_null() & TaskWave.failed_at.is_null(False)
    return int(TaskWave.select().where(given_up).count())


def jobs_waiting() -> tuple[int, datetime | None]:
    """How many imports and exports wait or are worked on, and since when the oldest does."""
    oldest = fn.MIN(Job.created_at).python_value(Job.created_at.python_value)
    waiting = Job.status.in_(_JOBS_WAITING)
    number, since = Job.select(fn.COUNT(Job.id), oldest).where(waiting).tuples().get()
    return number, since


def _counted(table: type[Base], what: Any, moment: Any, since: datetime) -> list[tuple[str, int]]:
    query = table.select(what, fn.COUNT(table.id)).where(moment >= since).group_by(what)
    return list(query.tuples())
