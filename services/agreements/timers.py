"""What the clock does to agreements: reminders, the school's attention, and ends. Nobody is passed by it.

``due_at`` is the end of a status, of which is reminded some hours before, or, while something is reviewed, the next
time that somebody hears how long it has waited. ``reminders`` counts those of the present status.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from config.agreements import times
from config.metrics import AGREEMENT_TIMES
from domain.agreements import IN_REVIEW, ONLINE, PAPER, RECORDED, RELEASE
from models.agreement import Agreement, Release, SigningTicket
from models.db import DatabaseAway, transaction
from models.graduate import Graduate
from services.agreements import endings, moves, release_ends, releases, sealing, telling, tickets
from services.agreements.parties import CLOCK
from services.context import Context

log = structlog.get_logger()

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Ending:
    """A status that ends: by which event (of a draft by that of its kind), and what is told then and before."""

    event: str
    tell: Callable[[Context, Agreement, datetime], None]
    remind: Callable[[Context, Agreement], None] | None = None
    before: Callable[[], Sequence[timedelta]] = tuple


@dataclass(frozen=True, slots=True)
class _Review:
    """What is reviewed: how it is read, and who hears that it waits, and that it has waited long."""

    read: Callable[[int], Any]
    waiting: Callable[[Context, Any], None]
    late: Callable[[Context, Any], None]


def _tell_nobody(_ctx: Context, _row: Agreement, _until: datetime) -> None:
    """Of a draft that nobody sent nobody hears."""


_DRAFTS = {ONLINE: "offer.draft_expired", PAPER: "form.draft_expired", RECORDED: "reg.draft_expired"}
_ENDINGS = {
    "draft": _Ending("", _tell_nobody),
    "offered": _Ending(
        "offer.expired",
        telling.expired,
        lambda ctx, row: telling.expiring(ctx, row, row.due_at),
        lambda: times().offer_reminders,
    ),
    "returned": _Ending(
        "review.not_replaced",
        lambda ctx, row, _until: telling.rejected(ctx, row),
        telling.returned_soon,
        lambda: (times().returned_reminder,),
    ),
    "form_returned": _Ending(
        "form.not_replaced",
        lambda ctx, row, _until: telling.rejected(ctx, row),
        telling.returned_soon,
        lambda: (times().returned_reminder,),
    ),
    "issued": _Ending(
        "paper.expired",
        lambda ctx, row, _until: telling.number_over(ctx, row),
        telling.scan_due,
        lambda: times().scan_reminders,
    ),
}


def sweep(ctx: Context, most: int = _BATCH) -> int:
    """Reminds of, escalates and ends what is due, read ``most`` rows at a time; returns how many rows that were.

    A row that fails keeps none of the others from their turn, and is tried again the next time. Raises ExceptionGroup
    of what failed, once all are through, so that the turn counts as failed.
    """
    sealing.look_out(ctx)
    turn = _Turn(ctx, most)
    turn.each("expire", SigningTicket, "live", tickets.expire)
    for status, ending in _ENDINGS.items():
        turn.each("expire", Agreement, status, _end)
        for number, before in enumerate(ending.before()):
            is_next = Agreement.reminders == number
            turn.each("remind", Agreement, status, partial(_remind, before=before), before, is_next)
    turn.each("expire", Release, RELEASE.initial, release_ends.drop)
    turn.each("expire", Release, "asked", release_ends.expire)
    before = times().release_reminder
    turn.each("remind", Release, "asked", _remind_of_release, before, Release.reminders == 0)
    for status in sorted(IN_REVIEW):
        turn.each("attend", Agreement, status, partial(_attend, review=_AGREEMENTS))
    for status in ("college_review", "school_review"):
        turn.each("attend", Release, status, partial(_attend, review=_RELEASES))
    if turn.failures:
        raise ExceptionGroup("agreement times", turn.failures)
    return turn.done


class _Turn:
    """One sweep: how many rows it did something to, and what failed meanwhile."""

    def __init__(self, ctx: Context, most: int) -> None:
        self._ctx = ctx
        self._most = most
        self.done = 0
        self.failures: list[Exception] = []

    def each(
        self,
        what: str,
        table: Any,
        status: str,
        act: Callable[[Context, int], bool],
        before: timedelta = timedelta(),
        also: Any = None,
    ) -> None:
        """Does something to every row of a status that is due, or will be within ``before``."""
        for row_id in self._due(table, status, self._ctx.clock() + before, also):
            try:
                is_done = act(self._ctx, row_id)
            except DatabaseAway:
                raise
            except Exception as error:
                log.exception("agreement_time_failed", what=what, table=table._meta.table_name, row=row_id)
                AGREEMENT_TIMES.labels(what, "failed").inc()
                self.failures.append(error)
            else:
                self.done += is_done
                AGREEMENT_TIMES.labels(what, "ok").inc(is_done)

    def _due(self, table: Any, status: str, moment: datetime, also: Any) -> Iterator[int]:
        """The ids of such rows, whose time is over first, slice by slice: also those behind rows that fail."""
        end = table.expires_at if table is SigningTicket else table.due_at
        late = (table.status == status) & (end <= moment)
        if also is not None:
            late &= also
        since = late
        while not self._ctx.stopping.is_set():
            query = table.select(table.id, end).where(since).order_by(end, table.id)
            rows = list(query.limit(self._most).tuples())
            yield from (row_id for row_id, _moment in rows)
            if len(rows) < self._most:
                return
            last_id, last = rows[-1]
            since = late & (end >= last) & ((end > last) | (table.id > last_id))


@transaction
def _end(ctx: Context, row_id: int) -> bool:
    row, now = _read(row_id), ctx.clock()
    ending = _ENDINGS.get(row.status)
    until = row.due_at
    if ending is None or until is None or until > now:
        return False
    if row.status == "draft":
        event, columns = {"kind": _DRAFTS[row.kind]}, endings.abandoned(ctx, row)
    else:
        event, columns = {"kind": ending.event}, endings.ended(ctx)
    moves.move(ctx, row, "expire", CLOCK, event, **columns)
    ending.tell(ctx, row, until)
    return True


@transaction
def _remind(ctx: Context, row_id: int, before: timedelta) -> bool:
    """Tells once of each reminder; of several that are due together the last one alone is heard."""
    row, now = _read(row_id), ctx.clock()
    ending = _ENDINGS.get(row.status)
    if ending is None or ending.remind is None or row.due_at is None or not now < row.due_at <= now + before:
        return False
    passed = sum(row.due_at <= now + span for span in ending.before())
    if row.reminders >= passed:
        return False
    row.change(row.version, reminders=passed)
    ending.remind(ctx, row)
    return True


@transaction
def _attend(ctx: Context, row_id: int, review: _Review) -> bool:
    """A review that waits: first those who should look at it hear of it again, later the school."""
    row, now = review.read(row_id), ctx.clock()
    if row.status not in IN_REVIEW or row.due_at is None or row.due_at > now:
        return False
    row.change(row.version, reminders=row.reminders + 1, due_at=_next(row))
    (review.waiting if row.reminders == 1 else review.late)(ctx, row)
    return True


def _next(row: Any) -> datetime | None:
    """After the reminder comes the escalation, and after that nothing."""
    later: datetime = row.due_at + (times().review_escalation - times().review_reminder)
    return later if row.reminders == 0 else None


@transaction
def _remind_of_release(ctx: Context, row_id: int) -> bool:
    row, now = _release(row_id), ctx.clock()
    is_soon = row.due_at is not None and now < row.due_at <= now + times().release_reminder
    if row.status != "asked" or row.reminders or not is_soon:
        return False
    row.change(row.version, reminders=1)
    telling.release_due(ctx, row)
    return True


def _read(row_id: int) -> Agreement:
    row: Agreement = Agreement.select(Agreement, Graduate).join(Graduate).where(Agreement.id == row_id).get()
    return row


def _release(row_id: int) -> Release:
    return releases.fresh(Release.get_by_id(row_id).code)


_AGREEMENTS = _Review(_read, telling.review_waiting, telling.review_late)
_RELEASES = _Review(_release, telling.release_waiting, telling.release_late)
