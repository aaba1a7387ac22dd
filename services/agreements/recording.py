"""已签协议信息登记: what was signed on paper before is registered with its scan; the platform seals a receipt."""

from collections.abc import Mapping

from domain import personal
from domain.agreements import RECORDED, live_key
from domain.refusals import Invalid
from models.agreement import Agreement
from models.db import transaction
from services.agreements import (
    endings,
    moves,
    paper_way,
    persons,
    repeats,
    reviews,
    standing,
    telling,
    terms,
    tickets,
)
from services.agreements.parties import Party, own_graduate
from services.context import Context
from services.sessions import Visitor

_LONGEST_NUMBER, _LONGEST_DAY = 40, 10


@transaction
def begin(ctx: Context, party: Party, visitor: Visitor) -> Agreement:
    """The registration that the graduate is writing, begun now if there is none; raises like that of a form."""
    return paper_way.begun(ctx, party, own_graduate(visitor), RECORDED)


@transaction
def save(ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str]) -> Agreement:
    """Keeps what was typed so far, unchecked. Raises Conflict once it was handed in, NotFound."""
    row = standing.held(party, agreement)
    paper_way.need_editable(row)
    moves.need_time(ctx, row, "submit")
    number = personal.clean(typed.get(terms.NUMBER, ""))[:_LONGEST_NUMBER]
    day = personal.clean(typed.get(terms.SIGNED_ON, ""))[:_LONGEST_DAY]
    kept = terms.typed(typed) | {terms.NUMBER: number, terms.SIGNED_ON: day}
    row.change(terms=terms.frozen(kept), **paper_way.kept_on(ctx, row))
    return row


@transaction
def submit(ctx: Context, party: Party, agreement: Agreement, typed: Mapping[str, str]) -> Agreement:
    """Hands the registration in: fields, the paper's number and 签订日期, and the scan that was added before.

    From now on it binds. Raises Invalid naming every wrong field, Conflict, NotAllowed, NotFound.
    """
    row = standing.held(party, agreement)
    tickets.need_confirmed(row.graduate)
    standing.need_no_other(row.graduate_id, row.id)
    pages = paper_way.scan_of(row)
    agreed = terms.checked(ctx, typed, row.year)
    number = personal.clean(typed.get(terms.NUMBER, ""))
    if not number or len(number) > _LONGEST_NUMBER:
        raise Invalid.field(terms.NUMBER, "too_long" if number else "paper_number_needed")
    terms.need_printable(**{terms.NUMBER: number})
    day = terms.signing_day(ctx, typed.get(terms.SIGNED_ON, ""))
    whole = agreed | {terms.NUMBER: number, terms.SIGNED_ON: day.isoformat()}
    if repeats.is_done(party, row, "reg.submitted") and whole == as_typed(row):
        return row
    if row.status == "returned" and whole != as_typed(row):
        paper_way.need_editable(row)
    text = persons.signed_text(ctx, row, terms.frozen(whole))
    columns = paper_way.frozen(ctx, row, agreed, text)
    columns |= {"signed_on": day, "live_key": live_key(row.graduate_id)}
    event = {
        "kind": "reg.submitted",
        "digest": columns["terms_digest"],
        "files": pages,
        "signed_on": day.isoformat(),
    }
    moves.move(ctx, row, "submit", party, event, **columns)
    telling.review_waiting(ctx, row)
    return row


def as_typed(row: Agreement) -> terms.Terms:
    """What the form of a registration shows, and sends again where the scan alone is replaced."""
    own = {terms.NUMBER: terms.paper_number(row), terms.SIGNED_ON: terms.signed_on(row)}
    return terms.of(row) | own


@transaction
def withdraw(ctx: Context, party: Party, agreement: Agreement, reason: str) -> Agreement:
    """The graduate takes a registration back before the school's word. Raises Invalid, Conflict, NotFound."""
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "reg.withdrawn"):
        return row
    text = reviews.explained(reason)
    event = {"kind": "reg.withdrawn", "reason": text}
    moves.move(ctx, row, "withdraw", party, event, **endings.ended(ctx), reason=text)
    telling.withdrawn(ctx, row)
    return row


@transaction
def discard(ctx: Context, party: Party, agreement: Agreement) -> Agreement:
    """Throws a registration away. Raises Conflict, NotFound."""
    row = standing.held(party, agreement)
    if repeats.is_done(party, row, "reg.discarded"):
        return row
    moves.move(ctx, row, "discard", party, {"kind": "reg.discarded"}, **endings.abandoned(ctx, row))
    return row
