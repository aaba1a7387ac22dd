"""Owing: a row beside the change that causes the message, under a key that makes twice the same as once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from config.messages import manner_of
from models.message import Message
from services.context import Context
from services.outbox.escalating import Columns, texts_instead
from templates_msg.base import Template


@dataclass(frozen=True, slots=True)
class Text:
    """What a message becomes as a text where that of its own name does not fit: a name in ``config/sms.toml``.

    ``phone`` is for somebody without an account; it is kept until the message arrives or becomes the text.
    """

    name: str
    fields: Mapping[str, str]
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """One template message of many. What is None comes from ``config/messages.toml``, or is now.

    It is dropped if unsent by ``useless_at``, by whichever channel.

    Who has no openid gets a text message where the kind allows it and ``account_id`` or ``text`` has a phone, else
    nothing; so does later whom the message does not reach.
    """

    template: Template
    openid: str | None
    key: str
    path: str = ""
    priority: int | None = None
    account_id: int | None = None
    assignment_id: int | None = None
    due_at: datetime | None = None
    useless_at: datetime | None = None
    text: Text | None = None


class More(TypedDict, total=False):
    """What else may be said of a message: see ``models.message.Message``."""

    priority: int | None
    account_id: int | None
    assignment_id: int | None
    due_at: datetime | None
    text: Text | None


def owe(
    ctx: Context, template: Template, *, openid: str | None, key: str, path: str = "", **more: Unpack[More]
) -> None:
    """Writes a template message into the outbox, once for each ``key``; see ``Owed`` for a person without openid.

    ``path`` is the page of ours that a tap on the message opens. ``account_id`` is whom another channel may
    reach if this one does not, ``assignment_id`` the task at a counselor that it tells of.
    """
    owe_many(ctx, [Owed(template, openid, key, path, **more)])


def owe_many(ctx: Context, rows: Sequence[Owed]) -> None:
    """Writes many template messages, in the caller's transaction; keys owed already are passed over."""
    now = ctx.clock()
    # A wave tells everybody the same: what is the same object is written out once.
    templates = {id(row.template): row.template for row in rows}
    payloads = {key: _payload(template) for key, template in templates.items()}
    columns = [_columns(ctx, row, payloads[id(row.template)], now) for row in rows]
    unbound = [row for row in columns if row["openid"] is None]
    if unbound:
        columns = [row for row in columns if row["openid"] is not None] + texts_instead(ctx, unbound, now)
    Message.add_many(columns)


def owe_sms(
    ctx: Context,
    template: str,
    params: dict[str, str],
    *,
    phone: str,
    key: str,
    useless_at: datetime | None = None,
) -> None:
    """Writes a text message into the outbox, once for each ``key``; it is dropped if unsent by ``useless_at``."""
    Message.add_many(
        [
            {
                "key": key,
                "channel": "sms",
                "template": template,
                "priority": manner_of(template).priority,
                "phone": phone,
                "payload": json.dumps(params, ensure_ascii=False),
                "due_at": ctx.clock(),
                "useless_at": useless_at,
            }
        ]
    )


def _payload(template: Template) -> str:
    return json.dumps(template.payload(), ensure_ascii=False)


def _instead(text: Text | None) -> str | None:
    return None if text is None else json.dumps([text.name, dict(text.fields)], ensure_ascii=False)


def _columns(ctx: Context, row: Owed, payload: str, now: datetime) -> Columns:
    name = row.template.name
    return {
        "key": row.key,
        "channel": "template",
        "template": name,
        "priority": manner_of(name).priority if row.priority is None else row.priority,
        "openid": row.openid,
        "phone": row.text.phone if row.text else None,
        "instead": _instead(row.text),
        "account_id": row.account_id,
        "assignment_id": row.assignment_id,
        "payload": payload,
        "link": ctx.settings.url(row.path) if row.path else "",
        "due_at": row.due_at or now,
        "useless_at": row.useless_at,
    }
