"""In a storm of log-ins, who would only be asked to come back is asked before the page costs anything.

A WSGI callable in front of Flask: there a refusal costs a twentieth of what a page does, and callbacks need the rest.
"""

from collections.abc import Callable, Iterable
from typing import Any

from domain.refusals import TooMany
from services.context import Context

HASHING = frozenset({"/h5/login"})

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>请稍候</title>
</head>
<body>
<h1>请稍候</h1>
<p>{say}</p>
<p>返回上一页，刚才填写的手机号还在，再点一次“登录”即可。</p>
<p><a href="/h5/login">重新打开登录页</a></p>
</body>
</html>
"""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


class LogInGate:
    """Passes everything on to ``pages`` but log-ins for which there is no place at the hashing thread."""

    def __init__(self, ctx: Context, pages: Wsgi) -> None:
        self._passwords = ctx.passwords
        self._pages = pages

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") == "POST" and environ.get("PATH_INFO") in HASHING:
            try:
                self._passwords.ask()
            except TooMany as busy:
                return _come_back(busy, start_response)
        return self._pages(environ, start_response)


def _come_back(busy: TooMany, start_response: StartResponse) -> Iterable[bytes]:
    body = _PAGE.format(say=busy.say).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(busy.retry_after)),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
    ]
    start_response("429 Too Many Requests", headers)
    return (body,)
