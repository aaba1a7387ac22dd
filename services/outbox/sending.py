"""Sending what is due: claimed in batches, handed to the platform many at once, recorded in batches."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from config.template_ids import notice_ids, template_ids
from models.db import connected
from models.message import Message
from providers.sms import SmsOutcome, SmsResult
from services import quota
from services.context import Context
from services.outbox.recording import count, is_recognised, record
from wechat.answers import Parcel, Sent
from wechat.outcomes import Outcome

log = structlog.get_logger()

LEASE = timedelta(minutes=5)  # far above what a batch takes when every call times out
TURN_SECONDS = 20.0  # after which a turn claims no more, so that whoever stops or reloads us need not wait
BATCH = 200
TEXT_SENDERS = 8
_BY_WECHAT = ("template", "subscribe")
_STOPPED_PAUSE = timedelta(minutes=10)
_OF_TEXTS: dict[SmsOutcome, Outcome] = {
    "accepted": Outcome.ACCEPTED,
    "retry": Outcome.RETRY,
    "refused": Outcome.BUG,
    "ambiguous": Outcome.AMBIGUOUS,
}


def pump_templates(ctx: Context) -> int:
    """Sends template messages and subscription notices until nothing is due or the turn is over."""
    run = _Run(ctx)
    ctx.gateway.send_all(run.claim, run.record, connections=ctx.settings.send_connections)
    return run.claimed


def pump_texts(ctx: Context) -> int:
    """Sends text messages until none is due or the turn is over; apart from the others, since people wait for them."""
    done, give_up_at = 0, time.monotonic() + TURN_SECONDS
    with ThreadPoolExecutor(TEXT_SENDERS) as senders:
        while time.monotonic() < give_up_at and not ctx.stopping.is_set():
            with connected():
                rows = Message.claim_due(ctx.clock(), TEXT_SENDERS * 4, LEASE, channels=("sms",))
            if not rows:
                break
            sent = list(senders.map(lambda row: _send_text(ctx, row), rows))
            with connected():
                record(ctx, list(zip(rows, sent, strict=True)))
            done += len(rows)
    return done


def reap(ctx: Context) -> int:
    """Takes back messages whose sender died in mid-air; returns how many.

    Perhaps they were sent. Inside the platform's window a repeat with the same client_msg_id is harmless; later,
    and for text messages, nobody can know, so they are left for a person to look at.
    """
    with connected():
        orphans = Message.orphans(ctx.clock(), 500)
        record(ctx, [(row, Sent(Outcome.AMBIGUOUS, detail="sender died")) for row in orphans])
    return len(orphans)


class _Run:
    """One turn of the pump: what the gateway asks for more, and tells of what it sent."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._ends_at = time.monotonic() + TURN_SECONDS
        self._in_hand: dict[int, Message] = {}
        self._held = 0
        self.claimed = 0

    def claim(self, wanted: int) -> list[Parcel]:
        """The next parcels, at most ``wanted``; none when nothing is due or the turn is over."""
        while time.monotonic() < self._ends_at and not self._ctx.stopping.is_set():
            with connected():
                size, channels = self._allowed(min(wanted, BATCH))
                if size <= 0:
                    break
                self._held = 0
                rows = self._taken(size, channels)
                parcels = self._packed(rows)
            if parcels:
                return parcels
            if not rows and not self._held:
                break
        return []

    def record(self, sent: Sequence[tuple[Parcel, Sent]]) -> None:
        """Writes down what became of parcels; after a failure it may be told the same once more."""
        self._note([(self._in_hand[parcel.key], outcome) for parcel, outcome in sent])
        for parcel, _outcome in sent:
            del self._in_hand[parcel.key]

    def _allowed(self, wanted: int) -> tuple[int, Sequence[str]]:
        """How many may be taken, and of which channels: the day's quota is that of template messages alone."""
        allowance = quota.allowance(self._ctx)
        room = wanted if allowance is None else allowance - len(self._in_hand)
        return (min(wanted, room), _BY_WECHAT) if room > 0 else (wanted, ("subscribe",))

    def _taken(self, size: int, channels: Sequence[str]) -> list[Message]:
        rows = Message.claim_due(self._ctx.clock(), size, LEASE, channels=channels, hold=self._hold)
        self.claimed += len(rows)
        return rows

    def _hold(self, rows: list[Message]) -> dict[int, datetime]:
        """Who must wait: stopped templates, and what cap or quiet hours put off."""
        stopped = quota.stopped(self._ctx)
        later = self._ctx.clock() + _STOPPED_PAUSE
        waiting = {row.id: later for row in rows if quota.stop_name(row.template, row.channel) in stopped}
        waiting |= quota.postponed(self._ctx, [row for row in rows if row.id not in waiting])
        self._held = len(waiting)
        return waiting

    def _packed(self, rows: Sequence[Message]) -> list[Parcel]:
        """Parcels of the rows that can be sent; what becomes of the others is written down at once."""
        source, now = self._ctx.settings.template_ids, self._ctx.clock()
        ids = {"template": template_ids(source), "subscribe": notice_ids(source)}
        parcels, refused = [], []
        for row in rows:
            packed = _pack(row, ids[row.channel], now)
            if isinstance(packed, Sent):
                refused.append((row, packed))
            else:
                self._in_hand[row.id] = row
                parcels.append(packed)
        if refused:
            self._note(refused)
        return parcels

    def _note(self, tried: Sequence[tuple[Message, Sent]]) -> None:
        with connected():
            record(self._ctx, tried)
        count(tried)


def _pack(row: Message, ids: dict[str, str], now: datetime) -> Parcel | Sent:
    """What the gateway is handed, or why it is not; never raises, so that one message cannot hold up a batch."""
    if row.openid is None:
        return Sent(Outcome.UNREACHABLE, detail="no openid")
    if not is_recognised(row, now):
        return Sent(Outcome.AMBIGUOUS, detail="too late to repeat")
    template_id = ids.get(row.template)
    if template_id is None:
        return Sent(Outcome.MISCONFIGURED, detail="no template id")
    try:
        data = json.loads(row.payload)
    except ValueError:
        log.exception("message_not_made", message=row.code, template=row.template)
        return Sent(Outcome.BUG, detail="exception")
    return Parcel(row.id, row.openid, template_id, data, row.link or None, row.code, row.channel)


def _send_text(ctx: Context, row: Message) -> Sent:
    """The network half of a text message; touches no database and never raises."""
    try:
        result: SmsResult = ctx.sms.send(row.phone, row.template, json.loads(row.payload))
    except Exception:
        # One message that cannot be made must not leave its whole batch in doubt.
        log.exception("message_not_made", message=row.code, template=row.template)
        return Sent(Outcome.BUG, detail="exception")
    return Sent(_OF_TEXTS[result.outcome], detail=result.detail)
