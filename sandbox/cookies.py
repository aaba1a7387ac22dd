"""A phone's own cookies, kept here rather than in the visitor's browser.

So every phone has its jar in any browser, framed or not, and a log-in lasts as on a real phone.
"""

import time
from email.utils import parsedate_to_datetime

from sandbox.state import Cookie, Phone


def cookie_header(phone: Phone, path: str) -> str:
    """The Cookie header for a request of ``path``. After OAuth, which is another site, strict ones stay home."""
    now = time.time()
    crossing, phone.from_oauth = phone.from_oauth, False
    phone.cookies = [one for one in phone.cookies if one.expires is None or one.expires > now]
    fitting = [
        one
        for one in phone.cookies
        if _path_fits(one.path, path) and not (crossing and one.same_site == "strict")
    ]
    return "; ".join(f"{one.name}={one.value}" for one in sorted(fitting, key=lambda one: -len(one.path)))


def keep(phone: Phone, header: str, request_path: str) -> None:
    """Take one Set-Cookie header into the jar, as a browser would (RFC 6265 5.2, 5.3)."""
    first, *rest = header.split(";")
    name, sign, value = first.strip().partition("=")
    if not sign or not name:
        return
    attributes = {
        key.strip().lower(): found.strip() for key, _, found in (one.partition("=") for one in rest)
    }
    same_site = attributes.get("samesite", "lax").lower()
    if same_site == "none" and "secure" not in attributes:
        return
    path = attributes.get("path", "")
    if not path.startswith("/"):
        path = request_path.rpartition("/")[0] or "/"
    phone.cookies = [one for one in phone.cookies if (one.name, one.path) != (name, path)]
    expires = _expiry(attributes)
    if expires is None or expires > time.time():
        kept = Cookie(name=name, value=value.strip(), path=path, expires=expires, same_site=same_site)
        phone.cookies.append(kept)


def _expiry(attributes: dict[str, str]) -> float | None:
    if "max-age" in attributes:
        try:
            return time.time() + int(attributes["max-age"])
        except ValueError:
            return None
    if "expires" in attributes:
        try:
            return parsedate_to_datetime(attributes["expires"]).timestamp()
        except ValueError:
            return None
    return None


def _path_fits(cookie_path: str, path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path) and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")
