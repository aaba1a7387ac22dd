"""协议初审 and 解约初审 on a counselor's phone: the same reviews as at the console."""

from urllib.parse import urlencode

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.refusals import NotAllowed
from handlers import review_room, visit
from handlers.agreement_states import KINDS, STATES
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import seats
from services.agreements import queues
from services.agreements.queues import Asked
from services.seats import Seat

door = Door("agreement_reviews")

PAGE = "/h5/reviews"
RELEASES = f"{PAGE}/releases"


def _desk() -> Seat:
    """The counselor's own seat, whichever the console was left in."""
    visitor = visit.me()
    if visitor.counselor is None:
        raise NotAllowed("counselors_only")
    return seats.seat_for(visitor.actor, visitor.counselor)


@door.on(PAGE, Guard.COUNSELOR)
def agreement_reviews() -> ResponseReturnValue:
    """What waits for the counselor: 解约, which are few, and agreements, each a slice at a time."""
    ctx, desk = visit.ctx(), _desk()
    releases = queues.releases(ctx, desk, Asked(), request.args.get("releases", ""))
    found = queues.agreements(ctx, desk, Asked(), request.args.get("after", ""))
    return Form().show(
        "h5/reviews.html",
        found=found,
        releases=releases,
        kinds=KINDS,
        states=STATES,
        following=_following("after", found.after),
        more_releases=_following("releases", releases.after),
    )


def _following(name: str, after: str) -> str:
    return f"{PAGE}?{urlencode({name: after})}" if after else ""


@door.on(f"{PAGE}/<code>", Guard.COUNSELOR, ["GET", "POST"])
def agreement_review(code: str) -> ResponseReturnValue:
    """One agreement, and the counselor's word on it."""
    form, desk = Form("reason"), _desk()
    row = review_room.agreement_of(desk, code)
    if form.is_sent:
        with form.refusals():
            flash(review_room.decide(desk, row, form))
            return redirect(PAGE, 303)
        row = review_room.agreement_of(desk, code)
    following = queues.next_waiting(desk, row)
    return form.show("h5/review.html", following=following, **review_room.values_of(desk, row))


@door.on(f"{PAGE}/<code>/files/<file>", Guard.COUNSELOR)
def agreement_review_file(code: str, file: str) -> Response:
    """One of the papers that people gave, watermarked."""
    desk = _desk()
    return review_room.picture(desk, review_room.agreement_of(desk, code), file)


@door.on(f"{RELEASES}/<code>", Guard.COUNSELOR, ["GET", "POST"])
def release_review(code: str) -> ResponseReturnValue:
    """One 解约 with its papers, and the counselor's word on it."""
    form, desk = Form("reason"), _desk()
    release = review_room.release_of(desk, code)
    if form.is_sent:
        with form.refusals():
            flash(review_room.decide_release(desk, release, form))
            return redirect(PAGE, 303)
        release = review_room.release_of(desk, code)
    following = queues.next_waiting(desk, release)
    return form.show(
        "h5/release-review.html", following=following, **review_room.release_values(desk, release)
    )


@door.on(f"{RELEASES}/<code>/files/<file>", Guard.COUNSELOR)
def release_review_file(code: str, file: str) -> Response:
    """One paper of a release, watermarked."""
    desk = _desk()
    release = review_room.release_of(desk, code)
    return review_room.picture(desk, release.agreement, file, release)
