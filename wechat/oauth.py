"""Web log-in: the address that asks the person, and the single-use code traded for an openid.

https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote

from wechat.calls import Calls
from wechat.firsts import Firsts
from wechat.outcomes import WeChatTrouble
from wechat.wire import Wire

CODE_SECONDS = 300
"""How long a code is good, and so how long its answer is kept for those who show it again."""
SCOPES = ("snsapi_base", "snsapi_userinfo")
T = TypeVar("T")
_STATE = re.compile(r"[A-Za-z0-9]{1,128}")

REFUSALS = MappingProxyType(
    {
        40029: "code_invalid",
        40163: "code_used",
        41008: "code_missing",
        42003: "code_expired",
        40226: "person_at_risk",
    }
)


class OAuthRefused(Exception):
    """The platform does not say who this is; the person starts the log-in anew.

    `reason` is one of the words in `REFUSALS`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OAuthUser:
    """Who logged in. `unionid` only comes with scope `snsapi_userinfo`.

    `is_snapshot` marks the platform's stand-in for somebody who only looks at a page preview: it must
    never be bound to an account.
    """

    openid: str = field(repr=False)
    unionid: str = field(default="", repr=False)
    is_snapshot: bool = False


def authorize_url(open_url: str, app_id: str, redirect_uri: str, state: str, scope: str) -> str:
    """The address to send the browser to.

    The order of the parameters and the fragment are prescribed. Raises ValueError for a state the
    platform would not carry (1–128 letters and digits) or an unknown scope.
    """
    if not _STATE.fullmatch(state):
        raise ValueError("state must be 1 to 128 ASCII letters and digits")
    if scope not in SCOPES:
        raise ValueError(f"scope must be one of {SCOPES}")
    return (
        f"{open_url.rstrip('/')}/connect/oauth2/authorize?appid={quote(app_id, safe='')}"
        f"&redirect_uri={quote(redirect_uri, safe='')}&response_type=code&scope={scope}&state={state}"
        "#wechat_redirect"
    )


def refusing(exchange: Callable[[], T]) -> T:
    """Runs an exchange of a code; a code the platform refuses raises `OAuthRefused`."""
    try:
        return exchange()
    except WeChatTrouble as trouble:
        reason = REFUSALS.get(trouble.errcode)
        if reason is None:
            raise
    raise OAuthRefused(reason)


class OAuth:
    """Trades codes, giving the first answer again to whoever shows the same code within five minutes.

    A back button, a double load or a preview shows the same code twice; the platform refuses the second
    with 40163 although the person did nothing wrong. It is the state that tells them from a thief, who
    shows somebody's used code in a log-in of his own: with another state the code stays used. Nothing
    about a person stays on this object longer than that.
    """

    def __init__(self, wire: Wire, calls: Calls, firsts: Firsts, app_id: str, secret: str) -> None:
        self._wire = wire
        self._calls = calls
        self._firsts = firsts
        self._app_id = app_id
        self._secret = secret

    def user(self, code: str, state: str) -> OAuthUser:
        """Raises OAuthRefused, WeChatTrouble, or RuntimeError inside a transaction."""
        self._calls.guard()
        if not code:
            raise OAuthRefused("code_missing")
        digest = hashlib.sha256(f"{self._app_id}:{state}:{code}".encode()).hexdigest()
        answer = json.loads(self._firsts.answer(digest, lambda: self._exchange(code)))
        if "refused" in answer:
            raise OAuthRefused(answer["refused"])
        return OAuthUser(**answer)

    def _exchange(self, code: str) -> str:
        """The first answer as text; a refusal of the code is an answer too."""
        query = {
            "appid": self._app_id,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }

        def ask() -> dict[str, Any]:
            return self._wire.get("/sns/oauth2/access_token", query)

        try:
            return self._calls.run("sns/oauth2/access_token", ask, _answer_text, repeatable=False)
        except WeChatTrouble as trouble:
            reason = REFUSALS.get(trouble.errcode)
            if reason is None:
                raise
            return json.dumps({"refused": reason})


def _answer_text(answer: dict[str, Any]) -> str:
    return json.dumps(
        {
            "openid": str(answer["openid"]),
            "unionid": str(answer.get("unionid") or ""),
            "is_snapshot": int(answer.get("is_snapshotuser") or 0) == 1,
        }
    )
