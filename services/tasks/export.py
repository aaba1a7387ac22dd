"""The progress of a task taken out as a table: every counselor in the range of whoever asks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from config.tasks import task_words
from domain.desk_hours import CHINA
from models.job import Job
from models.org import OrgUnit
from models.task import Assignment, Task
from services.context import Context
from services.jobs.asked import asker
from services.jobs.forms import Export
from services.tasks import progress, visible

KIND = "export.task_progress"
_MARKS = ("viewed_at", "forwarded_at", "completed_at", "checked_in_at", "checked_out_at", "finished_at")


def task_progress(ctx: Context, job: Job) -> Export:
    """What the job asks for: ``params`` has the codes of a task and of a unit, empty for the widest.

    In the range that its staff have now; raises NotAllowed for somebody who has left, NotFound.
    """
    words, seat = task_words(), asker(job)
    params: dict[str, Any] = job.params or {}
    task = visible.seen(seat, str(params.get("task", "")))
    unit = visible.place_of(seat, task, str(params.get("unit", "")))
    day = ctx.clock().astimezone(CHINA).strftime("%Y%m%d")
    return Export(words["sheet"], words["headings"], _rows(task, unit), f"{words['sheet']}-{day}.xlsx")


def _rows(task: Task, unit: OrgUnit) -> Iterator[list[str]]:
    names: dict[int, str] = {}
    for batch in progress.every(task, unit):
        _learn(names, batch)
        for row in batch:
            yield _row(row, names)


def _learn(names: dict[int, str], batch: list[Assignment]) -> None:
    """Names of the units above those of a batch."""
    ids = {int(part) for row in batch for part in row.unit.path.strip("/").split("/")} - names.keys()
    if ids:
        names.update(OrgUnit.select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(ids)).tuples())


def _row(row: Assignment, names: dict[int, str]) -> list[str]:
    words = task_words()
    places = [names[int(part)] for part in row.unit.path.strip("/").split("/")][1:]
    return [
        *(places + [""] * 3)[:3],
        row.staff.account.name,
        words["reach"][row.reach],
        words["status"]["away" if row.left_at else row.status],
        *(_moment(getattr(row, mark)) for mark in _MARKS),
        str(row.opens),
    ]


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if moment else ""
