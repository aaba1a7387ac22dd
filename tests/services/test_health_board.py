"""The board: what waits, what failed and why, what came in, hour by hour."""

from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.refusals import NotAllowed
from models.callback import CallbackEvent, CallbackLog
from models.message import Message
from models.org import Staff
from services import callbacks, health_board, seats
from services.context import Context
from services.seats import Seat
from tests.cast import Cast, Persona


def seat_of(persona: Persona) -> Seat:
    assert persona.account is not None
    assert persona.staff is not None
    actor = Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)
    return seats.seat_for(actor, Staff.get_by_id(persona.staff.id))


def add_message(ctx: Context, key: str, status: str, hours_ago: float = 0.0, **columns: object) -> None:
    """A message of this status; one that is settled was so that long ago."""
    at = ctx.clock() - timedelta(hours=hours_ago)
    moments = {"due_at": at, "settled_at": None if status in ("queued", "sending") else at}
    Message.insert(
        {"key": key, "channel": "template", "template": "account_bound", "payload": "{}", "status": status}
        | moments
        | columns
    ).execute()


def test_what_waits_is_told_by_template_and_status(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "queued", 3, tries=4)
    add_message(ctx, "b", "queued", 1)
    add_message(ctx, "c", "sending", 1, template="link_ended", tries=1)
    add_message(ctx, "d", "delivered")
    first, second = health_board.look(ctx, seat_of(cast.ministry)).waiting
    assert (first.template, first.status, first.number, first.tries) == ("account_bound", "queued", 2, 4)
    assert first.oldest == ctx.clock() - timedelta(hours=3)
    assert (second.template, second.status, second.number) == ("link_ended", "sending", 1)


def test_failures_are_told_apart_by_reason_and_old_ones_are_left_out(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "failed", errcode=43004)
    add_message(ctx, "b", "failed", errcode=47003)
    add_message(ctx, "c", "accepted", 2)
    add_message(ctx, "d", "failed", 25, errcode=43004)
    board = health_board.look(ctx, seat_of(cast.ministry))
    assert [(row.status, row.errcode, row.number) for row in board.settled] == [
        ("accepted", 0, 1),
        ("failed", 43004, 1),
        ("failed", 47003, 1),
    ]
    assert board.unsent == 2


def test_each_hour_counts_its_own(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "delivered")
    add_message(ctx, "b", "failed", 1)
    add_message(ctx, "c", "delivered", 23)
    CallbackLog.create(fingerprint="x", kind="text", happened_at=ctx.clock() - timedelta(hours=2))
    CallbackEvent.create(fingerprint="y", kind="subscribe", created_at=ctx.clock())
    board = health_board.look(ctx, seat_of(cast.ministry))
    assert len(board.messages) == health_board.HOURS
    assert board.messages[-1].start == ctx.clock().replace(minute=0)
    assert [(at, hour.good, hour.bad) for at, hour in enumerate(board.messages) if hour.good or hour.bad] == [
        (0, 1, 0),
        (22, 0, 1),
        (23, 1, 0),
    ]
    assert [at for at, hour in enumerate(board.callbacks) if hour.good] == [21, 23]
    assert board.kinds == [("subscribe", 1), ("text", 1)]


def test_what_waits_in_redis_is_counted(cast: Cast, ctx: Context) -> None:
    ctx.redis.xadd(callbacks.LOG_STREAM, {"e": "x"})
    board = health_board.look(ctx, seat_of(cast.ministry))
    assert board.queued == {"log": 1, "parked": 0}
    assert board.health.is_ready


@pytest.mark.parametrize("who", ["province", "school", "college", "counselor"])
def test_it_is_for_the_top_alone(cast: Cast, ctx: Context, who: str) -> None:
    with pytest.raises(NotAllowed):
        health_board.look(ctx, seat_of(getattr(cast, who)))
