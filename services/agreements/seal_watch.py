"""How long the seal can still be set: looked at by whoever has its key, told in time, before papers begin to wait.

The end is that of the key's own use or of any certificate above it, whichever comes first. On the days before it that
``config/agreements.toml`` names a worker says so loudly: once on each, and every day from the last of them on, also
after the end. From the first of them on the console says it, and the metrics always do. After the end nothing is
sealed: papers wait for the next certificate.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from redis import RedisError

from config.agreements import times
from config.metrics import REDIS_AWAY
from documents.seal import SealTrouble, ends_at
from services.context import Context

log = structlog.get_logger()

_KEPT = "{wxb}:seal:life"
_TOLD = "{wxb}:seal:told"  # that the log was told of an end and a stage
_KEPT_SECONDS = 7 * 86_400
_DAY_SECONDS = 86_400 - 600  # a look each hour still tells it once a day
_STAGE_SECONDS = 100 * 86_400


@dataclass(frozen=True, slots=True)
class SealLife:
    """``ends_at``: until when seals can be set, None where no certificate could be read. ``is_usable``: whether one can
    be set now. ``days`` are whole ones until the end, negative after it. ``stage``: days of the warning that is
    reached, 0 where no seal can be set any more, None while the end is far."""

    ends_at: datetime | None
    is_usable: bool
    days: int
    stage: int | None


def sweep(ctx: Context) -> SealLife | None:
    """Looks at the seal of this machine and leaves what it saw for the others; None where there is no key."""
    signer = ctx.seals.signer()
    if signer is None:
        return None
    why, is_usable = "", True
    try:
        signer.certificates()
    except SealTrouble as trouble:
        why, is_usable = str(trouble), False
    try:
        end = ends_at(signer.chain())
    except SealTrouble as trouble:
        why, end = str(trouble), None
    life = _life(ctx, end, is_usable=is_usable)
    _keep(ctx, life)
    if life.stage is not None and _is_first(ctx, life):
        log.error("seal_ends", stage=life.stage, days=life.days, ends_at=str(end or ""), why=why)
    return life


def known(ctx: Context) -> SealLife | None:
    """What the last worker with a key saw, as of now; None while nobody has looked, or Redis is away."""
    try:
        kept = ctx.redis.get(_KEPT)
    except RedisError:
        REDIS_AWAY.labels("seal").inc()
        return None
    if not kept:
        return None
    said = json.loads(kept)
    end = datetime.fromisoformat(said["ends_at"]) if said["ends_at"] else None
    return _life(ctx, end, is_usable=said["is_usable"] and (end is None or end > ctx.clock()))


def _life(ctx: Context, end: datetime | None, *, is_usable: bool) -> SealLife:
    left = end - ctx.clock() if end is not None else timedelta()
    reached = [warning.days for warning in times().seal_warnings if left <= warning]
    is_over = not is_usable or left <= timedelta()
    return SealLife(end, is_usable, left.days, 0 if is_over else min(reached, default=None))


def _keep(ctx: Context, life: SealLife) -> None:
    said = {"ends_at": life.ends_at.isoformat() if life.ends_at else "", "is_usable": life.is_usable}
    try:
        ctx.redis.set(_KEPT, json.dumps(said), ex=_KEPT_SECONDS)
    except RedisError:
        REDIS_AWAY.labels("seal").inc()


def _is_first(ctx: Context, life: SealLife) -> bool:
    """Whether the log has not been told of this stage, of the last ones not today; rather once too often than not."""
    is_last = life.stage in (0, min(times().seal_warnings).days)
    key = f"{_TOLD}:{life.ends_at}:{life.stage}"
    try:
        return bool(ctx.redis.set(key, "1", nx=True, ex=_DAY_SECONDS if is_last else _STAGE_SECONDS))
    except RedisError:
        return True
