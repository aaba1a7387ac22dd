"""What is kept of a callback until it is written, and what each lasting one writes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Self

from models.callback import HelpQuestion
from services import followers, notices
from services.context import Context
from wechat.inbound import Inbound
from wechat.notices import answers

POPUP = "subscribe_msg_popup_event"
RECEIPT = "templatesendjobfinish"

_LONGEST_KEY = 128
_LONGEST_STATUS = 64
_LONGEST_QUESTION = 2048
_BIGGEST = 2**63 - 1
_SEPARATOR = "\x1f"


def pack_light(inbound: Inbound) -> str:
    """The log entry of a light event as one string: without what people wrote."""
    return _pack(
        inbound.fingerprint,
        inbound.name,
        inbound.openid,
        str(inbound.created),
        inbound.key[:_LONGEST_KEY],
        str(inbound.msg_id),
        inbound.fields.get("Status", ""),
    )


def _pack(*parts: str) -> str:
    packed = _SEPARATOR.join(parts)
    if packed.count(_SEPARATOR) == len(parts) - 1:
        return packed
    return _SEPARATOR.join(part.replace(_SEPARATOR, " ") for part in parts)


@lru_cache(maxsize=64)
def _moment(created: int) -> datetime:
    return datetime.fromtimestamp(created, UTC)


@dataclass(slots=True)
class Happening:
    """What is kept of a callback until it is written: no more than the log and the effects need."""

    fingerprint: str
    name: str
    openid: str
    created: int
    key: str
    msg_id: int
    detail: str  # status of a receipt, items of a revocation, words of a question, answers about notices

    @classmethod
    def of(cls, inbound: Inbound) -> Self:
        """The record of a lasting event, with what was written, taken back or answered."""
        detail = inbound.text[:_LONGEST_QUESTION] or inbound.fields.get("RevokeInfo", "")
        if inbound.name.startswith("subscribe_msg_"):
            detail = json.dumps(answers(inbound.fields))
        return cls(
            inbound.fingerprint,
            inbound.name,
            inbound.openid,
            inbound.created,
            inbound.key,
            inbound.msg_id,
            detail,
        )

    @classmethod
    def unpack(cls, packed: str) -> Self:
        fingerprint, name, openid, created, key, msg_id, detail = packed.split(_SEPARATOR)
        return cls(fingerprint, name, openid, int(created), key, int(msg_id), detail)

    def pack(self) -> str:
        return _pack(
            self.fingerprint,
            self.name,
            self.openid,
            str(self.created),
            self.key[:_LONGEST_KEY],
            str(self.msg_id),
            self.detail,
        )

    @property
    def at(self) -> datetime:
        return _moment(self.created)

    def receipt_row(self) -> dict[str, Any]:
        """The columns of a DeliveryReceipt."""
        return {
            "fingerprint": self.fingerprint,
            "msgid": self.msg_id if self.msg_id <= _BIGGEST else 0,
            "status": self.detail[:_LONGEST_STATUS],
            "happened_at": self.at,
        }

    def log_row(self, ctx: Context) -> dict[str, Any]:
        """The columns of a CallbackLog."""
        return {
            "fingerprint": self.fingerprint,
            "kind": self.name,
            "key": self.key[:_LONGEST_KEY],
            "person": ctx.keyring.mark(self.openid),
            "happened_at": self.at,
        }


def _follow(ctx: Context, it: Happening) -> str:
    scene = it.key.removeprefix("qrscene_") if it.key.startswith("qrscene_") else ""
    return followers.follow(ctx, it.openid, at=it.at, scene=scene)


def _scan(ctx: Context, it: Happening) -> str:
    return followers.scan(ctx, it.openid, at=it.at, scene=it.key)


def _unfollow(ctx: Context, it: Happening) -> str:
    return followers.unfollow(ctx, it.openid, at=it.at)


def _revoke(ctx: Context, it: Happening) -> str:
    return followers.revoke(ctx, it.openid, at=it.at, event=it.name, info=it.detail)


def _ask(ctx: Context, it: Happening) -> str:
    HelpQuestion.insert_once(
        [
            {
                "fingerprint": it.fingerprint,
                "app_id": ctx.settings.wechat_app_id,
                "openid": it.openid,
                "text": it.detail,
                "asked_at": it.at,
            }
        ]
    )
    return "asked"


def _consent(ctx: Context, it: Happening) -> str:
    return notices.consent(ctx, it.openid, json.loads(it.detail), is_popup=it.name == POPUP)


def _report(ctx: Context, it: Happening) -> str:
    return notices.report(ctx, it.openid, json.loads(it.detail))


# What an event must have written before it is answered, by the name its reply's rule gives.
EFFECTS: dict[str, Callable[[Context, Happening], str]] = {
    "follow": _follow,
    "scan": _scan,
    "unfollow": _unfollow,
    "revoke": _revoke,
    "ask": _ask,
    "consent": _consent,
    "report": _report,
}
