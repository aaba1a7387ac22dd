"""The hands a service works with, built once by the composition root and passed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from redis import Redis

from config.settings import Settings
from domain.keyring import Keyring
from providers.oidc import OidcDirectory
from providers.peer import Peer
from providers.sms import SmsSender
from services.code_shelf import CodeShelf
from services.passwords import Passwords
from services.recommend.shelf import PostShelf
from services.seals import Seals
from services.throttle import Throttle
from wechat.gateway import Gateway


@dataclass(frozen=True)
class Context:
    """Everything outside that services may touch. ``clock`` answers this moment in UTC."""

    settings: Settings
    keyring: Keyring
    redis: Redis
    gateway: Gateway
    sms: SmsSender
    throttle: Throttle
    passwords: Passwords
    clock: Callable[[], datetime]
    oidc: OidcDirectory | None = None
    peer: Peer | None = None  # another system that posts are shared with
    codes: CodeShelf = field(default_factory=CodeShelf)
    posts: PostShelf = field(default_factory=PostShelf)  # the index of posts that recommendations come from
    seals: Seals = field(default_factory=Seals)  # the platform's seal on agreements
    stopping: Event = field(default_factory=Event)  # set when this process is to end: long work pauses
