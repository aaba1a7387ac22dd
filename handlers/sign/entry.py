"""The way in: a scanned code, and the way back by the signer's phone."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from domain.refusals import Conflict, NotFound
from handlers import visit
from handlers.agreement_states import STATES
from handlers.device import device
from handlers.forms import Form
from handlers.guards import Door, Guard, entrance
from handlers.one_time_code import sent_to_phone
from handlers.sign.holding import BACK, PAGE, browser_key, held, hold, is_unknown_in_wechat, let_go
from services.agreements import drafting, lists, tickets

door = Door("sign_entry")


@door.on("/s/<token>", Guard.ANYONE, ["GET", "POST"])
def scanned(token: str) -> ResponseReturnValue:
    """A graduate's code: whose it is as far as a stranger may know, then the draft."""
    if is_unknown_in_wechat():
        return entrance(f"/s/{token}")
    form, ticket = Form(), None
    with form.refusals():
        try:
            ticket = tickets.find(visit.ctx(), token, visit.network())
        except NotFound:
            raise Conflict("ticket_over") from None
        # With the page, not with the answer to it: two taps are one draft.
        key = browser_key()
        if form.is_sent:
            row = drafting.open_draft(visit.ctx(), ticket, device(), key)
            hold(row.code)
            return redirect(f"{PAGE}/{row.code}", 303)
    face = tickets.face(ticket) if ticket is not None else None
    return form.show("sign/scanned.html", token=token, face=face)


@door.on(BACK, Guard.ANYONE, ["GET", "POST"])
def come_back() -> ResponseReturnValue:
    """What this browser holds; or everything that was signed by a phone, shown to whoever has it.

    A registered unit has a page of its own for that.
    """
    visitor, form = visit.visitor(), Form("phone")
    if not form.is_sent and visitor is not None and visitor.recruiter is not None and not held():
        return redirect(f"{visit.EMPLOYER}agreements", 303)
    if form.is_sent:
        with form.refusals():
            found = lists.come_back(visit.ctx(), form.text("phone"), form.text("code"))
            hold(*reversed([row.code for row in found]))
            return redirect(visit.own_path(form.text("next") or BACK), 303)
    return form.show(
        "sign/back.html", rows=lists.of_signer(held()), states=STATES, onward=visit.own_path(_next() or BACK)
    )


def _next() -> str:
    from_here = visit.onward()
    return from_here if from_here.startswith("/s/") else ""


@door.on(f"{BACK}/code", Guard.ANYONE, ["POST"])
def back_code() -> ResponseReturnValue:
    """获取验证码, to the phone that was typed."""
    return sent_to_phone(lambda phone: lists.send_back_code(visit.ctx(), phone, visit.network()), BACK)


@door.on("/s/leave", Guard.ANYONE, ["POST"])
def leave() -> ResponseReturnValue:
    """退出: what was signed stays, and is come back to by the phone."""
    let_go()
    flash("已退出，本浏览器不再显示您的签约。需要时可以用签约手机找回。")
    return redirect(BACK, 303)
