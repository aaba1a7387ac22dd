"""An import on its way: check every line, then store what passed. Each batch is one transaction that also says how
far it has come, so whoever takes the job over goes on exactly there."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from config.imports import ImportKind, import_kinds, import_words
from documents import sheets, workbook
from documents.sheets import BadSheet, Batch, Source
from documents.workbook import Sheet
from domain import personal
from domain.refusals import Refusal, TooMany, said
from models.db import transaction
from models.job import Job, JobTrouble
from services.context import Context
from services.jobs import staging
from services.jobs.forms import Found, Importer, Staged, Tally
from services.jobs.steps import advance, move, settle, vault

MOST_TROUBLES = 20_000  # bad cells that are kept for the report
_SLICE = 50  # rows of a transaction each, after which the job is noted and its lease goes on
_BREATH = 0.5  # seconds, while the machine is busy hashing for people who log in
_LATE = "refused_late"  # in a job's params: rows that were refused when they were to be stored
_MARKS = "*＊ "


def run(ctx: Context, job: Job, importer: Importer) -> None:
    """Works on the job until it is done, somebody has to decide, or the process is to stop. Raises Refusal, Lost."""
    if job.status == "queued":
        move(ctx, job, "start")
    if job.status == "checking" and _check(ctx, job, importer):
        _decide(ctx, job)
    if job.status == "applying" and _apply(ctx, job, importer):
        _finish(ctx, job)


def headings(kind: ImportKind, cells: list[str]) -> tuple[list[str], list[Found]]:
    """The importer's names of the columns in the file's order, and what is wrong with the headings."""
    by_title = {column.title: column.name for column in kind.columns}
    order: list[str] = []
    found: list[Found] = []
    for cell in cells:
        title = personal.clean(cell).strip(_MARKS)
        name = by_title.get(title, "")
        if title and not name:
            found.append(Found(1, title[:40], cell, "heading_unknown"))
        elif name and name in order:
            found.append(Found(1, name, cell, "heading_twice"))
        order.append(name)
    found += [Found(1, name, "", "heading_missing") for name in by_title.values() if name not in order]
    return order, found


def _check(ctx: Context, job: Job, importer: Importer) -> bool:
    """True when every line was checked, False when the process is to stop first."""
    kind = import_kinds()[job.kind]
    for number in range(staging.number_of(job.at_line + 1)):
        importer.recall(staging.batch(ctx, job, number) or [])
    source = Source.stored(vault(ctx), job.file)
    frames = sheets.batches(source, sheet=import_words().sheet, first=job.at_line + 1)
    with closing(frames):
        for batch in frames:
            _check_batch(ctx, job, kind, importer, batch)
            if ctx.stopping.is_set():
                return False
    if job.good + job.bad == 0:
        raise BadSheet("sheet_empty")
    return True


def _check_batch(ctx: Context, job: Job, kind: ImportKind, importer: Importer, batch: Batch) -> None:
    lines = batch.lines
    params: dict[str, Any] = job.params or {}
    order: list[str] = params.get("columns", [])
    if batch.first == 1:
        order, wrong = headings(kind, lines[0])
        if wrong:
            _refuse(ctx, job, "sheet_headings", wrong)
    flawed = {line for line, _column, _text, _reason in batch.flaws}
    rows = [
        (number, dict(zip(order, cells, strict=False)))
        for number, cells in enumerate(lines, start=batch.first)
        if number > 1 and cells and number not in flawed
    ]
    checked = importer.check(rows)
    found = checked.found + [
        Found(line, order[column - 1] if column <= len(order) else "", text, reason)
        for line, column, text, reason in batch.flaws
    ]
    staging.keep(ctx, job, staging.number_of(batch.first), checked.staged)
    counts = {
        "at_line": batch.first + len(lines) - 1,
        "total": max(batch.about - 1, job.total),
        "good": job.good + len(checked.staged),
        "bad": job.bad + len({trouble.line for trouble in found}),
        "params": {**params, "columns": order},
    }
    if job.is_dry_run:
        forecast = importer.forecast(checked.staged)
        counts |= _added(job, forecast)
    settle(job, _keep(ctx, job, found, counts))


@transaction
def _keep(ctx: Context, job: Job, found: list[Found], counts: dict[str, Any]) -> dict[str, Any]:
    if found and job.bad <= MOST_TROUBLES:
        JobTrouble.insert_once(
            [
                {
                    "job": job.id,
                    "line": trouble.line,
                    "column": trouble.column[:40],
                    "value": trouble.value[:200],
                    "reason": trouble.reason,
                }
                for trouble in found[:MOST_TROUBLES]
            ]
        )
    return advance(ctx, job, **counts)


def _refuse(ctx: Context, job: Job, code: str, found: list[Found]) -> None:
    settle(job, _keep(ctx, job, found, {}))
    raise BadSheet(code)


def _decide(ctx: Context, job: Job) -> None:
    """What follows the check: storing, a person's word, or the end."""
    columns: dict[str, Any] = {"total": job.good + job.bad}
    if job.bad:
        columns["result"] = _write_report(ctx, job)
    if job.is_dry_run:
        move(ctx, job, "report", **columns)
    elif job.bad and job.all_or_nothing:
        move(ctx, job, "fail", problem="import_has_bad_rows", **columns)
        staging.clear(ctx, job)
    else:
        move(ctx, job, "find_good", at_line=0, **columns)


def _apply(ctx: Context, job: Job, importer: Importer) -> bool:
    """True when everything was stored, False when the process is to stop first or the job was called off."""
    if job.all_or_nothing and job.at_line == 0 and not _still_good(ctx, job, importer):
        return False
    with closing(_batches_ahead(ctx, job, importer)) as batches:
        for number, rows in batches:
            end = (number + 1) * staging.BATCH
            while job.at_line < end:
                if importer.is_atomic:
                    settle(job, _apply_whole(ctx, job, importer, rows, end))
                else:
                    _apply_slice(ctx, job, importer, [row for row in rows if row[0] > job.at_line], end)
                if ctx.stopping.is_set():
                    return False
    return True


def _batches_ahead(ctx: Context, job: Job, importer: Importer) -> Generator[tuple[int, Staged], None, None]:
    """The batches not stored yet, prepared, each read while the one before it is stored: the database works outside
    the interpreter's lock."""

    def ready(number: int) -> Staged | None:
        rows = staging.batch(ctx, job, number)
        return rows if rows is None else importer.prepare(rows)

    with ThreadPoolExecutor(1, thread_name_prefix="import-ahead") as ahead:
        number = staging.number_of(job.at_line + 1)
        rows = ready(number)
        while rows is not None:
            following = ahead.submit(ready, number + 1)
            yield number, rows
            number, rows = number + 1, following.result()


def _still_good(ctx: Context, job: Job, importer: Importer) -> bool:
    """Whether every row may still be stored, looked at once more before the first one is; if not, the job fails.

    False also when the process is to stop: whoever goes on looks at all of them again.
    """
    found: list[Found] = []
    number = lines = 0
    while not job.bad and (rows := staging.batch(ctx, job, number)) is not None:
        bad = importer.judge(rows)
        lines += len({trouble.line for trouble in bad})
        found += bad[: MOST_TROUBLES - len(found)]
        number += 1
        settle(job, _keep(ctx, job, [], {}))
        if ctx.stopping.is_set():
            return False
    if lines:
        settle(job, _keep(ctx, job, found, {"good": job.good - lines, "bad": lines}))
    if job.bad:
        move(ctx, job, "fail", problem="import_has_bad_rows", result=_write_report(ctx, job))
        staging.clear(ctx, job)
    return not job.bad


@transaction
def _apply_whole(ctx: Context, job: Job, importer: Importer, rows: Staged, end: int) -> dict[str, Any]:
    return _note(ctx, job, importer.apply(rows), end)


def _apply_slice(ctx: Context, job: Job, importer: Importer, rows: Staged, end: int) -> None:
    """Stores the next rows of a batch that ends at line ``end``, fewer while the machine is busy."""
    tally, at_line, is_busy = Tally(), job.at_line, False
    for row in rows[:_SLICE]:
        try:
            tally.count(importer.apply([row]))
        except TooMany:
            is_busy = True
            break
        except Refusal as refusal:
            tally.refused.append(Found(row[0], next(iter(refusal.fields), ""), "", refusal.code))
        at_line = row[0]
    if not is_busy and len(rows) <= _SLICE:
        at_line = end
    settle(job, _note(ctx, job, tally, at_line))
    if is_busy:
        ctx.stopping.wait(_BREATH)


@transaction
def _note(ctx: Context, job: Job, tally: Tally, at_line: int) -> dict[str, Any]:
    counts: dict[str, Any] = {"at_line": at_line, **_added(job, tally)}
    if tally.refused:
        late = len({trouble.line for trouble in tally.refused})
        params: dict[str, Any] = job.params or {}
        counts |= {"good": job.good - late, "bad": job.bad + late}
        counts["params"] = {**params, _LATE: params.get(_LATE, 0) + late}
    return _keep(ctx, job, tally.refused, counts)


def _finish(ctx: Context, job: Job) -> None:
    """Ends the job, with a new report when rows were refused since the first one was written."""
    former = job.result
    columns: dict[str, Any] = {}
    if job.params and job.params.get(_LATE):
        columns["result"] = _write_report(ctx, job)
    move(ctx, job, "finish", **columns)
    staging.clear(ctx, job)
    if former and columns:
        vault(ctx).delete(former)


def _added(job: Job, tally: Tally) -> dict[str, int]:
    return {
        "added": job.added + tally.added,
        "changed": job.changed + tally.changed,
        "same": job.same + tally.same,
    }


def _write_report(ctx: Context, job: Job) -> str:
    """The bad cells as a workbook in the vault; answers its name."""
    words = import_words()
    with vault(ctx).create(owner="job_result") as (name, stream):
        workbook.write(stream, Sheet(words.report_sheet, words.report_headings, report_rows(job), 24))
    return name


def report_rows(job: Job, most: int | None = None) -> Iterator[list[str]]:
    """Line, column, value and reason of every bad cell that was kept, by line; or of the first ones."""
    titles = import_kinds()[job.kind].titles
    query = JobTrouble.select().where(JobTrouble.job == job.id).order_by(JobTrouble.line, JobTrouble.id)
    if most is not None:
        query = query.limit(most)
    for trouble in query.iterator():
        column = titles.get(trouble.column, trouble.column)
        yield [str(trouble.line), column, trouble.value or "", said(trouble.reason)]
