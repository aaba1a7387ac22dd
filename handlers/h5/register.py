"""Registering an account, and setting a new password for a forgotten one."""

from flask import flash, session
from flask.typing import ResponseReturnValue

from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from handlers.h5.arrival import arrive
from services import identity

door = Door("register")


@door.on("/h5/register", Guard.ANYONE, ["GET", "POST"])
def register() -> ResponseReturnValue:
    """A new account for whoever holds the phone."""
    form = Form("name", "phone", **_typed_before())
    if form.is_sent:
        with form.refusals():
            form.need("name", "phone", "code", "password")
            account = identity.register(
                visit.ctx(), form.text("name"), form.text("phone"), form.text("code"), form.secret("password")
            )
            return arrive(account, visit.onward())
    return form.show("h5/register.html", onward=visit.onward())


@door.on("/h5/reset", Guard.ANYONE, ["GET", "POST"])
def reset() -> ResponseReturnValue:
    """A new password for whoever holds the account's phone; other devices are logged out."""
    form = Form("phone", **_typed_before())
    if form.is_sent:
        with form.refusals():
            form.need("phone", "code", "password")
            account = identity.reset_password(
                visit.ctx(), form.text("phone"), form.text("code"), form.secret("password")
            )
            flash("密码已重设，其他设备已退出登录。")
            return arrive(account, visit.onward())
    return form.show("h5/reset.html", onward=visit.onward())


def _typed_before() -> dict[str, str]:
    """What a browser without script had typed before it asked for a code."""
    return visit.unsealed(session.pop("typed", ""))
