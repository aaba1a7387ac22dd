"""Sessions: a fresh token each time, an end that holds, and the person in all their capacities."""

import hashlib

from domain.actors import Role
from models.account import LoginSession
from models.org import Staff
from services import sessions
from services.context import Context
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import Meet, statements


def test_every_log_in_gets_a_token_of_its_own(ctx: Context, cast: Cast) -> None:
    tokens = {sessions.open_session(ctx, cast.graduate.account, "desktop") for _ in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) >= 43
    assert LoginSession.select().count() == 5


def test_the_token_itself_is_not_kept(ctx: Context, cast: Cast) -> None:
    token = sessions.open_session(ctx, cast.graduate.account, "desktop")
    row = LoginSession.get()
    assert row.token_digest == hashlib.sha256(token.encode()).hexdigest()
    assert sessions.visitor_of(ctx, row.token_digest) is None


def test_a_token_that_was_never_given_is_nobodys(ctx: Context, cast: Cast) -> None:
    sessions.open_session(ctx, cast.graduate.account, "desktop")
    for token in ("", "x", "a" * 43, "\x00", "🀄" * 100):
        assert sessions.visitor_of(ctx, token) is None


def test_a_session_ends_after_its_days(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    token = sessions.open_session(ctx, cast.graduate.account, "desktop")
    clock.advance(days=ctx.settings.session_days, seconds=-1)
    assert sessions.visitor_of(ctx, token) is not None
    clock.advance(seconds=1)
    assert sessions.visitor_of(ctx, token) is None


def test_logging_out_ends_this_session_alone_and_may_be_repeated(ctx: Context, cast: Cast) -> None:
    here, there = (sessions.open_session(ctx, cast.graduate.account, "desktop") for _ in range(2))
    for _ in range(2):
        sessions.close_session(ctx, here)
    sessions.close_session(ctx, "nobody's")
    assert sessions.visitor_of(ctx, here) is None
    assert sessions.visitor_of(ctx, there) is not None


def test_an_end_keeps_its_first_moment(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    token = sessions.open_session(ctx, cast.graduate.account, "desktop")
    sessions.close_session(ctx, token)
    ended = LoginSession.get().ended_at
    clock.advance(hours=1)
    sessions.close_session(ctx, token)
    sessions.close_others(ctx, cast.graduate.account, "another")
    assert LoginSession.get().ended_at == ended


def test_closing_the_others(ctx: Context, cast: Cast) -> None:
    tokens = [sessions.open_session(ctx, cast.graduate.account, "desktop") for _ in range(3)]
    foreign = sessions.open_session(ctx, cast.counselor.account, "desktop")
    assert sessions.close_others(ctx, cast.graduate.account, tokens[0]) == 2
    assert [sessions.visitor_of(ctx, token) is not None for token in [*tokens, foreign]] == [
        True,
        False,
        False,
        True,
    ]


def test_a_disabled_account_is_out_at_once_and_back_when_enabled(ctx: Context, cast: Cast) -> None:
    token = sessions.open_session(ctx, cast.graduate.account, "desktop")
    cast.graduate.account.change(disabled_at=ctx.clock())
    assert sessions.visitor_of(ctx, token) is None
    cast.graduate.account.change(disabled_at=None)
    assert sessions.visitor_of(ctx, token) is not None


def test_capacities(cast: Cast, meet: Meet) -> None:
    expected = {
        "graduate": {Role.PERSON, Role.GRADUATE},
        "fresh_graduate": {Role.PERSON},
        "person": {Role.PERSON},
        "counselor": {Role.PERSON, Role.COUNSELOR},
        "college": {Role.PERSON, Role.COLLEGE},
        "school": {Role.PERSON, Role.SCHOOL},
        "province": {Role.PERSON, Role.PROVINCE},
        "ministry": {Role.PERSON, Role.MINISTRY},
        "employer": {Role.PERSON, Role.EMPLOYER},
    }
    assert {key: set(meet(getattr(cast, key)).actor.roles) for key in expected} == expected


def test_the_actor_names_the_account_by_its_code(cast: Cast, meet: Meet) -> None:
    visitor = meet(cast.graduate)
    assert visitor.actor.code == cast.graduate.account.code
    assert visitor.actor.account_id == cast.graduate.account.id
    assert visitor.actor.graduate_id == cast.graduate.graduate.id
    assert visitor.actor.staff_id is None


def test_an_ended_capacity_is_gone(ctx: Context, cast: Cast, meet: Meet) -> None:
    cast.counselor.staff.change(ended_at=ctx.clock())
    visitor = meet(cast.counselor)
    assert visitor.counselor is None
    assert not visitor.actor.is_a(Role.COUNSELOR)


def test_somebody_may_hold_two_capacities(cast: Cast, meet: Meet) -> None:
    Staff.create(account=cast.counselor.account, level="college", unit=cast.units["college"])
    visitor = meet(cast.counselor)
    assert {Role.COUNSELOR, Role.COLLEGE} <= visitor.actor.roles
    assert visitor.counselor.id == visitor.actor.staff_id == cast.counselor.staff.id


def test_meeting_somebody_costs_three_statements(ctx: Context, cast: Cast) -> None:
    token = sessions.open_session(ctx, cast.graduate.account, "desktop")
    with statements() as run:
        visitor = sessions.visitor_of(ctx, token)
        assert visitor.graduate.college.name == "计算机学院"
        assert visitor.graduate.school.name == "江淮大学"
        assert visitor.account.name == "李晓雨"
    assert len(run) == 3


def test_a_stranger_costs_one(ctx: Context, cast: Cast) -> None:
    with statements() as run:
        sessions.visitor_of(ctx, "x" * 43)
    assert len(run) == 1
    with statements() as run:
        sessions.visitor_of(ctx, "")
    assert run == []
