"""Whose program is calling: the guard before the partners' routes, and how no is said to a program."""

import re
from typing import cast

from flask import Response, g, jsonify, request

from domain import signing
from domain.sharing import CallRefused
from handlers import visit
from handlers.partner_words import SAY
from models.partner import Partner
from services.sharing import calls
from services.sharing.calls import Call

OPEN = "/open/v1"
PROBLEM = "application/problem+json"
MOST_BYTES = 8 * 1024 * 1024
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
_JSON = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)


def is_asked() -> bool:
    """Whether the address asked for is one of the partners'."""
    return request.path.startswith("/open/")


def check() -> None:
    """Lets a signed call pass, its body read and whole; raises CallRefused."""
    for name in _OVERRIDES:
        if name in request.headers:
            raise CallRefused("method_override", 400, where=name)
    headers = {name: request.headers.get(name, "") for name in signing.HEADERS}
    query = request.query_string.decode("latin-1")
    target = request.path + (f"?{query}" if query else "")
    call = Call(request.method, target, visit.address(), headers)
    g.partner, g.call = calls.admit(visit.ctx(), call, visit.network()), call
    _read_body(call)


def _read_body(call: Call) -> None:
    """Only now, when it is known who sends: a stranger's body is never read."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CallRefused("compressed", 415)
    if request.content_length is not None and request.content_length > MOST_BYTES:
        raise CallRefused("body_too_big", 413)
    if request.method == "POST" and not _JSON.fullmatch(request.headers.get("Content-Type", "").strip()):
        raise CallRefused("not_json", 415)
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=True)
    if request.method != "POST" and body:
        raise CallRefused("body_not_allowed", 400)
    if signing.digest_of(body) != call.digest:
        raise CallRefused("body_changed", 401)


def partner() -> Partner:
    """Whose program is calling."""
    return cast(Partner, g.partner)


def nonce() -> str:
    """What makes this call one of its own."""
    return cast(Call, g.call).nonce


def refused(no: CallRefused) -> Response:
    """No, as RFC 9457 has it."""
    if "partner" in g:
        calls.count_refused(visit.ctx(), g.partner)
    answer = problem(no.status, no.code, no.where)
    if no.retry_after:
        answer.headers["Retry-After"] = str(no.retry_after)
    return answer


def problem(status: int, code: str, where: str = "") -> Response:
    """A problem with its stable code and its sentence."""
    say = SAY.get(code, SAY["http"])
    body = {
        "type": f"{OPEN}/openapi.json#{code}",
        "title": say,
        "status": status,
        "code": code,
        "detail": say,
        "where": where,
        "request_id": g.get("request_id", ""),
    }
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = PROBLEM
    return answer
