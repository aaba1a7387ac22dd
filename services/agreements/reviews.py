"""Agreements in the hands of those who review them: 院系或辅导员 first, then the school, never one person for both.

网签审核: the first review ticks every criterion that ``config.agreements`` names; the school's word gives the number
and lets the paper be sealed. Nothing passes by itself, however late it is.
"""

from collections.abc import Mapping, Set
from typing import Any

from config.agreements import Criterion, criteria, materials, times
from domain import personal
from domain.agreements import (
    BY_KIND,
    GRADUATE_SIDE,
    ONLINE,
    RECORDED,
    live_key,
    number_of,
)
from domain.desk_hours import CHINA
from domain.refusals import Conflict, IllegalMove, Invalid, NotFound
from models.agreement import Agreement
from models.base import new_code
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit, Staff
from models.signing_rules import NumberSerial
from services.agreements import (
    endings,
    frozen_rules,
    moves,
    persons,
    proof,
    queues,
    repeats,
    rules,
    school_marks,
    standing,
    telling,
    terms,
)
from services.agreements.chain import Body
from services.agreements.parties import Device, Party, staff_party
from services.agreements.queues import FIRST, SECOND
from services.agreements.school_marks import Mark
from services.context import Context
from services.seats import Seat

LONGEST_REASON = 200
FORMS = ("form_college", "form_school")


def one(ctx: Context, seat: Seat, code: str, seen: str = "") -> Agreement:
    """An agreement of the seat's range, with its graduate.

    ``seen`` is the version that the reviewer's page showed, if there was a page. Raises NotFound, Conflict ``stale``.
    """
    mine = (Agreement.code == code) & queues.within(seat) & queues.HANDED_IN
    row: Agreement | None = queues.joined(Agreement).where(mine).first()
    if row is None:
        raise NotFound()
    if seen not in ("", str(row.version)):
        raise Conflict("stale")
    return row


def criteria_of(agreement: Agreement) -> Mapping[str, Criterion]:
    """What the first review of this agreement ticks now; nothing for the application for a form."""
    return {} if agreement.status in FORMS else criteria(agreement.kind, agreement.mode)


def faultable(agreement: Agreement, side: str) -> list[str]:
    """What a reviewer may find fault with on a side: kinds of material, and ``terms`` where those can be mended."""
    if agreement.kind == ONLINE:
        return [name for name, row in materials().items() if row.side == side and name in _ONLINE]
    if side != GRADUATE_SIDE:
        return []
    if agreement.status in FORMS:
        return ["terms"]
    return ["scan", "terms"] if agreement.kind == RECORDED else ["scan"]


_ONLINE = ("licence", "id_front", "id_back", "unit_ink", "graduate_ink")


@transaction
def pass_first(ctx: Context, seat: Seat, device: Device, agreement: Agreement, ticked: Set[str]) -> Agreement:
    """The first review is content, having ticked every criterion. Raises Invalid, Conflict, NotAllowed, NotFound."""
    done = again(ctx, seat, agreement, "form.college_passed", "review.college_passed")
    if done is not None:
        return done
    row = _held(ctx, seat, agreement, FIRST, "pass")
    wanted = criteria_of(row)
    if set(wanted) - ticked:
        raise Invalid.field("criteria", "criteria_all")
    columns = {
        "first_reviewer_id": seat.staff.id,
        "criteria": dict.fromkeys(wanted, seat.staff.code),
        "due_at": ctx.clock() + times().review_reminder,
        "reason": "",
    }
    kind = "form.college_passed" if row.status in FORMS else "review.college_passed"
    moves.move(
        ctx, row, "pass", staff_party(seat, device), {"kind": kind, "items": sorted(wanted)}, **columns
    )
    telling.first_passed(ctx, row)
    return row


def pass_school(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Agreement:
    """The school's word: a form gets its number, an agreement goes to be sealed, of three parties signed by the school.

    A form names the graduate as of now, and so does whatever is sealed about it later.

    Raises Conflict for whoever did the first review, ``stamp_needed``, NotAllowed, NotFound.
    """
    with school_marks.ready(ctx, agreement) as mark:
        return _pass_school(ctx, seat, device, agreement, mark)


@transaction
def _pass_school(
    ctx: Context, seat: Seat, device: Device, agreement: Agreement, mark: Mark | None
) -> Agreement:
    done = again(ctx, seat, agreement, "form.passed", "review.passed", "party.school_signed")
    if done is not None:
        return done
    row = _held(ctx, seat, agreement, SECOND, "pass")
    other_person(seat, row.first_reviewer_id)
    party, now = staff_party(seat, device), ctx.clock()
    columns = {"school_reviewer_id": seat.staff.id, "passed_at": now, "due_at": now, "reason": ""}
    columns |= _numbered(row)
    if row.status in FORMS:
        row.graduate.hold()
        standing.need_no_other(row.graduate_id, row.id)
        columns |= {"live_key": live_key(row.graduate_id), "draft_key": None}
        return _form_passed(ctx, party, row, columns)
    columns |= {"effective_on": frozen_rules.effective_on(row, now.astimezone(CHINA).date())}
    event: Body = {"kind": "party.school_signed" if mark else "review.passed", "item": columns["number"]}
    moves.move(ctx, row, "pass", party, event | school_marks.fix(ctx, party, row, mark), **columns)
    return row


def _form_passed(ctx: Context, party: Party, row: Agreement, columns: dict[str, Any]) -> Agreement:
    event = {"kind": "form.passed", "item": columns["number"]}
    if proof.are_terms(row):  # else they stay as they are, under no new digest: nothing is printed from them
        text = persons.signed_text(ctx, row, row.terms)
        columns |= {"terms": text, "terms_digest": terms.digest_of(text)}
        event["terms"] = columns["terms_digest"]
    moves.move(ctx, row, "pass", party, event, **columns)
    return row


@transaction
def give_back(
    ctx: Context, seat: Seat, device: Device, agreement: Agreement, faults: Mapping[str, str], side: str
) -> Agreement:
    """Returns material for a side to replace: what is wrong with each kind of ``faultable``; the terms stay.

    Raises Invalid without a reason for at least one of them, Conflict, NotAllowed, NotFound.
    """
    done = again(ctx, seat, agreement, "form.returned", "review.returned")
    if done is not None:
        return done
    row = _held(ctx, seat, agreement, FIRST + SECOND, "return")
    allowed = faultable(row, side)
    said = {name: explained(text) for name, text in faults.items() if text.strip()}
    if not said or set(said) - set(allowed):
        raise Invalid.field("faults", "faults_needed")
    kind = "form.returned" if row.status in FORMS else "review.returned"
    event = {"kind": kind, "items": sorted(said), "side": side, "reason": said}
    columns = {
        "faults": said,
        "fix_side": side,
        "reason": " / ".join(said.values())[:LONGEST_REASON],
        "due_at": ctx.clock() + times().returned,
    }
    moves.move(ctx, row, "return", staff_party(seat, device), event, **columns)
    telling.returned(ctx, row)
    return row


@transaction
def reject(ctx: Context, seat: Seat, device: Device, agreement: Agreement, reason: str) -> Agreement:
    """Ends an agreement that cannot be mended; raises Invalid without a reason, Conflict, NotAllowed, NotFound."""
    done = again(ctx, seat, agreement, "form.rejected", "review.rejected")
    if done is not None:
        return done
    row = _held(ctx, seat, agreement, FIRST + SECOND, "reject")
    text = explained(reason)
    kind = "form.rejected" if row.status in FORMS else "review.rejected"
    columns = endings.ended(ctx) | {"reason": text}
    moves.move(ctx, row, "reject", staff_party(seat, device), {"kind": kind, "reason": text}, **columns)
    telling.rejected(ctx, row)
    return row


@transaction
def again(ctx: Context, seat: Seat, agreement: Agreement, *kinds: str) -> Agreement | None:
    """What the same word of the same person came to before; None where it is said for the first time.

    Of two at once the later one waits. Raises NotFound.
    """
    Graduate(id=agreement.graduate_id).hold()
    row = one(ctx, seat, agreement.code)
    return row if repeats.is_done(staff_party(seat, Device()), row, *kinds) else None


def _held(ctx: Context, seat: Seat, agreement: Agreement, stages: tuple[str, ...], verb: str) -> Agreement:
    """The agreement read anew, as the reviewer saw it, at one of some stages."""
    row = one(ctx, seat, agreement.code, str(agreement.version))
    not_their_own(seat, row.graduate)
    rules.need_open(row.school_id)
    if row.status not in stages:
        raise IllegalMove(BY_KIND[row.kind].name, row.status, verb)
    return row


def explained(text: str) -> str:
    """A reason that others will read; raises Invalid."""
    reason = personal.prose(text)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", "too_long" if reason else "review_reason_needed")
    return reason


def other_person(seat: Seat, staff_id: int | None) -> None:
    """Raises Conflict when that member of staff is the person in this seat, in whichever capacity."""
    if staff_id is not None and Staff.get_by_id(staff_id).account_id == seat.staff.account_id:
        raise Conflict("same_reviewer")


def not_their_own(seat: Seat, graduate: Graduate) -> None:
    """Raises Conflict for a graduate who works for the school by now: nobody decides on what they signed."""
    if graduate.account_id is not None and graduate.account_id == seat.staff.account_id:
        raise Conflict("same_reviewer")


def _numbered(row: Agreement) -> dict[str, Any]:
    """协议书号 and the code of the public page, given once."""
    if row.number:
        return {"number": row.number}
    school = OrgUnit.get_by_id(row.school_id)
    if not school.number:
        raise Conflict("school_number_needed")
    serial = NumberSerial.following(row.school_id, row.year)
    return {"number": number_of(row.year, school.number, serial), "verify_code": new_code()}
