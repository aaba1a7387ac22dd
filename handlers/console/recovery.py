"""恢复码: shown once after they are made, printed, and one of them typed in when the phone is gone."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import recovery_codes, second_factor
from services.sessions import Visitor

door = Door("console_recovery")

PAGE = "/console/second-factor/codes"
_FEW = 3


@door.on(PAGE, Guard.CONSOLE, ["GET", "POST"])
def recovery_page() -> ResponseReturnValue:
    """How many are left, and ten new ones by a code of the app; those just made are on the page this once."""
    visitor, onward = visit.me(), visit.onward()
    form = Form()
    if form.is_sent:
        with form.refusals():
            form.need("code")
            return shown_next(recovery_codes.renew(visit.ctx(), visitor, form.text("code")), onward)
    codes = visit.unsealed(session.pop("recovery", "")).get("codes", "").split()
    return form.show(
        "console/recovery-codes.html",
        codes=codes,
        left=recovery_codes.left(visitor),
        is_on=second_factor.is_on(visitor),
        made_at=visit.ctx().clock(),
        onward=onward,
    )


def shown_next(codes: Sequence[str], onward: str) -> ResponseReturnValue:
    """Leads to the page that shows these codes; the browser carries them there sealed."""
    session["recovery"] = visit.sealed({"codes": " ".join(codes)})
    return redirect(f"{PAGE}?{urlencode({'next': onward})}", 303)


def come_in(visitor: Visitor, typed: str) -> None:
    """Shows a recovery code in place of the app's. Raises Invalid, TooMany, Conflict."""
    left = recovery_codes.show(visit.ctx(), visitor, typed)
    words = f"您用恢复码登录了工作台，这个恢复码已失效，还剩 {left} 个。"
    if left < _FEW:
        words += "手机找回后请在“身份与账号”中换发；手机丢失的，请联系上一级管理员重置动态验证码。"
    flash(words, "warn")
