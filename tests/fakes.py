"""Hands for a Context that record instead of reaching out."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from matching.index import Index
from models.db import in_transaction
from providers.oidc import Begun, Identity, OidcRefused
from providers.sms import SmsResult
from services.context import Context
from services.recommend import keeper
from services.recommend.shelf import PostShelf
from wechat.answers import FollowerInfo, Parcel, QrTicket, Sent
from wechat.jssdk import JsSignature
from wechat.oauth import OAuthRefused, OAuthUser
from wechat.outcomes import Outcome, WeChatTrouble

START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # a Friday afternoon in China, a workday


class FixedClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Moves on by ``timedelta(**span)``."""
        self.now += timedelta(**span)


@dataclass
class SentTemplate:
    """One template message as the gateway was asked to send it."""

    openid: str
    template_id: str
    data: dict[str, str]
    link: str | None
    client_msg_id: str


@dataclass
class RecordingGateway:
    """Looks like the Gateway. ``trouble`` is raised by the next calls, ``outcomes`` answer the next messages."""

    sent: list[SentTemplate] = field(default_factory=list)
    menus: list[dict[str, object]] = field(default_factory=list)
    scenes: list[str] = field(default_factory=list)
    codes: dict[str, OAuthUser] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)  # with which codes were shown
    signed: list[str] = field(default_factory=list)  # pages whose address was signed
    followers: dict[str, FollowerInfo] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    trouble: WeChatTrouble | None = None
    _msg_ids: itertools.count = field(default_factory=lambda: itertools.count(10**18))

    def _call(self) -> None:
        if in_transaction():
            raise RuntimeError("WeChat was called inside a transaction")
        if self.trouble is not None:
            raise self.trouble

    def send_all(
        self,
        source: Callable[[int], Sequence[Parcel]],
        sink: Callable[[Sequence[tuple[Parcel, Sent]]], None],
        *,
        connections: int,
    ) -> None:
        self._call()
        while parcels := source(connections):
            sink([(parcel, self._send(parcel)) for parcel in parcels])

    def _send(self, parcel: Parcel) -> Sent:
        self._call()
        whole = (parcel.openid, parcel.template_id, parcel.data, parcel.link, parcel.client_msg_id)
        self.sent.append(SentTemplate(*whole))
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.ACCEPTED
        return Sent(outcome, next(self._msg_ids) if outcome is Outcome.ACCEPTED else 0)

    def menu(self) -> dict[str, object] | None:
        self._call()
        return self.menus[-1] if self.menus else None

    def push_menu(self, menu: dict[str, object]) -> None:
        self._call()
        self.menus.append(menu)

    def follower(self, openid: str) -> FollowerInfo:
        self._call()
        return self.followers.get(openid, FollowerInfo(subscribed=False))

    def qr_ticket(self, scene: str, seconds: int) -> QrTicket:
        self._call()
        self.scenes.append(scene)
        return QrTicket("ticket", f"http://weixin.qq.com/q/{scene}", seconds)

    def js_signature(self, url: str) -> JsSignature:
        self._call()
        self.signed.append(url)
        return JsSignature("wx0000000000000001", 7, "nonce", "signature")

    def oauth_url(self, redirect_uri: str, state: str, scope: str = "snsapi_base") -> str:
        return f"https://open.weixin.qq.com/connect?to={redirect_uri}&scope={scope}&state={state}"

    def oauth_user(self, code: str, state: str = "") -> OAuthUser:
        self._call()
        self.states.append(state)
        if code not in self.codes:
            raise OAuthRefused("code_invalid")
        return self.codes[code]


class SmsInbox:
    """Every text message that was sent, newest last."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str, dict[str, str]]] = []

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        if in_transaction():
            raise RuntimeError("a text message was sent inside a transaction")
        self.messages.append((phone, template, params))
        return SmsResult("accepted")

    def code_for(self, phone: str) -> str:
        """The newest one-time code that this phone got."""
        return next(
            params["code"] for to, _, params in reversed(self.messages) if to == phone and "code" in params
        )


class OidcDesk:
    """An OIDC directory whose people are put in by the test: code → identity."""

    def __init__(self) -> None:
        self.people: dict[str, Identity] = {}
        self._numbers = itertools.count(1)

    def begin(self, redirect_uri: str) -> Begun:
        n = next(self._numbers)
        url = f"https://id.example.invalid/authorize?to={redirect_uri}"
        return Begun(url, f"state{n}", f"nonce{n}", f"verifier{n}")

    def finish(self, redirect_uri: str, code: str, *, nonce: str, code_verifier: str) -> Identity:
        if not (redirect_uri and nonce and code_verifier) or code not in self.people:
            raise OidcRefused("code")
        return self.people[code]


class PromptShelf(PostShelf):
    """The index of posts, kept up to date by whoever asks it instead of by the clock."""

    ctx: Context  # set when there is one

    def index(self, data: Path) -> Index:
        keeper.rebuild(self.ctx)
        keeper.sync(self.ctx)
        return super().index(data)


def no_redis() -> Redis:
    """A Redis that is away, and is not asked twice, as production's client does not."""
    return Redis(port=1, retry=Retry(NoBackoff(), 0))
