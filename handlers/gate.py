"""In a storm of log-ins, who would only be asked to come back is asked before the page costs anything.

A WSGI callable in front of Flask: there a refusal costs a twentieth of what a page does, and callbacks need the rest.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from domain.refusals import TooMany
from handlers import visit
from handlers.dress import page
from services.context import Context

HASHING = frozenset({"/h5/login", "/console/login", "/employer/login"})
_STATUS = "429 Too Many Requests"
# What the page needs: our styles, our icon and our script.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class LogInGate:
    """Passes everything on to ``pages`` but log-ins for which there is no place at the hashing thread."""

    def __init__(self, ctx: Context, pages: Flask) -> None:
        self._passwords = ctx.passwords
        self._pages = pages
        # Made once: it says the same to everybody.
        self._come_back = {path: _come_back(pages, ctx.settings.public_url, path) for path in HASHING}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") == "POST" and environ.get("PATH_INFO") in HASHING:
            try:
                self._passwords.ask()
            except TooMany as busy:
                return _refuse(busy, self._come_back[environ["PATH_INFO"]], start_response)
        return self._pages(environ, start_response)


def _come_back(pages: Flask, public_url: str, path: str) -> bytes:
    """The page on which somebody finds the way back to the log-in at ``path``."""
    say = f"{TooMany('login_busy', 1).say}可返回上一页再点一次“登录”，或重新打开登录页。"
    ways_on = (("重新打开登录页", path), ("查看常见问题", "/h5/help"))
    with pages.test_request_context(path, base_url=public_url):
        return page(visit.error_page(), title="请稍等片刻", say=say, ways_on=ways_on, status=429).encode()


def _refuse(busy: TooMany, body: bytes, start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(busy.retry_after)),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", _POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
    ]
    start_response(_STATUS, headers)
    return (body,)
