"""An offer in the unit's hands: other terms, taken back, or mended where a review has returned it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from config.agreements import materials as material_kinds
from config.agreements import times
from domain.agreements import SIGNING, offer_key
from domain.refusals import Conflict, Invalid
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent, AgreementFile
from models.db import transaction
from services.agreements import (
    chain,
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
)
from services.agreements.consenting import Signed
from services.agreements.materials import Given
from services.agreements.parties import Party
from services.agreements.terms import Terms
from services.context import Context

# Of these a change is noted without the values: they are about a person.
_PERSONAL = ("contact_name", "contact_phone", "contact_mobile", "contact_email", "fax")
REVISED = "offer.revised"


def revise(
    ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str], **signed: Unpack[Signed]
) -> Agreement:
    """Other terms, signed anew; the time to answer begins again. The same terms again change nothing, unless the
    graduate's name or number of identity were corrected meanwhile: then the same offer names them as they are.

    Raises Invalid, NotFound, IllegalMove, Conflict ``offer_over`` after 应约有效期.
    """
    row = materials.standing_row(party, agreement)
    is_current = row.status == "offered" and not persons.is_other(row)
    if is_current and terms.checked(ctx, typed, row.year) == terms.of(row):
        return row
    consenting.need(party, row, signed)
    drawn = materials.judged(ctx, party, row, signed["strokes"])
    with materials.shelved(ctx, drawn.pieces) as names:
        return _revise(ctx, party, agreement, typed, (names, drawn))


@transaction
def _revise(
    ctx: Context,
    party: Party,
    agreement: Agreement,
    typed: Mapping[str, str],
    given: Given,
) -> Agreement:
    row = standing.held(party, agreement)
    SIGNING.next(row.status, "revise", party.actor.roles)
    moves.need_time(ctx, row, "revise")
    before, after = terms.of(row), terms.checked(ctx, typed, row.year)
    changed = terms.changed(before, after)
    if row.status == "offered" and not changed and not persons.is_other(row):
        return row
    changed += persons.changed(ctx, row)
    standing.need_unit(after["credit_code"])
    key = offer_key(row.graduate_id, after["credit_code"])
    other = (Agreement.offer_key == key) & (Agreement.id != row.id)
    if Agreement.select(Agreement.id).where(other).exists():
        raise Conflict("offer_twice")
    text = persons.signed_text(ctx, row, terms.signed_text(ctx, after, row.year, "agreement", row.mode))
    kept, now = frozen_rules.to_freeze(row), ctx.clock()
    if row.status == "offered":
        consenting.note(ctx, party, row, "signing")
    text = frozen_rules.frozen(row, text, kept)
    event = {
        "kind": REVISED,
        "terms": terms.digest_of(text),
        "changed": {name: _pair(name, before, after) for name in changed},
        **(materials.name_ink(ctx, party, row, given) if row.status == "offered" else {}),
    }
    columns: dict[str, Any] = {
        "terms": text,
        "terms_digest": event["terms"],
        "terms_version": row.terms_version + 1,
        "unit_name": after["unit_name"],
        "credit_code": after["credit_code"],
        "offer_key": key,
        "offered_at": now,
        "due_at": now + rules.offer_life(rules.rules_of(row.school_id)),
        **kept,
    }
    moves.move(ctx, row, "revise", party, event, **columns)
    telling.revised(ctx, row)
    return row


def _pair(name: str, before: Terms, after: Terms) -> list[str]:
    return [before[name], after[name]] if name in before and name not in _PERSONAL else []


def changes_since(agreement: Agreement, version: int) -> list[str]:
    """Names of the terms that were revised after a version of them."""
    found: list[str] = []
    for event in chain.events(agreement):
        if event.kind == REVISED and event.body["version"] > version:
            found += event.body["changed"]
    return list(dict.fromkeys(found))


@transaction
def recall(ctx: Context, party: Party, agreement: Agreement, reason: str) -> Agreement:
    """Takes an offer back; the graduate is told. Twice is once. Raises Invalid, NotFound, IllegalMove."""
    words = standing.reason_of(reason)
    row = standing.held(party, agreement)
    if row.status != "recalled":
        event = {"kind": "offer.recalled", "reason": words}
        moves.move(ctx, row, "recall", party, event, reason=words, **endings.ended(ctx))
        telling.recalled(ctx, row)
    return row


@transaction
def replace(ctx: Context, party: Party, agreement: Agreement) -> Agreement:
    """Sends what was returned to the first review again, once each named fault of this side has newer material.

    Twice is once. Raises NotFound, IllegalMove, Invalid naming what is still the old one, and Conflict
    ``material_not_asked`` for the side that has nothing to mend.
    """
    row = standing.held(party, agreement)
    if row.status == "college_review" and not row.faults:
        return row
    if row.status == "returned":
        _need_mended(row, party)
    event = {"kind": "material.replaced", "items": sorted(row.faults or {}), "files": materials.digests(row)}
    columns: dict[str, Any] = {
        "faults": None,
        "fix_side": "",
        "reason": "",
        "criteria": None,
        "due_at": ctx.clock() + times().review_reminder,
    }
    moves.move(ctx, row, "replace", party, event, **columns)
    telling.review_waiting(ctx, row)
    return row


def _need_mended(row: Agreement, party: Party) -> None:
    if row.fix_side not in ("", party.side):
        raise Conflict("material_not_asked")
    since, known = _returned_at(row), material_kinds()
    wrong = {
        kind: "material_old"
        for kind in row.faults or {}
        if kind in known and not _is_newer(materials.current(row, kind), since)
    }
    if wrong:
        raise Invalid("form", fields=wrong)


def _is_newer(file: AgreementFile | None, since: datetime | None) -> bool:
    return file is not None and (since is None or file.created_at > since)


def _returned_at(row: Agreement) -> datetime | None:
    back = (AgreementEvent.agreement == row.id) & (AgreementEvent.kind == "review.returned")
    found = AgreementEvent.select(AgreementEvent.at).where(back).order_by(AgreementEvent.seq.desc()).first()
    return found.at if found is not None else None
