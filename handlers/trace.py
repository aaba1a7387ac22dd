"""One request from its first to its last moment: its id, its database connection, its line in the log."""

import re
import secrets
import time
from contextlib import ExitStack

import structlog
from flask import Flask, Response, current_app, g, request

from config.metrics import REQUEST_SECONDS, REQUESTS
from handlers.guards import Door
from services.requests import request_scope

log = structlog.get_logger()

HEADER = "X-Request-ID"
_BAD = 400
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,40}")


def set_up(app: Flask) -> None:
    """Puts the beginning and the end around every request; called before anything else is."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_give_back)


def request_id() -> str:
    """The id of this request, as people may quote it."""
    return str(g.get("request_id", ""))


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if _reads_database():
        g.scope = ExitStack()
        g.scope.enter_context(request_scope())


def _reads_database() -> bool:
    door = current_app.blueprints.get(request.blueprint or "")
    return isinstance(door, Door) and door.reads_database


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, response.status_code).inc()
    REQUEST_SECONDS.labels(endpoint).observe(seconds)
    response.headers[HEADER] = g.request_id
    visitor = g.get("visitor")
    # The rule and not the address: what stands in an address may be somebody's.
    # Probes and pictures would drown what people do.
    say = log.info if _reads_database() or response.status_code >= _BAD else log.debug
    say(
        "request",
        method=request.method,
        rule=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        who=visitor.account.code if visitor else "",
    )
    return response


def _give_back(_error: BaseException | None) -> None:
    scope = g.pop("scope", None)
    if scope is not None:
        scope.close()
