"""What survives a restart: phones with their chats and text messages, tokens, tickets, the menu, counters."""

import base64
import hashlib
from typing import Any, Literal

from pydantic import BaseModel, Field

CHAT_KEPT = 200
SMS_KEPT = 100
MEDIA_KEPT = 40


class Card(BaseModel):
    """A template message or one article of a news message as the chat shows it."""

    title: str
    text: str = ""
    lines: list[tuple[str, str]] = Field(default_factory=list)
    url: str = ""
    picture: str = ""
    mini: str = ""  # page of a mini program, shown instead of the link


class Message(BaseModel):
    """One bubble, card or notice in the chat with the account."""

    id: int
    at: float
    side: Literal["account", "me", "notice", "friend"]
    kind: str
    text: str = ""
    cards: list[Card] = Field(default_factory=list)


class Sms(BaseModel):
    """One short message in a phone's inbox."""

    id: int
    at: float
    text: str


class Cookie(BaseModel):
    """A cookie that the product set in a phone's browser."""

    name: str
    value: str
    path: str = "/"
    expires: float | None = None
    same_site: str = "lax"


class SdkPage(BaseModel):
    """What the page on screen has told the platform's script: see ``sandbox.jssdk``."""

    url: str
    tags: list[str] = Field(default_factory=list)
    apis: list[str] = Field(default_factory=list)
    problem: str = ""  # why wx.config failed, in the platform's words
    cards: dict[str, Card] = Field(default_factory=dict)  # "friend" and "timeline"
    hidden: list[str] = Field(default_factory=list)  # items of the ··· menu


class Browser(BaseModel):
    """The in-app browser of a phone: the pages seen, newest last. ``seq`` counts what its holder asked for."""

    seq: int = 0
    stack: list[str] = Field(default_factory=list)
    title: str = ""
    sdk: SdkPage | None = None
    html: list[str] = Field(default_factory=list, exclude=True)  # what is on screen, to find QR codes on it


class Window(BaseModel):
    """The right to send a few customer messages until a moment."""

    until: float
    left: int


class Phone(BaseModel):
    """A persona's phone and what the platform knows of its holder."""

    key: str
    openid: str
    mini_openid: str
    unionid: str
    following: bool = False
    followed_at: int = 0
    ever_followed: bool = False
    follow_scene: str = "ADD_SCENE_SEARCH"
    qr_scene: str = ""
    chat: list[Message] = Field(default_factory=list)
    chat_read: int = 0
    talks: dict[str, list[Message]] = Field(default_factory=dict)  # with other persons, by their key
    talks_read: dict[str, int] = Field(default_factory=dict)
    sms: list[Sms] = Field(default_factory=list)
    sms_read: int = 0
    cookies: list[Cookie] = Field(default_factory=list)
    browser: Browser | None = None
    windows: dict[str, Window] = Field(default_factory=dict)  # by the kind of contact that opened it
    credits: dict[str, int] = Field(default_factory=dict)
    pending_scene: str = ""  # a code was scanned before following
    rejects: bool = False  # has switched the account's messages off
    blacklisted: bool = False
    snapshot: bool = False
    from_oauth: bool = Field(default=False, exclude=True)  # the next page is reached from another site

    @property
    def chat_unread(self) -> int:
        return sum(1 for message in self.chat if message.side == "account" and message.id > self.chat_read)

    @property
    def talks_unread(self) -> dict[str, int]:
        """How many cards of each friend have not been seen."""
        return {
            key: sum(1 for one in talk if one.side == "friend" and one.id > self.talks_read.get(key, 0))
            for key, talk in self.talks.items()
        }

    @property
    def sms_unread(self) -> int:
        return sum(1 for sms in self.sms if sms.id > self.sms_read)


class Token(BaseModel):
    """An access token; ``dead_at`` is when it stops working, ``revoked`` that it was replaced or killed."""

    value: str
    made_at: float
    dead_at: float
    revoked: bool = False
    kind: Literal["plain", "stable"] = "plain"


class QrTicket(BaseModel):
    """A parametric QR code; ``until`` is None for a permanent one."""

    ticket: str
    url: str
    scene: str
    until: float | None = None


class OAuthCode(BaseModel):
    """A code handed to the browser by the OAuth page."""

    code: str
    phone: str
    scope: str
    until: float
    used: bool = False


class MiniCode(BaseModel):
    """A log-in or phone-number code of the mini program."""

    code: str
    phone: str
    purpose: Literal["login", "phone"]
    until: float
    used: bool = False


class State(BaseModel):
    """Everything that is kept."""

    phones: dict[str, Phone] = Field(default_factory=dict)
    tokens: list[Token] = Field(default_factory=list)
    forced_refreshes: list[float] = Field(default_factory=list)
    jsapi_ticket: Token | None = None
    menu: dict[str, Any] | None = None
    qr: dict[str, QrTicket] = Field(default_factory=dict)
    oauth_codes: dict[str, OAuthCode] = Field(default_factory=dict)
    oauth_tokens: dict[str, OAuthCode] = Field(default_factory=dict)
    mini_codes: dict[str, MiniCode] = Field(default_factory=dict)
    media: dict[str, str] = Field(default_factory=dict)  # media_id → picture as base64
    used_today: dict[str, int] = Field(default_factory=dict)
    quota_day: str = ""
    clears: list[float] = Field(default_factory=list)
    last_id: int = 0
    last_msgid: int = 2_959_000_000_000_000_000  # 64 bit, beyond what a JavaScript number can hold

    def forget_old(self, now: float) -> None:
        """Drop what has been dead for a day, and all but the newest pictures."""
        long_ago = now - 86_400
        self.qr = {key: one for key, one in self.qr.items() if one.until is None or one.until > long_ago}
        self.oauth_codes = {key: one for key, one in self.oauth_codes.items() if one.until > long_ago}
        self.oauth_tokens = {key: one for key, one in self.oauth_tokens.items() if one.until > long_ago}
        self.mini_codes = {key: one for key, one in self.mini_codes.items() if one.until > long_ago}
        self.media = dict(list(self.media.items())[-MEDIA_KEPT:])


def identifier(app_id: str, key: str) -> str:
    """The openid of a persona under an app: 28 characters, like the platform's, the same at every start."""
    digest = hashlib.sha256(f"{app_id} {key}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]
