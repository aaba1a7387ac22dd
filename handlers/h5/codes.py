"""Sending a one-time code: to a script as JSON, to a page without script by leading back to it."""

from urllib.parse import urlencode

from flask import redirect, session
from flask.typing import ResponseReturnValue

from domain import personal
from domain.refusals import Invalid
from handlers import one_time_code, visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import binding, codes
from services.agreements import answering
from services.codes import Purpose

door = Door("codes")

_PAGES = {
    Purpose.REGISTER: "/h5/register",
    Purpose.RESET: "/h5/reset",
    Purpose.MOVE: "/h5/move",
    Purpose.UNBIND: "/h5/account",
    Purpose.ACCEPT: "/h5/agreements",
}


@door.on("/h5/code", Guard.ANYONE, ["POST"])
def code() -> ResponseReturnValue:
    """Sends a code for one purpose; the answer is the same whether or not the phone has an account."""
    form = Form("name", "phone")
    purpose = _purpose(form.text("purpose"))
    answer = one_time_code.sent(lambda: _send(purpose, form.text("phone")))
    if answer is not None:
        return answer
    session["typed"] = visit.sealed({name: str(form.values[name]) for name in ("name", "phone")})
    return redirect(f"{_PAGES[purpose]}?{urlencode({'next': visit.onward()})}", 303)


def _purpose(word: str) -> Purpose:
    try:
        return Purpose(word)
    except ValueError:
        raise Invalid("bad_choice") from None


def _send(purpose: Purpose, phone: str) -> int:
    """The seconds until another code may be asked for; the account's own phone gets the codes about its binding."""
    ctx = visit.ctx()
    if purpose is Purpose.UNBIND:
        return binding.ask_unbind(ctx, visit.me().account, visit.network())
    if purpose is Purpose.MOVE:
        return binding.ask_move(ctx, visit.me().account, visit.network())
    if purpose is Purpose.ACCEPT:
        return answering.send_code(ctx, visit.me(), visit.network())
    return codes.send(ctx, personal.mobile(phone), purpose, visit.network())
