"""Followers: they come, scan and leave; their data goes with them, and a late event undoes nothing newer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from peewee import SQL, Table

from models.account import LoginSession
from models.callback import HelpQuestion
from models.db import database, transaction
from models.graduate import Graduate, Link
from models.journal import Journal
from models.message import Message
from models.wechat_user import Binding, Departure, Follower, Scene
from services import binding, followers, links, outbox, sessions
from services.context import Context
from tests.cast import Cast
from tests.fakes import START, RecordingGateway
from tests.pumps import pump
from tests.services.tools import Meet, acts, owed

OPENID = "oGraduate0000000000000000001"
Event = Callable[..., str]


def at(second: int) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def happen(ctx: Context) -> Event:
    """Lets an event of OPENID happen in a transaction of its own, as the callback does."""

    def run(kind: str, second: int, **more: str) -> str:
        verb = transaction(lambda: getattr(followers, kind)(ctx, OPENID, at=at(second), **more))
        return verb()

    return run


def follower(ctx: Context) -> Follower | None:
    return Follower.of(ctx.settings.wechat_app_id, OPENID)


def scene(ctx: Context, cast: Cast) -> Scene:
    return Scene.create(purpose="counselor", staff=cast.counselor.staff, expires_at=START + timedelta(days=7))


# -- coming ------------------------------------------------------------------------------------------------


def test_following(ctx: Context, happen: Event) -> None:
    assert happen("follow", 0) == "followed"
    assert follower(ctx).followed_at == at(0)
    assert follower(ctx).came_by == ""


def test_following_again_keeps_one_row_and_the_newest_moment(ctx: Context, happen: Event) -> None:
    happen("follow", 0)
    happen("follow", 5)
    happen("follow", 3)
    assert Follower.select().count() == 1
    assert follower(ctx).followed_at == at(5)


def test_coming_by_a_counselors_code(ctx: Context, cast: Cast, happen: Event) -> None:
    word = scene(ctx, cast).word
    assert happen("follow", 0, scene=word) == "scanned_counselor"
    assert follower(ctx).came_by == word


@pytest.mark.parametrize("word", ["unknown", "x" * 64, "'; DROP TABLE scene; --"])
def test_coming_by_an_unknown_code(ctx: Context, happen: Event, word: str) -> None:
    assert happen("follow", 0, scene=word) == "scene_over"
    assert follower(ctx) is not None


def test_a_longer_scene_than_the_platforms_is_cut(ctx: Context, happen: Event) -> None:
    happen("follow", 0, scene="s" * 300)
    assert follower(ctx).came_by == "s" * 64


def test_scanning(ctx: Context, cast: Cast, happen: Event) -> None:
    word = scene(ctx, cast).word
    assert happen("scan", 0, scene=word) == "scanned_counselor"
    assert happen("scan", 7 * 86_400, scene=word) == "scene_over"
    assert happen("scan", 7 * 86_400 - 1, scene=word) == "scanned_counselor"


def test_scanning_links_nobody(ctx: Context, cast: Cast, happen: Event) -> None:
    happen("follow", 0, scene=scene(ctx, cast).word)
    assert Link.select().count() == 0
    assert acts() == []


def test_coming_back_is_noticed_and_reachable_again(ctx: Context, happen: Event) -> None:
    happen("follow", 0)
    happen("unfollow", 10)
    assert happen("follow", 20) == "welcome_back"
    Follower.change(ctx.settings.wechat_app_id, OPENID, is_unreachable=True)
    happen("follow", 30)
    assert not follower(ctx).is_unreachable


# -- leaving -----------------------------------------------------------------------------------------------


def test_leaving_erases_what_wechat_told_and_keeps_the_register(
    ctx: Context, cast: Cast, meet: Meet, happen: Event
) -> None:
    happen("follow", 0)
    binding.bind(ctx, cast.graduate.account, OPENID)
    by_wechat = sessions.open_session(ctx, cast.graduate.account, "wechat", OPENID)
    by_desktop = sessions.open_session(ctx, cast.graduate.account, "desktop")
    [link] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    HelpQuestion.create(fingerprint="f", app_id=ctx.settings.wechat_app_id, openid=OPENID, text="怎么签约？")
    assert happen("unfollow", 10) == "erased"
    assert follower(ctx) is None
    assert Binding.get().status == "unbound"
    assert sessions.visitor_of(ctx, by_wechat) is None
    assert sessions.visitor_of(ctx, by_desktop) is not None
    assert Graduate.get_by_id(cast.graduate.graduate.id).account_id == cast.graduate.account.id
    assert Link.get_by_id(link.id).status == "linked"
    assert acts("binding")[-1] == ("erase", "system", "bound", "unbound")
    assert Journal.select().order_by(Journal.id.desc()).get().note == {"why": "unsubscribe"}


def test_nowhere_in_the_database_is_the_openid_afterwards(ctx: Context, cast: Cast, happen: Event) -> None:
    happen("follow", 0)
    binding.bind(ctx, cast.graduate.account, OPENID)
    pump(ctx)
    sessions.open_session(ctx, cast.graduate.account, "wechat", OPENID)
    HelpQuestion.create(fingerprint="f", app_id=ctx.settings.wechat_app_id, openid=OPENID, text="怎么签约？")
    happen("unfollow", 10)
    for table in database.get_tables():
        rows = Table(table).bind(database).select(SQL("*")).tuples().execute()
        assert OPENID not in str(list(rows)), table


def test_messages_not_yet_sent_are_dropped(
    ctx: Context, cast: Cast, happen: Event, gateway: RecordingGateway
) -> None:
    binding.bind(ctx, cast.graduate.account, OPENID)
    happen("unfollow", 10)
    assert pump(ctx) == 0
    assert gateway.sent == []
    assert [(message.status, message.openid) for message in owed()] == [("skipped", None)]
    assert owed()[0].settled_at == at(10)


def test_a_message_under_way_is_not_sent_again(
    ctx: Context, cast: Cast, happen: Event, gateway: RecordingGateway
) -> None:
    binding.bind(ctx, cast.graduate.account, OPENID)
    Message.claim_due(ctx.clock(), 10, timedelta(0))
    happen("unfollow", 10)
    ctx.clock.advance(seconds=30)
    outbox.reap(ctx)
    ctx.clock.advance(minutes=1)
    pump(ctx)
    assert gateway.sent == []
    assert owed()[0].status == "failed"


def test_a_stranger_who_leaves_is_noted_without_a_name(ctx: Context, happen: Event) -> None:
    assert happen("unfollow", 0) == "erased"
    assert Departure.select().count() == 1
    assert OPENID not in Departure.get().openid_index


def test_leaving_twice(ctx: Context, happen: Event) -> None:
    happen("follow", 0)
    assert [happen("unfollow", 10), happen("unfollow", 12), happen("unfollow", 11)] == ["erased"] * 3
    assert Departure.select().count() == 1
    assert Departure.get().left_at == at(12)


def test_others_keep_everything(ctx: Context, cast: Cast, happen: Event) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    sessions.open_session(ctx, cast.counselor.account, "wechat", cast.counselor.openid)
    happen("unfollow", 10)
    assert Binding.get().openid == cast.counselor.openid
    assert LoginSession.get().ended_at is None
    assert owed()[0].status == "queued"


# -- late events -------------------------------------------------------------------------------------------


def test_a_late_follow_does_not_bring_back_who_has_left(ctx: Context, happen: Event) -> None:
    happen("unfollow", 10)
    assert happen("follow", 5) == "late"
    assert follower(ctx) is None


def test_a_late_leave_does_not_send_away_who_has_come_back(ctx: Context, cast: Cast, happen: Event) -> None:
    happen("follow", 20)
    binding.bind(ctx, cast.graduate.account, OPENID)
    assert happen("unfollow", 10) == "late"
    assert follower(ctx) is not None
    assert Binding.get().openid == OPENID


def test_a_leave_that_arrives_after_the_return_changes_nothing(
    ctx: Context, cast: Cast, happen: Event
) -> None:
    """They followed, left and followed again; the leave comes last."""
    happen("follow", 0)
    happen("follow", 20)
    binding.bind(ctx, cast.graduate.account, OPENID)
    assert happen("unfollow", 10) == "late"
    assert Binding.get().openid == OPENID


def test_in_the_same_second_the_order_of_arrival_counts(ctx: Context, happen: Event) -> None:
    happen("follow", 0)
    assert happen("unfollow", 0) == "erased"
    assert happen("follow", 0) == "welcome_back"
    assert follower(ctx) is not None


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_in_whichever_order_they_arrive_the_end_is_the_same(
    ctx: Context, happen: Event, order: tuple[int, ...]
) -> None:
    events = [("follow", 0), ("unfollow", 10), ("follow", 20)]
    for number in order:
        happen(*events[number])
    assert follower(ctx).followed_at == at(20)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_in_whichever_order_who_left_last_is_gone(
    ctx: Context, happen: Event, order: tuple[int, ...]
) -> None:
    events = [("unfollow", 0), ("follow", 10), ("unfollow", 20)]
    for number in order:
        happen(*events[number])
    assert follower(ctx) is None


# -- taking back what was granted --------------------------------------------------------------------------


def test_revoking_forgets_the_profile_alone(ctx: Context, cast: Cast, happen: Event) -> None:
    happen("follow", 0)
    Follower.change(ctx.settings.wechat_app_id, OPENID, unionid="u1")
    binding.bind(ctx, cast.graduate.account, OPENID)
    assert happen("revoke", 10, event="user_authorization_revoke", info="1,301") == "revoked"
    assert follower(ctx).unionid is None
    assert Binding.get().openid == OPENID
    act = Journal.select().order_by(Journal.id.desc()).get()
    assert (act.verb, act.note) == ("revoke", {"event": "user_authorization_revoke", "items": "1,301"})


def test_cancelling_the_account_erases_everything(ctx: Context, cast: Cast, happen: Event) -> None:
    happen("follow", 0)
    binding.bind(ctx, cast.graduate.account, OPENID)
    assert happen("revoke", 10, event="user_authorization_cancellation", info="") == "erased"
    assert follower(ctx) is None
    assert Binding.get().openid is None
    assert Departure.get().left_at == at(10)


def test_a_stranger_may_revoke(ctx: Context, happen: Event) -> None:
    assert happen("revoke", 0, event="user_authorization_revoke", info="x" * 500) == "revoked"
    assert acts() == []


def test_leaving_is_all_or_nothing(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, OPENID)

    @transaction
    def verb() -> None:
        followers.unfollow(ctx, OPENID, at=at(10))
        raise RuntimeError("the machine stops here")

    with pytest.raises(RuntimeError):
        verb()
    assert Binding.get().openid == OPENID
    assert Departure.select().count() == 0
    assert owed()[0].status == "queued"
