"""The completion record: who did what, when, from where, with which digests, for whoever has to prove it one day.

It is sealed together with a paper and holds the chain up to there, link by link with every hash; the paper's own
event, which comes next in the chain, names the digests of both. Beside it the chain itself can be taken out, from
which anybody can compute the same hashes (电子签名法 第五、六、八条: kept unchanged, and what shows it).
"""

import json
from typing import Any

from config.agreement_events import digests, events, sides
from config.agreement_papers import labels, paper_words
from config.agreements import materials, printed
from documents.agreement_papers import Link, Paper
from documents.fonts import spelled
from domain import personal
from domain.actors import Actor
from domain.desk_hours import CHINA
from models import journal
from models.account import Account
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, SealedPaper
from models.db import transaction
from services.agreements import looking, persons, standing
from services.agreements.looking import Step
from services.context import Context

Pairs = tuple[tuple[str, str], ...]


def record(ctx: Context, agreement: Agreement, of: Paper, digest: str) -> Paper:
    """The record that goes with a paper, whose bytes have this digest."""
    steps = looking.completion(ctx, agreement)
    names = _names(ctx, agreement, steps)
    title = paper_words(of.kind, of.mode).title
    return Paper(
        kind="record",
        mode=of.mode,
        number=of.number,
        sides=(),
        terms=(
            (printed("agreement_number" if of.kind == "release" else "registered_as"), of.number),
            (printed("record_of"), title),
            (printed("record_graduate"), spelled(personal.mask_name(persons.of(ctx, agreement)["name"]))),
            (printed("record_unit"), agreement.unit_name),
            (printed("record_links"), printed("record_count", count=len(steps))),
        ),
        made_on=of.made_on,
        verify_url=of.verify_url,
        digests=(
            (printed("record_digest", paper=title), digest),
            (printed("terms_digest"), agreement.terms_digest),
            (printed("head", seq=agreement.head_seq), agreement.head_hash),
        ),
        notes=(printed("note_record"), printed("note_verify")),
        links=tuple(_link(step, names) for step in steps),
    )


def _names(ctx: Context, agreement: Agreement, steps: list[Step]) -> dict[str, str]:
    """Code of an actor → the masked name."""
    found = {
        f"{standing.NEWCOMER}{row.code}"[:24]: row.signer_name or ""
        for row in Release.select().where(Release.agreement == agreement.id)
    }
    found[f"signer-{agreement.code}"[:24]] = persons.signer_of(agreement)["name"]
    codes = {step.who for step in steps} - found.keys()
    found |= {row.code: row.name for row in Account.select().where(Account.code.in_(codes))}
    found |= {
        step.who: persons.of(ctx, agreement)["name"] for step in steps if step.side == "graduate" and step.who
    }
    return {code: personal.mask_name(name) for code, name in found.items()}


def _link(step: Step, names: dict[str, str]) -> Link:
    words, side = labels(), sides().get(step.side, step.side)
    who = " ".join(filter(None, (side, names.get(step.who, ""), f"({step.who})" if step.who else "")))
    facts = (
        (words["who"], who),
        (words["address"], step.address),
        (words["device"], step.device),
        (words["wechat"], step.wechat),
        *((_digest_name(name), value) for name, value in step.digests),
        (words["hash"], step.hash),
    )
    at = f"{step.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}.{step.at.microsecond // 1000:03d} +08:00"
    event = events().get(step.kind, step.kind)
    return Link(step.seq, at, event, tuple((label, spelled(value)) for label, value in facts if value))


def _digest_name(name: str) -> str:
    """What a digest is of: a word of ours, or a kind of material and its page, as in ``scan.2``."""
    kind, _, part = name.partition(".")
    if kind in materials():
        title = materials()[kind].title
        return f"{title} {part}" if part not in ("", "1") else title
    return digests().get(name, name)


@transaction
def chain_file(ctx: Context, by: Actor, agreement: Agreement) -> bytes:
    """The chain as JSON for whoever computes its hashes anew, with the frozen terms; journaled.

    ``links``: each ``hash`` is SHA-256 of the hash before it (empty for the first), a line feed and ``body``.
    """
    rows = AgreementEvent.select().where(AgreementEvent.agreement == agreement.id)
    papers = SealedPaper.select().where(SealedPaper.agreement == agreement.id).order_by(SealedPaper.id)
    asked = Release.select().where((Release.agreement == agreement.id) & Release.facts.is_null(False))
    whole: dict[str, Any] = {
        "agreement": agreement.code,
        "number": agreement.number,
        "head": {"seq": agreement.head_seq, "hash": agreement.head_hash},
        "terms": agreement.terms,
        "terms_digest": agreement.terms_digest,
        "releases": {row.code: row.facts for row in asked},
        "release_texts": {row.code: row.text for row in asked if row.text},
        "papers": [
            {"kind": row.kind, "digest": row.digest, "sealed_at": row.sealed_at.isoformat()} for row in papers
        ],
        "links": [
            {"seq": row.seq, "body": row.body, "hash": row.hash} for row in rows.order_by(AgreementEvent.seq)
        ],
    }
    journal.write(agreement, "download", by, note={"item": "chain"})
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
