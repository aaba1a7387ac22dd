"""Looking at what was sealed: the public page, comparing a file with it, the record of how it came about."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime

from config import agreement_events
from documents import verifying
from documents.vault import Damaged
from documents.verifying import Verdict
from domain import personal
from domain.actors import Actor
from domain.agreements import PAPER, WITH_SCAN
from domain.refusals import NotFound
from models import journal
from models.agreement import Agreement, Release
from models.agreement_papers import SealedPaper
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit
from services import throttle
from services.agreements import chain
from services.context import Context
from services.jobs.steps import vault

# How it stands: what is not among these is not known to anybody who looks.
_STATES = {
    "issued": "unsigned",  # a numbered form is out
    "college_review": "unsigned",
    "school_review": "unsigned",
    "returned": "unsigned",
    "sealing": "unsigned",
    "effective": "effective",
    "releasing": "releasing",
    "released": "released",
    "voided": "voided",
    "expired": "number_void",
    "cancelled": "number_void",
    "rejected": "number_void",
}


@dataclass(frozen=True, slots=True)
class Face:
    """What anybody who has the code gets to see.

    ``state``: effective, releasing, released, voided, unsigned (a numbered form that is out) or number_void.
    ``sealed``: (kind, moment) of our papers.
    """

    state: str
    kind: str
    mode: str
    number: str
    graduate: str  # 李**
    school: str
    unit: str
    effective_on: date | None
    ended_at: datetime | None
    sealed: tuple[tuple[str, datetime], ...]
    wants_scan: bool  # a form on paper whose scan may be sent


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside what we sealed. ``kind``: which of our papers it is, byte by byte; empty for none of them.

    That is what counts; ``verdict`` says what its signature alone tells.
    """

    kind: str
    digest: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the completion record; ``who`` is a code, ``device`` what the browser called itself."""

    seq: int
    at: datetime
    kind: str
    side: str
    who: str
    address: str
    device: str
    wechat: str
    digests: tuple[tuple[str, str], ...]
    hash: str


def public(ctx: Context, code: str, address: str = "") -> Face:
    """What the public page shows; ``address`` is the network address that asks. Raises NotFound, TooMany."""
    row = _of_code(ctx, code, address)
    shown = SealedPaper.select().where(SealedPaper.agreement == row.id).order_by(SealedPaper.id)
    return Face(
        state=_state(row),
        kind=row.kind,
        mode=row.mode,
        number=row.number or "",
        graduate=personal.mask_name(row.graduate.name),
        school=OrgUnit.get_by_id(row.school_id).name,
        unit=row.unit_name,
        effective_on=row.effective_on,
        ended_at=row.ended_at if row.status in ("released", "voided") else None,
        sealed=tuple((paper.kind, paper.sealed_at) for paper in shown),
        wants_scan=row.kind == PAPER and row.status in WITH_SCAN,
    )


def _state(row: Agreement) -> str:
    """How it stands. What somebody new of the unit asks, who knows no more than what is printed, shows only once the
    graduate or the school has taken it up: before, nobody of either side has said that anything is undone.
    """
    release = Release.open_of(row.id) if row.status == "releasing" else None
    if release is not None and release.is_new_signer and release.status == "asked":
        return _STATES["effective"]
    return _STATES[row.status]


def compare(ctx: Context, code: str, data: bytes, address: str = "") -> Compared:
    """Looks at a file that somebody has: one of our papers of this agreement? Raises NotFound, TooMany, Crowded."""
    row, digest = _of_code(ctx, code, ""), hashlib.sha256(data).hexdigest()
    if address:
        ctx.throttle.use(throttle.COMPARING, address)
    ours = SealedPaper.select().where(SealedPaper.agreement == row.id)
    same = next((paper.kind for paper in ours if hmac.compare_digest(paper.digest, digest)), "")
    return Compared(same, digest, verifying.check(data, ctx.seals.roots))


def _of_code(ctx: Context, code: str, address: str) -> Agreement:
    if address:
        ctx.throttle.use(throttle.VERIFYING, address)
    row = Agreement.select(Agreement, Graduate).join(Graduate).where(Agreement.verify_code == code).first()
    if row is None or not code or row.status not in _STATES:
        raise NotFound()
    return row


def sealed_as(digest: str) -> SealedPaper | None:
    """Which of all our papers has this SHA-256, as hex; for the command line."""
    return (
        SealedPaper.select(SealedPaper, Agreement).join(Agreement).where(SealedPaper.digest == digest).first()
    )


def papers(agreement: Agreement) -> list[SealedPaper]:
    """Our papers of an agreement and of its release, in the order in which they came."""
    query = SealedPaper.select().where(SealedPaper.agreement == agreement.id)
    return list(query.order_by(SealedPaper.id))


def paper(agreement: Agreement, kind: str) -> SealedPaper:
    """Our newest paper of a kind: agreement, form, receipt or release. Raises NotFound."""
    found = next((row for row in reversed(papers(agreement)) if row.kind == kind), None)
    if found is None:
        raise NotFound()
    return found


@transaction
def content(ctx: Context, by: Actor, paper: SealedPaper) -> bytes:
    """A sealed PDF, unchanged, for a caller who has made sure that it may be seen; journaled. Raises NotFound."""
    try:
        data = b"".join(vault(ctx).pieces(paper.file))
    except Damaged:
        raise NotFound() from None
    journal.write(paper.agreement, "download", by, note={"item": paper.kind})
    return data


def completion(ctx: Context, agreement: Agreement) -> list[Step]:
    """How it came about, step by step: who, when, from where, with which digests; releases included."""
    return [_step(event) for event in chain.events(agreement)]


def _step(event: chain.Event) -> Step:
    body = event.body
    named = agreement_events.digests()
    digests = [(name, str(body[name])) for name in named if body.get(name)]
    files = body.get("files", ())
    pairs = files.items() if isinstance(files, dict) else enumerate(files, start=1)
    return Step(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        side=str(body["side"]),
        who=str(body["actor"]),
        address=str(body["address"]),
        device=str(body["agent"]),
        wechat=str(body["openid"]),
        digests=(*digests, *((str(name), str(value)) for name, value in pairs)),
        hash=event.hash,
    )
