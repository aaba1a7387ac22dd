"""The platform's door: a WSGI callable that stands in front of Flask, since every tap of every person comes here.

It answers 4xx with nothing in it to whatever the platform did not send, and 200 to everything that it did, come
what may: an error of ours is logged with a reference and the person is told nothing worse than nothing.
"""

import time
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote_plus

import structlog

from config.metrics import CALLBACK_SECONDS, CALLBACKS, CALLBACKS_REFUSED
from domain.card import Card
from handlers.replies import Known, find
from services import callbacks
from services.context import Context
from wechat.envelope import LARGEST_BODY, Envelope
from wechat.inbound import BadCallback, Inbound

log = structlog.get_logger()

_LONGEST_QUERY = 2048

# The platform waits 5 seconds for an answer and then sends again: what must not be lost is answered after that.
_OUTLAST = 5.5
_MOST_HELD = 8

_STATUS = {
    "too_large": "413 Content Too Large",
    "bad_method": "405 Method Not Allowed",
    "bad_signature": "403 Forbidden",
    "stale": "403 Forbidden",
    "wrong_app": "403 Forbidden",
}
_PLAIN = "text/plain; charset=utf-8"

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class CallbackDoor:
    """Serves ``/wechat/callback``, whatever path it is called with."""

    def __init__(self, ctx: Context, *, pause: Callable[[float], None] = time.sleep) -> None:
        """Reads the data files of menu and replies. Raises BadMenu, BadFaq or ValueError where one is wrong."""
        settings = ctx.settings
        self._ctx = ctx
        self._pause = pause
        self._known = Known.load(settings)
        self._held = BoundedSemaphore(_MOST_HELD)
        self._counters: dict[tuple[str, str], Any] = {}
        self._envelope = Envelope(
            settings.wechat_app_id,
            settings.wechat_token.get_secret_value(),
            settings.wechat_aes_key.get_secret_value(),
            settings.wechat_mode,
            settings.callback_max_age,
            clock=lambda: ctx.clock().timestamp(),
        )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        try:
            body, kind = self._serve(environ)
            status = "200 OK"
        except BadCallback as refused:
            CALLBACKS_REFUSED.labels(refused.reason).inc()
            body, kind, status = b"", _PLAIN, _STATUS.get(refused.reason, "400 Bad Request")
        except Exception:
            # A fault of the codec's: whoever sent this learns nothing from it.
            log.exception("callback_unreadable")
            CALLBACKS_REFUSED.labels("fault").inc()
            body, kind, status = b"", _PLAIN, "400 Bad Request"
        CALLBACK_SECONDS.observe(time.perf_counter() - started)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status.startswith("405"):
            headers.append(("Allow", "GET, POST"))
        start_response(status, headers)
        return (body,)

    def _serve(self, environ: Environ) -> tuple[bytes, str]:
        """Answer and content type. Raises BadCallback for what the platform did not send."""
        method = environ.get("REQUEST_METHOD")
        query = parse_query(environ.get("QUERY_STRING", ""))
        if method == "GET":
            return self._envelope.greet(query).encode(), _PLAIN
        if method != "POST":
            raise BadCallback("bad_method")
        inbound = self._envelope.open(query, read_body(environ))
        reply = self._envelope.seal(self._answer(inbound))
        if not reply:
            return reply, _PLAIN
        return reply, "application/json" if inbound.form == "json" else "text/xml; charset=utf-8"

    def _answer(self, inbound: Inbound) -> bytes:
        """The rendered reply; never raises."""
        label = "event" if inbound.event else "message"
        try:
            rule = find(inbound, self._known)
            label = rule.label
            if rule.effect:
                seen = callbacks.settle(self._ctx, inbound, rule.effect, self._pause)
            else:
                seen = callbacks.note(self._ctx, inbound)
            reply = rule.answer(inbound, Card(seen.card), self._known).render(inbound)
        except callbacks.Unkept:
            return self._outlast(inbound, label)
        except Exception:
            log.exception("callback_failed", reference=inbound.fingerprint[:12], kind=label)
            self._count(label, "failed")
            return b"success"
        self._count(label, seen.how)
        return reply

    def _outlast(self, inbound: Inbound, label: str) -> bytes:
        """Lets the platform's patience run out, so that it sends the event again; a few at a time, since each
        one holds a thread."""
        if not self._held.acquire(blocking=False):
            log.error("callback_lost", reference=inbound.fingerprint[:12], kind=label)
            self._count(label, "lost")
            return b""
        try:
            self._pause(_OUTLAST - callbacks.PATIENCE)
        finally:
            self._held.release()
        self._count(label, "held")
        return b""

    def _count(self, label: str, how: str) -> None:
        counter = self._counters.get((label, how))
        if counter is None:
            counter = self._counters[label, how] = CALLBACKS.labels(label, how)
        counter.inc()


def parse_query(text: str) -> dict[str, str]:
    """The query's parameters. Raises BadCallback when one comes twice or the whole is longer than any of theirs."""
    if len(text) > _LONGEST_QUERY:
        raise BadCallback("bad_parameter")
    query: dict[str, str] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = unquote_plus(name), unquote_plus(value)
        if name in query:
            raise BadCallback("duplicate_parameter")
        query[name] = value
    return query


def read_body(environ: Environ) -> bytes:
    """The body, of at most 64 KiB; one that says it is larger is refused unread. Raises BadCallback."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdigit()):
        raise BadCallback("bad_length")
    if length and int(length[:20]) > LARGEST_BODY:
        raise BadCallback("too_large")
    try:
        body: bytes = environ["wsgi.input"].read(int(length) if length else LARGEST_BODY + 1)
    except (OSError, ValueError):
        raise BadCallback("bad_length") from None
    if len(body) > LARGEST_BODY:
        raise BadCallback("too_large")
    return body
