"""The console's first page, and choosing in which capacity to work."""

from flask import redirect
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.console.seat import seat
from handlers.console.wording import KINDS, STATUSES, verb_of
from handlers.dress import page
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import overview, recovery_codes, seats, second_factor

door = Door("console_home")


@door.on(visit.CONSOLE, Guard.CONSOLE)
def first_page() -> ResponseReturnValue:
    """Who one is here, what lies in one's range, and where to go on."""
    desk = seat()
    seen = overview.look(visit.ctx(), desk)
    return page("console/home.html", seat=desk, seen=seen, verb_of=verb_of, kinds=KINDS, statuses=STATUSES)


@door.on("/console/seat", Guard.CONSOLE, ["GET", "POST"])
def choose_seat() -> ResponseReturnValue:
    """Chooses one of several capacities for the rest of the session."""
    form = Form()
    if form.is_sent:
        seats.sit_down(visit.me(), form.text("staff"))
        return redirect(visit.onward(), 303)
    visitor = visit.me()
    return form.show(
        "console/seat.html",
        visitor=visitor,
        seat=seat(),
        onward=visit.onward(),
        has_second_factor=second_factor.is_on(visitor),
        codes_left=recovery_codes.left(visitor),
    )
