"""协议初审 on a counselor's phone: the same review as at the console."""

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


def _desk() -> Seat:
    """The counselor's own seat, whichever the console was left in."""
    visitor = visit.me()
    if visitor.counselor is None:
        raise NotAllowed("counselors_only")
    return seats.seat_for(visitor.actor, visitor.counselor)


@door.on(PAGE, Guard.COUNSELOR)
def agreement_reviews() -> ResponseReturnValue:
    """What waits for the counselor; releases, which are rare, are looked at in the console."""
    ctx, desk = visit.ctx(), _desk()
    found = queues.agreements(ctx, desk, Asked(), request.args.get("after", ""))
    following = f"{PAGE}?{urlencode({'after': found.after})}" if found.after else ""
    return Form().show(
        "h5/reviews.html",
        found=found,
        kinds=KINDS,
        states=STATES,
        following=following,
        releases=queues.releases(ctx, desk, Asked()).rows,
    )


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
    return form.show("h5/review.html", **review_room.values_of(desk, row))


@door.on(f"{PAGE}/<code>/files/<file>", Guard.COUNSELOR)
def agreement_review_file(code: str, file: str) -> Response:
    """One of the papers that people gave, watermarked."""
    desk = _desk()
    return review_room.picture(desk, review_room.agreement_of(desk, code), file)
