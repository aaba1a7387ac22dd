"""解约 in the hands of those who review it: 院系或辅导员 first, then the school; whoever brought its papers, never."""

from collections.abc import Mapping, Set

from config.agreements import Criterion, criteria, times
from domain.agreements import RELEASE
from domain.refusals import Conflict, IllegalMove, Invalid, NotFound
from models.agreement import Release
from models.db import transaction
from models.graduate import Graduate
from services.agreements import materials, moves, queues, releases, repeats, reviews, school_marks, telling
from services.agreements.chain import Body
from services.agreements.parties import Device, staff_party
from services.agreements.school_marks import Mark
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


def criteria_of(release: Release) -> Mapping[str, Criterion]:
    """What the first review of this release ticks: whatever is to be seen in the papers that it has."""
    there = {file.kind for file in materials.all_current(release.agreement, release)}
    return {name: one for name, one in criteria("release").items() if there.issuperset(one.materials)}


def need_no_part(seat: Seat, release: Release) -> None:
    """Raises Conflict for whoever is released or brought the papers."""
    reviews.not_their_own(seat, release.graduate)
    reviews.other_person(seat, release.uploader_id)


def need_other_person(seat: Seat, release: Release) -> None:
    """Raises Conflict for these, and at the school for whoever did the first review: they may not pass it."""
    need_no_part(seat, release)
    if release.status == "school_review":
        reviews.other_person(seat, release.first_reviewer_id)


@transaction
def pass_first(ctx: Context, seat: Seat, device: Device, release: Release, ticked: Set[str]) -> Release:
    """The first review is content, having ticked every criterion.

    Raises Conflict for whoever brought the papers, Invalid, NotAllowed, NotFound.
    """
    done = _again(ctx, seat, release, "term.college_passed")
    if done is not None:
        return done
    row = _to_review(ctx, seat, release, "college_review", "pass")
    wanted = criteria_of(row)
    if set(wanted) - ticked:
        raise Invalid.field("criteria", "criteria_all")
    columns = {"first_reviewer_id": seat.staff.id, "due_at": ctx.clock() + times().review_reminder}
    event: Body = {"kind": "term.college_passed", "items": sorted(wanted)}
    moves.move_release(ctx, row, "pass", staff_party(seat, device), event, **columns)
    telling.release_waiting(ctx, row)
    return row


def pass_school(ctx: Context, seat: Seat, device: Device, release: Release) -> Release:
    """The school's word; of three parties its signature. Then the paper is sealed.

    Raises Conflict for whoever did the first review or brought the papers, NotAllowed, NotFound.
    """
    with school_marks.ready(ctx, release.agreement) as mark:
        return _pass_school(ctx, seat, device, release, mark)


@transaction
def _pass_school(ctx: Context, seat: Seat, device: Device, release: Release, mark: Mark | None) -> Release:
    done = _again(ctx, seat, release, "term.passed", "term.school_signed")
    if done is not None:
        return done
    row = _to_review(ctx, seat, release, "school_review", "pass")
    now = ctx.clock()
    columns = {"school_reviewer_id": seat.staff.id, "passed_at": now, "due_at": now}
    party = staff_party(seat, device)
    event: Body = {"kind": "term.school_signed" if mark else "term.passed"}
    event |= school_marks.fix(ctx, party, row.agreement, mark, row)
    moves.move_release(ctx, row, "pass", party, event, **columns)
    return row


@transaction
def reject(ctx: Context, seat: Seat, device: Device, release: Release, reason: str) -> Release:
    """A reviewer refuses; the agreement goes on. Raises Invalid without a reason, Conflict, NotAllowed, NotFound."""
    done = _again(ctx, seat, release, "term.rejected")
    if done is not None:
        return done
    row = one(ctx, seat, release.code, str(release.version))
    need_no_part(seat, row)
    text = reviews.explained(reason)
    event = {"kind": "term.rejected", "reason": text}
    releases.come_to_nothing(ctx, row, "reject", staff_party(seat, device), event, answer=text)
    telling.release_rejected(ctx, row)
    return row


def _again(ctx: Context, seat: Seat, release: Release, *kinds: str) -> Release | None:
    """What the same word of the same person came to before, as ``reviews.again`` answers it."""
    Graduate(id=release.graduate_id).hold()
    row, party = one(ctx, seat, release.code), staff_party(seat, Device())
    return row if repeats.is_done(party, row.agreement, *kinds, release=row) else None


def _to_review(ctx: Context, seat: Seat, release: Release, stage: str, verb: str) -> Release:
    row = one(ctx, seat, release.code, str(release.version))
    if row.status != stage:
        raise IllegalMove(RELEASE.name, row.status, verb)
    RELEASE.next(row.status, verb, seat.actor.roles)
    need_other_person(seat, row)
    return row
