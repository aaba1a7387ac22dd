"""生源信息确认: the graduate reads the whole record, mends what is his or hers to mend, and confirms it."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.guards import Door, Guard
from handlers.roster_form import roster_form
from services import roster

door = Door("roster")

PAGE = "/h5/roster"


@door.on(PAGE, Guard.GRADUATE, ["GET", "POST"])
def own_roster() -> ResponseReturnValue:
    """The record; once staff have locked it, only to be read."""
    visitor, onward = visit.me(), visit.onward()
    asked = roster_form(roster.own_record(visit.ctx(), visitor))
    form, graduate = asked.form, asked.seen.graduate
    if form.is_sent and not asked.is_search:
        with form.refusals():
            roster.confirm(visit.ctx(), visitor, asked.version, asked.sent)
            flash("生源信息已确认。毕业前有变化，可以修改后再次确认。")
            return redirect(onward, 303)
    ask = roster.whom_to_ask(graduate) if graduate.status == "locked" else []
    return form.show("h5/roster.html", onward=onward, ask=ask, **asked.values())
