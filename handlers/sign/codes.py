"""获取验证码 on the unit's pages: to a script as JSON, to a page without script by leading back to it."""

from collections.abc import Callable

from flask import flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from domain.refusals import Refusal
from handlers import visit
from handlers.forms import Form


def code_sent(send: Callable[[str], int], page: str) -> ResponseReturnValue:
    """Sends a code to the phone that the form names; ``send`` answers the seconds until another may be asked for."""
    try:
        seconds = send(Form().text("phone"))
    except Refusal as refusal:
        if visit.wants_json():
            raise
        flash(refusal.say, "warn")
    else:
        if visit.wants_json():
            return jsonify(seconds=seconds)
        flash("验证码已发送，5 分钟内有效。")
    return redirect(page, 303)
