"""What waits, what went wrong and what came in, at a glance; for the whole account, so for 部级 alone.

A day of a country is long to count: a tick counts and leaves the figures in Redis, a request only reads them.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import RedisError

from config.metrics import REDIS_AWAY
from domain.actors import Role
from domain.refusals import NotAllowed
from models import board
from models.db import connected
from services import callbacks, health, quota
from services.context import Context
from services.health import Health
from services.seats import Seat

HOURS = 24
STALE = timedelta(minutes=10)
_FIGURES = "{wxb}:board:figures"
_TURN = "{wxb}:board:turn"  # whose turn it is to count, and after that how long nobody needs to
_FIGURES_SECONDS = 86_400
_COUNTING_SECONDS = 300  # after which whoever counts has died
_REST_SECONDS = 50
_REST_TIMES = 20  # as long as the counting took: it never eats more than a twentieth of a worker
SENT = frozenset({"accepted", "delivered", "resent"})  # resent: its repeat is counted by itself


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of one template in one status; ``oldest`` is the earliest moment at which one was due."""

    template: str
    status: str
    number: int
    tries: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """Messages of one template that ended the same way."""

    template: str
    status: str
    errcode: int
    number: int

    @property
    def is_sent(self) -> bool:
        return self.status in SENT


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour, by its start: how many went well, how many did not."""

    start: datetime
    good: int
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted at ``at``, of the ``HOURS`` hours before it, but for what waited then."""

    at: datetime
    waiting: list[Waiting]
    settled: list[Settled]
    kinds: list[tuple[str, int]]
    messages: list[Hour]
    callbacks: list[Hour]

    @property
    def unsent(self) -> int:
        """How many messages ended without being sent."""
        return sum(row.number for row in self.settled if not row.is_sent)


@dataclass(frozen=True, slots=True)
class Board:
    """``figures`` are None before anybody has counted and while Redis is away; ``queued`` is empty then.

    ``is_stale``: nobody has counted for long.
    """

    health: Health
    queued: dict[str, int]
    figures: Figures | None
    is_stale: bool


def look(ctx: Context, seat: Seat) -> Board:
    """The board of this moment. Raises NotAllowed below 部级: one official account serves the whole country."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    figures = _figures(ctx)
    return Board(
        health=health.look(ctx),
        queued=callbacks.backlog(ctx),
        figures=figures,
        is_stale=figures is not None and ctx.clock() - figures.at > STALE,
    )


def count(ctx: Context) -> int:
    """Counts anew, one worker at a time and not more often than pays; returns how many messages it counted."""
    try:
        if not ctx.redis.set(_TURN, "counting", nx=True, ex=_COUNTING_SECONDS):
            return 0
        begun = time.monotonic()
        with connected():
            counted = _counted(ctx.clock())
        rest = max(_REST_SECONDS, int(_REST_TIMES * (time.monotonic() - begun)))
        ctx.redis.set(_FIGURES, json.dumps(counted), ex=_FIGURES_SECONDS)
        quota.note_backlog(ctx, counted["priorities"], seconds=rest + _COUNTING_SECONDS)
        ctx.redis.set(_TURN, "rest", ex=rest)
    except RedisError:
        REDIS_AWAY.labels("board").inc()
        return 0
    return sum(row[-1] for row in counted["settled"])


def _counted(now: datetime) -> dict[str, Any]:
    """The figures as they are kept."""
    first = _first(now)
    return {
        "at": now.isoformat(),
        "waiting": [[*row, oldest.isoformat()] for *row, oldest in board.messages_waiting()],
        "settled": board.messages_settled(first),
        "kinds": board.callbacks_by_kind(first),
        "messages": board.messages_by_hour(first),
        "callbacks": board.callbacks_by_hour(first),
        "priorities": board.messages_by_priority(),
    }


def _figures(ctx: Context) -> Figures | None:
    try:
        kept = ctx.redis.get(_FIGURES)
    except RedisError:
        REDIS_AWAY.labels("board").inc()
        return None
    if not kept:
        return None
    counted = json.loads(kept)
    at = datetime.fromisoformat(counted["at"])
    callbacks_in = [(hour, "accepted", number) for hour, number in counted["callbacks"].items()]
    return Figures(
        at=at,
        waiting=[
            Waiting(template, status, number, tries, datetime.fromisoformat(oldest))
            for template, status, number, tries, oldest in counted["waiting"]
        ],
        settled=[Settled(*row) for row in counted["settled"]],
        kinds=sorted(counted["kinds"].items(), key=lambda pair: (-pair[1], pair[0])),
        messages=_hours(_first(at), counted["messages"]),
        callbacks=_hours(_first(at), callbacks_in),
    )


def _first(now: datetime) -> datetime:
    """The beginning of the first of the hours that are shown at a moment."""
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)


def _hours(first: datetime, counts: Iterable[tuple[str, str, int]]) -> list[Hour]:
    starts = [first + timedelta(hours=number) for number in range(HOURS)]
    good, bad = dict.fromkeys(starts, 0), dict.fromkeys(starts, 0)
    for name, status, number in counts:
        start = datetime.strptime(name, "%Y-%m-%d %H").replace(tzinfo=UTC)
        side = good if status in SENT else bad
        if start in side:
            side[start] += number
    return [Hour(start, good[start], bad[start]) for start in starts]
