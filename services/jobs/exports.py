"""Exports: lists written into the vault as workbooks by the worker, fetched by whoever asked for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from documents import workbook
from documents.workbook import Sheet
from domain.refusals import NotFound
from models.db import transaction
from models.job import Job
from services import people_export, roster_export, uncovered
from services.agreements import export as agreement_export
from services.context import Context
from services.jobs.forms import Export
from services.jobs.steps import advance, move, settle, vault
from services.resumes import export as resume_export
from services.tasks import export as task_export

# Kind → what makes the list, in the range of whoever asked.
EXPORTS: dict[str, Callable[[Context, Job], Export]] = {
    roster_export.KIND: roster_export.graduates,
    people_export.KIND: people_export.staff,
    resume_export.KIND: resume_export.resumes,
    uncovered.KIND: uncovered.export,
    agreement_export.KIND: agreement_export.agreements,
    task_export.KIND: task_export.task_progress,
}

_EVERY = 1_000  # rows between two signs of life


def run(ctx: Context, job: Job) -> None:
    """Writes the list; one that is interrupted starts anew, for nothing of it has been seen. Raises Lost."""
    make = EXPORTS.get(job.kind)
    if make is None:
        raise NotFound()
    if job.status == "queued":
        move(ctx, job, "start")
    if job.status == "checking":
        move(ctx, job, "find_good")
    export = make(ctx, job)
    try:
        with vault(ctx).create(owner="job_result") as (name, stream):
            rows = _watched(ctx, job, export.rows)
            written = workbook.write(stream, Sheet(export.sheet, export.headings, rows))
    except InterruptedError:
        return
    move(ctx, job, "finish", result=name, file_name=export.file_name[:120], total=written, good=written)


def _watched(ctx: Context, job: Job, rows: Any) -> Iterator[Sequence[str]]:
    """The rows as they come; says now and then that somebody is at it. Raises InterruptedError, Lost."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _EVERY == 0:
            settle(job, _note(ctx, job, {"at_line": number}))
            if ctx.stopping.is_set():
                raise InterruptedError


@transaction
def _note(ctx: Context, job: Job, columns: Mapping[str, Any]) -> dict[str, Any]:
    return advance(ctx, job, **columns)
