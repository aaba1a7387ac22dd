"""What waits, what went wrong and what came in, at a glance; for the whole account, so for 部级 alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.actors import Role
from domain.refusals import NotAllowed
from models import board
from services import callbacks, health
from services.context import Context
from services.health import Health
from services.seats import Seat

HOURS = 24
SENT = frozenset({"accepted", "delivered"})


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
class Board:
    """Everything on it is of the last ``HOURS`` hours, but what waits. ``queued`` is empty while Redis is away."""

    health: Health
    waiting: list[Waiting]
    settled: list[Settled]
    kinds: list[tuple[str, int]]
    queued: dict[str, int]
    messages: list[Hour]
    callbacks: list[Hour]

    @property
    def unsent(self) -> int:
        """How many messages ended without being sent."""
        return sum(row.number for row in self.settled if not row.is_sent)


def look(ctx: Context, seat: Seat) -> Board:
    """The board of this moment. Raises NotAllowed below 部级: one official account serves the whole country."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    first = ctx.clock().replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    kinds = board.callbacks_by_kind(first)
    return Board(
        health=health.look(ctx),
        waiting=[Waiting(*row) for row in board.messages_waiting()],
        settled=[Settled(*row) for row in board.messages_settled(first)],
        kinds=sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])),
        queued=callbacks.backlog(ctx),
        messages=_hours(first, board.messages_by_hour(first)),
        callbacks=_hours(
            first, [(hour, "accepted", n) for hour, n in board.callbacks_by_hour(first).items()]
        ),
    )


def _hours(first: datetime, counts: Iterable[tuple[str, str, int]]) -> list[Hour]:
    starts = [first + timedelta(hours=number) for number in range(HOURS)]
    good, bad = dict.fromkeys(starts, 0), dict.fromkeys(starts, 0)
    for name, status, number in counts:
        start = datetime.strptime(name, "%Y-%m-%d %H").replace(tzinfo=UTC)
        side = good if status in SENT else bad
        if start in side:
            side[start] += number
    return [Hour(start, good[start], bad[start]) for start in starts]
