"""解约 in the hands of those who review it: 院系或辅导员 first, then the school; whoever brought its papers, never."""

from typing import Any

from config.agreements import times
from domain import personal
from domain.actors import Role
from domain.agreements import RELEASE
from domain.refusals import Conflict, IllegalMove, NotFound
from models.agreement import Agreement, Release
from models.db import transaction
from models.graduate import Graduate
from services.agreements import moves, releases, reviews, telling
from services.agreements.parties import Device, staff_party
from services.agreements.reviews import Asked
from services.context import Context
from services.listing import Slice
from services.seats import Seat

_STATES = {
    Role.COUNSELOR: ("college_review",),
    Role.COLLEGE: ("college_review",),
    Role.SCHOOL: ("school_review",),
}


def queue(ctx: Context, seat: Seat, asked: Asked, after: str = "") -> Slice[Release]:
    """Releases in the seat's range, those that wait the longest first, other lists the newest first."""
    query = _joined().where(reviews.within(seat, Release) & (Release.status != RELEASE.initial))
    if asked.state:
        waiting = _STATES.get(seat.level, ())
        query = query.where(Release.status.in_(waiting if asked.state == reviews.WAITING else (asked.state,)))
    if asked.year:
        query = query.where(Agreement.year == asked.year)
    if word := personal.clean(asked.keyword):
        query = query.where(reviews.named(word))
    return reviews.sliced(query, Release, after, is_upward=asked.state == reviews.WAITING)


def one(ctx: Context, seat: Seat, code: str, seen: str = "") -> Release:
    """A release in the seat's range, with its agreement and graduate.

    ``seen`` is the version that the reviewer's page showed. Raises NotFound, Conflict ``stale``.
    """
    narrowed = (Release.code == code) & reviews.within(seat, Release) & (Release.status != RELEASE.initial)
    row: Release | None = _joined().where(narrowed).first()
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
    reviews.other_person(seat, row.uploader_id)
    text = reviews.explained(reason)
    event = {"kind": "term.rejected", "reason": text}
    releases.come_to_nothing(ctx, row, "reject", staff_party(seat, device), event, answer=text)
    telling.release_rejected(ctx, row)
    return row


def _to_review(ctx: Context, seat: Seat, release: Release, stage: str, verb: str) -> Release:
    row = one(ctx, seat, release.code, str(release.version))
    if row.status != stage:
        raise IllegalMove(RELEASE.name, row.status, verb)
    return row


def _joined() -> Any:
    query = Release.select(Release, Agreement, Graduate).join(Agreement).switch(Release)
    return query.join(Graduate, on=(Release.graduate == Graduate.id))
