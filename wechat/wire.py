"""Bytes to the platform and back: one kept-alive session, time-outs on every call, failures told apart.

Calls that carry no access token (log-in, token fetch) are spoken here directly; the rest goes through
`client.Client`, over the same session.
"""

import json
import logging
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError
from wechatpy.exceptions import WeChatClientException

from wechat.outcomes import BAD_TOKEN, SYSTEM_BUSY, Outcome, WeChatTrouble, detail_of, outcome_of, rid_of

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TIMEOUT = (CONNECT_SECONDS, READ_SECONDS)

_CONNECTIONS = 64
# The platform is known to leave raw control characters inside strings.
_read = json.JSONDecoder(strict=False).decode


class GarbledAnswer(requests.RequestException):
    """The platform (or something between) answered with what is no JSON object of the expected shape."""


def open_session() -> requests.Session:
    """A session that several threads may share: pooled connections, no retries of its own, no cookies."""
    session = requests.Session()
    # A cookie jar is the one part of a session that a plain call would write to.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # At DEBUG urllib3 writes whole addresses, and these carry the access token and the app secret.
    urllib3_log = logging.getLogger("urllib3.connectionpool")
    urllib3_log.setLevel(max(urllib3_log.getEffectiveLevel(), logging.INFO))
    return session


class SecretCallRefused(WeChatClientException):  # type: ignore[misc]  # wechatpy publishes no types
    """The platform refused a call that carried the app secret instead of an access token."""


class Wire:
    """Calls without an access token. Base address without a trailing slash."""

    def __init__(self, session: requests.Session, api_url: str) -> None:
        self.session = session
        self.api_url = api_url.rstrip("/")

    def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """GET; raises `requests.RequestException` or `SecretCallRefused`."""
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST of a JSON body; raises `requests.RequestException` or `SecretCallRefused`."""
        return self._ask("POST", path, data=json.dumps(body, ensure_ascii=False).encode())

    def _ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        response = self.session.request(
            method, f"{self.api_url}{path}", timeout=TIMEOUT, allow_redirects=False, **what
        )
        response.raise_for_status()
        answer, errcode = decoded(response.content)
        if errcode:
            raise SecretCallRefused(errcode, str(answer.get("errmsg", "")))
        return answer


def decoded(body: bytes) -> tuple[dict[str, Any], int]:
    """The answer and its errcode (0 if it has none); raises `GarbledAnswer`."""
    try:
        answer = _read(body.decode("utf-8", "replace"))
        return answer, int(answer.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        raise GarbledAnswer("not a JSON object with a number as errcode") from None


def trouble_of(failure: Exception, *, repeatable: bool) -> WeChatTrouble:
    """What a failed call means.

    `repeatable` says that doing the call twice does no harm. For one that is not (a message, a single-use
    code) everything that may have reached the platform is `AMBIGUOUS`, including its own «system error»,
    after which messages were seen delivered.
    """
    unsure = Outcome.RETRY if repeatable else Outcome.AMBIGUOUS
    if isinstance(failure, WeChatClientException) and failure.errcode is not None:
        errmsg = str(failure.errmsg or "")
        outcome = unsure if failure.errcode == SYSTEM_BUSY else outcome_of(failure.errcode)
        if isinstance(failure, SecretCallRefused) and failure.errcode in BAD_TOKEN:
            # There was no token to be bad: here the same code says that the secret is wrong.
            outcome = Outcome.MISCONFIGURED
        return WeChatTrouble(outcome, failure.errcode, rid_of(errmsg), detail_of(errmsg))
    if isinstance(failure, WeChatClientException | requests.HTTPError):
        status = failure.response.status_code if failure.response is not None else 0
        return WeChatTrouble(outcome_of_status(status, unsure), detail=f"http {status}")
    if isinstance(failure, requests.ConnectTimeout) or _never_connected(failure):
        return WeChatTrouble(Outcome.RETRY, detail="no connection")
    # The text of these exceptions holds the address with its token: only their kind is passed on.
    return WeChatTrouble(unsure, detail=type(failure).__name__)


def outcome_of_status(status: int, unsure: Outcome) -> Outcome:
    """What an HTTP status of 400 or more means; `unsure` is what to make of the platform's own troubles."""
    if status == requests.codes.too_many_requests:
        return Outcome.SLOW_DOWN
    if status >= requests.codes.internal_server_error:
        return unsure
    return Outcome.MISCONFIGURED


def _never_connected(failure: Exception) -> bool:
    """Whether the connection was refused or unknown, so that nothing can have been sent.

    requests folds «refused» and «broke off half-way» into one class; the reason inside tells them apart.
    """
    reason = getattr(failure.args[0], "reason", None) if failure.args else None
    return isinstance(reason, NewConnectionError)
