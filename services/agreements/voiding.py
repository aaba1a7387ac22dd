"""作废: an agreement that came about by fraud, or whose paper cannot be sealed, is made void by two of its school.

The first says why and brings a picture of what proves it; the second, another person, confirms. A release that is
under way ends with it, even one that is being sealed.
"""

from collections.abc import Iterator

from documents.papers import Paper
from domain.actors import Role
from domain.agreements import BY_KIND, VOIDABLE
from domain.refusals import Conflict, IllegalMove, NotAllowed
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.db import transaction
from services import throttle
from services.agreements import endings, materials, moves, reviews, telling
from services.agreements.materials import Shelved
from services.agreements.parties import Device, staff_party
from services.context import Context
from services.jobs.steps import vault
from services.papers import paper_from
from services.seats import Seat

PROOF = "void_proof"


def proof_of(agreement: Agreement) -> AgreementFile | None:
    """The picture that came with what was asked."""
    return materials.current(agreement, PROOF)


def ask(
    ctx: Context, seat: Seat, device: Device, agreement: Agreement, reason: str, pieces: Iterator[bytes]
) -> Agreement:
    """One of the school's people asks that an agreement be void, with a picture of the proof.

    Raises Invalid without a reason or a picture, Conflict when it was asked before, NotAllowed, NotFound, TooMany.
    """
    done = reviews.again(ctx, seat, agreement, "agreement.void_asked")
    if done is not None:
        return done
    _need_unasked(_voidable(ctx, seat, agreement))
    text = reviews.explained(reason)
    ctx.throttle.use(throttle.SIGNING_FILES, f"{seat.actor.code}:{agreement.code}")
    paper = paper_from(pieces, PROOF, "material_picture", small="photo_small", pictures_only=True)
    with materials.shelved(ctx, [paper.data]) as (stored,):
        return _ask(ctx, seat, device, agreement, (text, stored, paper))


@transaction
def _ask(
    ctx: Context, seat: Seat, device: Device, agreement: Agreement, given: tuple[str, Shelved, Paper]
) -> Agreement:
    done = reviews.again(ctx, seat, agreement, "agreement.void_asked")
    if done is not None:
        return done
    row, party = _voidable(ctx, seat, agreement), staff_party(seat, device)
    _need_unasked(row)
    text, stored, paper = given
    file = materials.name_ours(ctx, party, row, (PROOF, None), (stored, paper.data, paper.kind))
    event = {"kind": "agreement.void_asked", "reason": text, "file": file.digest}
    moves.note(ctx, row, party, event)
    row.change(void_asked_by=seat.staff.id, void_reason=text)
    return row


def drop(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Agreement:
    """Takes back what was asked, the picture with it; any of the school's people may.

    Raises Conflict, NotAllowed, NotFound.
    """
    row, name = _drop(ctx, seat, device, agreement)
    if name:
        vault(ctx).delete(name)
    return row


@transaction
def _drop(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> tuple[Agreement, str]:
    done = reviews.again(ctx, seat, agreement, "agreement.void_dropped")
    if done is not None:
        return done, ""
    row = _of_school(ctx, seat, agreement)
    _need_asked(row)
    proof = proof_of(row)
    name = proof.file if proof is not None else ""
    if proof is not None:
        now = ctx.clock()
        proof.change(file="", share=None, replaced_at=now, shredded_at=now)
    moves.note(ctx, row, staff_party(seat, device), {"kind": "agreement.void_dropped"})
    row.change(void_asked_by=None, void_reason="")
    return row, name


@transaction
def confirm(ctx: Context, seat: Seat, device: Device, agreement: Agreement) -> Agreement:
    """Makes an agreement void, by another person than who asked for it. Raises Conflict, NotAllowed, NotFound."""
    done = reviews.again(ctx, seat, agreement, "agreement.voided")
    if done is not None:
        return done
    row = _voidable(ctx, seat, agreement)
    _need_asked(row)
    reviews.other_person(seat, row.void_asked_by)
    party = staff_party(seat, device)
    event = {"kind": "agreement.voided", "reason": row.void_reason}
    release = Release.open_of(row.id)
    if release is not None:
        release.agreement = row
        moves.move_release(ctx, release, "void", party, {"kind": "term.voided"}, open_key=None)
    moves.move(ctx, row, "void", party, event, **endings.ended(ctx))
    telling.voided(ctx, row)
    return row


def _voidable(ctx: Context, seat: Seat, agreement: Agreement) -> Agreement:
    """An agreement that may be made void, in the hands of its school. Raises NotAllowed, Conflict, NotFound."""
    row = _of_school(ctx, seat, agreement)
    if row.status not in VOIDABLE:
        raise IllegalMove(BY_KIND[row.kind].name, row.status, "void")
    return row


def _of_school(ctx: Context, seat: Seat, agreement: Agreement) -> Agreement:
    row = reviews.one(ctx, seat, agreement.code, str(agreement.version))
    if seat.level is not Role.SCHOOL:
        raise NotAllowed()
    return row


def _need_asked(row: Agreement) -> None:
    if row.void_asked_by is None:
        raise Conflict("void_not_asked")


def _need_unasked(row: Agreement) -> None:
    if row.void_asked_by is not None:
        raise Conflict("void_asked")
