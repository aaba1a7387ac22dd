"""Asking WeChat who is here (snsapi_base: silent, an openid and nothing else)."""

import secrets

from flask import redirect, request, session
from werkzeug.wrappers import Response

from domain.refusals import NotAllowed
from handlers import visit
from handlers.guards import Door, Guard
from services import binding, links
from wechat.oauth import OAuthRefused

door = Door("oauth")

_MOST_OPEN = 5  # log-ins begun and not ended, as by several tabs


@door.on("/h5/oauth/begin", Guard.ANYONE)
def begin() -> Response:
    """Sends the browser to the platform with a state that only this browser's cookie knows."""
    state = secrets.token_hex(16)
    open_ones = list(session.get("states", {}).items())[1 - _MOST_OPEN :]
    session["states"] = dict([*open_ones, (state, visit.onward())])
    ctx = visit.ctx()
    return redirect(ctx.gateway.oauth_url(ctx.settings.url("/h5/oauth/back"), state), 303)


@door.on("/h5/oauth/back", Guard.ANYONE)
def back() -> Response:
    """The browser is back with a code; a state serves once, and showing it again leads where it led before.

    Only inside WeChat: on a shared computer somebody could leave their own WeChat behind in the browser, and it
    would be bound to the account of whoever logs in next.
    """
    state = request.args.get("state", "")
    if state and state in session.get("ended", {}):
        return redirect(visit.own_path(session["ended"][state]), 303)
    onward = session.get("states", {}).get(state)
    if visit.visitor() is not None and onward is None:
        return redirect(visit.HOME, 303)
    if not state or onward is None:
        raise NotAllowed("oauth_refused")
    if not visit.is_in_wechat():
        raise NotAllowed("open_in_wechat")
    openid = _openid_behind(request.args.get("code", ""), state)
    account = binding.account_of(visit.ctx(), openid)
    if account is not None:
        visit.enter(account, openid)
    else:
        visit.remember_openid(openid)
        session["states"] = {key: page for key, page in session["states"].items() if key != state}
    session["ended"] = {state: onward}
    return redirect(onward, 303)


def _openid_behind(code: str, state: str) -> str:
    try:
        user = visit.ctx().gateway.oauth_user(code, state)
    except OAuthRefused:
        raise NotAllowed("oauth_refused") from None
    if user.is_snapshot:
        raise NotAllowed("snapshot_user")
    return user.openid


@door.on("/h5/c/<word>", Guard.ANYONE)
def counselor_code(word: str) -> Response:
    """A counselor's QR code was scanned: remembers whose it was until the two are linked."""
    staff = links.counselor_behind(visit.ctx(), word)
    session["scene"] = {"staff": staff.code, "name": staff.account.name}
    return redirect("/h5/my-counselors", 303)
