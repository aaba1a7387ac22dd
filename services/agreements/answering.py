"""The graduate's answer to an offer: signed for exactly the terms that were shown, or declined, or gone back on."""

from datetime import timedelta
from typing import Any, NotRequired, Unpack

from config.agreements import times
from domain.agreements import live_key
from domain.refusals import Conflict, Invalid, NotAllowed
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent
from models.db import transaction
from models.wechat_user import Binding
from services import codes
from services.agreements import (
    consenting,
    endings,
    frozen_rules,
    materials,
    moves,
    offers,
    persons,
    standing,
    telling,
)
from services.agreements.materials import Given
from services.agreements.parties import Party, own_agreement
from services.context import Context
from services.sessions import Visitor

PROOF_LIFE = timedelta(minutes=30)
_PROVEN = "graduate.proven"


class Signed(consenting.Signed):
    """What the graduate's page sends. ``digest`` and ``version`` are those of the terms that it showed; ``sms_code``
    is needed outside of the WeChat that is bound."""

    digest: str
    version: int
    sms_code: NotRequired[str]


def view(ctx: Context, visitor: Visitor, code: str) -> Agreement:
    """One of the graduate's agreements; raises NotAllowed, NotFound."""
    return own_agreement(visitor, code)


def is_in_own_wechat(ctx: Context, party: Party, visitor: Visitor) -> bool:
    """Whether the request comes from the WeChat that the graduate's account is bound to: then no code is needed."""
    bound = Binding.openid_of(ctx.settings.wechat_app_id, visitor.account.id)
    return bound is not None and bound == party.device.openid


def send_code(ctx: Context, visitor: Visitor, address: str) -> int:
    """Owes a code to the graduate's own phone; answers the seconds until another may be asked for.

    Raises Conflict for an account without a phone, TooMany.
    """
    if not visitor.account.phone:
        raise Conflict("sign_in_wechat")
    return codes.send(ctx, visitor.account.phone, codes.Purpose.ACCEPT, address)


def accept(ctx: Context, party: Party, visitor: Visitor, code: str, **signed: Unpack[Signed]) -> Agreement:
    """同意签约: binds the graduate to the terms that were shown, and to nothing else.

    Sent twice it is the answer that was given first. Raises Invalid (ink, consent, code), NotAllowed, NotFound, and
    Conflict: ``agreement_changed`` whose fields are the terms that are other ones now, ``offer_over``,
    ``agreement_other_live``, and ``agreement_person_changed`` where the graduate's name or number of identity were
    corrected since the offer: the unit sends it again.
    """
    row = own_agreement(visitor, code)
    if _is_answered(row, signed):
        return row
    _check(ctx, row, signed)
    consenting.need(party, row, signed)
    drawn = materials.judged(ctx, party, row, signed["strokes"])
    if not is_in_own_wechat(ctx, party, visitor) and not _prove(
        ctx, party, visitor, row, signed.get("sms_code", "")
    ):
        raise Invalid.field("code", "code_wrong")
    with materials.shelved(ctx, drawn.pieces) as names:
        return _accept(ctx, party, row, signed, (names, drawn))


def _is_answered(row: Agreement, signed: Signed) -> bool:
    is_same = (row.terms_digest, row.terms_version) == (signed["digest"], signed["version"])
    return row.status != "offered" and row.accepted_at is not None and is_same


def _check(ctx: Context, row: Agreement, signed: Signed) -> None:
    if row.status != "offered":
        raise Conflict("illegal_move")
    moves.need_time(ctx, row, "accept")
    if (row.terms_digest, row.terms_version) != (signed["digest"], signed["version"]):
        changed = offers.changes_since(row, signed["version"])
        raise Conflict("agreement_changed", fields=dict.fromkeys(changed, "term_changed"))
    persons.need_same(row)
    standing.need_unit(row.credit_code, row.employer_id)
    standing.need_no_other(row.graduate_id, row.id)


@transaction
def _prove(ctx: Context, party: Party, visitor: Visitor, agreement: Agreement, code: str) -> bool:
    """Whether a code has shown, now or lately in this session, that it is the graduate who is here."""
    row = standing.held(party, agreement)
    mark = ctx.keyring.mark(f"session:{visitor.session.id}")
    if _is_proven(ctx, row, mark):
        return True
    phone = visitor.account.phone
    if not phone or not codes.spend(ctx, phone, codes.Purpose.ACCEPT, code):
        return False
    moves.note(ctx, row, party, {"kind": _PROVEN, "session": mark})
    return True


def _is_proven(ctx: Context, row: Agreement, mark: str) -> bool:
    since = ctx.clock() - PROOF_LIFE
    lately = (AgreementEvent.kind == _PROVEN) & (AgreementEvent.at > since)
    found = AgreementEvent.select().where((AgreementEvent.agreement == row.id) & lately)
    return any(f'"session":"{mark}"' in event.body for event in found)


@transaction
def _accept(ctx: Context, party: Party, agreement: Agreement, signed: Signed, given: Given) -> Agreement:
    row = standing.held(party, agreement)
    if _is_answered(row, signed):
        return row
    _check(ctx, row, signed)
    now = ctx.clock()
    consenting.note(ctx, party, row, "signing")
    event = {
        "kind": "offer.accepted",
        "terms": row.terms_digest,
        **materials.name_ink(ctx, party, row, given),
    }
    columns: dict[str, Any] = {
        "live_key": live_key(row.graduate_id),
        "offer_key": None,
        "accepted_at": now,
        "due_at": now + times().review_reminder,
    }
    moves.move(ctx, row, "accept", party, event, **columns)
    telling.accepted(ctx, row)
    return row


@transaction
def decline(ctx: Context, party: Party, visitor: Visitor, code: str, reason: str) -> Agreement:
    """不同意, and why; the unit is told. Twice is once. Raises Invalid, NotAllowed, NotFound, IllegalMove."""
    words = standing.reason_of(reason)
    row = standing.held(party, own_agreement(visitor, code))
    if row.status != "declined":
        event = {"kind": "offer.declined", "reason": words}
        moves.move(ctx, row, "decline", party, event, reason=words, **endings.ended(ctx))
        telling.declined(ctx, row)
    return row


@transaction
def withdraw(ctx: Context, party: Party, visitor: Visitor, code: str, reason: str) -> Agreement:
    """Goes back on an agreement before the school has decided, where the rules that were signed allow it.

    Twice is once. Raises Invalid, NotAllowed ``withdraw_not_allowed``, NotFound, IllegalMove.
    """
    words = standing.reason_of(reason)
    row = standing.held(party, own_agreement(visitor, code))
    if row.status == "withdrawn":
        return row
    if not frozen_rules.may_withdraw(row):
        raise NotAllowed("withdraw_not_allowed")
    event = {"kind": "offer.withdrawn", "reason": words}
    moves.move(ctx, row, "withdraw", party, event, reason=words, **endings.ended(ctx))
    telling.withdrawn(ctx, row)
    return row


def replace(ctx: Context, party: Party, visitor: Visitor, code: str) -> Agreement:
    """Sends what was returned to the review again, as ``offers.replace`` does for the unit."""
    return offers.replace(ctx, party, own_agreement(visitor, code))
