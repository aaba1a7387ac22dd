"""Messages owed: written with the change that caused them, sent behind it, settled by outcome and receipt."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from config.metrics import MESSAGES
from config.template_ids import template_ids
from models.callback import DeliveryReceipt
from models.db import connected, transaction
from models.message import Message
from models.wechat_user import Follower
from providers.sms import SmsResult
from services.context import Context
from templates_msg.base import Template
from wechat.answers import Sent
from wechat.outcomes import Outcome

log = structlog.get_logger()

LEASE = timedelta(minutes=5)  # far above what a batch takes when every call times out
CLIENT_MSG_ID_WINDOW = timedelta(minutes=9)  # the platform drops repeats of a client_msg_id for 10 minutes
MAX_TRIES = 8
SENDERS = 8

_AGAIN = {Outcome.RETRY: 5, Outcome.SLOW_DOWN: 60, Outcome.QUOTA_SPENT: 3600, Outcome.MISCONFIGURED: 600}
_GONE = {Outcome.UNREACHABLE, Outcome.BLOCKED}


def owe(ctx: Context, template: Template, *, openid: str | None, key: str, path: str = "") -> None:
    """Writes a template message into the outbox, once for each ``key``; nothing for a person without openid.

    ``path`` is the page of ours that a tap on the message opens.
    """
    if openid is None:
        return
    Message.add(
        key=key,
        channel="template",
        template=template.name,
        openid=openid,
        payload=json.dumps(template.payload(), ensure_ascii=False),
        link=ctx.settings.url(path) if path else "",
        due_at=ctx.clock(),
    )


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
    Message.add(
        key=key,
        channel="sms",
        template=template,
        phone=phone,
        payload=json.dumps(params, ensure_ascii=False),
        due_at=ctx.clock(),
        useless_at=useless_at,
    )


def pump(ctx: Context, limit: int = 100) -> int:
    """Sends what is due; returns how many messages were tried. Any number of pumps may run."""
    with connected():
        rows = Message.claim_due(ctx.clock(), limit, LEASE)
    if not rows:
        return 0
    with ThreadPoolExecutor(min(SENDERS, len(rows))) as senders:
        outcomes = list(senders.map(lambda row: _send(ctx, row), rows))
    with connected():
        for row, outcome in zip(rows, outcomes, strict=True):
            _record(ctx, row, outcome)
    return len(rows)


def reap(ctx: Context) -> int:
    """Takes back messages whose sender died in mid-air; returns how many.

    Perhaps they were sent. Inside the platform's window a repeat with the same client_msg_id is harmless; later,
    and for text messages, nobody can know, so they are left for a person to look at.
    """
    now = ctx.clock()
    with connected():
        orphans = Message.orphans(now, 500)
        for row in orphans:
            _record(ctx, row, Sent(outcome=Outcome.AMBIGUOUS, msg_id=0, errcode=0, detail="sender died"))
    return len(orphans)


@transaction
def settle_receipts(ctx: Context, limit: int = 1000) -> int:
    """Joins delivery receipts with the messages they speak of, in whichever order the two came."""
    settled = 0
    for receipt, message in DeliveryReceipt.unsettled(limit):
        status = _verdict(receipt.status)
        is_first = Message.finish(message.id, status, ctx.clock())
        if is_first and status == "blocked" and message.openid:
            Follower.change(ctx.settings.wechat_app_id, message.openid, is_unreachable=True)
        DeliveryReceipt.mark_settled(receipt.id, ctx.clock())
        settled += 1
    return settled


def _verdict(status: str) -> str:
    """Receipt wordings: success, failed:user block, failed: system failed, failed:freq limit."""
    word = status.replace(" ", "").lower()
    if word == "success":
        return "delivered"
    return "blocked" if "userblock" in word else "failed"


def _send(ctx: Context, row: Message) -> Sent | SmsResult:
    """The network half; touches no database and never raises."""
    try:
        return _hand_over(ctx, row)
    except Exception:
        # One message that cannot be made must not leave its whole batch in doubt.
        log.exception("message_not_made", message=row.code, template=row.template)
        return Sent(outcome=Outcome.BUG, detail="exception")


def _hand_over(ctx: Context, row: Message) -> Sent | SmsResult:
    payload = json.loads(row.payload)
    if row.channel == "sms":
        return ctx.sms.send(row.phone, row.template, payload)
    if row.openid is None:
        return Sent(outcome=Outcome.UNREACHABLE, msg_id=0, errcode=0, detail="no openid")
    if not _is_recognised(row, ctx.clock()):
        return Sent(outcome=Outcome.AMBIGUOUS, detail="too late to repeat")
    template_id = template_ids(ctx.settings.template_ids).get(row.template)
    if template_id is None:
        return Sent(outcome=Outcome.MISCONFIGURED, msg_id=0, errcode=0, detail="no template id")
    return ctx.gateway.send_template(
        row.openid, template_id, payload, link=row.link or None, client_msg_id=row.code
    )


def _record(ctx: Context, row: Message, sent: Sent | SmsResult) -> None:
    if isinstance(sent, SmsResult):
        outcome = {"accepted": Outcome.ACCEPTED, "retry": Outcome.RETRY}.get(sent.outcome, Outcome.BUG)
        sent = Sent(outcome=outcome, msg_id=0, errcode=0, detail=sent.detail)
    else:
        MESSAGES.labels(row.template, sent.outcome.value).inc()
    now = ctx.clock()
    status, due_at = _next(row, sent.outcome, now)
    changes: dict[str, object] = {"errcode": sent.errcode}
    if sent.outcome is not Outcome.AMBIGUOUS:
        changes["doubtful_since"] = None
    if sent.msg_id:
        changes["msgid"] = sent.msg_id
    if status == "queued":
        changes["due_at"] = due_at
    else:
        changes["settled_at"] = now
    row.settle(row.id, status, row.claim, **changes)
    if sent.outcome in _GONE and row.openid:
        Follower.change(ctx.settings.wechat_app_id, row.openid, is_unreachable=True)
    if status not in ("accepted", "delivered"):
        log.warning(
            "message_not_sent",
            message=row.code,
            template=row.template,
            status=status,
            outcome=sent.outcome.value,
            errcode=sent.errcode,
            detail=sent.detail,
        )


def _is_recognised(row: Message, now: datetime) -> bool:
    """Whether the platform would still drop a repeat of what was perhaps sent."""
    return bool(now - row.doubtful_since < CLIENT_MSG_ID_WINDOW)


def _next(row: Message, outcome: Outcome, now: datetime) -> tuple[str, datetime]:
    """Status and, for another try, its moment."""
    if outcome is Outcome.ACCEPTED:
        return ("delivered" if row.channel == "sms" else "accepted"), now
    if outcome is Outcome.AMBIGUOUS:
        may_repeat = row.channel == "template" and _is_recognised(row, now) and row.tries < MAX_TRIES
        return ("queued", now + timedelta(seconds=10)) if may_repeat else ("unknown", now)
    pause = _AGAIN.get(outcome)
    if pause is None or row.tries >= MAX_TRIES:
        return "failed", now
    return "queued", now + timedelta(seconds=pause * 2 ** min(row.tries - 1, 6))
