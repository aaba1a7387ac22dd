"""The digest for counselors: by the majors and levels they hold, once a period."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from config.push import push_plan
from models.employer import Employer
from models.graduate import Graduate
from models.message import Message
from models.org import Responsibility
from models.post import Post
from models.pushing import Digested
from services import binding
from services.context import Context
from services.push import choice, counselors
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_employer, add_post, visitor_of

PLAN = push_plan().counselors


@pytest.fixture
def reached(ctx: Context, cast: Cast) -> None:
    for one in (cast.counselor, cast.other_counselor):
        assert one.account is not None
        binding.bind(ctx, one.account, one.openid)


def publish(ctx: Context, employer: Employer, **columns: Any) -> Post:
    """A post published on the day before, unless said otherwise."""
    return add_post(ctx, employer, **({"published_at": ctx.clock() - timedelta(days=1)} | columns))


def owed() -> list[Message]:
    return list(Message.select().where(Message.template == "jobs_for_counselor").order_by(Message.id))


@pytest.mark.usefixtures("reached")
def test_a_counselor_is_told_of_what_suits_their_graduates(ctx: Context, cast: Cast) -> None:
    employer = add_employer(cast)
    exact = publish(ctx, employer, majors=["080902"])
    group = publish(ctx, employer, majors=["0809", "1002"])
    others = (
        {"majors": None},
        {"majors": ["1002"]},
        {"majors": ["080901"]},
        {"majors": ["08"], "level_low": 3},
        {"majors": ["08"], "level_low": 0, "level_high": 1},
        {"majors": ["08"], "year_low": 2026, "year_high": 2026},
        {"majors": ["08"], "published_at": ctx.clock() - timedelta(days=9)},
        {"majors": ["08"], "status": "closed"},
        {"majors": ["08"], "published_at": ctx.clock()},
        {"majors": ["08"], "hold_until": date(2026, 12, 1)},
    )
    for columns in others:
        publish(ctx, employer, **columns)
    held = publish(ctx, employer, majors=["08"], hold_until=date(2026, 12, 1))
    type(held).update(unit=cast.units["school"]).where(type(held).id == held.id).execute()
    assert counselors.sweep(ctx) == 1
    (message,) = owed()
    told = json.loads(message.payload)
    assert (message.openid, message.priority) == (cast.counselor.openid, 3)
    assert message.link == "http://wx.test/h5/post-digest"
    assert (told["thing1"], str(told["number2"])) == ("软件工程", "4")
    assert str(told["number3"]) == str(Graduate.select().count())
    me = visitor_of(ctx, cast.counselor)
    provincial = Digested.get(Digested.staff == cast.counselor.staff).posts[1]
    assert [post.id for post in choice.last_digest(me)] == [held.id, provincial, group.id, exact.id]


@pytest.mark.usefixtures("reached")
def test_a_digest_comes_once_a_week_and_tells_what_is_new(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    employer = add_employer(cast)
    first = publish(ctx, employer, majors=["080902"])
    counts = []
    for _day in range(7):
        counts.append(counselors.sweep(ctx))
        clock.advance(days=1)
    assert counts == [1, 0, 0, 0, 0, 0, 0]  # what was told on a Friday is not new on Monday
    second = publish(ctx, employer, majors=["080902"], published_at=ctx.clock() - timedelta(hours=8))
    clock.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert counselors.sweep(ctx) == 1
    assert Digested.get(Digested.staff == cast.counselor.staff).posts == [second.id]
    assert first.id != second.id


@pytest.mark.usefixtures("reached")
def test_a_class_and_a_major_narrow_it(ctx: Context, cast: Cast) -> None:
    publish(ctx, add_employer(cast), majors=["080902"])
    assert cast.counselor.staff is not None
    mine = Responsibility.update(major_code="080901").where(Responsibility.staff == cast.counselor.staff)
    mine.execute()
    assert counselors.groups_of(ctx, cast.counselor.staff) == []
    Responsibility.update(major_code="", class_name="软件工程2301").execute()
    assert [group.major for group in counselors.groups_of(ctx, cast.counselor.staff)] == ["080902"]
    Responsibility.update(year=2025).execute()
    assert counselors.groups_of(ctx, cast.counselor.staff) == []
    assert counselors.sweep(ctx) == 0


@pytest.mark.usefixtures("reached")
def test_whoever_wants_none_gets_none_until_they_do(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    employer, me = add_employer(cast), visitor_of(ctx, cast.counselor)
    publish(ctx, employer, majors=["080902"])
    choice.choose(me, "digest", is_wanted=False)
    assert choice.choices_of(me) == choice.Choices(None, digest=False)
    assert counselors.sweep(ctx) == 0
    choice.choose(me, "digest", is_wanted=True)
    clock.advance(days=7)
    publish(ctx, employer, majors=["080902"])
    assert counselors.sweep(ctx) == 1


def test_periods_begin_where_the_plan_says() -> None:
    friday = date(2026, 11, 20)
    assert counselors.period_start(friday, PLAN) == date(2026, 11, 16)
    assert counselors.period_start(date(2026, 11, 16), PLAN) == date(2026, 11, 16)
    assert counselors.period_start(friday, PLAN.model_copy(update={"weekday": 6})) == date(2026, 11, 14)
    assert counselors.period_start(friday, PLAN.model_copy(update={"every": "day"})) == friday


def test_nothing_at_night(ctx: Context, clock: FixedClock) -> None:
    clock.now = datetime(2026, 11, 23, 0, 59, tzinfo=UTC)
    assert counselors.sweep(ctx) == 0
    assert not Digested.select().exists()
