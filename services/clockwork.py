"""The clock's own record: when each tick last turned and how, for people and for alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actors import Role
from domain.refusals import NotAllowed
from models import board
from models.db import DatabaseAway, connected, transaction
from models.message import Message
from models.sending import TickRun
from services import callbacks
from services.context import Context
from services.seats import Seat

RECORD_EVERY = 10  # seconds between two words of one worker, unless a tick begins to fail or to succeed
MISSED = 3  # intervals without a turn, after which a tick is marked


@dataclass(frozen=True, slots=True)
class Turns:
    """What one worker saw of one tick since it last wrote it down. ``None`` and zero say that there was nothing."""

    name: str
    seen_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failures: int = 0  # since the last success
    problem: str = ""  # the class of the last error
    milliseconds: int = 0
    lag_milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class TickState:
    """How one tick stands. ``state`` is never | overdue | failing | running | fine."""

    name: str
    every: timedelta
    state: str
    begun_at: datetime | None
    succeeded_at: datetime | None
    next_at: datetime | None
    took: timedelta
    lag: timedelta
    failures: int
    failed_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits to be done: how many, and for how long the oldest has waited."""

    number: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class ClockBoard:
    """Every tick, and what waits for them. ``callbacks`` is None while Redis is away."""

    ticks: list[TickState]
    messages: Pile
    waves: Pile
    jobs: Pile
    callbacks: int | None

    @property
    def is_stopped(self) -> bool:
        """Whether no worker turns at all."""
        return all(tick.state in ("never", "overdue") for tick in self.ticks)


@transaction
def announce(intervals: Mapping[str, int]) -> None:
    """Names the ticks there are, with their intervals in seconds."""
    TickRun.keep_only(intervals)


@transaction
def note(turns: Sequence[Turns]) -> None:
    """Writes down what a worker saw, in an order that keeps two of them from waiting for each other."""
    for one in sorted(turns, key=lambda turn: turn.name):
        columns: dict[str, object] = {"seen_at": one.seen_at}
        if one.begun_at is not None:
            columns["begun_at"] = one.begun_at
        if one.ended_at is not None:
            columns |= {
                "ended_at": one.ended_at,
                "milliseconds": one.milliseconds,
                "lag_milliseconds": one.lag_milliseconds,
            }
        if one.succeeded_at is not None:
            columns["succeeded_at"] = one.succeeded_at
        if one.failed_at is not None:
            columns |= {"failed_at": one.failed_at, "problem": one.problem}
        TickRun.note(one.name, one.failures, one.succeeded_at is not None, **columns)


def states(ctx: Context) -> list[TickState]:
    """Every tick by name."""
    now = ctx.clock()
    return [_state(row, now) for row in TickRun.select().order_by(TickRun.name)]


def states_if_there(ctx: Context) -> list[TickState]:
    """The same for machines, which ask without the database too: then nothing."""
    try:
        with connected():
            return states(ctx)
    except DatabaseAway:
        return []


def look(ctx: Context, seat: Seat) -> ClockBoard:
    """The clock at this moment. Raises NotAllowed below 部级: the workers serve the whole country."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    now = ctx.clock()
    number, age = Message.backlog(now)
    queued = callbacks.backlog(ctx)
    return ClockBoard(
        ticks=states(ctx),
        messages=Pile(number, timedelta(seconds=age)),
        waves=_pile(board.waves_waiting(now), now),
        jobs=_pile(board.jobs_waiting(), now),
        callbacks=sum(queued.values()) if queued else None,
    )


def _pile(found: tuple[int, datetime | None], now: datetime) -> Pile:
    number, oldest = found
    return Pile(number, max(now - oldest, timedelta()) if oldest is not None else timedelta())


def _state(row: TickRun, now: datetime) -> TickState:
    every = timedelta(seconds=row.every_seconds)
    begun_at: datetime | None = row.begun_at
    is_running = begun_at is not None and (row.ended_at is None or row.ended_at < begun_at)
    longest = max(MISSED * every, timedelta(seconds=MISSED * RECORD_EVERY))
    if row.seen_at is None:
        state = "never"
    elif now - row.seen_at > longest:
        state = "overdue"
    elif row.failures:
        state = "failing"
    else:
        state = "running" if is_running else "fine"
    return TickState(
        name=row.name,
        every=every,
        state=state,
        begun_at=begun_at,
        succeeded_at=row.succeeded_at,
        next_at=begun_at + every if begun_at is not None and state != "overdue" else None,
        took=timedelta(milliseconds=row.milliseconds),
        lag=timedelta(milliseconds=row.lag_milliseconds),
        failures=row.failures,
        failed_at=row.failed_at,
        problem=row.problem,
    )
