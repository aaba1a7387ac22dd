"""Logging in with phone and password, and logging out."""

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard, entrance
from handlers.h5.arrival import arrive
from services import identity, sessions

door = Door("log_in")


@door.on("/h5/login", Guard.ANYONE, ["GET", "POST"])
def login() -> ResponseReturnValue:
    """The log-in page; inside WeChat the platform is asked first who this is."""
    onward = visit.onward()
    form = Form("phone")
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
    return form.show("h5/login.html", onward=onward, has_oidc=visit.ctx().oidc is not None)


@door.on("/h5/logout", Guard.ENTRANT, ["POST"])
def logout() -> ResponseReturnValue:
    """Ends this session; inside WeChat the way back in is one tap, so this page says so."""
    sessions.close_session(visit.ctx(), session.get("token", ""))
    visit.forget()
    flash("您已安全退出。")
    return redirect("/h5/bye", 303)


@door.on("/h5/bye", Guard.ANYONE)
def bye() -> ResponseReturnValue:
    """After logging out."""
    return Form().show("h5/bye.html")
