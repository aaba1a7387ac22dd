"""``import graduates`` and ``import apply``: a roster from the command line, with a bar that shows how far it is."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from domain.refusals import said
from models import db
from models.job import Job
from models.org import OrgUnit
from services.context import Context
from services.jobs import desk, imports, runner
from services.jobs.desk import Wanted

_PIECE = 256 * 1024
_SHOWN = 20  # bad cells on the screen
_POLL = 0.2  # seconds


class BadImport(Exception):
    """An import that did not come to be; ``problems`` say why."""

    def __init__(self, sentence: str, problems: list[str]) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Choices:
    """How a roster is taken in."""

    school: str
    all_or_nothing: bool
    is_dry_run: bool


def import_graduates(ctx: Context, file: Path, choices: Choices) -> str:
    """Takes the file in, works on it, and answers what came of it. Raises BadImport.

    Interrupted, it leaves the job to the worker, or to whoever gives the same command again.
    """
    with db.connected():
        job = desk.start_import_alone(
            ctx,
            _school(choices.school),
            Wanted("import.graduates", file.name, _pieces(file), choices.is_dry_run, choices.all_or_nothing),
        )
    return _worked_on(ctx, job)


def apply_dry_run(ctx: Context, code: str) -> str:
    """Stores what a dry run found good, and answers what came of it.

    Raises BadImport, NotFound for a code that no dry run of the command line has, Conflict when nothing may be stored.
    """
    with db.connected():
        job = desk.apply_alone(ctx, code)
    return _worked_on(ctx, job)


def _worked_on(ctx: Context, job: Job) -> str:
    hand = threading.Thread(target=runner.work_on, args=(ctx, job.code))
    hand.start()
    try:
        job = _watched(job)
    finally:
        ctx.stopping.set()
        hand.join()
    with db.connected():
        return _told(job)


def _watched(job: Job) -> Job:
    """The job at its end, shown on its way; also when a worker took it first."""
    with click.progressbar(length=100, label=job.file_name) as bar:
        while True:
            with db.connected():
                job = Job.get_by_id(job.id)
            bar.update(desk.percent(job) - bar.pos)
            if job.status not in runner.ALIVE:
                return job
            time.sleep(_POLL)


def _told(job: Job) -> str:
    problems = [" · ".join(row) for row in imports.report_rows(job, _SHOWN)]
    if job.status == "failed":
        raise BadImport(said(job.problem), problems)
    verb = "would be " if job.status == "checked" else ""
    sums = f"{job.good} good rows ({verb}added {job.added}, {verb}changed {job.changed}, same {job.same})"
    told = "\n  ".join([f"{sums}, {job.bad} bad rows", *problems])
    if desk.may_apply(job):
        told += f"\nto store these rows: python -m wx_backend import apply {job.code}"
    return told


def _school(name: str) -> OrgUnit:
    found = list(OrgUnit.select().where((OrgUnit.level == "school") & (OrgUnit.name == name)).limit(2))
    if len(found) != 1:
        raise BadImport(f"There is no one school called {name}.", [])
    return found[0]


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
