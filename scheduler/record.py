"""What the clock remembers of its turns and writes down now and then: one short write for all ticks together."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

import structlog

from scheduler.ticks import Tick
from services import clockwork
from services.clockwork import Turns
from services.context import Context

log = structlog.get_logger()


@dataclass(slots=True)
class Book:
    """One tick in this process. ``new`` has not been written down yet."""

    tick: Tick
    new: Turns | None = None
    expected: datetime | None = None  # when the next turn should begin
    is_running: bool = False
    is_failing: bool | None = None

    def begin(self, now: datetime) -> None:
        """A turn begins."""
        late = now - self.expected if self.expected is not None else timedelta()
        self.expected = now + timedelta(seconds=self.tick.every)
        self.is_running = True
        known = self._known(now)
        lag = max(known.lag_milliseconds, round(late.total_seconds() * 1000))
        self.new = replace(known, begun_at=now, lag_milliseconds=lag)

    def end(self, now: datetime, seconds: float, problem: str) -> bool:
        """A turn has ended; True when it went otherwise than the turn before."""
        known = replace(self._known(now), ended_at=now, milliseconds=round(seconds * 1000))
        if problem:
            self.new = replace(known, failures=known.failures + 1, failed_at=now, problem=problem[:60])
        else:
            self.new = replace(known, failures=0, succeeded_at=now)
        is_news = self.is_failing is not bool(problem)
        self.is_running, self.is_failing = False, bool(problem)
        return is_news

    def take(self, now: datetime) -> Turns | None:
        """What is new, taken out; a turn under way is new as long as it lasts."""
        known = self._known(now) if self.is_running else self.new
        self.new = None
        return replace(known, seen_at=now) if known is not None else None

    def _known(self, now: datetime) -> Turns:
        return self.new or Turns(self.tick.name, now)


class Recorder:
    """The books of one worker. Any thread may write into them."""

    def __init__(self, ctx: Context, ticks: tuple[Tick, ...]) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._books = {tick.name: Book(tick) for tick in ticks}
        self._is_announced = False

    def begin(self, tick: Tick) -> None:
        """A turn begins now."""
        with self._lock:
            self._books[tick.name].begin(self._ctx.clock())

    def end(self, tick: Tick, seconds: float, problem: str = "") -> None:
        """A turn that took so long has ended; ``problem`` is the class of its error. Written at once if that is new."""
        with self._lock:
            is_news = self._books[tick.name].end(self._ctx.clock(), seconds, problem)
        if is_news:
            self.flush()

    def flush(self) -> None:
        """Writes what is new. A database that is away costs the words, never the clock."""
        now = self._ctx.clock()
        with self._lock:
            turns = [words for book in self._books.values() if (words := book.take(now)) is not None]
        try:
            if not self._is_announced:
                clockwork.announce({name: round(book.tick.every) for name, book in self._books.items()})
                self._is_announced = True
            if turns:
                clockwork.note(turns)
        except Exception as error:
            log.warning("turns_not_recorded", why=type(error).__name__)
