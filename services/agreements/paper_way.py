"""线下签约: a graduate applies for a numbered form, it is signed and stamped on paper, either side sends the scan.

教学厅函〔2021〕14号: for units that do not sign on the platform. The terms are frozen when the form is applied for;
what is printed, signed and scanned must agree with them, which reviewers look at.
"""

from collections.abc import Mapping
from typing import Any

from config.agreements import times
from domain.agreements import PAPER, UNIT_SIDE
from domain.refusals import Conflict
from models import journal
from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from models.db import transaction
from models.graduate import Graduate
from services.agreements import (
    endings,
    frozen_rules,
    moves,
    papers,
    repeats,
    reviews,
    rules,
    standing,
    telling,
    terms,
    tickets,
)
from services.agreements.parties import Party, own_graduate
from services.context import Context
from services.sessions import Visitor


@transaction
def begin(ctx: Context, party: Party, visitor: Visitor) -> Agreement:
    """The application that the graduate is writing, begun now if there is none.

    Raises NotAllowed, and Conflict while the school is not open, 生源信息 is not confirmed or an agreement binds.
    """
    return begun(ctx, party, own_graduate(visitor), PAPER)


def begun(ctx: Context, party: Party, graduate: Graduate, kind: str) -> Agreement:
    """The same for a kind of agreement, in the caller's transaction: one of a kind at a time."""
    rules.need_open(graduate.school_id)
    tickets.need_confirmed(graduate)
    graduate.hold()
    standing.need_no_other(graduate.id)
    key = f"{kind}:{graduate.id}"
    row = Agreement.get_or_none(Agreement.draft_key == key)
    if row is not None:
        return row
    row = Agreement.create(
        graduate=graduate,
        year=graduate.year,
        province_id=graduate.province_id,
        school_id=graduate.school_id,
        college_id=graduate.college_id,
        kind=kind,
        draft_key=key,
        due_at=ctx.clock() + times().own_draft,
    )
    journal.write(row, "begin", party.actor, after=row.status)
    return row


@transaction
def save(ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str]) -> Agreement:
    """Keeps what was typed so far, unchecked. Raises Conflict once it was handed in, NotFound."""
    row = standing.held(party, agreement)
    need_editable(row)
    moves.need_time(ctx, row, "apply")
    row.change(terms=terms.frozen(terms.typed(typed)), **kept_on(ctx, row))
    return row


def kept_on(ctx: Context, row: Agreement) -> dict[str, Any]:
    """The column by which a draft that is saved lives on; none for what was returned, whose time stays."""
    return {"due_at": ctx.clock() + times().own_draft} if row.status == "draft" else {}


@transaction
def apply(ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str]) -> Agreement:
    """Hands the application in, its terms frozen; also once more after it was returned.

    Raises Invalid naming every wrong field, Conflict, NotAllowed, NotFound.
    """
    row = standing.held(party, agreement)
    tickets.need_confirmed(row.graduate)
    standing.need_no_other(row.graduate_id, row.id)
    agreed = terms.checked(ctx, typed, row.year)
    if repeats.is_done(party, row, "form.applied") and agreed == terms.of(row):
        return row
    standing.need_unit(agreed["credit_code"])
    text = terms.signed_text(ctx, agreed, row.year, "form", rules.rules_of(row.school_id).mode)
    columns = frozen(ctx, row, agreed, text)
    event = {"kind": "form.applied", "digest": columns["terms_digest"]}
    moves.move(ctx, row, "apply", party, event, **columns)
    telling.review_waiting(ctx, row)
    return row


def frozen(ctx: Context, row: Agreement, agreed: terms.Terms, text: str) -> dict[str, Any]:
    """The columns of an agreement whose terms are handed in now as a text, under the province's mode of today.

    Its other rules become part of the text, unless they were before.
    """
    kept = frozen_rules.to_freeze(row)
    text = frozen_rules.frozen(row, text, kept)
    return {
        "mode": rules.rules_of(row.school_id).mode,
        "terms": text,
        "terms_digest": terms.digest_of(text),
        "terms_version": row.terms_version + 1,
        "unit_name": agreed["unit_name"],
        "credit_code": agreed["credit_code"],
        "offered_at": ctx.clock(),
        "faults": None,
        "fix_side": "",
        "reason": "",
        "due_at": ctx.clock() + times().review_reminder,
        **kept,
    }


def need_editable(row: Agreement) -> None:
    """Raises Conflict for terms that are frozen."""
    can_be_mended = row.status in ("form_returned", "returned") and "terms" in (row.faults or {})
    if row.status != "draft" and not can_be_mended:
        raise Conflict("terms_frozen")


@transaction
def recall(ctx: Context, party: Party, agreement: Agreement) -> Agreement:
    """Takes an application back to be changed, before anybody has looked. Raises Conflict, NotFound."""
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "form.recalled"):
        return row
    columns = {"offered_at": None, "due_at": ctx.clock() + times().own_draft}
    moves.move(ctx, row, "recall", party, {"kind": "form.recalled"}, **columns)
    return row


@transaction
def upload(ctx: Context, party: Party, agreement: Agreement, signed_on: str) -> Agreement:
    """Hands in the scan whose pages were added before, or the one that replaces a returned one.

    ``signed_on``: 签订日期 as it stands on the paper. Raises Conflict ``scan_needed`` without pages, and where they are
    those that were returned; Invalid, NotFound.
    """
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "scan.uploaded"):
        return row
    pages, day = scan_of(row), terms.signing_day(ctx, signed_on)
    event = {"kind": "scan.uploaded", "files": pages, "signed_on": day.isoformat()}
    columns = {"signed_on": day, "due_at": ctx.clock() + times().review_reminder}
    moves.move(ctx, row, "upload", party, event, **columns, faults=None, fix_side="", reason="")
    telling.review_waiting(ctx, row)
    if party.side == UNIT_SIDE:
        telling.to_graduate(ctx, row, "scan_by_unit")
    return row


def scan_of(row: Agreement) -> list[str]:
    """The digests of the scan's pages; raises Conflict where there are none, or none newer than what was returned."""
    pages = [file for file in papers.files_of(row) if file.kind == "scan"]
    is_returned = row.status == "returned" and "scan" in (row.faults or {})
    if not pages or (is_returned and not any(_is_new(row, page) for page in pages)):
        raise Conflict("scan_needed")
    return [page.digest for page in pages]


def _is_new(row: Agreement, page: AgreementFile) -> bool:
    """Whether a page came after the return, which set the end of its time."""
    returned_at = row.due_at - times().returned if row.due_at else None
    return bool(returned_at is None or page.created_at >= returned_at)


@transaction
def cancel(ctx: Context, party: Party, agreement: Agreement, reason: str) -> Agreement:
    """The graduate gives the numbered form up; its number is void. Raises Invalid, Conflict, NotFound."""
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "paper.cancelled"):
        return row
    text = reviews.explained(reason)
    event = {"kind": "paper.cancelled", "reason": text}
    moves.move(ctx, row, "cancel", party, event, **endings.ended(ctx), reason=text)
    return row


@transaction
def discard(ctx: Context, party: Party, agreement: Agreement) -> Agreement:
    """Throws an application away. Raises Conflict, NotFound."""
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "form.discarded"):
        return row
    moves.move(ctx, row, "discard", party, {"kind": "form.discarded"}, **endings.abandoned(ctx, row))
    return row
