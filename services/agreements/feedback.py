"""全国系统信息反馈 on an agreement in force: the school takes in what the national system found wrong with it.

The feedback comes with one of three kinds of error (安徽24365操作指南). It is a mark with an event in the chain: the
agreement, or the 解约 that is under way, goes on as it was, and the mark stays until the school says that it is mended.
"""

import json
from dataclasses import dataclass

from config.agreements import national_errors
from domain.refusals import Conflict, Invalid
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent
from models.db import transaction
from models.graduate import Graduate
from services.agreements import moves, repeats, reviews, telling
from services.agreements.chain import Body
from services.agreements.parties import Device, staff_party
from services.context import Context
from services.seats import Seat

REPORTED, MENDED = "report.error", "report.mended"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the national system found: a key of ``config.agreements.national_errors``, and its words."""

    error: str
    text: str


def of(agreement: Agreement) -> Feedback | None:
    """What is marked and not mended; its ``error`` is empty for marks from before kinds were kept."""
    if not agreement.error_note:
        return None
    mine = (AgreementEvent.agreement == agreement.id) & (AgreementEvent.kind == REPORTED)
    last = AgreementEvent.select().where(mine).order_by(AgreementEvent.seq.desc()).first()
    body = json.loads(last.body) if last is not None else {}
    return Feedback(str(body.get("error", "")), agreement.error_note)


@transaction
def report(ctx: Context, seat: Seat, device: Device, agreement: Agreement, found: Feedback) -> Agreement:
    """Marks an agreement in force; the graduate, 院系 and counselors hear of it. Said again it is one report.

    Raises Invalid for another kind or without words, IllegalMove, NotAllowed, NotFound, Conflict ``stale``.
    """
    if found.error not in national_errors():
        raise Invalid.field("error_kind", "national_error_unknown")
    found = Feedback(found.error, reviews.explained(found.text))
    row = _held(ctx, seat, agreement)
    if of(row) == found:
        return row
    row = reviews.one(ctx, seat, agreement.code, str(agreement.version))
    event = {"kind": REPORTED, "error": found.error, "reason": found.text}
    _mark(ctx, row, "report_error", seat, device, event)
    telling.error_reported(ctx, row)
    return row


@transaction
def mend(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Agreement:
    """已更正: what was found is mended, and the mark goes.

    Raises Conflict where nothing is marked or somebody was there meanwhile, IllegalMove, NotAllowed, NotFound.
    """
    row = _held(ctx, seat, agreement)
    if not row.error_note:
        if repeats.is_done(staff_party(seat, device), row, MENDED):
            return row
        raise Conflict("error_not_reported")
    row = reviews.one(ctx, seat, agreement.code, str(agreement.version))
    _mark(ctx, row, "mend_error", seat, device, {"kind": MENDED})
    return row


def _held(ctx: Context, seat: Seat, agreement: Agreement) -> Agreement:
    """The agreement as it is now; of two at once the later one waits."""
    Graduate(id=agreement.graduate_id).hold()
    return reviews.one(ctx, seat, agreement.code)


def _mark(ctx: Context, row: Agreement, verb: str, seat: Seat, device: Device, event: Body) -> None:
    """A mark moves nothing else: the time of the status runs on."""
    runs_on = {"due_at": row.due_at, "reminders": row.reminders}
    note = event.get("reason", "")
    moves.move(ctx, row, verb, staff_party(seat, device), event, error_note=note, **runs_on)
