"""就业协议 of a registered unit: its invitations and what became of them; the agreement itself has the unit's pages."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from domain.refusals import Conflict, NotAllowed
from handlers import visit
from handlers.agreement_states import GOOD, STATES
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard
from services.agreements import drafting, lists

door = Door("employer_agreements")

PAGE = "/employer/agreements"


@door.on(PAGE, Guard.EMPLOYER)
def employer_agreements() -> ResponseReturnValue:
    """What the unit has begun, the newest first."""
    recruiter = visit.me().recruiter
    if recruiter is None:
        raise NotAllowed("recruiter_first")
    status = request.args.get("status", "")
    found = lists.of_employer(recruiter, status if status in STATES else "", request.args.get("after", ""))
    return Form().show(
        "employer/agreements.html",
        visitor=visit.me(),
        found=found,
        statuses=list(STATES.items()),
        words=STATES,
        good=GOOD,
    )


@door.on("/employer/applications/<code>/sign", Guard.EMPLOYER, ["POST"])
def invite_to_sign(code: str) -> ResponseReturnValue:
    """邀请签约: a draft with what is known of the unit and the post."""
    try:
        row = drafting.invite(visit.ctx(), visit.me(), device(), code)
    except Conflict as refusal:
        flash(refusal.say, "warn")
        return redirect(f"/employer/applications/{code}", 303)
    return redirect(f"/s/d/{row.code}", 303)
