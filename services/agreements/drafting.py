"""The unit's side until an offer is sent: a draft by a scanned code or by invitation, its form, its phone."""

import hashlib
from collections.abc import Mapping
from typing import Any, NotRequired, Unpack

from config.agreements import times
from domain import personal
from domain.agreements import offer_key
from domain.desk_hours import CHINA
from domain.refusals import Conflict, Invalid, NotFound, named
from models.account import PHONE
from models.agreement import Agreement, SigningTicket
from models.db import Keys, transaction
from models.employer import Employer, Recruiter
from models.graduate import Graduate
from models.post import Post
from models.wishes import Application
from services import codes, throttle
from services.agreements import (
    consenting,
    endings,
    frozen_rules,
    materials,
    moves,
    persons,
    rules,
    standing,
    telling,
    terms,
    tickets,
)
from services.agreements.consenting import Signed
from services.agreements.materials import Given
from services.agreements.parties import Device, Party, recruiter_party, signer_party
from services.context import Context
from services.posts.life import employer_side
from services.sessions import Visitor

NEEDED = ("licence", "id_front", "id_back")
_MOST_DRAFTS = 30  # that are open by one code
_LONGEST_POSITION = 40


def open_draft(ctx: Context, ticket: SigningTicket, device: Device, browser_key: str) -> Agreement:
    """The draft of whoever scanned: one for each code and WeChat, or browser where there is none.

    ``browser_key`` is a random word that the browser alone holds. Once its offer has ended a new draft is begun.
    Raises Conflict while the graduate has an agreement that binds, or once the code is over, and TooMany.
    """
    kept = Agreement.get_or_none(Agreement.draft_key == _draft_key(ticket, device, browser_key))
    if kept is None and device.address:
        ctx.throttle.use(throttle.SIGNING_DRAFTS, device.address)
    return _open(ctx, ticket.code, device, browser_key)


@transaction
def _open(ctx: Context, ticket_code: str, device: Device, browser_key: str) -> Agreement:
    ticket = SigningTicket.select(SigningTicket, Graduate).join(Graduate)
    ticket = ticket.where(SigningTicket.code == ticket_code).get()
    graduate = ticket.graduate
    graduate.hold()
    key = _draft_key(ticket, device, browser_key)
    if there := _still_open(key):
        return there
    now = ctx.clock()
    if ticket.status != "live" or ticket.expires_at <= now:
        raise Conflict("ticket_over")
    _may_begin(graduate)
    by_ticket = (Agreement.ticket == ticket.id) & (Agreement.status == "draft")
    if Agreement.select(Agreement.id).where(by_ticket).count() >= _MOST_DRAFTS:
        raise Conflict("ticket_busy")
    row = _begun(ctx, graduate, key, {"ticket": ticket, "signer_openid": device.openid})
    moves.note(ctx, row, signer_party(row.code, device), {"kind": "offer.opened"})
    today = now.astimezone(CHINA).date()
    told = ticket.told if ticket.told_on == today else 0
    if told < times().told_a_day:
        telling.opened(ctx, ticket, row)
    ticket.change(opened=SigningTicket.opened + 1, told_on=today, told=told + 1)
    return row


def _draft_key(ticket: SigningTicket, device: Device, browser_key: str) -> str:
    who = f"openid:{device.openid}" if device.openid else f"browser:{browser_key}"
    return f"{ticket.code}:{hashlib.sha256(who.encode()).hexdigest()[:40]}"


def _still_open(key: str) -> Agreement | None:
    """The agreement under a draft's key, unless it has ended: then the key is free for a new one."""
    there = Agreement.select(Agreement, Graduate).join(Graduate).where(Agreement.draft_key == key).first()
    if there is not None and there.ended_at is not None:
        there.change(draft_key=None)
        return None
    return there


def _may_begin(graduate: Graduate) -> None:
    rules.need_open(graduate.school_id)
    tickets.need_confirmed(graduate)
    _need_printable(graduate)
    standing.need_no_other(graduate.id)


def _need_printable(graduate: Graduate) -> None:
    """Raises Conflict for a graduate whose name no paper of ours could show, before anybody writes an offer."""
    if odd := tickets.unprintable(graduate):
        raise Conflict("offer_glyph_lacking", hint=named(odd))


def _begun(ctx: Context, graduate: Graduate, key: str, columns: dict[str, Any]) -> Agreement:
    return Agreement.create(
        graduate=graduate,
        year=graduate.year,
        province_id=graduate.province_id,
        school_id=graduate.school_id,
        college_id=graduate.college_id,
        kind="online",
        mode=rules.rules_of(graduate.school_id).mode,
        draft_key=key,
        due_at=ctx.clock() + times().draft,
        created_at=ctx.clock(),
        **columns,
    )


@transaction
def invite(ctx: Context, visitor: Visitor, device: Device, application_code: str) -> Agreement:
    """A registered employer's draft for somebody who has applied, with what is known of the unit filled in.

    The same graduate again is the same draft or offer. Raises NotAllowed, NotFound, Conflict.
    """
    party = recruiter_party(visitor, device)
    recruiter = employer_side(visitor)
    application = _application(recruiter, application_code)
    graduate, employer = application.graduate, recruiter.employer
    graduate.hold()
    key = f"invite:{employer.id}:{graduate.id}"
    if there := _still_open(key):
        return there
    _may_begin(graduate)
    known = terms.typed(_known(visitor, employer, application.post))
    columns = {
        "employer": employer,
        "unit_name": employer.name,
        "terms": terms.frozen(known),
        "signer_account_id": visitor.account.id,
        "signer_openid": device.openid,
        **_signer(visitor.account.name, recruiter.position, visitor.account.phone),
    }
    row = _begun(ctx, graduate, key, columns)
    moves.note(ctx, row, party, {"kind": "offer.opened", "employer": employer.code})
    return row


def _application(recruiter: Recruiter, code: str) -> Application:
    mine = (Application.code == code) & (Application.employer == recruiter.employer_id)
    found = Application.select(Application, Graduate, Post).join(Graduate).switch(Application).join(Post)
    row: Application | None = found.where(mine & (Application.status != "withdrawn")).first()
    if row is None:
        raise NotFound()
    return row


def _known(visitor: Visitor, employer: Employer, post: Post) -> dict[str, str]:
    return {
        "unit_name": employer.name,
        "credit_code": employer.credit_code or "",
        "unit_place": employer.region,
        "unit_nature": employer.nature,
        "unit_industry": employer.industry,
        "unit_address": employer.address,
        "contact_name": employer.contact_name,
        "contact_phone": employer.contact_phone or "",
        "contact_mobile": visitor.account.phone or "",
        "contact_email": employer.contact_email or "",
        "position": post.position,
        "post": post.title,
    }


def _signer(name: str, position: str, phone: str | None) -> dict[str, Any]:
    index = Keys.ring.blind(phone, PHONE) if phone else None
    return {
        "signer_name": name or None,
        "signer_position": position,
        "signer_phone": phone,
        "signer_phone_index": index,
    }


def send_code(ctx: Context, agreement: Agreement, phone: str, address: str) -> int:
    """Owes a code to the phone that a 经办人 says is theirs; answers the seconds until another may be asked for.

    Raises Invalid, Conflict for what is no draft any more, TooMany.
    """
    number = personal.mobile(phone)
    if agreement.status != "draft":
        raise Conflict("illegal_move")
    ctx.throttle.use(throttle.SIGNING_CODES, agreement.code)
    return codes.send(ctx, number, codes.Purpose.SIGN, address)


def prove_phone(
    ctx: Context, party: Party, agreement: Agreement, person: Mapping[str, str], code: str
) -> Agreement:
    """Writes who signs for the unit, whose phone the code has shown to be theirs.

    ``person`` has name, position and phone. Who is registered needs no code for the account's own phone. A second
    tap gets the first answer. Raises Invalid (a wrong code has cost a try), NotFound, Conflict.
    """
    name, phone = personal.person_name(person.get("name", "")), personal.mobile(person.get("phone", ""))
    position = personal.prose(person.get("position", ""))
    if not position or len(position) > _LONGEST_POSITION:
        raise Invalid.field("position", "too_long" if position else "required")
    terms.need_printable(name=name, position=position)
    row = _prove(ctx, party, agreement, (name, position, phone), code)
    if row is None:
        raise Invalid.field("code", "code_wrong")
    return row


@transaction
def _prove(
    ctx: Context, party: Party, agreement: Agreement, person: tuple[str, str, str], code: str
) -> Agreement | None:
    row, (name, position, phone) = standing.held(party, agreement), person
    _need_draft(row)
    if row.signer_phone == phone and is_proven(row):
        if (row.signer_name, row.signer_position) == (name, position):
            return row
    elif not codes.spend(ctx, phone, codes.Purpose.SIGN, code):
        return None
    row.change(**_signer(name, position, phone))
    moves.note(ctx, row, party, {"kind": "signer.proven", "phone": row.signer_phone_index})
    return row


def is_proven(row: Agreement) -> bool:
    """Whether the signer's phone is known to be theirs: it is written only once that has been shown."""
    return bool(row.signer_phone)


def _need_draft(row: Agreement) -> None:
    if row.status != "draft":
        raise Conflict("illegal_move")


@transaction
def save(ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str]) -> Agreement:
    """Keeps what was typed so far, unchecked. Raises NotFound, Conflict for what is no draft any more."""
    row = standing.held(party, agreement)
    _need_draft(row)
    kept = terms.typed(typed)
    if kept != terms.of(row):
        row.change(terms=terms.frozen(kept), unit_name=kept["unit_name"][:100])
    return row


@transaction
def discard(ctx: Context, party: Party, agreement: Agreement) -> Agreement:
    """Gives a draft up; twice is once. Raises NotFound, IllegalMove."""
    row = standing.held(party, agreement)
    if row.status != "discarded":
        event = {"kind": "offer.discarded"}
        moves.move(ctx, row, "discard", party, event, **endings.abandoned(ctx, row))
    return row


class Sent(Signed):
    """What the unit's last page sends. ``rules``: those that it showed, as ``frozen_rules.seen`` names them; left out
    where no page did."""

    rules: NotRequired[str]


def submit(ctx: Context, party: Party, agreement: Agreement, **sent: Unpack[Sent]) -> Agreement:
    """Sends the offer: terms frozen with their digest, signed by hand, for the province's number of days.

    Sent twice it is the offer that was sent first. Raises Invalid naming what is missing, NotFound, and Conflict: the
    code was taken back, another agreement binds the graduate, the graduate has too many offers, or one of this unit,
    or the province's rules are other ones now than those that were shown.
    """
    row = materials.standing_row(party, agreement)
    if row.status == "offered":
        return row
    # Papers that show a person are given after the consent of its own, and without them nothing is sent.
    consenting.need(party, row, {"consent": sent["consent"], "identity": True})
    drawn = materials.judged(ctx, party, row, sent["strokes"])
    with materials.shelved(ctx, drawn.pieces) as names:
        return _submit(ctx, party, agreement, (names, drawn), sent.get("rules"))


@transaction
def _submit(ctx: Context, party: Party, agreement: Agreement, given: Given, seen: str | None) -> Agreement:
    row = standing.held(party, agreement)
    if row.status == "offered":
        return row
    _need_draft(row)
    _need_code(row)
    if seen not in (None, frozen_rules.seen(row)):
        raise Conflict("rules_changed")
    standing.need_no_other(row.graduate_id)
    _need_complete(row)
    checked = terms.checked(ctx, terms.of(row), row.year)
    standing.need_unit(checked["credit_code"])
    key = offer_key(row.graduate_id, checked["credit_code"])
    _need_room(ctx, row, key)
    province, now = rules.rules_of(row.school_id), ctx.clock()
    text = terms.signed_text(ctx, checked, row.year, "agreement", province.mode)
    kept = frozen_rules.to_freeze(row)
    text = frozen_rules.frozen(row, persons.signed_text(ctx, row, text), kept)
    consenting.note(ctx, party, row, "signing")
    event = {
        "kind": "offer.submitted",
        "terms": terms.digest_of(text),
        "mode": province.mode,
        **materials.name_ink(ctx, party, row, given),
    }
    event["files"] = materials.digests(row)
    until = now + rules.offer_life(province)
    columns: dict[str, Any] = {
        "terms": text,
        "terms_digest": event["terms"],
        "terms_version": 1,
        "unit_name": checked["unit_name"],
        "credit_code": checked["credit_code"],
        "mode": province.mode,
        "offer_key": key,
        "offered_at": now,
        "due_at": until,
        **kept,
    }
    moves.move(ctx, row, "submit", party, event, **columns)
    telling.offered(ctx, row, checked["post"], until)
    return row


def _need_code(row: Agreement) -> None:
    """Raises Conflict for a draft whose code the graduate has taken back; one that has merely run out may be sent."""
    if row.ticket_id is not None and row.ticket.status == "revoked":
        raise Conflict("ticket_over")


def _need_complete(row: Agreement) -> None:
    """Raises Invalid naming the papers that are missing, and the phone."""
    wrong = {kind: "material_needed" for kind in NEEDED if materials.current(row, kind) is None}
    if not is_proven(row):
        wrong["phone"] = "phone_unproven"
    if not row.signer_name:
        wrong["name"] = "required"
    if not row.signer_position:
        wrong["position"] = "required"
    if wrong:
        raise Invalid("form", fields=wrong)
    terms.need_printable(name=row.signer_name, position=row.signer_position)


def _need_room(ctx: Context, row: Agreement, key: str) -> None:
    others = (Agreement.graduate == row.graduate_id) & (Agreement.status == "offered")
    if Agreement.select(Agreement.id).where(Agreement.offer_key == key).exists():
        raise Conflict("offer_twice")
    alive = others & (Agreement.due_at > ctx.clock())
    if Agreement.select(Agreement.id).where(alive).count() >= times().open_offers:
        raise Conflict("offers_enough")
