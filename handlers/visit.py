"""One visit: the Context, the person at the door, and what this browser's signed cookie remembers."""

import base64
import binascii
import ipaddress
import json
import re
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, request, session

from domain.keyring import Unreadable
from domain.refusals import NotAllowed
from models.account import Account
from services import sessions
from services.context import Context
from services.sessions import Visitor

HOME = "/h5/"
CONSOLE = "/console/"
EMPLOYER = "/employer/"
CONTEXT = "context"

# Filters of the console stand in the address, Chinese words as nine characters each. Paths of ours need no such
# writing, and a proxy may read an encoded slash, backslash or control character in them as the thing itself.
_OWN_PATH = re.compile(
    r"/(?:h5|console|employer|s)/[A-Za-z0-9_./=&+~-]{0,300}(?:\?(?:(?!%0)[A-Za-z0-9_./?=&%+~-]){0,600})?"
)
_SEALED = "browser session"
# What a log-in carries over from the session before it: nothing that could prove who somebody is.
_CARRIED = ("scene", "later", "notices_later", "phone")


def ctx() -> Context:
    """The hands of this application."""
    return cast(Context, current_app.extensions[CONTEXT])


def visitor() -> Visitor | None:
    """Who is here, or None for a stranger; looked up once a request."""
    if "visitor" not in g:
        g.visitor = sessions.visitor_of(ctx(), session.get("token", ""))
    return cast("Visitor | None", g.visitor)


def me() -> Visitor:
    """Who is here; raises NotAllowed for a stranger, whom the route's guard should have sent away."""
    found = visitor()
    if found is None:
        raise NotAllowed("log_in_first")
    return found


def address() -> str:
    """The network address that the request came from."""
    return request.remote_addr or ""


def network() -> str:
    """By what tries are counted: the address, or of an IPv6 one the /64 that one customer has to himself."""
    try:
        found = ipaddress.ip_address(address())
    except ValueError:
        return address()
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def is_in_wechat() -> bool:
    """Whether the page is open inside WeChat, on a phone or on a computer."""
    return "MicroMessenger" in request.user_agent.string


def wants_json() -> bool:
    """Whether a script is asking rather than a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def only_reads() -> bool:
    """Whether the request changes nothing."""
    return request.method in ("GET", "HEAD")


def is_at_console() -> bool:
    """Whether the address asked for is one of the staff console's."""
    return request.path.startswith(CONSOLE)


def is_at_employers() -> bool:
    """Whether the address asked for is one of the employers' pages."""
    return request.path.startswith(EMPLOYER)


def home() -> str:
    """The first page of where this visit takes place: phone pages, employers' pages or console."""
    if is_at_employers():
        return EMPLOYER
    return CONSOLE if is_at_console() else HOME


def error_page() -> str:
    """The template of a page that says no, where this visit takes place."""
    if is_at_employers():
        return "employer/error.html"
    return "console/error.html" if is_at_console() else "error.html"


def own_path(text: str | None) -> str:
    """A page of ours to go on to: the given one when it is ours beyond doubt, else the first page."""
    path = text or ""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or "//" in path or not _OWN_PATH.fullmatch(path):
        return home()
    return path


def onward() -> str:
    """Where this request wants to go on to when it has done its work (the field ``next``)."""
    return own_path(request.values.get("next"))


def sealed(values: dict[str, str]) -> str:
    """Values for this browser's cookie that nobody who comes by the cookie can read."""
    box = ctx().keyring.seal(json.dumps(values), _SEALED)
    return base64.urlsafe_b64encode(box).decode()


def unsealed(text: str) -> dict[str, str]:
    """What ``sealed`` was given; nothing when the text is not from there."""
    try:
        values: dict[str, str] = json.loads(ctx().keyring.open(base64.urlsafe_b64decode(text), _SEALED))
    except (Unreadable, binascii.Error):
        return {}
    return values


def remember_openid(openid: str) -> None:
    """Keeps the openid of a WeChat that nobody has bound yet until the log-in."""
    session["openid"] = sealed({"openid": openid})


def known_openid() -> str | None:
    """The openid that WeChat vouched for in this browser, if it has not been bound yet."""
    return unsealed(session.get("openid", "")).get("openid")


def enter(account: Account, openid: str | None = None) -> None:
    """Starts the person's session under a fresh token; whatever the browser brought along is forgotten."""
    door = "console" if is_at_console() else "wechat" if openid or is_in_wechat() else "desktop"
    token = sessions.open_session(ctx(), account, door, openid)
    carried = {name: session[name] for name in _CARRIED if name in session}
    forget()
    session.update(carried)
    session["token"] = token
    session.permanent = True


def forget() -> None:
    """Empties this browser's session, the token of its forms included."""
    session.clear()
    g.pop("visitor", None)
    g.pop("seat", None)
    g.pop("csrf_token", None)
