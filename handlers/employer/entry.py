"""Coming in: registering an account, logging in and out."""

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from domain import personal
from domain.refusals import Refusal
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard, entrance
from handlers.h5.arrival import arrive
from services import codes, identity, sessions
from services.codes import Purpose

door = Door("employer_entry")

HOME = visit.EMPLOYER


@door.on(f"{HOME}login", Guard.ANYONE, ["GET", "POST"])
def employer_login() -> ResponseReturnValue:
    """The log-in page; inside WeChat the platform is asked first who this is."""
    onward, form = visit.onward(), Form("phone")
    if not form.is_sent:
        if visit.visitor() is not None:
            return redirect(onward, 303)
        if visit.is_in_wechat() and visit.known_openid() is None:
            return entrance(onward)
    else:
        with form.refusals():
            form.need("phone", "password")
            account = identity.log_in(
                visit.ctx(), form.text("phone"), form.secret("password"), visit.network()
            )
            return arrive(account, onward)
    return form.show("employer/login.html", onward=onward)


@door.on(f"{HOME}register", Guard.ANYONE, ["GET", "POST"])
def employer_register() -> ResponseReturnValue:
    """A new account for whoever holds the phone; the unit comes next."""
    form = Form("name", "phone", **visit.unsealed(session.pop("typed", "")))
    if form.is_sent:
        with form.refusals():
            form.need("name", "phone", "code", "password")
            account = identity.register(
                visit.ctx(), form.text("name"), form.text("phone"), form.text("code"), form.secret("password")
            )
            return arrive(account, f"{HOME}unit")
    return form.show("employer/register.html")


@door.on(f"{HOME}code", Guard.ANYONE, ["POST"])
def employer_code() -> ResponseReturnValue:
    """Sends the code for registering where no script does so."""
    form = Form("name", "phone")
    try:
        codes.send(visit.ctx(), personal.mobile(form.text("phone")), Purpose.REGISTER, visit.network())
    except Refusal as refusal:
        flash(refusal.say, "warn")
    else:
        flash("验证码已发送，5 分钟内有效。")
    session["typed"] = visit.sealed({name: str(form.values[name]) for name in ("name", "phone")})
    return redirect(f"{HOME}register", 303)


@door.on(f"{HOME}logout", Guard.ENTRANT, ["POST"])
def employer_logout() -> ResponseReturnValue:
    """Ends this session."""
    sessions.close_session(visit.ctx(), session.get("token", ""))
    visit.forget()
    flash("您已安全退出。")
    return redirect(f"{HOME}login", 303)
