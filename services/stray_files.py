"""Files in the vault that nobody names: their row never came, because somebody or something died in between.

Whoever takes a file in says first whose it is going to be. A day later its row is there or will never be; files that
nobody announced are left alone.
"""

from datetime import timedelta

import structlog

from models.agreement_papers import AgreementFile, ChainHeads, SealedPaper
from models.base import Base
from models.employer import Employer
from models.job import Job
from models.resume import Resume
from models.signing_rules import SchoolSigning
from models.task import TaskFile
from models.wishes import Application
from services.context import Context
from services.jobs.steps import vault

log = structlog.get_logger()

WAIT = timedelta(days=1)
OWNERS: dict[str, tuple[type[Base], str]] = {
    "agreement": (AgreementFile, "file"),
    "application": (Application, "resume"),
    "chain_heads": (ChainHeads, "file"),
    "employer": (Employer, "licence"),
    "employer_new": (Employer, "new_licence"),
    "job": (Job, "file"),
    "job_result": (Job, "result"),
    "resume_pdf": (Resume, "pdf"),
    "resume_photo": (Resume, "photo"),
    "school_stamp": (SchoolSigning, "stamp"),
    "sealed_paper": (SealedPaper, "file"),
    "task_file": (TaskFile, "file"),
}


def tidy(ctx: Context) -> int:
    """Removes what nobody came to name; returns how many files."""
    shelf, before, removed = vault(ctx), (ctx.clock() - WAIT).timestamp(), 0
    for owner, (table, column) in OWNERS.items():
        for name in shelf.unclaimed(owner, before):
            is_named = table.select().where(getattr(table, column) == name).exists()
            shelf.settle(owner, name, is_named=is_named)
            removed += not is_named
    if removed:
        log.info("stray_files_removed", files=removed)
    return removed
