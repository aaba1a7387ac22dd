"""How long people's files stay: shredded, their key with them, while kinds and digests keep the chain checkable.

个人信息保护法 第十九条: no longer than it takes. What a unit never sent goes after days, what came to nothing after a
month, papers of identity and handwriting of agreements that held a year after the 届别's year is over.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import structlog

from config.agreements import materials, times
from domain.actors import SYSTEM
from domain.agreements import IN_VAIN, OVER
from domain.desk_hours import CHINA
from models import journal
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.db import DatabaseAway, transaction
from services.context import Context
from services.jobs.steps import vault

log = structlog.get_logger()

_BATCH = 200  # agreements at a time
_HELD = ("released", "voided")  # over, and yet they were in force
_CAME_TO_NOTHING = tuple(sorted(OVER - set(_HELD)))


Late = Callable[..., Any]  # context, columns → a query of files whose keeping is over


def sweep(ctx: Context) -> int:
    """Shreds what is past its keeping; returns how many files.

    Files that cannot be deleted keep none of the others, and are tried again the next time. Raises ExceptionGroup of
    what failed, once all are through, so that the turn counts as failed.
    """
    done, failures = 0, []
    for late in (_of_agreements, _of_releases):
        for agreement_id in _some(ctx, late):
            try:
                done += _shred(ctx, late, agreement_id)
            except DatabaseAway:
                raise
            except Exception as error:
                log.exception("shredding_failed", agreement=agreement_id)
                failures.append(error)
    if done:
        log.info("agreement_files_shredded", files=done)
    if failures:
        raise ExceptionGroup("shredding", failures)
    return done


def _of_agreements(ctx: Context, *columns: Any) -> Any:
    late = AgreementFile.shredded_at.is_null() & over(ctx)
    return AgreementFile.select(*columns).join(Agreement).where(late)


def _of_releases(ctx: Context, *columns: Any) -> Any:
    """Papers of releases that came to nothing, while the agreement went on: ``due_at`` says until when they stay."""
    late = Release.status.in_(sorted(IN_VAIN)) & (Release.due_at <= ctx.clock())
    return AgreementFile.select(*columns).join(Release).where(late & AgreementFile.shredded_at.is_null())


def over(ctx: Context) -> Any:
    """The condition, on files joined with their agreement, that their keeping is over."""
    now, keep = ctx.clock(), times()
    is_over = Agreement.status.in_(_CAME_TO_NOTHING)
    never_sent = is_over & Agreement.offered_at.is_null()
    is_settled = Agreement.status.in_(("effective", *OVER))  # nothing more is printed from them
    last = last_year(now.astimezone(CHINA).date())
    identity = [name for name, row in materials().items() if row.is_identity]
    return (
        (is_over & AgreementFile.ended(now - keep.keep_ended))
        | (never_sent & AgreementFile.ended(now - keep.keep_draft))
        | (AgreementFile.kind.in_(identity) & is_settled & (Agreement.year <= last))
    )


def last_year(today: date) -> int:
    """The last 届别 whose papers of identity are past their keeping: its year, and the time after it, are over."""
    return (today - times().keep_after_year).year - 1


def _some(ctx: Context, late: Late) -> Iterator[int]:
    """The agreements that have such files, slice by slice: also those behind what fails."""
    last = 0
    while not ctx.stopping.is_set():
        found = late(ctx, AgreementFile.agreement).where(AgreementFile.agreement > last).distinct()
        ids = [row_id for (row_id,) in found.order_by(AgreementFile.agreement).limit(_BATCH).tuples()]
        yield from ids
        if len(ids) < _BATCH:
            return
        last = ids[-1]


def _shred(ctx: Context, late: Late, agreement_id: int) -> int:
    """The files first: whoever dies before their rows say so finds them again, and deletes nothing twice."""
    files = list(late(ctx, AgreementFile).where(AgreementFile.agreement == agreement_id))
    for file in files:
        if file.file:
            vault(ctx).delete(file.file)
    _noted(ctx, agreement_id, [file.id for file in files])
    return len(files)


@transaction
def _noted(ctx: Context, agreement_id: int, ids: list[int]) -> None:
    gone = {"file": "", "share": None, "shredded_at": ctx.clock()}
    AgreementFile.update(**gone).where(AgreementFile.id.in_(ids)).execute()
    journal.write(Agreement.get_by_id(agreement_id), "shred", SYSTEM, note={"files": len(ids)})
