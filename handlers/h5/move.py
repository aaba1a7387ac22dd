"""换绑: the account is bound to another WeChat, and its holder wants it here."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from domain.refusals import NotAllowed
from handlers import visit
from handlers.forms import Form
from handlers.guards import Door, Guard
from services import binding, identity

door = Door("move")


@door.on("/h5/move", Guard.PERSON, ["GET", "POST"])
def move() -> ResponseReturnValue:
    """Password and SMS code move the binding to this WeChat; on a desktop there is none to move it to."""
    openid, onward = visit.known_openid(), visit.onward()
    if openid is None and not visit.is_in_wechat():
        raise NotAllowed("open_in_wechat")
    if openid is None:
        return redirect(onward, 303)
    account = visit.me().account
    needs_password = account.directory == identity.BUILTIN
    form = Form()
    if form.is_sent:
        with form.refusals():
            form.need("code", *(("password",) if needs_password else ()))
            binding.move(visit.ctx(), account, openid, form.secret("password"), form.text("code"))
            visit.enter(account, openid)
            flash("换绑成功，以后的消息会发到当前微信。")
            return redirect(onward, 303)
    return form.show(
        "h5/move.html",
        onward=onward,
        phone=binding.masked_phone(account),
        needs_password=needs_password,
    )
