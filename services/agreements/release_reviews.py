"""解约 in the hands of those who review it: 院系或辅导员 first, then the school; whoever brought its papers, never."""

from config.agreements import times
from domain.agreements import RELEASE
from domain.refusals import Conflict, IllegalMove, NotFound
from models.agreement import Release
from models.db import transaction
from services.agreements import moves, queues, releases, reviews, telling
from services.agreements.parties import Device, staff_party
from services.context import Context
from services.seats import Seat


def one(ctx: Context, seat: Seat, code: str, seen: str = "") -> Release:
    """A release in the seat's range, with its agreement and graduate.

    ``seen`` is the version that the reviewer's page showed. Raises NotFound, Conflict ``stale``.
    """
    mine = (Release.code == code) & queues.within(seat, Release) & queues.BEGUN
    row: Release | None = queues.joined(Release).where(mine).first()
    if row is None:
        raise NotFound()
    if seen not in ("", str(row.version)):
        raise Conflict("stale")
    row.agreement.graduate = row.graduate
    return row


@transaction
def pass_first(ctx: Context, seat: Seat, device: Device, release: Release) -> Release:
    """The first review is content. Raises Conflict for whoever brought the papers, NotAllowed, NotFound."""
    row = _to_review(ctx, seat, release, "college_review", "pass")
    reviews.other_person(seat, row.uploader_id)
    columns = {"first_reviewer_id": seat.staff.id, "due_at": ctx.clock() + times().review_reminder}
    moves.move_release(
        ctx, row, "pass", staff_party(seat, device), {"kind": "term.college_passed"}, **columns
    )
    telling.release_waiting(ctx, row)
    return row


@transaction
def pass_school(ctx: Context, seat: Seat, device: Device, release: Release) -> Release:
    """The school's word; of three parties its signature. Then the paper is sealed.

    Raises Conflict for whoever did the first review or brought the papers, NotAllowed, NotFound.
    """
    row = _to_review(ctx, seat, release, "school_review", "pass")
    reviews.other_person(seat, row.first_reviewer_id)
    reviews.other_person(seat, row.uploader_id)
    now = ctx.clock()
    columns = {"school_reviewer_id": seat.staff.id, "passed_at": now, "due_at": now}
    kind = "term.school_signed" if reviews.signs_as_party(row.agreement) else "term.passed"
    moves.move_release(ctx, row, "pass", staff_party(seat, device), {"kind": kind}, **columns)
    return row


@transaction
def reject(ctx: Context, seat: Seat, device: Device, release: Release, reason: str) -> Release:
    """A reviewer refuses; the agreement goes on. Raises Invalid without a reason, Conflict, NotAllowed, NotFound."""
    row = one(ctx, seat, release.code, str(release.version))
    reviews.not_their_own(seat, row.graduate)
    reviews.other_person(seat, row.uploader_id)
    text = reviews.explained(reason)
    event = {"kind": "term.rejected", "reason": text}
    releases.come_to_nothing(ctx, row, "reject", staff_party(seat, device), event, answer=text)
    telling.release_rejected(ctx, row)
    return row


def _to_review(ctx: Context, seat: Seat, release: Release, stage: str, verb: str) -> Release:
    row = one(ctx, seat, release.code, str(release.version))
    reviews.not_their_own(seat, row.graduate)
    if row.status != stage:
        raise IllegalMove(RELEASE.name, row.status, verb)
    return row
