"""The next channel for whom a message did not reach: a subscription notice if the person allowed one, else a text.

Which messages go on by which channels is ``config/messages.toml``. What failed for a reason that lies with the
account or with us (banned, malformed) would fail for everybody at once and goes nowhere else: a person must act.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from config.messages import Channel, manner_of
from config.sms import fields_of
from config.template_ids import notice_ids
from domain.keyring import Unreadable
from models import message_desk
from models.account import Account
from models.db import connected, transaction
from models.message import KEY_LENGTH, Message
from models.sending import SubscribeCredit
from models.task_people import in_touch
from services import quota
from services.context import Context
from templates_msg.catalogue import CATALOGUE
from wechat.outcomes import Outcome, outcome_of

log = structlog.get_logger()

BATCH = 200
Columns = dict[str, Any]  # of a message to be owed
_SAME = (
    *("template", "priority", "openid", "phone", "account_id", "assignment_id"),
    *("payload", "instead", "link", "useless_at"),
)
_LONGEST_KEY = KEY_LENGTH - len(":subscribe")
_NEVER = datetime.min.replace(tzinfo=UTC)
_EVERYBODYS = {Outcome.FORBIDDEN, Outcome.BUG, Outcome.MISCONFIGURED, Outcome.QUOTA_SPENT}


def escalate(ctx: Context) -> int:
    """Considers every message that ended without reaching anybody, once; returns how many went on."""
    total = 0
    with connected():
        while not ctx.stopping.is_set():
            seen, owed = _escalate(ctx)
            total += owed
            if seen < BATCH:
                break
    return total


def texts_instead(ctx: Context, rows: Iterable[Columns], now: datetime) -> list[Columns]:
    """The text messages that people without any openid get instead, where the kind allows it.

    ``rows`` are columns of the template messages that nobody can be sent: to the phone of ``account_id``, or to
    ``phone`` where there is no account; in the words of ``instead``, or of the text of the message's name.
    """
    wanted = [row for row in rows if "sms" in manner_of(row["template"]).fallback]
    phones = Account.phones_of([row["account_id"] for row in wanted if row["account_id"]])
    found = []
    for row in wanted:
        phone, text = phones.get(row["account_id"]) or row["phone"], _text(row)
        if phone and text is not None:
            more = {"channel": "sms", "key": f"{row['key']}:sms", "openid": None, "phone": phone, "link": ""}
            due_at = quota.quiet_until(max(now, row["due_at"]))
            found.append(row | more | text | {"instead": None, "due_at": due_at})
    return found


@transaction
def _escalate(ctx: Context) -> tuple[int, int]:
    now = ctx.clock()
    rows = Message.unreached(now, BATCH)
    going = [row for row in rows if _may_go_on(row)]
    touches = in_touch([row.assignment_id for row in going if row.assignment_id])
    # Who has been at the task since knows of it.
    going = [row for row in going if row.created_at > touches.get(row.assignment_id, _NEVER)]
    _tell_ledger(ctx, rows)
    notices = [row for row in going if _next(row, "subscribe") and _take_credit(ctx, row)]
    texts = [row for row in going if row not in notices and _next(row, "sms")]
    owed = [
        *(_notice(row, now) for row in notices),
        *texts_instead(ctx, (_columns(row, now) for row in texts if _opened(row)), now),
    ]
    Message.add_many(owed)
    message_desk.drop_text([row.id for row in (*notices, *texts)])
    return len(rows), len(owed)


def later_keys(row: Message) -> list[str]:
    """Under which keys the same goes to the same person by the channels after this one."""
    if row.channel == "sms":
        return []
    key = _base_key(row)
    return [f"{key}:sms", *([f"{key}:subscribe"] if row.channel == "template" else [])]


def _may_go_on(row: Message) -> bool:
    # What may have arrived is not told once more by another channel unless a person says so.
    if row.status == "unknown" or row.channel == "sms":
        return False
    return not (row.errcode and outcome_of(row.errcode) in _EVERYBODYS)


def _next(row: Message, channel: Channel) -> bool:
    """Whether this channel comes after the one that failed."""
    ways: Sequence[str] = ("template", *manner_of(row.template).fallback)
    return channel in ways and row.channel in ways and ways.index(channel) > ways.index(row.channel)


def _take_credit(ctx: Context, row: Message) -> bool:
    notice = notice_ids(ctx.settings.template_ids).get(row.template)
    if notice is None or not row.openid or not _opened(row):
        return False
    return SubscribeCredit.take(ctx.settings.wechat_app_id, row.openid, notice)


def _tell_ledger(ctx: Context, rows: Sequence[Message]) -> None:
    """The platform knows of no credit where we thought that there was one."""
    for row in rows:
        if row.channel == "subscribe" and row.openid and outcome_of(row.errcode) is Outcome.NO_CREDIT:
            notice = notice_ids(ctx.settings.template_ids).get(row.template)
            if notice:
                SubscribeCredit.clear(ctx.settings.wechat_app_id, row.openid, notice)


def _opened(row: Message) -> bool:
    """Reads what is sealed; False for one that no key opens, which has failed for good."""
    try:
        row.__data__ |= message_desk.sealed_of(row.id)
    except Unreadable:
        log.error("message_unreadable", row=row.id)
        return False
    return True


def _notice(row: Message, now: datetime) -> Columns:
    columns = _columns(row, now)
    return columns | {"channel": "subscribe", "key": f"{columns['key']}:subscribe"}


def _columns(row: Message, now: datetime) -> Columns:
    return {name: getattr(row, name) for name in _SAME} | {"key": _base_key(row), "due_at": now}


def _base_key(row: Message) -> str:
    key = row.key.removesuffix(":subscribe")
    return key if len(key) <= _LONGEST_KEY else f"message:{row.code}"


def _text(row: Columns) -> Columns | None:
    """Which text a message becomes, and what it is given; None when there is none for it."""
    if row["instead"]:
        name, given = json.loads(row["instead"])
        return {"template": name, "payload": json.dumps(given, ensure_ascii=False)}
    names, message = fields_of(row["template"]), CATALOGUE.get(row["template"])
    if names is None or message is None:
        return None
    filled, places = json.loads(row["payload"]), message.places()
    return {"payload": json.dumps({name: filled[places[name]] for name in names}, ensure_ascii=False)}
