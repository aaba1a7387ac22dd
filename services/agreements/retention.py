"""How long people's files stay: shredded, their key with them, while kinds and digests keep the chain checkable.

个人信息保护法 第十九条: no longer than it takes. What a unit never sent goes after days, what came to nothing after a
month, papers of identity and handwriting of agreements that held a year after the 届别's year is over.
"""

from datetime import date
from typing import Any

import structlog

from config.agreements import materials, times
from domain.actors import SYSTEM
from domain.agreements import OVER
from domain.desk_hours import CHINA
from models import journal
from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from models.db import transaction
from services.context import Context
from services.jobs.steps import vault

log = structlog.get_logger()

_BATCH = 200  # agreements at a time
_HELD = ("released", "voided")  # over, and yet they were in force
_CAME_TO_NOTHING = tuple(sorted(OVER - set(_HELD)))


def sweep(ctx: Context) -> int:
    """Shreds what is past its keeping; returns how many files."""
    done = 0
    while not ctx.stopping.is_set():
        codes = _some(ctx)
        done += sum(_shred(ctx, row_id) for row_id in codes)
        if len(codes) < _BATCH:
            break
    if done:
        log.info("agreement_files_shredded", files=done)
    return done


def over(ctx: Context) -> Any:
    """The condition, on files joined with their agreement, that their keeping is over."""
    now, keep = ctx.clock(), times()
    is_over = Agreement.status.in_(_CAME_TO_NOTHING)
    never_sent = is_over & Agreement.offered_at.is_null() & (Agreement.kind == "online")
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


def _some(ctx: Context) -> list[int]:
    kept = AgreementFile.shredded_at.is_null()
    found = AgreementFile.select(AgreementFile.agreement).join(Agreement).where(kept & over(ctx)).distinct()
    return [row.agreement_id for row in found.limit(_BATCH)]


def _shred(ctx: Context, agreement_id: int) -> int:
    """The files first: whoever dies before their rows say so finds them again, and deletes nothing twice."""
    mine = (AgreementFile.agreement == agreement_id) & AgreementFile.shredded_at.is_null()
    files = list(AgreementFile.select(AgreementFile, Agreement).join(Agreement).where(mine & over(ctx)))
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
