"""解约: asked by one side, answered by the other, reviewed twice, sealed; or filed with the unit's stamped letter.

While one is under way the agreement shows that it is being released, and no second one begins: whoever asks as well
is told to answer instead.
"""

from typing import Any, Unpack

from config.agreements import times
from domain.actors import Role
from domain.agreements import GRADUATE_SIDE, ONLINE, RELEASE, UNASKED, UNIT_SIDE
from domain.refusals import Conflict, NotAllowed, NotFound
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.db import transaction
from services.agreements import (
    consenting,
    materials,
    moves,
    persons,
    release_texts,
    repeats,
    reviews,
    standing,
    telling,
    terms,
)
from services.agreements.chain import Body
from services.agreements.consenting import Signed
from services.agreements.materials import Given
from services.agreements.parties import Device, Party, staff_party
from services.context import Context
from services.seats import Seat

STAFF_SIDE = "staff"
_OTHER = {GRADUATE_SIDE: UNIT_SIDE, UNIT_SIDE: GRADUATE_SIDE}


def of_agreement(agreement: Agreement) -> list[Release]:
    """Every release that was asked for, the newest first."""
    asked = (Release.agreement == agreement.id) & Release.status.not_in(sorted(UNASKED))
    rows = list(Release.select().where(asked).order_by(Release.id.desc()).limit(50))
    for row in rows:
        row.agreement = agreement
    return rows


def ask(ctx: Context, party: Party, agreement: Agreement, reason: str, **signed: Unpack[Signed]) -> Release:
    """Asks the other side to release an agreement that was signed online, under a handwritten signature.

    What is signed is frozen now: see ``release_texts``.

    Asked again by the same side it is the same release. Raises Conflict ``release_answer`` where the other side has
    asked already, ``release_by_letter`` where the agreement was signed on paper; Invalid, NotFound.
    """
    consenting.need(party, agreement, signed)
    drawn = materials.judged(ctx, party, agreement, signed["strokes"])
    with materials.shelved(ctx, drawn.pieces) as names:
        return _ask(ctx, party, agreement, reason, (names, drawn))


@transaction
def _ask(ctx: Context, party: Party, agreement: Agreement, reason: str, given: Given) -> Release:
    row = _held(party, agreement)
    if row.kind != ONLINE:
        raise Conflict("release_by_letter")
    under_way = Release.open_of(row.id)
    if under_way is not None:
        return _asked_before(party, under_way, row)
    text = printed(reason)
    release = opened(ctx, row, party)
    return put(ctx, party, release, text, given)


def printed(reason: str) -> str:
    """The reason as the paper of the release will show it. Raises Invalid, also for what cannot be printed."""
    text = reviews.explained(reason)
    terms.need_printable(reason=text)
    return text


def put(ctx: Context, party: Party, release: Release, text: str, given: Given, **columns: Any) -> Release:
    """The question itself, in the caller's transaction."""
    row = release.agreement
    moves.move(ctx, row, "ask_release", party, {"kind": "term.opened", "item": release.code})
    consenting.note(ctx, party, row, "release", release=release.code)
    ink = materials.name_ink(ctx, party, row, given, release)
    now = ctx.clock()
    columns |= {"reason": text, "asked_at": now, "due_at": now + times().release, "open_key": row.code}
    facts, digest = persons.for_release(ctx, release)
    frozen = release_texts.to_freeze(release, text, digest["facts"])
    columns |= facts | frozen
    event: Body = {"kind": "term.requested", "reason": text, "side": party.side, **ink, **digest}
    event["release_text"] = frozen["text_digest"]
    moves.move_release(ctx, release, "ask", party, event, **columns)
    telling.release_asked(ctx, release)
    return release


def _asked_before(party: Party, under_way: Release, row: Agreement) -> Release:
    """A second question: the same side's is the first one again, the other side should answer."""
    under_way.agreement = row
    if under_way.asked_by == party.side:
        return under_way
    raise Conflict("release_answer" if under_way.status == "asked" else "release_under_way")


def agree(ctx: Context, party: Party, release: Release, digest: str, **signed: Unpack[Signed]) -> Release:
    """The other side agrees, under a handwritten signature, to the text that it was shown; then it is reviewed.

    ``digest`` is that text's. Raises Conflict, ``release_changed`` where the text is another one, Invalid, NotFound.
    """
    consenting.need(party, release.agreement, signed)
    drawn = materials.judged(ctx, party, release.agreement, signed["strokes"])
    with materials.shelved(ctx, drawn.pieces) as names:
        return _agree(ctx, party, release, digest, (names, drawn))


@transaction
def _agree(ctx: Context, party: Party, release: Release, digest: str, given: Given) -> Release:
    row = read(party, release, is_asker=False)
    if repeats.is_done(party, row.agreement, "term.agreed", release=row):
        return row
    if row.text_digest != digest:
        raise Conflict("release_changed")
    if row.status == "asked":
        consenting.note(ctx, party, row.agreement, "release", release=row.code)
    ink = materials.name_ink(ctx, party, row.agreement, given, row)
    now = ctx.clock()
    columns = {"agreed_at": now, "due_at": now + times().review_reminder}
    event: Body = {"kind": "term.agreed", "side": party.side, "release_text": row.text_digest, **ink}
    moves.move_release(ctx, row, "agree", party, event, **columns)
    telling.release_agreed(ctx, row)
    telling.release_waiting(ctx, row)
    return row


@transaction
def refuse(ctx: Context, party: Party, release: Release, reason: str) -> Release:
    """The other side does not agree; the agreement goes on. Raises Invalid without a reason, Conflict, NotFound."""
    row = read(party, release, is_asker=False)
    if repeats.is_done(party, row.agreement, "term.refused", release=row):
        return row
    text = reviews.explained(reason)
    event = {"kind": "term.refused", "reason": text, "side": party.side}
    come_to_nothing(ctx, row, "refuse", party, event, answer=text)
    telling.release_refused(ctx, row)
    return row


@transaction
def cancel(ctx: Context, party: Party, release: Release) -> Release:
    """Whoever asked takes it back before it was answered; the agreement goes on. Raises Conflict, NotFound."""
    row = read(party, release, is_asker=True)
    if repeats.is_done(party, row.agreement, "term.cancelled", release=row):
        return row
    come_to_nothing(ctx, row, "cancel", party, {"kind": "term.cancelled", "side": party.side})
    telling.release_cancelled(ctx, row)
    return row


@transaction
def add_proof(ctx: Context, party: Party, release: Release) -> Release:
    """The graduate hands in the unit's stamped letter, also once the question is over: in the place of the answer that
    the unit owes them, or as theirs, where they cannot sign by hand. Staff who took it over do so for them.

    The letter was added to the release before. Raises Conflict without it and while another one is under way,
    NotAllowed for a unit, whose letter is no answer of the graduate's; NotFound.
    """
    row = _to_have_letter(party, release)
    if repeats.is_done(party, row.agreement, "term.proof_added", release=row):
        return row
    RELEASE.next(row.status, "add_proof", party.actor.roles)
    agreement, was_over = row.agreement, row.status == "expired"
    if was_over:
        need_none_open(agreement)
        moves.move(ctx, agreement, "ask_release", party, {"kind": "term.reopened", "item": row.code})
    now = ctx.clock()
    columns: Body = {"open_key": agreement.code, "due_at": now + times().review_reminder}
    if party.side == _OTHER.get(row.asked_by):
        columns["agreed_at"] = now
    event: Body = {"kind": "term.proof_added", "side": party.side, **letters(row)}
    moves.move_release(ctx, row, "add_proof", party, event, **columns)
    telling.release_proof_added(ctx, row, by_staff=party.side == STAFF_SIDE)
    telling.release_waiting(ctx, row)
    return row


@transaction
def begin(ctx: Context, party: Party, agreement: Agreement) -> Release:
    """A release that papers can be added to before it is filed or asked for; the one begun before, if there is one.

    Nobody else sees it yet. Right after it was filed it is that one. Raises Conflict while another one is under way,
    NotFound.
    """
    row = _held(party, agreement)
    filed = _filed(party, row)
    if filed is not None:
        return filed
    need_none_open(row)
    return begun(party, row) or opened(ctx, row, party)


def begun(party: Party, row: Agreement) -> Release | None:
    """What this side, or this member of staff, has begun of an agreement and not filed yet."""
    unfiled = (Release.agreement == row.id) & (Release.status == RELEASE.initial)
    mine = unfiled & (Release.asked_by == party.side) & ~Release.is_new_signer & _whose(party)
    release = Release.select().where(mine).order_by(Release.id.desc()).first()
    if release is not None:
        release.agreement = row
    return release


def begin_for(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Release:
    """The same by 院系或辅导员 on the graduate's behalf, in their own range; a question that waits for its answer is
    taken over, by one of them. Raises Conflict, NotAllowed, NotFound.
    """
    _need_helper(seat)
    party, row = staff_party(seat, device), reviews.one(ctx, seat, agreement.code)
    return _taken_over(party, row) or begin(ctx, party, row)


@transaction
def _taken_over(party: Party, agreement: Agreement) -> Release | None:
    row = standing.held(party, agreement)
    release = _waiting(row)
    if release is None or release.uploader_id == party.actor.staff_id:
        return release
    if release.uploader_id is not None:
        raise Conflict("release_helped")
    release.change(release.version, uploader_id=party.actor.staff_id)
    return release


def _waiting(row: Agreement) -> Release | None:
    """The release of an agreement that waits for the other side's answer."""
    release = Release.open_of(row.id)
    if release is None or release.status != "asked":
        return None
    release.agreement, release.graduate = row, row.graduate
    return release


@transaction
def begun_for(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Release | None:
    """What this member of staff has begun so and not filed yet, or the question that waits for its answer.

    Raises Conflict, NotAllowed, NotFound.
    """
    _need_helper(seat)
    party = staff_party(seat, device)
    row = _held(party, reviews.one(ctx, seat, agreement.code))
    waiting = _waiting(row) or _filed(party, row)
    if waiting is not None:
        return waiting
    need_none_open(row)
    return begun(party, row)


def _filed(party: Party, row: Agreement) -> Release | None:
    """The release that is under way, if this very person has just handed in its letter."""
    release, kinds = Release.open_of(row.id), ("term.offline_requested", "term.proof_added")
    if release is None or not repeats.is_done(party, row, *kinds, release=release):
        return None
    release.agreement, release.graduate = row, row.graduate
    return release


def _need_helper(seat: Seat) -> None:
    if seat.level not in (Role.COLLEGE, Role.COUNSELOR):
        raise NotAllowed()


@transaction
def file_offline(ctx: Context, party: Party, release: Release, reason: str) -> Release:
    """Hands in a release that was agreed on paper: the letter with the unit's seal was added to it before.

    ``party`` is the graduate, or staff who began it for them and then may not review it. Raises Invalid, Conflict
    without a letter or while another one is under way, NotAllowed for a unit, NotFound.
    """
    filed = _filed(party, standing.held(party, release.agreement))
    if filed is not None:
        return filed
    row = read(party, release, is_asker=True)
    agreement, text = row.agreement, printed(reason)
    need_none_open(agreement)
    facts, digest = persons.for_release(ctx, row)
    frozen = release_texts.to_freeze(row, text, digest["facts"])
    event: Body = {"kind": "term.offline_requested", "reason": text, **letters(row), **digest}
    event["release_text"] = frozen["text_digest"]
    moves.move(ctx, agreement, "ask_release", party, {"kind": "term.opened", "item": row.code})
    now = ctx.clock()
    columns = {
        "reason": text,
        "is_online": False,
        "asked_at": now,
        "due_at": now + times().review_reminder,
        "open_key": agreement.code,
        **facts,
        **frozen,
    }
    moves.move_release(ctx, row, "file", party, event, **columns)
    telling.release_proof_added(ctx, row, by_staff=party.side == STAFF_SIDE)
    telling.release_waiting(ctx, row)
    return row


# -- rows --------------------------------------------------------------------------------------------------


def _held(party: Party, agreement: Agreement) -> Agreement:
    """An agreement whose papers are there to be released. Raises Conflict, NotFound."""
    row = standing.held(party, agreement)
    if standing.is_newcomer(party):
        raise NotFound()
    if row.effective_at is None:
        raise Conflict("release_too_early")
    return row


def read(party: Party, release: Release, *, is_asker: bool) -> Release:
    """The release as it is now, for whoever asked or for the other side. Raises NotFound for somebody else."""
    standing.held(party, release.agreement)
    row = fresh(release.code)
    if standing.is_newcomer(party) and not (is_asker and standing.begun_by(party, row)):
        raise NotFound()
    side = row.asked_by if is_asker else _OTHER.get(row.asked_by)
    if party.side != side or (
        is_asker and party.side == STAFF_SIDE and row.uploader_id != party.actor.staff_id
    ):
        raise NotFound()
    return row


def _to_have_letter(party: Party, release: Release) -> Release:
    """The same for whoever hands in the unit's letter: the graduate on either side, or staff who took it over."""
    if party.side == UNIT_SIDE:
        return read(party, release, is_asker=True)
    standing.held(party, release.agreement)
    row = fresh(release.code)
    is_helper = party.side != STAFF_SIDE or row.uploader_id == party.actor.staff_id
    if not is_helper or row.asked_by == STAFF_SIDE:
        raise NotFound()
    return row


def fresh(code: str) -> Release:
    """A release as it is now. Raises NotFound."""
    row = Release.by_code(code)
    if row is None:
        raise NotFound()
    row.agreement.graduate = row.graduate
    return row


def _whose(party: Party) -> Any:
    """Of what staff began each their own."""
    return Release.uploader_id == party.actor.staff_id if party.side == STAFF_SIDE else Release.id > 0


def need_none_open(agreement: Agreement) -> None:
    """Raises Conflict while a release is under way."""
    if Release.open_of(agreement.id) is not None:
        raise Conflict("release_under_way")


def opened(ctx: Context, row: Agreement, party: Party, **columns: Any) -> Release:
    """A release that nobody has asked for yet, in the caller's transaction."""
    return Release.create(
        agreement=row,
        graduate=row.graduate_id,
        province_id=row.province_id,
        school_id=row.school_id,
        college_id=row.college_id,
        asked_by=party.side,
        reason="",
        uploader_id=party.actor.staff_id if party.side == STAFF_SIDE else None,
        due_at=ctx.clock() + times().release_draft,
        **columns,
    )


def come_to_nothing(ctx: Context, row: Release, verb: str, party: Party, event: Body, **columns: Any) -> None:
    """A release comes to nothing and the agreement goes on; its papers stay until ``due_at``."""
    agreement, until = row.agreement, ctx.clock() + times().keep_ended
    moves.move_release(ctx, row, verb, party, event, open_key=None, due_at=until, **columns)
    moves.move(ctx, agreement, "keep", party, {"kind": "term.kept", "item": row.code})


def letters(release: Release) -> Body:
    """The digests of the letter's pages. Raises Conflict where there is none."""
    mine = (AgreementFile.release == release.id) & (AgreementFile.kind == "letter")
    pages = (
        AgreementFile.select().where(mine & AgreementFile.replaced_at.is_null()).order_by(AgreementFile.part)
    )
    found = [file.digest for file in pages if file.file]
    if not found:
        raise Conflict("letter_needed")
    return {"files": found}
