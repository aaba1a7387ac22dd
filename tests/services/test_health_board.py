"""The board: what waits, what failed and why, what came in, hour by hour."""

import dataclasses
from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.refusals import NotAllowed
from models.callback import CallbackEvent, CallbackLog
from models.message import Message
from models.org import Staff
from services import callbacks, health_board, quota, seats
from services.context import Context
from services.health_board import Figures
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.fakes import START, FixedClock, no_redis
from tests.services.tools import statements


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


def look(ctx: Context, persona: Persona) -> Figures:
    """What the page shows after a tick."""
    ctx.redis.delete("{wxb}:board:turn")
    health_board.count(ctx)
    figures = health_board.look(ctx, seat_of(persona)).figures
    assert figures is not None
    return figures


def test_what_waits_is_told_by_template_and_status(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "queued", 3, tries=4)
    add_message(ctx, "b", "queued", 1)
    add_message(ctx, "c", "sending", 1, template="link_ended", tries=1)
    add_message(ctx, "d", "delivered")
    first, second = look(ctx, cast.ministry).waiting
    assert (first.template, first.status, first.number, first.tries) == ("account_bound", "queued", 2, 4)
    assert first.oldest == ctx.clock() - timedelta(hours=3)
    assert (second.template, second.status, second.number) == ("link_ended", "sending", 1)


def test_failures_are_told_apart_by_reason_and_old_ones_are_left_out(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "failed", errcode=43004)
    add_message(ctx, "b", "failed", errcode=47003)
    add_message(ctx, "c", "accepted", 2)
    add_message(ctx, "d", "failed", 25, errcode=43004)
    board = look(ctx, cast.ministry)
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
    board = look(ctx, cast.ministry)
    assert len(board.messages) == health_board.HOURS
    assert board.messages[-1].start == ctx.clock().replace(minute=0)
    assert [(at, hour.good, hour.bad) for at, hour in enumerate(board.messages) if hour.good or hour.bad] == [
        (0, 1, 0),
        (22, 0, 1),
        (23, 1, 0),
    ]
    assert [at for at, hour in enumerate(board.callbacks) if hour.good] == [21, 23]
    assert board.kinds == [("subscribe", 1), ("text", 1)]


def test_a_request_counts_nothing(cast: Cast, ctx: Context, clock: FixedClock) -> None:
    seat = seat_of(cast.ministry)
    add_message(ctx, "a", "failed")
    assert health_board.look(ctx, seat).figures is None
    assert look(ctx, cast.ministry).unsent == 1
    add_message(ctx, "b", "failed")
    clock.advance(minutes=5)
    board = health_board.look(ctx, seat)
    assert board.figures is not None
    assert (board.figures.unsent, board.figures.at, board.is_stale) == (1, START, False)
    clock.advance(minutes=6)
    assert health_board.look(ctx, seat).is_stale


def test_the_request_reads_no_table_of_messages(cast: Cast, ctx: Context) -> None:
    seat = seat_of(cast.ministry)
    look(ctx, cast.ministry)
    with statements() as run:
        health_board.look(ctx, seat)
        quota.backlog(ctx)
    assert not [sql for sql in run if "message" in sql or "callback" in sql]


def test_workers_take_turns_and_rest(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "failed")
    assert [health_board.count(ctx), health_board.count(ctx)] == [1, 0]
    assert 40 <= ctx.redis.ttl("{wxb}:board:turn") <= 50


def test_what_waits_by_priority_is_counted_along(cast: Cast, ctx: Context) -> None:
    add_message(ctx, "a", "queued", priority=1)
    look(ctx, cast.ministry)
    add_message(ctx, "b", "queued", priority=1)
    assert quota.backlog(ctx) == {1: 1}


def test_without_redis_there_are_no_figures_and_no_error(cast: Cast, ctx: Context) -> None:
    gone = dataclasses.replace(ctx, redis=no_redis())
    assert health_board.count(gone) == 0
    board = health_board.look(gone, seat_of(cast.ministry))
    assert (board.figures, board.queued, board.health.redis) == (None, {}, False)


def test_what_waits_in_redis_is_counted(cast: Cast, ctx: Context) -> None:
    ctx.redis.xadd(callbacks.LOG_STREAM, {"e": "x"})
    board = health_board.look(ctx, seat_of(cast.ministry))
    assert board.queued == {"log": 1, "parked": 0}
    assert board.health.is_ready


@pytest.mark.parametrize("who", ["province", "school", "college", "counselor"])
def test_it_is_for_the_top_alone(cast: Cast, ctx: Context, who: str) -> None:
    with pytest.raises(NotAllowed):
        health_board.look(ctx, seat_of(getattr(cast, who)))
