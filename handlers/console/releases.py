"""解约申请审核表: what waits for this seat, and one release with its letter and the agreement beside it."""

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from handlers import review_room, visit
from handlers.agreement_states import RELEASES
from handlers.agreement_words import SIDES
from handlers.console.agreement_filters import ALL, asked_of, values
from handlers.console.seat import seat
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.agreements import queues

door = Door("console_releases")

PAGE = "/console/releases"


@door.on(PAGE, Guard.CONSOLE)
def release_list() -> ResponseReturnValue:
    """The list; without a status what waits for this seat."""
    desk = seat()
    waits, asked = desk.level in queues.STATES, asked_of(desk, request.args)
    found = queues.releases(visit.ctx(), desk, asked, request.args.get("after", ""))
    return Form().show(
        "console/releases.html",
        found=found,
        waits=waits,
        statuses=[*RELEASES.items(), (ALL, "全部")] if waits else list(RELEASES.items()),
        states=RELEASES,
        sides=SIDES,
        **values(desk, asked, found.rows),
    )


@door.on(f"{PAGE}/<code>", Guard.CONSOLE, ["GET", "POST"])
def one_release(code: str) -> ResponseReturnValue:
    """One release, and the word on it."""
    form, desk = Form("reason"), seat()
    release = review_room.release_of(desk, code)
    if form.is_sent:
        with form.refusals():
            flash(review_room.decide_release(desk, release, form))
            return redirect(f"{PAGE}/{code}", 303)
        release = review_room.release_of(desk, code)
    return form.show("console/release.html", **review_room.release_values(desk, release))


@door.on(f"{PAGE}/<code>/files/<file>", Guard.CONSOLE)
def release_file(code: str, file: str) -> Response:
    """One paper of a release, watermarked."""
    desk = seat()
    release = review_room.release_of(desk, code)
    return review_room.picture(desk, release.agreement, file, release)
