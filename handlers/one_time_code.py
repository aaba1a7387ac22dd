"""获取验证码: to a script the answer is JSON; a page without script is led back by whoever asked for it."""

from collections.abc import Callable

from flask import Response, flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from domain.refusals import Refusal
from handlers import visit
from handlers.forms import Form


def sent(send: Callable[[], int]) -> Response | None:
    """Sends a code; ``send`` answers the seconds until another may be asked for. None where a page is to be shown."""
    try:
        seconds = send()
    except Refusal as refusal:
        if visit.wants_json():
            raise
        flash(refusal.say, "warn")
        return None
    if visit.wants_json():
        return jsonify(seconds=seconds)
    flash("验证码已发送，5 分钟内有效。")
    return None


def sent_to_phone(send: Callable[[str], int], page: str) -> ResponseReturnValue:
    """The same to the phone that the form names; a page without script is led back to ``page``."""
    answer = sent(lambda: send(Form().text("phone")))
    return answer if answer is not None else redirect(page, 303)
