"""Cookies, hosts, limits and headers: what every answer to a browser must keep to."""

from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from documents.spool import Spool
from domain.keyring import Keyring
from handlers import visit
from handlers.guards import FOR_STAFF, Guard, GuardedView

MOST_BYTES = 64 * 1024
MOST_PARTS = 60
MOST_CHOICES = 1_600  # where files are sent: a dispatcher may tick so many units beside them
MOST_IN_MEMORY = 512 * 1024
_COOKIE_KEY = "session"
_FORM_MARK = "csrf_token"  # under which the cookie keeps what forms are known by
_UNUSED = (
    "accelerometer",
    "camera",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)


class SpoolingRequest(Request):
    """A request whose files wait enciphered until somebody takes them in."""

    def _get_file_stream(self, *_sizes: object, **_about: object) -> Spool:  # type: ignore[override]  # any file
        return Spool()


def set_up(app: Flask, settings: Settings, keyring: Keyring) -> None:
    """Gives the application its keys, its limits and its headers."""
    app.request_class = SpoolingRequest
    current, *former = keyring.derive_all(_COOKIE_KEY)
    app.config.update(
        SECRET_KEY=current,
        SECRET_KEY_FALLBACKS=former,
        SESSION_COOKIE_NAME="sid",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        # Otherwise every style sheet would carry the cookie, which a shared cache must never see.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.session_days * 86_400,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_PARTS,
        TRUSTED_HOSTS=[_host_of(settings.public_url), *settings.extra_hosts],
        # The token lives as long as the session: a form may lie open for an hour.
        WTF_CSRF_TIME_LIMIT=None,
        # Some in-app browsers send no referrer; the token alone proves where the form came from.
        WTF_CSRF_SSL_STRICT=False,
    )

    @app.before_request
    def make_room() -> None:
        """Where files are sent more may come, from those they are for: the token's check comes before the guard.

        Where anybody may send, those are the browsers that were shown a form of ours.
        """
        view = app.view_functions.get(request.endpoint or "")
        if not isinstance(view, GuardedView) or not view.most_bytes:
            return
        visitor = visit.visitor()
        is_shown = view.guard is Guard.ANYONE and _FORM_MARK in session
        if is_shown or (visitor is not None and (visitor.staff or view.guard not in FOR_STAFF)):
            request.max_content_length = view.most_bytes
            # Of files, too, a piece is held in memory while its end is looked for.
            request.max_form_memory_size = MOST_IN_MEMORY
            request.max_form_parts = MOST_CHOICES

    CSRFProtect(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # Flask's own way of wrapping; the attribute is declared as a method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    _add_headers(app, settings)


def _add_headers(app: Flask, settings: Settings) -> None:
    """Gives every answer its headers; a page that loads the platform's script has a policy that allows it."""
    headers = _headers(settings)
    policy_with_sdk = _policy(settings, f" {_origin_of(settings.wechat_js_url)}")

    @app.after_request
    def add_headers(response: Response) -> Response:
        if g.get("loads_sdk"):
            response.headers.setdefault("Content-Security-Policy", policy_with_sdk)
        frames = g.get("framed_by")
        if frames:
            response.headers["Content-Security-Policy"] = _policy(settings, frames=" ".join(frames))
        for name, value in headers.items():
            if not (frames and name == "X-Frame-Options"):  # which knows of no list of sites
                response.headers.setdefault(name, value)
        if not response.cache_control.public:
            response.headers["Cache-Control"] = "no-store"
        return response


def _policy(settings: Settings, scripts: str = "", frames: str = "'none'") -> str:
    """``scripts`` is one more origin that a page may load a script from, after a space; ``frames`` who may frame it."""
    # A form's answer may lead on to the platform's log-in, and browsers hold form-action against redirects too.
    log_in = _origin_of(settings.wechat_open_url)
    policy = {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": f"'self'{scripts}",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": f"'self' {log_in}",
        "base-uri": "'none'",
        "frame-ancestors": frames,
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _headers(settings: Settings) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": _policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
    }
    if settings.is_https:
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
