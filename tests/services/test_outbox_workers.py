"""Messages in doubt, senders that died, and several workers at one outbox."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from models.message import Message
from services import outbox
from services.context import Context
from services.outbox.recording import record
from services.outbox.sending import LEASE, _Run
from tests.conftest import SECRET
from tests.fakes import FixedClock, RecordingGateway, SmsInbox
from tests.pumps import at_once, pump
from tests.services.owing import again
from tests.services.tools import owed, together
from wechat.answers import Sent
from wechat.outcomes import Outcome

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


# -- in doubt ----------------------------------------------------------------------------------------------


def test_doubt_is_repeated_inside_the_platforms_window_only(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    row = owe()
    gateway.outcomes = [Outcome.AMBIGUOUS] * 3
    pump(ctx)
    clock.advance(minutes=5)
    pump(ctx)
    assert again(row).status == "queued"
    clock.advance(minutes=4)
    pump(ctx)
    assert (again(row).status, again(row).settled_at) == ("unknown", ctx.clock())
    assert len(gateway.sent) == 2


def test_a_repeat_that_waited_beyond_the_window_is_not_sent(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    """The worker was stopped between the unsure try and its repeat."""
    row = owe()
    gateway.outcomes = [Outcome.AMBIGUOUS]
    pump(ctx)
    clock.advance(hours=2)
    pump(ctx)
    assert len(gateway.sent) == 1
    assert again(row).status == "unknown"


def test_the_window_opens_at_the_first_unsure_try_not_before(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    """Tries that surely sent nothing put nobody in doubt."""
    row = owe()
    gateway.outcomes = [Outcome.QUOTA_SPENT, Outcome.AMBIGUOUS]
    pump(ctx)
    clock.advance(hours=24)  # another day's quota
    pump(ctx)
    assert again(row).status == "queued"
    clock.advance(seconds=10)
    pump(ctx)
    assert again(row).status == "accepted"


@pytest.mark.parametrize("surely", [Outcome.RETRY, Outcome.QUOTA_SPENT, Outcome.SLOW_DOWN])
def test_a_try_that_surely_sent_nothing_does_not_end_the_doubt_of_the_one_before(
    ctx: Context,
    owe: Callable[..., Message],
    gateway: RecordingGateway,
    clock: FixedClock,
    surely: Outcome,
) -> None:
    """The first try timed out and may have arrived: beyond the window no other may follow."""
    row = owe()
    gateway.outcomes = [Outcome.AMBIGUOUS, surely]
    pump(ctx)
    clock.advance(seconds=10)
    pump(ctx)
    assert (again(row).status, len(gateway.sent)) == ("queued", 2)
    clock.advance(hours=24)  # another day's quota
    pump(ctx)
    assert (again(row).status, len(gateway.sent)) == ("unknown", 2)


def test_outcomes_that_could_not_be_written_down_are_written_when_told_again(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway
) -> None:
    row = owe()
    run = _Run(ctx)
    [parcel] = run.claim(1)
    told = [(parcel, Sent(Outcome.ACCEPTED, 7))]
    with pytest.raises(AttributeError):
        run.record([(parcel, None)])
    run.record(told)
    assert (again(row).status, again(row).msgid) == ("accepted", 7)


def test_a_sender_that_died_is_noticed_and_its_message_repeated(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    row = owe()
    Message.claim_due(ctx.clock(), 10, LEASE)
    clock.advance(minutes=5)
    assert outbox.reap(ctx) == 0
    clock.advance(seconds=1)
    assert outbox.reap(ctx) == 1
    assert again(row).status == "queued"
    clock.advance(seconds=10)
    pump(ctx)
    assert again(row).status == "accepted"
    assert [sent.client_msg_id for sent in gateway.sent] == [row.code]


def test_a_sender_that_died_long_ago_leaves_a_question(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    """Every worker was down; the platform no longer recognises a repeat."""
    row = owe()
    Message.claim_due(ctx.clock(), 10, LEASE)
    clock.advance(hours=3)
    outbox.reap(ctx)
    assert again(row).status == "unknown"
    clock.advance(hours=1)
    pump(ctx)
    assert gateway.sent == []


def test_a_text_message_whose_sender_died_is_left_for_a_person(
    ctx: Context, owe_sms: Callable[..., Message], inbox: SmsInbox, clock: FixedClock
) -> None:
    row = owe_sms()
    Message.claim_due(ctx.clock(), 10, LEASE)
    clock.advance(minutes=6)
    outbox.reap(ctx)
    pump(ctx)
    assert again(row).status == "unknown"
    assert inbox.messages == []


def test_a_slow_sender_does_not_overwrite_what_happened_since(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    row = owe()
    [slow] = Message.claim_due(ctx.clock(), 10, LEASE)
    clock.advance(minutes=6)
    outbox.reap(ctx)
    clock.advance(seconds=10)
    pump(ctx)
    record(ctx, [(slow, Sent(Outcome.BUG))])
    assert again(row).status == "accepted"


def test_a_slow_sender_does_not_settle_what_another_is_sending(
    ctx: Context, owe: Callable[..., Message], clock: FixedClock
) -> None:
    row = owe()
    [slow] = Message.claim_due(ctx.clock(), 10, LEASE)
    clock.advance(minutes=6)
    outbox.reap(ctx)
    clock.advance(seconds=10)
    [other] = Message.claim_due(ctx.clock(), 10, LEASE)
    record(ctx, [(slow, Sent(Outcome.BUG))])
    assert (again(row).status, again(row).claim) == ("sending", other.claim)
    record(ctx, [(other, Sent(Outcome.ACCEPTED, 7))])
    assert (again(row).status, again(row).msgid) == ("accepted", 7)


def test_reaping_at_once_takes_each_back_once(
    ctx: Context, owe: Callable[..., Message], clock: FixedClock
) -> None:
    for number in range(20):
        owe(f"k{number}", f"o{number}")
    Message.claim_due(ctx.clock(), 100, LEASE)
    clock.advance(minutes=6)
    together(*[lambda: outbox.reap(ctx)] * 4)
    assert Counter(row.status for row in owed()) == {"queued": 20}
    assert {row.tries for row in owed()} == {1}


# -- several workers ---------------------------------------------------------------------------------------


def test_pumps_in_threads_never_share_a_message(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway
) -> None:
    for number in range(120):
        owe(f"k{number}", f"o{number}")

    def work() -> int:
        done, idle = 0, 0
        while idle < 3:
            count = outbox.pump_templates(at_once(ctx, 7))
            done, idle = done + count, 0 if count else idle + 1
        return done

    assert sum(together(*[work] * 4)) == 120
    assert Counter(sent.openid for sent in gateway.sent) == {f"o{number}": 1 for number in range(120)}
    assert Counter(row.status for row in owed()) == {"accepted": 120}
    assert {row.tries for row in owed()} == {1}


def test_workers_in_processes_never_share_a_message(ctx: Context, owe: Callable[..., Message]) -> None:
    rows = [owe(f"k{number}", f"o{number}").id for number in range(300)]
    argv = [sys.executable, "-m", "tests.services.claim_process"]
    words = [ctx.settings.database_url, SECRET, "10", ctx.clock().isoformat()]
    workers = [
        subprocess.Popen([*argv, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    claimed = [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sorted(row for share in claimed for row in share) == rows
    assert Counter(row.status for row in owed()) == {"sending": 300}
