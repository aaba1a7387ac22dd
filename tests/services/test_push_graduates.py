"""The daily push: who is told of what, once, within cap, quota and hours; and what is scarce is shared out."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from config.push import push_plan
from matching.index import NoIndex
from models.graduate import Graduate, Intention
from models.message import Message
from models.pushing import Offered, Pushed
from models.sending import SendQuota
from services import binding, outbox
from services.context import Context
from services.push import graduates
from services.recommend.recommend import Recommended
from tests.cast import Cast, Persona
from tests.fakes import FixedClock
from tests.posts import add_employer, add_post

PLAN = push_plan().graduates
GOOD = PLAN.least_score + 100


class Adviser:
    """Recommends what a test says, to whom it says."""

    def __init__(self) -> None:
        self.scores: dict[int, int] = {}
        self.of: dict[int, dict[int, int]] = {}
        self.asked = 0

    def __call__(
        self, _ctx: Context, graduates: Sequence[Graduate], count: int
    ) -> dict[int, list[Recommended]]:
        return {graduate.id: self._best(graduate, count) for graduate in graduates}

    def _best(self, graduate: Graduate, count: int) -> list[Recommended]:
        self.asked += 1
        scores = self.scores | self.of.get(graduate.id, {})
        found = [Recommended(post_id, score, {}) for post_id, score in scores.items()]
        return sorted(found, key=lambda one: -one.score)[:count]


@pytest.fixture
def adviser() -> Adviser:
    return Adviser()


@pytest.fixture
def reached(ctx: Context) -> Callable[[Persona], Graduate]:
    """A graduate with an intention, bound to a WeChat."""

    def make(persona: Persona) -> Graduate:
        assert persona.account is not None
        assert persona.graduate is not None
        binding.bind(ctx, persona.account, persona.openid)
        Intention.create(graduate=persona.graduate, direction="employ")
        return persona.graduate

    return make


def owed() -> list[Message]:
    return list(Message.select().where(Message.template == "jobs_for_graduate").order_by(Message.id))


def told(message: Message) -> dict[str, str]:
    return dict(json.loads(message.payload))


def test_a_graduate_is_told_of_what_is_new_and_good_once(
    ctx: Context, cast: Cast, clock: FixedClock, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    me, employer = reached(cast.graduate), add_employer(cast)
    first, poor, second = (add_post(ctx, employer, title=title) for title in ("甲岗", "乙岗", "丙岗"))
    adviser.scores = {first.id: GOOD, poor.id: PLAN.least_score - 1}
    assert graduates.sweep(ctx, adviser) == 1
    assert graduates.sweep(ctx, adviser) == 0
    (message,) = owed()
    assert (message.priority, message.openid) == (3, cast.graduate.openid)
    assert message.link == "http://wx.test/h5/recommended?show=new"
    assert (told(message)["thing1"], str(told(message)["number4"])) == ("甲岗", "1")
    row = Pushed.of_graduate(me.id)
    assert row is not None
    assert (row.posts, row.count) == ([first.id], 1)

    clock.advance(days=1)
    assert graduates.sweep(ctx, adviser) == 0
    adviser.scores[second.id] = GOOD
    clock.advance(days=1)
    assert graduates.sweep(ctx, adviser) == 1
    assert [told(message)["thing1"] for message in owed()] == ["甲岗", "丙岗"]


def test_the_last_two_hundred_are_kept(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    me, post = reached(cast.graduate), add_post(ctx, add_employer(cast))
    before = list(range(10_000, 10_000 + graduates.KEPT))
    Pushed.create(graduate=me, posts=before)
    adviser.scores = {post.id: GOOD}
    graduates.sweep(ctx, adviser)
    row = Pushed.of_graduate(me.id)
    assert row is not None
    assert row.posts == [*before[1:], post.id]


def test_whoever_is_left_alone_is_not_told(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    """Those who said so, those without a WeChat, those who had their share, those without an intention."""
    post = add_post(ctx, add_employer(cast))
    adviser.scores = {post.id: GOOD}
    Pushed.create(graduate=reached(cast.graduate), is_off=True)
    Intention.create(graduate=cast.other_graduate.graduate, direction="employ")
    assert graduates.sweep(ctx, adviser) == 0
    assert adviser.asked == 0
    Pushed.update(is_off=False, pushed_on=None).execute()
    outbox.pump_templates(ctx)
    assert graduates.sweep(ctx, adviser) == 1


def test_who_had_as_much_as_one_gets_waits_for_another_day(
    ctx: Context,
    cast: Cast,
    clock: FixedClock,
    adviser: Adviser,
    reached: Callable[[Persona], Graduate],
) -> None:
    reached(cast.graduate)
    employer = add_employer(cast)
    days = []
    for _day in range(8):
        adviser.scores = {add_post(ctx, employer).id: GOOD}
        days.append(graduates.sweep(ctx, adviser))
        outbox.pump_templates(ctx)
        clock.advance(days=1)
    assert days == [1, 1, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("hour", [0, 7, 20, 23])
def test_nothing_is_pushed_outside_the_hours(
    ctx: Context,
    cast: Cast,
    clock: FixedClock,
    adviser: Adviser,
    reached: Callable[[Persona], Graduate],
    hour: int,
) -> None:
    reached(cast.graduate)
    adviser.scores = {add_post(ctx, add_employer(cast)).id: GOOD}
    clock.now = datetime(2026, 11, 24, hour, tzinfo=UTC) - timedelta(hours=8)
    assert graduates.sweep(ctx, adviser) == 0
    clock.now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    assert graduates.sweep(ctx, adviser) == 1


def test_what_is_closed_meanwhile_is_not_told(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    reached(cast.graduate)
    adviser.scores = {add_post(ctx, add_employer(cast), status="closed").id: GOOD}
    assert graduates.sweep(ctx, adviser) == 0


def test_digests_wait_while_the_days_quota_is_needed(
    ctx: Context, cast: Cast, clock: FixedClock, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    reached(cast.graduate)
    reached(cast.other_graduate)
    outbox.pump_templates(ctx)
    adviser.scores = {add_post(ctx, add_employer(cast)).id: GOOD}
    most = ctx.settings.daily_template_quota
    SendQuota.change(ctx.settings.wechat_app_id, clock.now.date(), used=int(most * 0.8) - 1)
    assert graduates.sweep(ctx, adviser) == 1
    ctx.redis.flushdb()
    assert graduates.sweep(ctx, adviser) == 0
    SendQuota.change(ctx.settings.wechat_app_id, clock.now.date(), used=most)
    Pushed.update(pushed_on=None, posts=None).execute()
    assert graduates.sweep(ctx, adviser) == 0
    assert Pushed.select().where(Pushed.pushed_on.is_null()).count() == 2
    clock.advance(days=1)
    ctx.redis.flushdb()
    assert graduates.sweep(ctx, adviser) == 2


def test_a_scarce_post_is_offered_to_few_and_first_to_whom_it_fits(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    """The better fit goes first; of equals those in hardship."""
    one, other = reached(cast.graduate), reached(cast.other_graduate)
    Graduate.update(hardship="1").where(Graduate.id == other.id).execute()
    Graduate.update(hardship="0").where(Graduate.id == one.id).execute()
    employer = add_employer(cast)
    equal, better, plenty = (
        add_post(ctx, employer, title=title, headcount=heads)
        for title, heads in (("一人岗", 1), ("二人岗", 2), ("大量招", 50))
    )
    today = (ctx.clock() + timedelta(hours=8)).date()
    for post in (equal, better):
        Offered.create(post=post, day=today, count=PLAN.scarce_offers - 1)
    adviser.scores = {equal.id: GOOD, better.id: GOOD, plenty.id: GOOD}
    adviser.of[one.id] = {better.id: GOOD + 1}
    assert graduates.sweep(ctx, adviser) == 2
    lists = {row.graduate_id: row.posts for row in Pushed.select()}
    assert lists[other.id] == [equal.id, plenty.id]
    assert lists[one.id] == [better.id, plenty.id]
    assert {row.count for row in Offered.select()} == {PLAN.scarce_offers}


def test_offers_begin_anew_each_day(ctx: Context, cast: Cast) -> None:
    post = add_post(ctx, add_employer(cast))
    day = ctx.clock().date()
    takes = [(day, 7, 5), (day, 7, 0), (day + timedelta(days=1), 2, 2), (day + timedelta(days=1), 9, 3)]
    for when, wanted, granted in takes:
        assert Offered.take({post.id: wanted}, when, 5) == {post.id: granted}


def test_what_breaks_in_the_middle_is_done_by_the_next_turn(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    reached(cast.graduate)
    reached(cast.other_graduate)
    post = add_post(ctx, add_employer(cast), headcount=1)

    class Killed(Exception):
        pass

    def breaks(ctx: Context, graduates: Sequence[Graduate], count: int) -> dict[int, list[Recommended]]:
        found = adviser(ctx, graduates, count)
        if adviser.asked == 2:
            raise Killed
        return found

    adviser.scores = {post.id: GOOD}
    with pytest.raises(Killed):
        graduates.sweep(ctx, breaks)
    assert owed() == []
    assert not Offered.select().exists()
    assert graduates.sweep(ctx, breaks) == 2
    assert len(owed()) == 2


def test_a_key_that_is_owed_already_makes_no_second_message(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    """Two workers with the same row in hand, or one that lost what it noted."""
    reached(cast.graduate)
    adviser.scores = {add_post(ctx, add_employer(cast)).id: GOOD}
    graduates.sweep(ctx, adviser)
    Pushed.update(pushed_on=None, posts=None).execute()
    graduates.sweep(ctx, adviser)
    assert len(owed()) == 1


def test_before_the_index_is_there_nothing_is_lost(
    ctx: Context, cast: Cast, adviser: Adviser, reached: Callable[[Persona], Graduate]
) -> None:
    reached(cast.graduate)

    def building(_ctx: Context, _graduates: Sequence[Graduate], _count: int) -> dict[int, list[Recommended]]:
        raise NoIndex

    assert graduates.sweep(ctx, building) == 0
    adviser.scores = {add_post(ctx, add_employer(cast)).id: GOOD}
    assert graduates.sweep(ctx, adviser) == 1
