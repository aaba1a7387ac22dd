"""学信账号登录: logging in at the identity provider."""

import hmac

from flask import redirect, request, session
from werkzeug.wrappers import Response

from domain.refusals import NotAllowed, NotFound, Unavailable
from handlers import visit
from handlers.guards import Door, Guard
from handlers.h5.arrival import arrive
from providers.oidc import Identity, OidcDirectory, OidcRefused, OidcUnavailable
from services import identity

door = Door("oidc")

_BACK = "/h5/oidc/back"


@door.on("/h5/oidc/begin", Guard.ANYONE)
def oidc_begin() -> Response:
    """Sends the browser to the provider; what must come back is kept in this browser's cookie."""
    try:
        begun = _directory().begin(visit.ctx().settings.url(_BACK))
    except OidcRefused:
        raise NotAllowed("directory_refused") from None
    except OidcUnavailable:
        raise Unavailable("directory_away") from None
    session["oidc"] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.code_verifier,
        "next": visit.onward(),
    }
    return redirect(begun.url, 303)


@door.on(_BACK, Guard.ANYONE)
def oidc_back() -> Response:
    """The browser is back; its log-in under way serves once."""
    under_way = session.pop("oidc", None)
    state = request.args.get("state", "")
    if under_way is None or not hmac.compare_digest(under_way["state"].encode(), state.encode()):
        raise NotAllowed("directory_refused")
    account = identity.admit(_person(under_way))
    if account.disabled_at is not None:
        raise NotAllowed("directory_refused")
    return arrive(account, visit.own_path(under_way["next"]))


def _person(under_way: dict[str, str]) -> Identity:
    try:
        return _directory().finish(
            visit.ctx().settings.url(_BACK),
            request.args.get("code", ""),
            nonce=under_way["nonce"],
            code_verifier=under_way["verifier"],
        )
    except OidcRefused:
        raise NotAllowed("directory_refused") from None
    except OidcUnavailable:
        raise Unavailable("directory_away") from None


def _directory() -> OidcDirectory:
    directory = visit.ctx().oidc
    if directory is None:
        raise NotFound()
    return directory
