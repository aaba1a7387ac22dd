"""What becomes of a message that was tried: its next status, its reader's reach, the day's ledger."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from config.metrics import MESSAGES
from models.db import transaction
from models.message import Message, Settled
from models.task import Assignment
from models.wechat_user import Follower
from services import quota
from services.context import Context
from wechat.answers import Sent
from wechat.outcomes import Outcome

log = structlog.get_logger()

CLIENT_MSG_ID_WINDOW = timedelta(minutes=9)  # the platform drops repeats of a client_msg_id for 10 minutes
MAX_TRIES = 8

_AGAIN = {Outcome.RETRY: 5, Outcome.SLOW_DOWN: 60, Outcome.QUOTA_SPENT: 3600, Outcome.MISCONFIGURED: 600}
_NOT_ITS_FAULT = {
    Outcome.QUOTA_SPENT,
    Outcome.MISCONFIGURED,
}  # however often, the message is given up by nobody
_DOUBT_PAUSE = 10
_GONE = {Outcome.UNREACHABLE, Outcome.BLOCKED}
_BAD_TEMPLATE = {40036, 40037}
_NOBODY_THERE = 43004  # of the platform: whom the message was for does not follow
_REACH = {"accepted": "told", "failed": "failed", "unknown": "unknown"}

Tried = tuple[Message, Sent]


@transaction
def record(ctx: Context, tried: Sequence[Tried]) -> None:
    """Writes outcomes down, all in one go; what was lost to another worker meanwhile is left alone."""
    now = ctx.clock()
    steps = [(row, sent, *_step(row, sent, now)) for row, sent in tried]
    held = Message.settle(
        [Settled(row.id, row.claim, sent.msg_id, changes) for row, sent, _status, changes in steps]
    )
    kept = [(row, sent, status) for row, sent, status, _changes in steps if row.id in held]
    _tell_followers(ctx, tried)
    # Whom an earlier message has reached is told, whatever becomes of a reminder.
    note_reach(((_reach(row, sent, status), row) for row, sent, status in kept), ("told", "delivered"))
    _tell_quota(ctx, kept)
    for row, sent, status in kept:
        if status not in ("accepted", "delivered"):
            _log(row, sent, status)


def note_reach(reached: Iterable[tuple[str | None, Message]], keeps: Sequence[str] = ("delivered",)) -> None:
    """Tells tasks what became of their messages; for ``keeps`` see ``Assignment.note_reach``."""
    pairs: dict[str, list[int]] = {}
    for reach, row in reached:
        if reach is not None and row.assignment_id is not None:
            pairs.setdefault(reach, []).append(row.assignment_id)
    if pairs:
        Assignment.note_reach(pairs, keeps)


def leave(openid: str, why: str, now: datetime, account_id: int | None = None) -> None:
    """Ends what waits for a WeChat that its person has left, or an account alone, in the caller's transaction.

    Tasks it told of are marked by ``why`` (a reach of Assignment), and the next channel is considered.
    """
    rows = Message.give_up(openid, now, _NOBODY_THERE, account_id)
    note_reach(({"failed": why, "unknown": "unknown"}.get(row.status), row) for row in rows)


def count(tried: Sequence[Tried]) -> None:
    """Adds outcomes to the metrics."""
    for (template, outcome), number in Counter(
        (row.template, sent.outcome.value) for row, sent in tried
    ).items():
        MESSAGES.labels(template, outcome).inc(number)


def next_status(row: Message, outcome: Outcome, now: datetime) -> tuple[str, float]:
    """Status, and for another try the seconds until then."""
    if outcome is Outcome.ACCEPTED:
        return ("delivered" if row.channel == "sms" else "accepted"), 0
    if outcome is Outcome.AMBIGUOUS:
        may_repeat = row.channel == "template" and is_recognised(row, now) and row.tries < MAX_TRIES
        return ("queued", _DOUBT_PAUSE) if may_repeat else ("unknown", 0)
    pause = _AGAIN.get(outcome)
    if pause is None:
        return "failed", 0
    if outcome in _NOT_ITS_FAULT:
        return "queued", pause
    if row.tries >= MAX_TRIES:
        return "failed", 0
    return "queued", pause * 2 ** min(row.tries - 1, 6)


def is_recognised(row: Message, now: datetime) -> bool:
    """Whether the platform would still drop a repeat of what was perhaps sent."""
    return bool(now - row.doubtful_since < CLIENT_MSG_ID_WINDOW)


def _step(row: Message, sent: Sent, now: datetime) -> tuple[str, tuple[tuple[str, Any], ...]]:
    """The next status, and the columns to write with it."""
    status, pause = next_status(row, sent.outcome, now)
    changes: dict[str, Any] = {"status": status, "errcode": sent.errcode}
    if sent.outcome is not Outcome.AMBIGUOUS and not (status == "queued" and row.was_in_doubt):
        # That this try sent nothing says nothing of an earlier one that may have.
        changes["doubtful_since"] = None
    if status != "queued":
        changes["settled_at"] = now
        return status, tuple(changes.items())
    # A little earlier than said, by chance, so that what failed together does not come back together.
    changes["due_at"] = now + timedelta(seconds=int(pause * random.uniform(0.8, 1.0)))
    if sent.outcome in _NOT_ITS_FAULT:
        changes["tries"] = max(0, row.tries - 1)
    return status, tuple(changes.items())


def _reach(row: Message, sent: Sent, status: str) -> str | None:
    """What a message means for the task it tells of; a second channel that fails changes nothing."""
    if row.channel != "template":
        return "told" if status in ("accepted", "delivered") else None
    if sent.outcome is Outcome.UNREACHABLE:
        return "unfollowed"
    if sent.outcome is Outcome.BLOCKED:
        return "blocked"
    return _REACH.get(status)


def _tell_followers(ctx: Context, tried: Sequence[Tried]) -> None:
    for row, sent in tried:
        if sent.outcome in _GONE and row.openid:
            Follower.change(ctx.settings.wechat_app_id, row.openid, is_unreachable=True)


def _tell_quota(ctx: Context, kept: Sequence[tuple[Message, Sent, str]]) -> None:
    taken = sum(row.channel == "template" and status == "accepted" for row, _sent, status in kept)
    if taken:
        quota.spend(ctx, taken)
    for sent in _first_of(kept, Outcome.QUOTA_SPENT).values():
        quota.exhausted(ctx, sent.errcode)
    for template, sent in _first_of(kept, Outcome.MISCONFIGURED).items():
        if sent.errcode in _BAD_TEMPLATE:
            quota.stop(ctx, template, sent.errcode, sent.detail)


def _first_of(kept: Sequence[tuple[Message, Sent, str]], outcome: Outcome) -> Mapping[str, Sent]:
    """By the name under which a message stops, one that ended so."""
    return {
        quota.stop_name(row.template, row.channel): sent
        for row, sent, _status in kept
        if sent.outcome is outcome
    }


def _log(row: Message, sent: Sent, status: str) -> None:
    log.warning(
        "message_not_sent",
        message=row.code,
        template=row.template,
        status=status,
        outcome=sent.outcome.value,
        errcode=sent.errcode,
        detail=sent.detail,
    )
