"""What the Gateway hands out, read from the platform's answers. Nothing here shows a person in its repr."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wechat.outcomes import Outcome

_FIELD = re.compile(r"\{\{ *(\w+)\.DATA *\}\}")


@dataclass(frozen=True, slots=True)
class Sent:
    """How the sending of one template message ended.

    `msg_id` is the platform's 64-bit number, 0 if it gave none (also seen on accepted messages).
    `detail` is the platform's sentence without openids; for a refused field it names the field.
    """

    outcome: Outcome
    msg_id: int = 0
    errcode: int = 0
    detail: str = ""
    rid: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it is handed over; `key` is the caller's own name for it.

    `channel` is `template`, or `subscribe` for a subscription notice, which the platform sends twice when it
    is asked twice: it knows no `client_msg_id`.
    """

    key: int
    openid: str = field(repr=False)
    template_id: str
    data: dict[str, str] = field(repr=False)
    link: str | None
    client_msg_id: str
    channel: str = "template"


@dataclass(frozen=True, slots=True)
class RemoteTemplate:
    """A template as the account has it; `fields` in the order of its text, such as `thing1`, `time2`."""

    template_id: str
    title: str
    content: str
    fields: tuple[str, ...]

    @classmethod
    def read(cls, row: dict[str, Any]) -> "RemoteTemplate":
        """From one row of the template list."""
        content = str(row["content"])
        return cls(str(row["template_id"]), str(row["title"]), content, tuple(_FIELD.findall(content)))

    @classmethod
    def read_notice(cls, row: dict[str, Any]) -> "RemoteTemplate":
        """From one row of the list of subscription notices."""
        return cls.read({**row, "template_id": row["priTmplId"]})


@dataclass(frozen=True, slots=True)
class FollowerInfo:
    """A person's tie to the account. Of someone who does not follow nothing else is known.

    `scene` says how they came (`ADD_SCENE_QR_CODE` …), `qr_scene` which code they scanned.
    """

    subscribed: bool
    unionid: str = field(default="", repr=False)
    subscribed_at: datetime | None = None
    scene: str = ""
    qr_scene: str = ""

    @classmethod
    def read(cls, answer: dict[str, Any]) -> "FollowerInfo":
        """From the answer of user/info; times become aware UTC."""
        if int(answer["subscribe"]) != 1:
            return cls(subscribed=False)
        since = int(answer.get("subscribe_time") or 0)
        return cls(
            subscribed=True,
            unionid=str(answer.get("unionid") or ""),
            subscribed_at=datetime.fromtimestamp(since, UTC) if since else None,
            scene=str(answer.get("subscribe_scene") or ""),
            qr_scene=str(answer.get("qr_scene_str") or answer.get("qr_scene") or ""),
        )


@dataclass(frozen=True, slots=True)
class QrTicket:
    """A QR code to draw from `url`; it holds for `expires_in` seconds."""

    ticket: str
    url: str
    expires_in: int

    @classmethod
    def read(cls, answer: dict[str, Any]) -> "QrTicket":
        """From the answer of qrcode/create."""
        return cls(str(answer["ticket"]), str(answer["url"]), int(answer["expire_seconds"]))


def menu_as_pushed(answer: dict[str, Any]) -> dict[str, Any] | None:
    """The menu of an answer of menu/get in the form that menu/create takes; None for an empty answer.

    The platform gives every button a `sub_button` list, be it empty, which nobody pushed.
    """
    return {"button": [_button(one) for one in answer["menu"]["button"]]} if answer else None


def _button(button: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in button.items() if name != "sub_button"}
    below = [_button(one) for one in button.get("sub_button", [])]
    return {**kept, "sub_button": below} if below else kept
