"""The laws that every verb keeps: no call outwards inside a transaction, every message a row of its cause."""

from collections.abc import Callable

import pytest

from models.db import transaction
from services import binding, codes, housekeeping, links, outbox
from services.codes import Purpose
from services.context import Context
from tests.cast import PASSWORD, Cast
from tests.fakes import RecordingGateway, SmsInbox
from tests.pumps import pump
from tests.services.tools import Meet, owed


def test_the_hands_of_the_tests_refuse_to_work_inside_a_transaction(
    ctx: Context, gateway: RecordingGateway, inbox: SmsInbox
) -> None:
    """Else nothing below proves anything."""
    calls: list[Callable[[], object]] = [
        gateway.menu,
        lambda: gateway.qr_ticket("s", 60),
        lambda: gateway.send_all(lambda wanted: [], print, connections=1),
        lambda: inbox.send("13900000101", "code", {}),
    ]
    for call in calls:
        with pytest.raises(RuntimeError, match="inside a transaction"):
            transaction(call)()


def test_no_verb_sends_anything_itself(
    ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway, inbox: SmsInbox
) -> None:
    """Everything that tells somebody something, without the worker: all of it waits in the outbox."""
    for persona in (cast.graduate, cast.counselor):
        binding.bind(ctx, persona.account, persona.openid)
    [link] = links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])
    links.unlink(ctx, meet(cast.counselor), link.code, "已转出")
    codes.send(ctx, cast.graduate.phone, Purpose.RESET, "203.0.113.1")
    binding._move(ctx, cast.graduate.account, "oNewPhone0000000000000000001")
    assert (gateway.sent, inbox.messages) == ([], [])
    assert sorted((message.template, message.channel) for message in owed()) == [
        ("account_bound", "template"),
        ("account_bound", "template"),
        ("account_bound", "template"),
        ("account_moved", "sms"),
        ("account_moved", "template"),
        ("code", "sms"),
        ("counselor_linked", "template"),
        ("link_ended", "template"),
    ]
    assert len({message.key for message in owed()}) == 8


def test_the_worker_sends_outside_every_transaction(
    ctx: Context, cast: Cast, meet: Meet, gateway: RecordingGateway, inbox: SmsInbox
) -> None:
    """The recording hands raise otherwise; what they raise would leave a failed message."""
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    binding.ask_move(ctx, cast.graduate.account, "203.0.113.1")
    pump(ctx)
    binding.move(
        ctx,
        cast.graduate.account,
        "oNewPhone0000000000000000001",
        PASSWORD,
        inbox.code_for(cast.graduate.phone),
    )
    links.counselor_scene(ctx, meet(cast.counselor))
    pump(ctx)
    outbox.reap(ctx)
    outbox.settle_receipts(ctx)
    housekeeping.tidy(ctx)
    assert {message.status for message in owed()} == {"accepted", "delivered"}
    assert (len(gateway.sent), len(inbox.messages), len(gateway.scenes)) == (3, 2, 1)


def test_a_message_holds_no_personal_data_in_clear(ctx: Context, cast: Cast) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    codes.send(ctx, cast.graduate.phone, Purpose.RESET, "203.0.113.1")
    for message in owed():
        assert cast.graduate.phone not in message.key
        assert cast.graduate.name not in message.key + message.link
