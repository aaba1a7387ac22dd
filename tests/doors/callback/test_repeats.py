"""The platform delivers three times what is not answered at once; every delivery gets the first answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

from platform_side import PlatformSide, recorded

from models.callback import CallbackEvent, CallbackLog, DeliveryReceipt, HelpQuestion
from services import binding, callbacks
from services.context import Context
from tests.cast import Cast


def test_a_repeat_gets_the_first_answer_whatever_has_happened_since(
    ctx: Context, cast: Cast, platform: PlatformSide
) -> None:
    first = platform.post(recorded("click__SIGN_ONLINE"))
    assert "请先绑定学信账号" in first.text
    assert cast.graduate.account is not None
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    assert platform.post(recorded("click__SIGN_ONLINE")) == first
    assert "出示签约码" in platform.post(recorded("click__SIGN_ONLINE", CreateTime=1795158005)).text


def test_the_window_is_longer_than_the_platforms_patience(ctx: Context, platform: PlatformSide) -> None:
    platform.post(recorded("click__SAFETY"))
    [key] = ctx.redis.keys("{wxb}:dd:*")
    assert ctx.redis.ttl(key) >= 60
    assert callbacks.drain(ctx) == 1


def test_repeats_are_logged_once(ctx: Context, platform: PlatformSide) -> None:
    for _ in range(3):
        platform.post(recorded("click__SAFETY"))
    platform.post(recorded("click__SAFETY", CreateTime=1795158001))
    assert callbacks.drain(ctx) == 2
    assert {row.key for row in CallbackLog.select()} == {"SAFETY"}
    assert CallbackLog.select().count() == 2


def test_a_question_delivered_three_times_is_one_question(platform: PlatformSide) -> None:
    replies = [platform.post(recorded("text__question")) for _ in range(3)]
    assert replies[0] == replies[1] == replies[2]
    assert HelpQuestion.select().count() == 1


def test_two_results_in_one_second_are_two_receipts(ctx: Context, platform: PlatformSide) -> None:
    for number in (1, 2, 1):
        platform.post(recorded("templatesendjobfinish", MsgID=number))
    callbacks.drain(ctx)
    assert sorted(row.msgid for row in DeliveryReceipt.select()) == [1, 2]


def test_a_double_unsubscribe_is_one(platform: PlatformSide) -> None:
    platform.post(recorded("subscribe"))
    platform.post(recorded("unsubscribe", CreateTime=1795158003))
    platform.post(recorded("unsubscribe", CreateTime=1795158003))
    platform.post(recorded("location_event", CreateTime=1795158003))
    assert CallbackEvent.select().where(CallbackEvent.kind == "unsubscribe").count() == 1


def test_repeats_at_the_same_moment_wait_for_the_first(ctx: Context, platform: PlatformSide) -> None:
    """Eight deliveries of one question at once: one is written, and all say the same."""
    start = threading.Barrier(8)

    def deliver(_: int) -> str:
        start.wait()
        return platform.post(recorded("text__question")).text

    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(deliver, range(8)))
    assert len(texts) == 1
    assert "今天的咨询时间内答复" in texts.pop()
    assert HelpQuestion.select().count() == 1
    assert CallbackEvent.select().count() == 1
