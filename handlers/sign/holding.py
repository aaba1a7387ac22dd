"""Which agreements this browser may act on for their unit: those it began, or came back to by the signer's phone."""

import secrets
from urllib.parse import urlencode

from flask import abort, redirect, session

from domain.refusals import NotFound
from handlers import visit
from handlers.device import device
from handlers.guards import entrance
from models.agreement import Agreement
from services.agreements import lists
from services.agreements.parties import Party, recruiter_party, signer_party

BACK = "/s/back"
PAGE = "/s/d"
_HELD = "signer"
_KEY = "signer_key"


def held() -> list[str]:
    """Codes of agreements, of new signers' releases (``other-``) and of forms to scan (``scan-``); the newest last."""
    return visit.unsealed(session.get(_HELD, "")).get("codes", "").split()


def hold(*codes: str) -> None:
    """Lets this browser act on these as well; the oldest are forgotten."""
    kept = [code for code in held() if code not in codes]
    session[_HELD] = visit.sealed({"codes": " ".join([*kept, *codes][-lists.MOST_BACK :])})
    session.permanent = True


def let_go() -> None:
    """This browser holds nothing any more, as on a computer that others use as well."""
    for name in (_HELD, _KEY):
        session.pop(name, None)


def browser_key() -> str:
    """A random word that this browser alone holds, by which it finds its draft again."""
    found = visit.unsealed(session.get(_KEY, "")).get("key")
    if found is None:
        found = secrets.token_urlsafe(16)
        session[_KEY] = visit.sealed({"key": found})
    return found


def is_unknown_in_wechat() -> bool:
    """Whether the page is open inside WeChat and the platform has not said yet who this is."""
    return visit.is_in_wechat() and device().openid is None


def acting(code: str) -> tuple[Party, Agreement]:
    """Who acts here on an agreement, and the agreement.

    A recruiter of the unit that invited; whoever began it in this browser or this WeChat; or came back by the phone.
    Somebody else who reads is led to the way back, or to log in where a registered unit began it; raises NotFound for
    whoever sends.
    """
    visitor = visit.visitor()
    recruiter = visitor.recruiter if visitor is not None else None
    row = Agreement.by_code(code)
    is_registered = row is not None and row.employer_id is not None
    if (
        visitor is not None
        and recruiter is not None
        and row is not None
        and row.employer_id == recruiter.employer_id
    ):
        return recruiter_party(visitor, device()), lists.one_of_employer(recruiter, code)
    openid = device().openid
    if row is not None and not is_registered and openid and row.signer_openid == openid:
        hold(code)
    if code in held():
        return signer_party(code, device()), lists.one_of_signer(held(), code)
    return _led_back(code, is_registered=is_registered and visitor is None)


def _led_back(code: str, *, is_registered: bool) -> tuple[Party, Agreement]:
    if not visit.only_reads():
        raise NotFound()
    onward = f"{PAGE}/{code}"
    if is_unknown_in_wechat():
        abort(entrance(onward))
    if is_registered:
        abort(redirect(f"{visit.EMPLOYER}login?{urlencode({'next': onward})}", 303))
    abort(redirect(f"{BACK}?{urlencode({'next': onward})}", 303))
