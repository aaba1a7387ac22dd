"""Owing: a row beside the change that causes the message, under a key that makes twice the same as once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from config.messages import manner_of
from models.message import Message
from services.context import Context
from templates_msg.base import Template


@dataclass(frozen=True, slots=True)
class Owed:
    """One template message of many. What is None comes from ``config/messages.toml``, or is now."""

    template: Template
    openid: str
    key: str
    path: str = ""
    priority: int | None = None
    account_id: int | None = None
    assignment_id: int | None = None
    due_at: datetime | None = None


class More(TypedDict, total=False):
    """What else may be said of a message: see ``models.message.Message``."""

    priority: int | None
    account_id: int | None
    assignment_id: int | None
    due_at: datetime | None


def owe(
    ctx: Context, template: Template, *, openid: str | None, key: str, path: str = "", **more: Unpack[More]
) -> None:
    """Writes a template message into the outbox, once for each ``key``; nothing for a person without openid.

    ``path`` is the page of ours that a tap on the message opens. ``account_id`` is whom another channel may
    reach if this one does not, ``assignment_id`` the task at a counselor that it tells of.
    """
    if openid is not None:
        owe_many(ctx, [Owed(template, openid, key, path, **more)])


def owe_many(ctx: Context, rows: Sequence[Owed]) -> None:
    """Writes many template messages, in the caller's transaction; keys owed already are passed over."""
    now = ctx.clock()
    Message.add_many([_columns(ctx, row, now) for row in rows])


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


def _columns(ctx: Context, row: Owed, now: datetime) -> dict[str, object]:
    name = row.template.name
    return {
        "key": row.key,
        "channel": "template",
        "template": name,
        "priority": manner_of(name).priority if row.priority is None else row.priority,
        "openid": row.openid,
        "account_id": row.account_id,
        "assignment_id": row.assignment_id,
        "payload": json.dumps(row.template.payload(), ensure_ascii=False),
        "link": ctx.settings.url(row.path) if row.path else "",
        "due_at": row.due_at or now,
    }
