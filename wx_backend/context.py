"""Builds the Context: the one place that chooses between the real hands and others."""

from datetime import UTC, datetime
from typing import Any

from config.metrics import WECHAT_CALLS, WECHAT_SECONDS
from config.settings import Settings
from domain.keyring import Keyring
from models import db
from providers.oidc import OidcDirectory
from providers.peer import Peer
from providers.sms import sender_of
from services.context import Context
from services.passwords import Passwords
from services.throttle import Throttle
from wechat.gateway import Account, Gateway
from wx_backend.redis_client import connect
from wx_backend.seals import seals_of


def build_context(settings: Settings, **hands: Any) -> Context:
    """Opens the database and builds every hand that ``hands`` does not bring along.

    Raises BadSettings for a sender, a directory or a seal that the settings describe only in part.
    """
    keyring = keyring_of(settings)
    db.open_database(settings.database_url, keyring, settings.web_threads)
    redis = hands.pop("redis", None) or connect(settings.redis_url)
    built: dict[str, Any] = {
        "gateway": hands.pop("gateway", None) or _gateway(settings, redis),
        "sms": hands.pop("sms", None) or sender_of(settings),
        "oidc": hands.pop("oidc", None) or _oidc(settings),
        "peer": hands.pop("peer", None) or _peer(settings),
        "seals": hands.pop("seals", None) or seals_of(settings),
        "throttle": Throttle(redis),
        "passwords": Passwords(settings.data_dir),
        "clock": _now,
    }
    return Context(settings=settings, keyring=keyring, redis=redis, **(built | hands))


def keyring_of(settings: Settings) -> Keyring:
    """The keys that the settings name."""
    previous = [key.get_secret_value() for key in settings.secret_keys_previous]
    return Keyring(settings.secret_key.get_secret_value(), previous)


def _now() -> datetime:
    return datetime.now(UTC)


def _gateway(settings: Settings, redis: Any) -> Gateway:
    account = Account(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_app_secret.get_secret_value(),
        api_url=settings.wechat_api_url,
        open_url=settings.wechat_open_url,
        mini_app_id=settings.mini_app_id,
        mini_secret=settings.mini_app_secret.get_secret_value(),
    )
    return Gateway(account, redis, in_transaction=db.in_transaction, observe=_observe)


def _observe(api: str, outcome: str, seconds: float) -> None:
    WECHAT_CALLS.labels(api, outcome).inc()
    WECHAT_SECONDS.labels(api).observe(seconds)


def _oidc(settings: Settings) -> OidcDirectory | None:
    if not settings.identity_issuer:
        return None
    secret = settings.identity_client_secret.get_secret_value()
    return OidcDirectory(settings.identity_issuer, settings.identity_client_id, secret)


def _peer(settings: Settings) -> Peer | None:
    if not settings.peer_url:
        return None
    return Peer(settings.peer_url, settings.peer_key_id, settings.peer_secret.get_secret_value())
