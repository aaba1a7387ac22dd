"""What somebody agrees to before they sign, each by a tick of its own, and what the chain keeps of it.

电子签名法 第十三条 末款: the way of signing is agreed. 个人信息保护法 第二十九条: papers of identity and handwriting
are sensitive, and take a consent apart from that.
"""

from typing import NotRequired, TypedDict

from config.consents import consents
from domain.refusals import Invalid
from models.agreement import Agreement
from services.agreements import materials, moves
from services.agreements.parties import Party
from services.context import Context


class Ticks(TypedDict):
    """``consent``: to sign like this; ``identity``: to have papers and handwriting kept, which those who have agreed
    to it for this agreement need not say again."""

    consent: bool
    identity: NotRequired[bool]


class Signed(Ticks):
    """The same with the signature itself."""

    strokes: str


def need(party: Party, agreement: Agreement, ticks: Ticks) -> None:
    """Raises Invalid naming each tick that is missing."""
    wrong = {}
    if not ticks["consent"]:
        wrong["consent"] = "consent_needed"
    if not ticks.get("identity") and not materials.has_agreed(party, agreement):
        wrong["identity"] = "identity_consent_needed"
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)


def note(ctx: Context, party: Party, row: Agreement, text: str, **where: str) -> None:
    """Writes both into the chain, in the caller's transaction. ``text``: signing or release."""
    materials.note_identity(ctx, party, row)
    event = {"kind": "consent.signing.given", "side": party.side, "text": consents()[text].digest}
    moves.note(ctx, row, party, event | where)
