"""后台运行: what each tick did last, and the same for machines."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from documents.seal import ends_at
from handlers.console.clock import STATES, TICK_NAMES, span
from models.message import Message
from scheduler.clock import turn
from scheduler.record import Recorder
from scheduler.ticks import TICKS, Tick
from services.agreements import seal_watch
from services.context import Context
from tests import seals
from tests.browser import Browser
from tests.cast import Cast
from tests.fakes import FixedClock


def fail(_ctx: Context) -> None:
    raise RuntimeError("broken")


def owe(ctx: Context) -> None:
    Message.create(key="a", channel="template", template="account_bound", payload="{}", due_at=ctx.clock())


def test_every_tick_has_a_chinese_name() -> None:
    assert {tick.name for tick in TICKS} <= set(TICK_NAMES)


def test_without_a_worker_the_page_says_so(ministry_desk: Browser) -> None:
    page = ministry_desk.open("/console/clock")
    assert page.status == 200
    assert "还没有运行记录" in page.text
    assert "后台进程（worker）没有运行" in page.text


def test_each_tick_shows_how_it_went(
    ministry_desk: Browser, desk_of: Callable[..., Browser], cast: Cast, ctx: Context, clock: FixedClock
) -> None:
    fine, bad = Tick("send_messages", 1, lambda _ctx: None), Tick("tidy", 3600, fail)
    recorder = Recorder(ctx, (fine, bad))
    turn(ctx, fine, recorder)
    with capture_logs():
        turn(ctx, bad, recorder)
    owe(ctx)
    clock.advance(seconds=20)
    text = ministry_desk.open("/console/clock").text
    for words in (
        "发送消息",
        "正常",
        "清理过期数据",
        "出错",
        "1 次 RuntimeError",
        "11-20 15:00:00",
        "11-20 16:00:00",
    ):
        assert words in text
    assert "1 到时未发的消息 最早的已等 20 秒" in text
    assert "（worker）没有运行" not in text
    clock.advance(seconds=11)
    text = ministry_desk.open("/console/clock").text
    assert "已停止" in text
    assert "（worker）没有运行" not in text  # the hourly one is not late yet
    clock.advance(hours=3)
    assert "（worker）没有运行" in desk_of(cast.ministry).open("/console/clock").text


def test_the_page_is_for_the_ministry(school_desk: Browser, province_desk: Browser) -> None:
    assert school_desk.open("/console/clock").status == 403
    assert province_desk.open("/console/clock").status == 403
    assert "后台运行" not in school_desk.open("/console/").text


def test_machines_read_the_same(ministry_desk: Browser, ctx: Context, clock: FixedClock) -> None:
    fine, bad = Tick("send_messages", 1, lambda _ctx: None), Tick("tidy", 3600, fail)
    recorder = Recorder(ctx, (fine, bad))
    turn(ctx, fine, recorder)
    with capture_logs():
        turn(ctx, bad, recorder)
    owe(ctx)
    assert ctx.clock().timestamp() == 1_795_158_000
    now = "1.795158e+09"
    clock.advance(minutes=2)
    text = ministry_desk.open("/metrics").html
    for line in (
        f'wxb_tick_last_success_timestamp_seconds{{tick="send_messages"}} {now}',
        f'wxb_tick_last_run_timestamp_seconds{{tick="tidy"}} {now}',
        'wxb_tick_last_success_timestamp_seconds{tick="tidy"} 0.0',
        'wxb_tick_lag_seconds{tick="send_messages"} 0.0',
        'wxb_tick_failures{tick="tidy"} 1.0',
        'wxb_tick_overdue{tick="send_messages"} 1.0',
        'wxb_tick_overdue{tick="tidy"} 0.0',
        "wxb_messages_waiting 1.0",
        "wxb_messages_waiting_seconds 120.0",
    ):
        assert line in text, line


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 秒"),
        (timedelta(milliseconds=35), "35 毫秒"),
        (timedelta(seconds=2.5), "2.5 秒"),
        (timedelta(seconds=30), "30 秒"),
        (timedelta(minutes=3, seconds=20), "3 分钟"),
        (timedelta(hours=1), "1 小时"),
        (timedelta(days=2, hours=3), "2 天"),
    ],
)
def test_a_length_of_time_is_said_in_its_unit(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_every_state_has_words() -> None:
    assert set(STATES) == {"never", "overdue", "failing", "running", "fine"}


def test_the_end_of_the_seal_is_told_on_the_page_and_to_machines(
    desk_of: Callable[..., Browser], ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    assert "wxb_seal_days_left" not in desk_of(cast.ministry).open("/metrics").html
    assert "签名证书现在" not in desk_of(cast.ministry).open("/console/clock").text
    sealed = dataclasses.replace(ctx, seals=seals.seals())
    hand = sealed.seals.signer()
    assert hand is not None
    end = ends_at(hand.chain())
    for days, words in ((61, ""), (45, "还有 45 天"), (3, "还有 3 天")):
        clock.now = end - timedelta(days=days, minutes=1)
        with capture_logs():
            seal_watch.sweep(sealed)
        text = desk_of(cast.ministry).open("/console/clock").text
        assert ("平台签名证书 " in text and "到期后协议不能" in text) == bool(words)
        assert words in text
        assert f"wxb_seal_days_left {float(days)}" in desk_of(cast.ministry).open("/metrics").html
    clock.now = end + timedelta(minutes=1)
    assert "wxb_seal_usable 0.0" in desk_of(cast.ministry).open("/metrics").html
    assert "平台签名证书现在不能使用" in desk_of(cast.ministry).open("/console/clock").text
