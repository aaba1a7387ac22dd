"""The Gateway: the only way out to WeChat.

One per process, shared by its threads. Every call is timed out (3 s to connect, 10 s to read), a refused
access token is replaced and the call repeated once, and whatever else goes wrong is told as an `Outcome`.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import redis

from wechat.answers import FollowerInfo, QrTicket, RemoteTemplate, menu_as_pushed
from wechat.calls import Calls, Observe, observe_nothing
from wechat.client import Client
from wechat.firsts import Firsts
from wechat.jssdk import JsSignature, JsTicket
from wechat.mini import MiniProgram, MiniSession
from wechat.oauth import CODE_SECONDS, OAuth, OAuthUser, authorize_url
from wechat.sender import Sender, Sink, Source
from wechat.tokens import Fetched, TokenStore
from wechat.wire import Wire, open_session

MAX_SCENE_CHARS = 64
MAX_QR_SECONDS = 2_592_000
_KEYS = "{wxb}:wechat"


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the platform, and where it is. The mini program's pair is empty where there is none."""

    app_id: str
    secret: str = field(repr=False)
    api_url: str
    open_url: str
    mini_app_id: str = ""
    mini_secret: str = field(default="", repr=False)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    return answer


class Gateway:
    """Every method but `oauth_url` raises RuntimeError inside a database transaction (`in_transaction`),
    and WeChatTrouble where it does not say otherwise.

    `observe(api, outcome, seconds)` is told of every call. With Redis away everything still works; each
    process then fetches its own copy of the token, which the platform answers with the same one.
    """

    def __init__(
        self,
        account: Account,
        store: redis.Redis,
        *,
        in_transaction: Callable[[], bool],
        observe: Observe = observe_nothing,
    ) -> None:
        self._account = account
        self._calls = Calls(in_transaction, observe)
        self._wire = Wire(open_session(), account.api_url)
        app_id = account.app_id
        tokens = TokenStore(store, f"{_KEYS}:token:{app_id}", self._fetch_token, forcible=True)
        self._tickets = TokenStore(store, f"{_KEYS}:ticket:{app_id}", self._fetch_ticket, forcible=False)
        self._client = Client(app_id, self._wire.session, account.api_url, tokens)
        self._sender = Sender(account.api_url, tokens, observe)
        firsts = Firsts(store, f"{_KEYS}:code:", CODE_SECONDS)
        self._oauth = OAuth(self._wire, self._calls, firsts, app_id, account.secret)
        self._mini = MiniProgram(self._wire, self._calls, account.mini_app_id, account.mini_secret)

    def close(self) -> None:
        """Closes the kept-alive connections; a later call would open new ones."""
        self._wire.session.close()

    # -- messages ------------------------------------------------------------------------------------

    def send_all(
        self,
        source: Source,
        sink: Sink,
        *,
        connections: int,
    ) -> None:
        """Sends whatever `source` gives until it gives none, `connections` at once, and tells `sink` in batches.

        `source(count)` answers at most `count` parcels. Both may be called from other threads, each by one at a
        time. Raises only what they raise; outcomes not told by then leave their parcels in doubt.
        """
        self._calls.guard()
        self._sender.send_all(source, sink, connections)

    def templates(self) -> list[RemoteTemplate]:
        """The templates that the account has."""
        return self._calls.run(
            "template/get_all_private_template",
            self._client.template.get_all_private_template,
            lambda answer: [RemoteTemplate.read(row) for row in answer["template_list"]],
        )

    def notices(self) -> list[RemoteTemplate]:
        """The subscription notices (订阅通知) that the account has."""
        return self._calls.run(
            "newtmpl/gettemplate",
            lambda: self._client.get(f"{self._account.api_url.rstrip('/')}/wxaapi/newtmpl/gettemplate"),
            lambda answer: [RemoteTemplate.read_notice(row) for row in answer["data"]],
        )

    # -- menu ----------------------------------------------------------------------------------------

    def menu(self) -> dict[str, Any] | None:
        """The menu in force, as `push_menu` takes it (`{"button": […]}`), or None if there is none."""
        return self._calls.run("menu/get", lambda: self._client.menu.get() or {}, menu_as_pushed)

    def push_menu(self, menu: dict[str, Any]) -> None:
        """Replaces the menu; phones show it within five minutes."""
        self._calls.run("menu/create", lambda: self._client.menu.create(menu), _whole)

    def delete_menu(self) -> None:
        """Takes the menu away, conditional ones included."""
        self._calls.run("menu/delete", self._client.menu.delete, _whole)

    # -- people --------------------------------------------------------------------------------------

    def follower(self, openid: str) -> FollowerInfo:
        """Whether a person follows, since when and by which door; names and pictures are not given."""
        return self._calls.run("user/info", lambda: self._client.user.get(openid), FollowerInfo.read)

    def qr_ticket(self, scene: str, seconds: int) -> QrTicket:
        """A temporary QR code carrying `scene` (1–64 characters, seen by whoever scans it: keep it opaque).

        Raises ValueError outside the platform's limits. `seconds` is always said, since the platform's
        own default is half a minute.
        https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html
        """
        if not 1 <= len(scene) <= MAX_SCENE_CHARS or not scene.isprintable():
            raise ValueError(f"a scene has 1 to {MAX_SCENE_CHARS} printable characters")
        if not 1 <= seconds <= MAX_QR_SECONDS:
            raise ValueError(f"a QR ticket lasts 1 to {MAX_QR_SECONDS} seconds")
        order = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        return self._calls.run("qrcode/create", lambda: self._client.qrcode.create(order), QrTicket.read)

    # -- pages and log-in ----------------------------------------------------------------------------

    def js_signature(self, url: str) -> JsSignature:
        """Signs a page's address for `wx.config`."""
        self._calls.guard()
        ticket = JsTicket(self._account.app_id, self._tickets.current())
        return ticket.sign(url, nonce=secrets.token_hex(8), timestamp=int(time.time()))

    def oauth_url(self, redirect_uri: str, state: str, scope: str = "snsapi_base") -> str:
        """Where to send the browser to log in. Raises ValueError for a state or scope that would fail."""
        return authorize_url(self._account.open_url, self._account.app_id, redirect_uri, state, scope)

    def oauth_user(self, code: str, state: str = "") -> OAuthUser:
        """Who came back with this code; the same code and state within five minutes get the same answer.

        Raises OAuthRefused for a code that is used, unknown or too old. Checking the state and refusing
        snapshot users is the caller's part.
        """
        return self._oauth.user(code, state)

    def mini_session(self, js_code: str) -> MiniSession:
        """Who opened the mini program. Raises OAuthRefused for a code that is used or unknown."""
        return self._mini.session(js_code)

    # -- credentials ---------------------------------------------------------------------------------

    def _fetch_token(self, force: bool) -> Fetched:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        return self._calls.run(
            "stable_token",
            lambda: self._wire.post("/cgi-bin/stable_token", body),
            lambda answer: Fetched(str(answer["access_token"]), float(answer["expires_in"])),
        )

    def _fetch_ticket(self, _force: bool) -> Fetched:
        return self._calls.run(
            "ticket/getticket",
            self._client.jsapi.get_ticket,
            lambda answer: Fetched(str(answer["ticket"]), float(answer["expires_in"])),
        )
