"""Waves of messages: owed by the thousand, sent in order of their priority, held back, told to tasks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.db import transaction
from models.message import Message
from services import outbox
from services.context import Context
from services.outbox import Owed
from templates_msg.account import AccountBound
from tests.fakes import START, FixedClock, RecordingGateway, SmsInbox
from tests.pumps import at_once, pump
from tests.services.owing import again, receipt
from tests.services.tools import owed, statements


def wave(ctx: Context, count: int, first: int = 0, **more: object) -> list[Owed]:
    message = AccountBound(account="李晓雨", at=ctx.clock())
    return [Owed(message, f"o{n}", f"wave:{n}", "/h5/account", **more) for n in range(first, first + count)]


def test_a_wave_is_owed_in_statements_of_a_thousand_and_once(ctx: Context) -> None:
    with statements() as told:
        transaction(outbox.owe_many)(ctx, wave(ctx, 2500))
        transaction(outbox.owe_many)(ctx, wave(ctx, 100, first=2450))
    assert len(told) <= 4
    rows = owed()
    assert len(rows) == len({row.key for row in rows}) == len({row.code for row in rows}) == 2550
    assert {(row.status, row.priority, row.channel, row.due_at) for row in rows} == {
        ("queued", rows[0].priority, "template", START)
    }


def test_what_is_said_of_a_message_is_kept(ctx: Context) -> None:
    later = START + timedelta(hours=2)
    [one] = wave(ctx, 1, priority=3, account_id=7, assignment_id=2**40, due_at=later)
    outbox.owe_many(ctx, [one])
    [row] = owed()
    assert (row.priority, row.account_id, row.assignment_id, row.due_at) == (3, 7, 2**40, later)
    assert row.link == "http://wx.test/h5/account"


@pytest.mark.parametrize("bad", [{"priority": 0}, {"priority": 4}, {"key": "k" * 121}, {"path": "/" * 301}])
def test_what_does_not_fit_is_refused_not_cut(ctx: Context, bad: dict[str, object]) -> None:
    [one] = wave(ctx, 1)
    fields = {name: getattr(one, name) for name in Owed.__slots__}
    with pytest.raises(ValueError, match=r"priority|longer"):
        outbox.owe_many(ctx, [Owed(**fields | bad)])
    assert owed() == []


def test_tasks_go_before_results_and_these_before_digests(
    ctx: Context, gateway: RecordingGateway, clock: FixedClock
) -> None:
    for n, priority in enumerate((3, 2, 1, 3, 1)):
        outbox.owe_many(ctx, wave(ctx, 1, first=n, priority=priority))
        clock.advance(seconds=1)
    outbox.pump_templates(at_once(ctx, 1))
    assert [sent.openid for sent in gateway.sent] == ["o2", "o4", "o1", "o0", "o3"]


def test_a_text_message_waits_behind_no_campaign(
    ctx: Context, owe_sms: Callable[..., Message], inbox: SmsInbox, gateway: RecordingGateway
) -> None:
    outbox.owe_many(ctx, wave(ctx, 50))
    row = owe_sms()
    assert outbox.pump_texts(ctx) == 1
    assert again(row).status == "delivered"
    assert (len(inbox.messages), gateway.sent) == (1, [])


def test_a_worker_that_is_to_stop_claims_nothing_more(ctx: Context, gateway: RecordingGateway) -> None:
    outbox.owe_many(ctx, wave(ctx, 5))
    ctx.stopping.set()
    assert pump(ctx) == 0
    assert gateway.sent == []


def test_sending_many_takes_no_more_statements_than_sending_one(ctx: Context) -> None:
    outbox.owe_many(ctx, wave(ctx, 1))
    with statements() as one:
        outbox.pump_templates(ctx)
    outbox.owe_many(ctx, wave(ctx, 64, first=1))
    with statements() as many:
        outbox.pump_templates(ctx)
    assert len(many) <= len(one)


def test_receipts_are_settled_in_a_handful_of_statements(ctx: Context) -> None:
    outbox.owe_many(ctx, wave(ctx, 64))
    outbox.pump_templates(ctx)
    for row in owed():
        receipt(row.msgid, fingerprint=f"f{row.id}")
    with statements() as told:
        assert outbox.settle_receipts(ctx) == 64
    assert len(told) <= 6
    assert {row.status for row in owed()} == {"delivered"}
