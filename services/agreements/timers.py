"""What the clock does to agreements: reminders, the school's attention, and ends. Nobody is passed by it.

``due_at`` is the end of a status, of which is reminded some hours before, or, while something is reviewed, the next
time that somebody hears how long it has waited. ``reminders`` counts those of the present status.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.agreements import times
from domain.agreements import IN_REVIEW, ONLINE
from models.agreement import Agreement, Release
from models.db import transaction
from models.graduate import Graduate
from services.agreements import endings, moves, releases, sealing, telling, tickets
from services.agreements.parties import CLOCK
from services.context import Context

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Ending:
    """A status that ends: by which event, and what is told then and before."""

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


_ENDINGS = {
    "draft": _Ending("offer.draft_expired", _tell_nobody),
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


def sweep(ctx: Context) -> int:
    """Reminds of, escalates and ends what is due; returns how many rows that were."""
    sealing.look_out(ctx)
    done = tickets.expire(ctx)
    for status, ending in _ENDINGS.items():
        done += sum(_end(ctx, row.id) for row in _due(Agreement, status, ctx.clock()))
        for number, before in enumerate(ending.before()):
            soon = _due(Agreement, status, ctx.clock() + before, Agreement.reminders == number)
            done += sum(_remind(ctx, row.id, before) for row in soon)
    done += sum(releases.expire(ctx, row.id) for row in _due(Release, "asked", ctx.clock()))
    soon = _due(Release, "asked", ctx.clock() + times().release_reminder, Release.reminders == 0)
    done += sum(_remind_of_release(ctx, row.id) for row in soon)
    for status in sorted(IN_REVIEW):
        done += sum(_attend(ctx, row.id, _AGREEMENTS) for row in _due(Agreement, status, ctx.clock()))
    for status in ("college_review", "school_review"):
        done += sum(_attend(ctx, row.id, _RELEASES) for row in _due(Release, status, ctx.clock()))
    return done


def _due(table: Any, status: str, moment: datetime, also: Any = None) -> list[Any]:
    late = (table.status == status) & (table.due_at <= moment)
    query = table.select(table.id).where(late if also is None else late & also)
    return list(query.order_by(table.due_at, table.id).limit(_BATCH))


@transaction
def _end(ctx: Context, row_id: int) -> bool:
    row, now = _read(row_id), ctx.clock()
    ending = _ENDINGS.get(row.status)
    until = row.due_at
    if ending is None or until is None or until > now or (row.status == "draft" and row.kind != ONLINE):
        return False
    moves.move(ctx, row, "expire", CLOCK, {"kind": ending.event}, **endings.ended(ctx))
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
