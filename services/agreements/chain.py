"""The chain of events of an agreement: each link hashes the one before it, so that what was changed shows.

An event is canonical JSON: ids, codes and digests, the address and the device it came from, never names, but for who
signs for a school by its office. The last hash stands on the agreement and in its sealed paper, and the heads of each
day are kept elsewhere as well, since a chain alone does not show that its last link was taken away (电子签名法 第五、
六条: kept unchanged, sender and time can be told).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.agreement import Agreement
from models.agreement_papers import AgreementEvent
from services.agreements.parties import Party
from services.context import Context

Body = dict[str, Any]
_SEPARATORS = (",", ":")


@dataclass(frozen=True, slots=True)
class Link:
    """What a move writes on the agreement together with the event."""

    seq: int
    hash: str

    @property
    def columns(self) -> Body:
        return {"head_seq": self.seq, "head_hash": self.hash}


@dataclass(frozen=True, slots=True)
class Event:
    """One event as read back."""

    seq: int
    kind: str
    at: datetime
    body: Body
    hash: str


def canonical(body: Body) -> str:
    """The one way to write a body down."""
    return json.dumps(body, ensure_ascii=False, separators=_SEPARATORS, sort_keys=True)


def hash_of(before: str, text: str) -> str:
    """The hash of a link, 64 hexadecimal digits."""
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def add(ctx: Context, agreement: Agreement, kind: str, party: Party, detail: Body) -> Link:
    """Appends an event in the caller's transaction, which must write ``Link.columns`` onto the agreement.

    Two at once collide on (agreement, seq); the later of them is stale anyway.
    """
    now = ctx.clock()
    seq, before = int(agreement.head_seq) + 1, str(agreement.head_hash)
    device = party.device
    body: Body = {
        "seq": seq,
        "kind": kind,
        "agreement": agreement.code,
        "actor": party.actor.code,
        "side": party.side,
        "at": now.isoformat(timespec="milliseconds"),
        "address": device.address,
        "agent": device.agent[:200],
        "openid": ctx.keyring.mark(device.openid) if device.openid else "",
        **detail,
    }
    text = canonical(body)
    link = Link(seq, hash_of(before, text))
    AgreementEvent.create(
        agreement=agreement, seq=seq, kind=kind, at=now, body=text, before=before, hash=link.hash
    )
    return link


def events(agreement: Agreement) -> list[Event]:
    """The chain from its beginning."""
    rows = (
        AgreementEvent.select().where(AgreementEvent.agreement == agreement.id).order_by(AgreementEvent.seq)
    )
    return [Event(row.seq, row.kind, row.at, json.loads(row.body), row.hash) for row in rows]


def broken_at(agreement: Agreement) -> int | None:
    """The number of the first link that does not hold; one after the last when the end is missing; else None.

    A link holds where its hash follows from the one before, and says of itself what its row says.
    """
    before, seq = "", 0
    rows = (
        AgreementEvent.select().where(AgreementEvent.agreement == agreement.id).order_by(AgreementEvent.seq)
    )
    for row in rows:
        seq += 1
        if row.seq != seq or row.before != before or row.hash != hash_of(before, row.body):
            return seq
        body = json.loads(row.body)
        if (body["seq"], body["kind"], body["agreement"]) != (seq, row.kind, agreement.code):
            return seq
        before = row.hash
    is_whole = seq == agreement.head_seq and before == agreement.head_hash
    return None if is_whole else seq + 1
