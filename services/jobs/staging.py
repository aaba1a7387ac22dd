"""Rows that passed the check, sealed in the vault a batch at a time until they are applied.

A batch stands for a fixed range of lines, so a check that goes on after a break writes the same batch again.
"""

import json
from typing import Any

from models.job import Job
from services.context import Context
from services.jobs.steps import vault

BATCH = 2_000  # lines

Staged = list[list[Any]]


def number_of(line: int) -> int:
    """The batch that a line (from 1) lies in."""
    return (line - 1) // BATCH


def keep(ctx: Context, job: Job, number: int, rows: Staged) -> None:
    """Stores a batch, in place of one with its number."""
    with vault(ctx).create(_name(job, number)) as (_, stream):
        stream.write(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


def batch(ctx: Context, job: Job, number: int) -> Staged | None:
    """A batch as it was stored; None behind the last one."""
    shelf = vault(ctx)
    if not shelf.path(_name(job, number)).exists():
        return None
    rows: Staged = json.loads(b"".join(shelf.pieces(_name(job, number))))
    return rows


def clear(ctx: Context, job: Job) -> None:
    """Removes every batch of a job and the file it came from; an export came from none."""
    if not job.file:
        return
    shelf = vault(ctx)
    count = 0
    while shelf.path(_name(job, count)).exists():
        count += 1
    # The first one last: whoever is interrupted here still finds the rest next time.
    for number in reversed(range(count)):
        shelf.delete(_name(job, number))
    shelf.delete(job.file)


def _name(job: Job, number: int) -> str:
    return f"{job.file}.{number}"
