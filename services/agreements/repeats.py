"""A verb that is called once more: whether this very person has done it, and nobody has done anything since.

Then the first answer stands, whoever taps twice or sends a page again. What the clock and the sealing do meanwhile
takes nothing from it; what somebody else did is a change that the person has to hear of.
"""

import json

from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent
from services.agreements.parties import CLOCK, Party

# Notes that are acts of their own; other notes only say what belongs to an act.
_ACTS = frozenset({"agreement.void_asked", "agreement.void_dropped"})


def is_done(party: Party, row: Agreement, *kinds: str, release: Release | None = None) -> bool:
    """Whether the last thing that anybody did to an agreement, or to a release of it, is of these kinds and theirs."""
    links = AgreementEvent.select(AgreementEvent.kind, AgreementEvent.body).where(
        AgreementEvent.agreement == row.id
    )
    named = release.code if release is not None else None
    for link in links.order_by(AgreementEvent.seq.desc()):
        body = json.loads(link.body)
        is_act = link.kind in _ACTS or "to" in body
        if is_act and body.get("release") == named and body["side"] != CLOCK.side:
            return link.kind in kinds and bool(body["actor"] == party.actor.code)
    return False
