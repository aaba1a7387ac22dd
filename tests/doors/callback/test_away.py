"""Redis away, the database away, both away: what is answered, and that nothing that must last is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from platform_side import PlatformSide, recorded

from config.metrics import CALLBACKS, REDIS_AWAY
from handlers.callback import CallbackDoor
from models import db
from models.callback import CallbackLog, DeliveryReceipt, HelpQuestion
from models.wechat_user import Follower
from services import binding, callbacks
from services.context import Context
from tests.cast import Cast
from wx_backend.redis_client import connect

Pauses = list[float]


@pytest.fixture
def without_redis(ctx: Context, tmp_path: Path) -> Context:
    """The same, with a Redis that nobody serves."""
    return Context(**{**vars(ctx), "redis": connect(f"unix://{tmp_path}/nobody")})


@pytest.fixture
def database_away(ctx: Context) -> Iterator[Callable[[], None]]:
    """Points the models at a server that does not exist; calling it brings the real one back."""
    real = db.database.obj
    db.open_database("mysql://nobody:none@127.0.0.1:9/none", ctx.keyring)

    def back() -> None:
        db.database.initialize(real)

    yield back
    back()


@pytest.fixture
def pauses() -> Pauses:
    return []


def platform_of(ctx: Context, pauses: Pauses) -> PlatformSide:
    door = CallbackDoor(ctx, pause=pauses.append)
    return PlatformSide(door, ctx.settings, lambda: ctx.clock().timestamp())


def counted(kind: str, how: str) -> float:
    return CALLBACKS.labels(kind, how)._value.get()


def test_without_redis_callbacks_are_answered_and_the_fact_is_counted(
    without_redis: Context, cast: Cast, pauses: Pauses
) -> None:
    platform = platform_of(without_redis, pauses)
    before = REDIS_AWAY.labels("callback")._value.get()
    first = platform.post(recorded("click__SIGN_ONLINE"))
    assert "请先绑定学信账号" in first.text
    assert REDIS_AWAY.labels("callback")._value.get() == before + 1
    assert cast.graduate.account is not None
    binding.bind(without_redis, cast.graduate.account, cast.graduate.openid)
    assert platform.post(recorded("click__SIGN_ONLINE")) == first
    assert "出示签约码" in platform.post(recorded("click__SIGN_ONLINE", CreateTime=1795158005)).text
    assert sorted(row.card for row in CallbackLog.select()) == ["-", "pg"]


def test_without_redis_receipts_and_follows_are_written(without_redis: Context, pauses: Pauses) -> None:
    platform = platform_of(without_redis, pauses)
    for name in ("templatesendjobfinish", "templatesendjobfinish", "subscribe", "text__question"):
        platform.post(recorded(name))
    assert [(row.msgid, row.status) for row in DeliveryReceipt.select()] == [(1000000000000000001, "success")]
    assert Follower.select().count() == 1
    assert HelpQuestion.select().count() == 1


def test_without_the_database_a_known_card_still_answers(
    ctx: Context, cast: Cast, database_away: Callable[[], None], pauses: Pauses
) -> None:
    platform = platform_of(ctx, pauses)
    ctx.redis.set(f"{{wxb}}:card:{cast.graduate.openid}", "pg")
    assert "出示签约码" in platform.post(recorded("click__SIGN_ONLINE")).text
    assert "平台正忙" in platform.post(recorded("click__SIGN_ONLINE", FromUserName=cast.stranger.openid)).text


def test_what_must_last_is_parked_and_applied_later_with_its_own_time(
    ctx: Context, cast: Cast, database_away: Callable[[], None], pauses: Pauses
) -> None:
    platform = platform_of(ctx, pauses)
    assert "欢迎关注" in platform.post(recorded("subscribe")).text
    assert "已转给咨询老师" in platform.post(recorded("text__question")).text
    assert "再扫一次" in platform.post(recorded("scan")).text
    assert callbacks.backlog(ctx)["parked"] == 3
    assert "生源信息确认".encode() not in b"".join(
        value for _, fields in ctx.redis.xrange(callbacks.PARKED_STREAM) for value in fields.values()
    )
    database_away()
    callbacks.drain(ctx)
    follower = Follower.of(ctx.settings.wechat_app_id, cast.graduate.openid)
    assert follower is not None
    assert int(follower.followed_at.timestamp()) == 1795158000
    assert HelpQuestion.get().text == "请问我们学校什么时候开放生源信息确认？"
    assert callbacks.backlog(ctx) == {"log": 0, "parked": 0}


def test_an_older_parked_follow_does_not_undo_a_newer_departure(
    ctx: Context, cast: Cast, database_away: Callable[[], None], pauses: Pauses
) -> None:
    platform = platform_of(ctx, pauses)
    platform.post(recorded("subscribe"))
    database_away()
    platform.post(recorded("unsubscribe", CreateTime=1795158030))
    callbacks.drain(ctx)
    assert Follower.of(ctx.settings.wechat_app_id, cast.graduate.openid) is None


def test_with_both_away_the_platform_is_left_to_send_again(
    without_redis: Context, cast: Cast, database_away: Callable[[], None], pauses: Pauses
) -> None:
    platform = platform_of(without_redis, pauses)
    before = counted("subscribe", "held")
    assert "平台正忙" in platform.post(recorded("click__SIGN_ONLINE")).text
    assert platform.post(recorded("subscribe")).text == ""
    assert counted("subscribe", "held") == before + 1
    assert sum(pauses) > 5
    database_away()
    assert "欢迎关注" in platform.post(recorded("subscribe")).text
    assert Follower.of(without_redis.settings.wechat_app_id, cast.graduate.openid) is not None
