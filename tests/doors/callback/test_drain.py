"""What waits in Redis reaches the database once, however the drain is interrupted."""

from platform_side import PlatformSide, recorded
from redis import Redis

from models.callback import CallbackLog, DeliveryReceipt
from services import callbacks
from services.context import Context
from services.scripts import Script, run_script


def test_the_log_names_nobody_and_holds_no_words(ctx: Context, platform: PlatformSide) -> None:
    platform.post(recorded("text__faq"))
    entries = b"".join(
        value for _, fields in ctx.redis.xrange(callbacks.LOG_STREAM) for value in fields.values()
    )
    assert "绑定微信".encode() not in entries
    callbacks.drain(ctx)
    row = CallbackLog.get()
    assert (row.kind, row.key) == ("text", "")
    assert row.person == ctx.keyring.mark("oGraduate0000000000000000001")
    assert int(row.happened_at.timestamp()) == 1795158000


def test_a_crash_between_writing_and_forgetting_writes_nothing_twice(
    ctx: Context, platform: PlatformSide
) -> None:
    platform.post(recorded("templatesendjobfinish__failed"))
    platform.post(recorded("view"))
    entries = ctx.redis.xrange(callbacks.LOG_STREAM)
    assert callbacks.drain(ctx) == 2
    for _, fields in entries:
        ctx.redis.xadd(callbacks.LOG_STREAM, fields)
    assert callbacks.drain(ctx) == 2
    assert [row.status for row in DeliveryReceipt.select()] == ["failed: system failed"]
    assert CallbackLog.select().count() == 1


def test_more_than_a_batch(ctx: Context, platform: PlatformSide) -> None:
    entry = ctx.redis.pipeline()
    for number in range(callbacks.BATCH + 7):
        row = f"{number:032x}\x1fview\x1foX\x1f1795158000\x1f\x1f0\x1f"
        entry.xadd(callbacks.LOG_STREAM, {"e": row})
    entry.execute()
    assert callbacks.drain(ctx) == callbacks.BATCH + 7
    assert CallbackLog.select().count() == callbacks.BATCH + 7
    assert callbacks.drain(ctx) == 0


def test_two_drains_do_not_meet(ctx: Context, platform: PlatformSide) -> None:
    platform.post(recorded("view"))
    ctx.redis.set("{wxb}:drain", "somebody", px=5000)
    assert callbacks.drain(ctx) == 0
    ctx.redis.delete("{wxb}:drain")
    assert callbacks.drain(ctx) == 1


def test_a_parked_event_that_cannot_be_applied_does_not_hold_up_the_others(
    ctx: Context, platform: PlatformSide
) -> None:
    ctx.redis.xadd(callbacks.PARKED_STREAM, {"e": "bm90IHNlYWxlZA==", "effect": "follow"})
    platform.post(recorded("view"))
    assert callbacks.drain(ctx) == 2
    assert callbacks.backlog(ctx) == {"log": 0, "parked": 0}


def test_a_full_queue_takes_no_more(ctx: Context, platform: PlatformSide) -> None:
    full = Script(callbacks.NOTE.text.replace("tonumber(ARGV[3])", "0"))
    assert run_script(ctx.redis, full, ("a", "b", callbacks.LOG_STREAM), ("e", 120, 1)) == "f"
    assert ctx.redis.xlen(callbacks.LOG_STREAM) == 0


def test_scripts_survive_a_server_that_forgot_them_and_dropped_the_line(ctx: Context) -> None:
    echo = Script("return ARGV[1]")
    assert run_script(ctx.redis, echo, (), ("one",)) == "one"
    ctx.redis.script_flush()
    assert run_script(ctx.redis, echo, (), ("two",)) == "two"
    with Redis(connection_pool=ctx.redis.connection_pool) as other:
        for client in other.client_list():
            if client["id"] != str(other.client_id()):
                other.client_kill_filter(_id=client["id"])
    assert run_script(ctx.redis, echo, (), ("三",)) == "三"
