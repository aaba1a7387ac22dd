"""Sealing, by the worker: what the school has passed is rendered, sealed, looked at, stored and comes into force.

Each thing is sealed once for good: ``SealedPaper.key`` is unique, and its row comes with the move in one transaction.
Whoever dies before that leaves a file that nobody names, which the sweep of stray files removes, and a lease, after
which another one begins anew.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from config.agreements import times
from config.metrics import SEALED, SEALING_WAITS
from documents import agreement_papers, verifying
from documents.agreement_papers import Paper, Unsigned
from documents.fonts import NoFont
from documents.press import Press
from documents.seal import SealNote, SealTrouble
from documents.typeset import NotSet
from documents.vault import Damaged, Vault
from domain.agreements import ONLINE
from models.agreement import Agreement, Release
from models.agreement_papers import SealedPaper
from models.db import DatabaseAway, connected, transaction
from models.org import OrgUnit
from services.agreements import completion, endings, moves, papers, proof, stuck, telling
from services.agreements.parties import CLOCK
from services.agreements.proof import Tampered
from services.context import Context
from services.jobs.steps import vault

log = structlog.get_logger()

OWNER = "sealed_paper"
LEASE = timedelta(minutes=1)  # rendering and sealing take a second
STUCK = timedelta(hours=1)  # until one is tried again with which something is wrong
_BATCH = 20
# What can be wrong outside of this program: with this machine, for any paper, or with one paper alone. Anything else
# is a fault of ours, and logged as one.
_OF_MACHINE = (NoFont, SealTrouble, verifying.Crowded)
_OF_PAPER = (Tampered, Damaged, Unsigned)
_KNOWN = (*_OF_PAPER, NotSet)  # a paper that cannot be set, or a press that died: tried some more


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper on its way: of which row, and what is printed on it from what the chain's head was then."""

    agreement: Agreement
    release: Release | None
    paper: Paper

    @property
    def key(self) -> str:
        return self.key_of(self.paper.kind)

    def key_of(self, kind: str) -> str:
        """What makes a paper of this sheet the only one."""
        return f"{kind}:{(self.release or self.agreement).code}"


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed file on its way into the vault."""

    kind: str
    data: bytes
    file: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Hand:
    """What one sweep works with: a press for all its papers, and the seal.

    Whoever seals looks at each again before it is handed out. That the roots which people verify by say the same is
    seen by the first: it depends on the keys and not on the paper, and costs more than all the rest.
    """

    def __init__(self, ctx: Context, press: Press) -> None:
        self._seals = ctx.seals
        self._press = press
        self._is_trusted = False

    def sealed(self, paper: Paper, place: str) -> bytes:
        """The paper, set and sealed. Raises Unsigned, NotSet, NoFont, SealTrouble, Crowded."""
        signer = self._seals.signer()
        if signer is None:
            raise SealTrouble("no key here")
        title = agreement_papers.title_of(paper)
        data = signer.seal(agreement_papers.pdf(paper, self._press.pdf), SealNote(title, paper.number, place))
        if not self._is_trusted:
            verdict = verifying.check(data, self._seals.roots)
            if not verdict.is_good or verdict.number != paper.number:
                raise SealTrouble(f"does not verify: {', '.join(verdict.problems) or verdict.number}")
            self._is_trusted = True
        return data


def sweep(ctx: Context) -> int:
    """Seals what waits, until nothing does or this process is to stop; returns how many papers came into being."""
    if ctx.seals.signer() is None:
        return 0
    done = 0
    with connected(), Press() as press:
        hand = Hand(ctx, press)
        for table, status in ((Agreement, "sealing"), (Agreement, "issuing"), (Release, "sealing")):
            while not ctx.stopping.is_set() and (rows := _taken(ctx, table, status)):
                done += sum(_tried(ctx, hand, table, row.id) for row in rows)
    return done


def _taken(ctx: Context, table: Any, status: str) -> list[Any]:
    """Rows that are ours for as long as the lease lasts. Their version stays: nobody else waits for it."""
    now = ctx.clock()
    waiting = (table.status == status) & (table.due_at <= now)
    rows = list(table.select(table.id).where(waiting).order_by(table.due_at, table.id).limit(_BATCH))
    return [row for row in rows if _leased(table, row.id, status, now + LEASE, now)]


@transaction
def _leased(table: Any, row_id: int, status: str, until: Any, now: Any) -> bool:
    mine = (table.id == row_id) & (table.status == status) & (table.due_at <= now)
    return bool(table.update(due_at=until).where(mine).execute())


def _tried(ctx: Context, hand: Hand, table: Any, row_id: int) -> bool:
    """Whether a paper came into being. What is wrong with one does not keep the others waiting."""
    sheet = None
    try:
        sheet = _sheet(ctx, table, row_id)
        return sheet is not None and _sealed(ctx, hand, sheet)
    except DatabaseAway:
        raise
    except Exception as trouble:
        # Also a fault of ours: whatever is wrong with one, its turn comes again, and those behind it are not held up.
        kind = sheet.paper.kind if sheet else "unknown"
        SEALED.labels(kind, "failed").inc()
        told = {"table": table._meta.table_name, "row": row_id, "why": _why(trouble)}
        if isinstance(trouble, _OF_MACHINE):
            log.warning("sealing_failed", **told)
            return False
        _count(ctx, table, row_id, is_certain=isinstance(trouble, _OF_PAPER))
        log.error("sealing_failed", exc_info=not isinstance(trouble, _KNOWN), **told)
        return False


@transaction
def _count(ctx: Context, table: Any, row_id: int, *, is_certain: bool) -> None:
    """What certainly cannot be sealed, or has failed some times, is set aside and tried much later: see ``stuck``."""
    tries = max(table.get_by_id(row_id).reminders, stuck.TRIES - 1 if is_certain else 0) + 1
    columns: dict[str, Any] = {"reminders": tries}
    if tries >= stuck.TRIES:
        columns["due_at"] = ctx.clock() + STUCK
    table.update(columns).where((table.id == row_id) & table.status.in_(stuck.WAITING)).execute()


def _sheet(ctx: Context, table: Any, row_id: int) -> Sheet | None:
    """What is to be sealed, read afresh; None when somebody has done it, or added to the chain, meanwhile."""
    before = _head(table, row_id)
    try:
        return _proven(ctx, table, row_id)
    except Tampered:
        if _head(table, row_id) != before:
            return None
        raise


def _head(table: Any, row_id: int) -> tuple[int, str]:
    """How far the chain of a row's agreement has come, and the row's status."""
    row = table.get_by_id(row_id)
    return (row.agreement if table is Release else row).head_seq, row.status


def _proven(ctx: Context, table: Any, row_id: int) -> Sheet | None:
    """The same, once the chain has shown that it is what was signed. Raises Tampered."""
    if table is Release:
        release = Release.by_code(Release.get_by_id(row_id).code)
        if release is None or release.status != "sealing":
            return None
        agreement = Agreement.by_code(release.agreement.code)
        if agreement is None:
            return None
        release.agreement = agreement
        proof.need(agreement, release)
        return Sheet(agreement, release, papers.release_paper(ctx, release))
    agreement = Agreement.by_code(Agreement.get_by_id(row_id).code)
    if agreement is None or agreement.status not in stuck.WAITING:
        return None
    proof.need(agreement)
    if agreement.status == "issuing":
        return Sheet(agreement, None, papers.form_paper(ctx, agreement, ctx.clock() + times().scan))
    make = papers.agreement_paper if agreement.kind == ONLINE else papers.receipt_paper
    return Sheet(agreement, None, make(ctx, agreement))


def _sealed(ctx: Context, hand: Hand, sheet: Sheet) -> bool:
    """Renders, seals, verifies, stores, and moves on; False when somebody else was first."""
    begun = time.monotonic()
    made = _made(ctx, hand, sheet)
    is_ours = _named(ctx, sheet, made)
    for one in made:
        vault(ctx).settle(OWNER, one.file, is_named=is_ours)
    if is_ours:
        SEALED.labels(sheet.paper.kind, "ok").inc()
        log.info("paper_sealed", key=sheet.key, milliseconds=round((time.monotonic() - begun) * 1000))
    return is_ours


def _made(ctx: Context, hand: Hand, sheet: Sheet) -> list[Made]:
    """The paper, and with all but a form the record of how it came about; both sealed and stored."""
    place = OrgUnit.get_by_id(sheet.agreement.school_id).name
    data = hand.sealed(sheet.paper, place)
    sealed = [(sheet.paper.kind, data)]
    if sheet.paper.kind != "form":
        record = completion.record(ctx, sheet.agreement, sheet.paper, hashlib.sha256(data).hexdigest())
        sealed.append((record.kind, hand.sealed(record, place)))
    return [Made(kind, one, kept(vault(ctx), one)) for kind, one in sealed]


def kept(shelf: Vault, data: bytes) -> str:
    """The name of a file in the vault, from where it was read again. Raises Damaged unless it is the same."""
    name = shelf.store([data], owner=OWNER)
    if b"".join(shelf.pieces(name)) != data:
        raise Damaged(name)
    return name


@transaction
def _named(ctx: Context, sheet: Sheet, made: list[Made]) -> bool:
    """The sealed files get their rows, and what they are of moves on: all or nothing."""
    agreement = Agreement.by_code(sheet.agreement.code)
    if agreement is None or agreement.head_seq != sheet.agreement.head_seq:
        return False  # done meanwhile, or something was added to the chain: the next turn prints it anew
    if SealedPaper.select().where(SealedPaper.key == sheet.key).exists():
        return False
    now = ctx.clock()
    for one in made:
        SealedPaper.create(
            agreement=agreement,
            release=sheet.release,
            kind=one.kind,
            key=sheet.key_of(one.kind),
            file=one.file,
            digest=one.digest,
            size=len(one.data),
            sealed_at=now,
        )
    event = {"kind": "pdf.sealed", "paper": sheet.paper.kind, "digest": made[0].digest}
    event |= {one.kind: one.digest for one in made[1:]}
    if sheet.release is not None:
        _release(ctx, sheet.release, agreement, event)
    elif agreement.status == "issuing":
        due = now + times().scan
        moves.move(ctx, agreement, "issue", CLOCK, event | {"kind": "paper.issued"}, due_at=due)
        telling.form_issued(ctx, agreement)
    else:
        columns = {"effective_at": now, "offer_key": None, "draft_key": None}
        moves.move(ctx, agreement, "seal", CLOCK, event, **columns)
        telling.sealed(ctx, agreement)
    return True


def _release(ctx: Context, release: Release, agreement: Agreement, event: dict[str, Any]) -> None:
    release.agreement = agreement
    moves.move_release(ctx, release, "seal", CLOCK, event, open_key=None)
    moves.move(ctx, agreement, "release", CLOCK, {"kind": "term.released"}, **endings.ended(ctx))
    telling.released(ctx, release)


def look_out(ctx: Context) -> float:
    """Counts how long the oldest paper has waited, in seconds, and says so loudly when that is too long."""
    oldest = [
        table.select(table.passed_at)
        .where(table.status.in_(stuck.WAITING) & table.passed_at.is_null(False))
        .order_by(table.passed_at)
        .first()
        for table in (Agreement, Release)
    ]
    ages = [(ctx.clock() - row.passed_at).total_seconds() for row in oldest if row is not None]
    age = max(ages, default=0.0)
    SEALING_WAITS.set(age)
    if age > times().sealing_alert.total_seconds():
        log.error("sealing_waits", seconds=round(age))
    return age


def _why(trouble: Exception) -> str:
    """For the log: what is wrong, and no word of what is printed."""
    return f"{type(trouble).__name__}: {trouble}"[:200]
