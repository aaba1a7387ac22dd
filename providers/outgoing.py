"""One careful way to call somebody else's HTTP service: bounded in time and size, without memory of people."""

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3.exceptions

MAX_BODY = 256 * 1024  # bytes; a large set of keys has some tens of KiB
_CHUNK = 16 * 1024


class NoAnswer(Exception):
    """Nothing usable came back; ``reason`` is ``timeout``, ``unreachable``, ``cut_off`` or ``too_long``.

    ``perhaps_done``: the other side may have got the request and done what it asks for.
    """

    def __init__(self, reason: str, *, perhaps_done: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.perhaps_done = perhaps_done


def never_left(error: BaseException) -> bool:
    """Whether what the requests library raised says that no connection came about, so that nothing was sent.

    A connection that was there and is lost is not among these, nor a silence: the request may have arrived.
    """
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    if isinstance(error, requests.RequestException) and isinstance(error, ValueError):
        return True  # an address that is none
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True
    if isinstance(reason, urllib3.exceptions.SSLError):
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in reason.args)
    return False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: its status and its body as it came."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises ValueError for anything else."""
        try:
            found = json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        return found


class Outgoing:
    """Calls one service. ``timeout`` seconds bound the connection and also the whole answer.

    Redirects are not followed, cookies are not kept (the session serves many people), nothing is decompressed.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": "ncssfwh", "Accept": "application/json"})

    def get(self, url: str, *, bearer: str = "") -> Answer:
        """GET; raises NoAnswer."""
        return self._ask("GET", url, auth=_Bearer(bearer))

    def post_form(
        self, url: str, fields: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> Answer:
        """POST a form, with HTTP basic credentials or none; raises NoAnswer."""
        auth = requests.auth.HTTPBasicAuth(*basic) if basic else _Bearer("")
        return self._ask("POST", url, auth=auth, data=fields)

    def post_json(self, url: str, content: Mapping[str, Any], *, bearer: str = "") -> Answer:
        """POST a JSON object; raises NoAnswer."""
        return self._ask("POST", url, auth=_Bearer(bearer), json=content)

    def _ask(self, method: str, url: str, **body: Any) -> Answer:
        deadline = time.monotonic() + self._timeout
        try:
            with self._session.request(
                method,
                url,
                timeout=self._timeout,
                stream=True,
                allow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                **body,
            ) as response:
                return Answer(response.status_code, _read(response, deadline))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if never_left(error):
                raise NoAnswer("unreachable", perhaps_done=False) from None
            is_silent = isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError)
            raise NoAnswer("timeout" if is_silent else "cut_off") from None


class _Bearer(requests.auth.AuthBase):
    """A bearer key, or nothing. Being given at all, it keeps a machine's .netrc from adding credentials."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _read(response: requests.Response, deadline: float) -> bytes:
    # read1 gives what has arrived: a body that drips byte by byte would otherwise renew the time-out for ever.
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            raise NoAnswer("too_long")
        if time.monotonic() > deadline:
            raise NoAnswer("timeout")
    return bytes(body)
