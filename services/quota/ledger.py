"""The day's ledger of template messages: how many went out, how many may, and how long a campaign would take.

The platform counts calls by day in China and answers 45009 beyond them; how many it allows depends on the account
(developers.weixin.qq.com, 模板消息: 10 万 a day, more for accounts of many followers). Other programs of the account
eat of the same count, so what the platform says is the last word.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import structlog
from redis import RedisError

from config.messages import DIGEST, manners
from config.metrics import REDIS_AWAY
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.refusals import NotAllowed
from models import journal
from models.board import messages_by_priority
from models.db import transaction
from models.message import Message
from models.sending import SendQuota
from services.context import Context
from services.seats import Seat

log = structlog.get_logger()

ERRCODE = 45009
LEARNT_KEPT = timedelta(days=7)  # how long the platform's own limit counts for forecasts
FARTHEST = 3650  # days
_BACKLOG = "{wxb}:quota:backlog"
_BACKLOG_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Day:
    """How the day stands. ``limit`` is None when none is known, ``left`` as well."""

    used: int
    limit: int | None
    left: int | None
    learnt: int | None
    is_spent: bool


def allowance(ctx: Context) -> int | None:
    """How many template messages may still go out today; None when no limit is known."""
    return _left(ctx, SendQuota.of(_app(ctx), today(ctx)))


def look(ctx: Context) -> Day:
    """Today's ledger, and the limit that the platform itself showed of late."""
    day = today(ctx)
    entry = SendQuota.of(_app(ctx), day)
    learnt = SendQuota.learnt(_app(ctx), day - LEARNT_KEPT)
    return Day(entry.used, limit(ctx), _left(ctx, entry), learnt, entry.spent_at is not None)


def limit(ctx: Context) -> int | None:
    """How many template messages the account may send in a day; None when nobody has said."""
    return ctx.settings.daily_template_quota or None


def spend(ctx: Context, count: int) -> None:
    """Enters ``count`` template messages, taken by the platform, into today's ledger."""
    if count > 0:
        SendQuota.change(_app(ctx), today(ctx), used=SendQuota.used + count)


@transaction
def exhausted(ctx: Context, errcode: int) -> None:
    """The platform takes no more today (45009): nothing goes out until tomorrow, or until a person says ``reset``."""
    if SendQuota.end(_app(ctx), today(ctx), ctx.clock()):
        log.error("quota_spent", errcode=errcode, used=SendQuota.of(_app(ctx), today(ctx)).used)


@transaction
def reset(ctx: Context, seat: Seat) -> None:
    """Somebody had the platform set its count back (清零): sending goes on. Raises NotAllowed below 部级."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    day, now = today(ctx), ctx.clock()
    SendQuota.change(_app(ctx), day, used_before_reset=SendQuota.used, reset_at=now, spent_at=None)
    Message.hurry(ERRCODE, now)
    journal.write(seat.staff.unit, "reset_quota", seat.actor, note={"day": day.isoformat()})


def ends_on(ctx: Context, recipients: int, priority: int) -> date:
    """The day in China on which a campaign of so many messages begun now would be through.

    Whatever waits at the same or a higher priority goes first. What higher priorities will bring on the days to
    come, nobody knows.
    """
    day, now = look(ctx), today(ctx)
    if day.limit is None:
        return now
    a_day = day.limit if day.learnt is None else min(day.limit, day.learnt)
    kept = kept_from(priority, a_day)
    left = max(0, (day.left or 0) - kept)
    ahead = sum(number for theirs, number in backlog(ctx).items() if theirs <= priority)
    days = ceil(max(0, ahead + recipients - left) / max(1, a_day - kept))
    return now + timedelta(days=min(days, FARTHEST))


def kept_from(priority: int, limit: int) -> int:
    """How many of a day's messages those of a priority must leave for tasks and results."""
    return int(limit * manners().quota.kept_from_digests) if priority >= DIGEST else 0


def backlog(ctx: Context) -> dict[int, int]:
    """Priority → how many template messages wait, give or take a minute or two: a tick counts, as a rule."""
    try:
        known = ctx.redis.get(_BACKLOG)
        if known:
            return {int(priority): int(number) for priority, number in json.loads(known).items()}
    except RedisError:
        REDIS_AWAY.labels("quota").inc()
        return messages_by_priority()
    counts = messages_by_priority()
    note_backlog(ctx, counts, seconds=_BACKLOG_SECONDS)
    return counts


def note_backlog(ctx: Context, counts: Mapping[int, int], *, seconds: int) -> None:
    """Keeps for a while how many template messages wait: priority → number."""
    try:
        ctx.redis.set(_BACKLOG, json.dumps(counts), ex=seconds)
    except RedisError:
        REDIS_AWAY.labels("quota").inc()


def today(ctx: Context) -> date:
    """The day in China."""
    return ctx.clock().astimezone(CHINA).date()


def _left(ctx: Context, entry: SendQuota) -> int | None:
    if entry.spent_at is not None:
        return 0
    most = limit(ctx)
    return None if most is None else max(0, most - entry.counted)


def _app(ctx: Context) -> str:
    return ctx.settings.wechat_app_id
