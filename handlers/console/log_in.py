"""Coming to the console: phone and password, a first password's change, the second factor, and leaving."""

import base64

from flask import flash, redirect, session
from flask.typing import ResponseReturnValue

from documents import qr
from handlers import visit
from handlers.console import recovery
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import identity, second_factor, sessions
from services.second_factor import Enrolment

door = Door("console_log_in")


@door.on("/console/login", Guard.ANYONE, ["GET", "POST"])
def console_login() -> ResponseReturnValue:
    """Phone and password; a session that opens nothing here, too old or nobody's of the staff, leads nowhere."""
    onward = visit.onward()
    form = Form("phone")
    if not form.is_sent:
        visitor = visit.visitor()
        if visitor is not None and visitor.staff and sessions.is_recent(visit.ctx(), visitor.session):
            return redirect(onward, 303)
    else:
        with form.refusals():
            form.need("phone", "password")
            account = identity.log_in(
                visit.ctx(), form.text("phone"), form.secret("password"), visit.network()
            )
            visit.enter(account)
            return redirect(onward, 303)
    return form.show("console/login.html", onward=onward, has_oidc=visit.ctx().oidc is not None)


@door.on("/console/logout", Guard.ENTRANT, ["POST"])
def console_logout() -> ResponseReturnValue:
    """Ends this session."""
    sessions.close_session(visit.ctx(), session.get("token", ""))
    visit.forget()
    flash("您已安全退出。")
    return redirect("/console/login", 303)


@door.on("/console/password", Guard.OWNER, ["GET", "POST"])
def console_password() -> ResponseReturnValue:
    """A new password, by the old one; every other device is logged out."""
    visitor, onward = visit.me(), visit.onward()
    form = Form()
    if form.is_sent:
        with form.refusals():
            form.need("old_password", "password")
            identity.change_password(
                visit.ctx(), visitor.account, form.secret("old_password"), form.secret("password")
            )
            visit.enter(visitor.account)
            flash("密码已修改，其他设备已退出登录。")
            return redirect(onward, 303)
    return form.show("console/password.html", onward=onward, is_owed=visitor.account.must_change_password)


@door.on("/console/second-factor", Guard.RECENT, ["GET", "POST"])
def show_second_factor() -> ResponseReturnValue:
    """The code of the app, or a recovery code; the first time the app is given its secret.

    The browser keeps that secret sealed until it is confirmed.
    """
    visitor, onward = visit.me(), visit.onward()
    if not second_factor.is_owed(visitor):
        return redirect(onward, 303)
    enrolment = None if second_factor.is_on(visitor) else second_factor.enrolment(visitor, _pending_secret())
    form = Form()
    if form.is_sent:
        with form.refusals():
            if enrolment is not None:
                form.need("code")
                codes = second_factor.confirm(visit.ctx(), visitor, enrolment.secret, form.text("code"))
                session.pop("pending", None)
                flash("动态验证码已设置，以后登录工作台时输入验证器显示的 6 位数字。")
                return recovery.shown_next(codes, onward)
            if form.text("recovery"):
                recovery.come_in(visitor, form.text("recovery"))
            else:
                form.need("code")
                second_factor.show(visit.ctx(), visitor, form.text("code"))
            return redirect(onward, 303)
    drawing = _drawn(enrolment) if enrolment is not None else ""
    return form.show("console/second-factor.html", onward=onward, enrolment=enrolment, drawing=drawing)


def _pending_secret() -> str:
    """The secret offered to this browser, the same one until it is confirmed."""
    secret = visit.unsealed(session.get("pending", "")).get("secret")
    if secret is None:
        secret = second_factor.new_secret()
        session["pending"] = visit.sealed({"secret": secret})
    return secret


def _drawn(enrolment: Enrolment) -> str:
    """The QR code as an address that holds the picture, so that the secret has no address of its own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr.svg(enrolment.address).encode()).decode()}"
