"""Mini-program log-in.

https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session.html
"""

from dataclasses import dataclass, field
from typing import Any

from wechat.calls import Calls
from wechat.oauth import refusing
from wechat.outcomes import Outcome, WeChatTrouble
from wechat.wire import Wire


@dataclass(frozen=True, slots=True)
class MiniSession:
    """Who opened the mini program. The session key signs and decrypts; it never goes to the phone."""

    openid: str = field(repr=False)
    unionid: str = field(repr=False)
    session_key: str = field(repr=False)

    @classmethod
    def read(cls, answer: dict[str, Any]) -> "MiniSession":
        """From the answer of jscode2session."""
        return cls(str(answer["openid"]), str(answer.get("unionid") or ""), str(answer["session_key"]))


class MiniProgram:
    """The mini program's own app id and secret; both empty where there is none."""

    def __init__(self, wire: Wire, calls: Calls, app_id: str, secret: str) -> None:
        self._wire = wire
        self._calls = calls
        self._app_id = app_id
        self._secret = secret

    def session(self, js_code: str) -> MiniSession:
        """Trades the phone's single-use code. Raises OAuthRefused or WeChatTrouble."""
        if not self._app_id:
            raise WeChatTrouble(Outcome.MISCONFIGURED, detail="no mini program is configured")
        query = {
            "appid": self._app_id,
            "secret": self._secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }

        def ask() -> dict[str, Any]:
            return self._wire.get("/sns/jscode2session", query)

        def run() -> MiniSession:
            return self._calls.run("sns/jscode2session", ask, MiniSession.read, repeatable=False)

        return refusing(run)
