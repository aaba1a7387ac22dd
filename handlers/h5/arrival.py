"""The moment after somebody has proved who they are: bind the WeChat in hand, start the session, go on."""

from urllib.parse import urlencode

from flask import flash, redirect
from werkzeug.wrappers import Response

from domain.refusals import Conflict
from handlers import visit
from models.account import Account
from services import binding


def arrive(account: Account, onward: str) -> Response:
    """Leads the person on, bound to this WeChat if there is one; raises Conflict when it is another account's."""
    openid = visit.known_openid()
    if openid is None:
        visit.enter(account)
        return redirect(onward, 303)
    try:
        binding.bind(visit.ctx(), account, openid)
    except Conflict as refusal:
        if refusal.code != "bound_elsewhere":
            raise
        visit.enter(account)
        visit.remember_openid(openid)
        return redirect(f"/h5/move?{urlencode({'next': onward})}", 303)
    visit.enter(account, openid)
    flash("登录成功，微信已与账号绑定。")
    return redirect(onward, 303)
