"""The platform's receipts: each settles its message once, early, late or twice."""

from collections import Counter
from collections.abc import Callable

import pytest

from models.callback import DeliveryReceipt
from models.message import Message
from services import outbox
from services.context import Context
from tests.fakes import RecordingGateway
from tests.pumps import pump
from tests.services.owing import again, follow, is_unreachable, receipt
from tests.services.tools import owed, together

# -- receipts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "status", "gone"),
    [
        ("success", "delivered", False),
        ("Success", "delivered", False),
        ("failed:user block", "blocked", True),
        ("failed: user block", "blocked", True),
        ("failed: system failed", "failed", False),
        ("failed:freq limit", "failed", False),
        ("", "failed", False),
        ("未知", "failed", False),
    ],
)
def test_a_receipt_settles_its_message(
    ctx: Context, owe: Callable[..., Message], wording: str, status: str, gone: bool
) -> None:
    follow(ctx)
    row = owe()
    pump(ctx)
    receipt(again(row).msgid, wording)
    assert outbox.settle_receipts(ctx) == 1
    assert again(row).status == status
    assert is_unreachable(ctx) is gone
    assert outbox.settle_receipts(ctx) == 0


def test_a_receipt_that_came_before_its_message_was_noted_waits(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway
) -> None:
    row = owe()
    receipt(10**18)
    assert outbox.settle_receipts(ctx) == 0
    pump(ctx)
    assert outbox.settle_receipts(ctx) == 1
    assert again(row).status == "delivered"


def test_a_receipt_told_twice_counts_once(ctx: Context, owe: Callable[..., Message]) -> None:
    owe()
    pump(ctx)
    for _ in range(2):
        receipt(10**18)
    assert DeliveryReceipt.select().count() == 1
    assert outbox.settle_receipts(ctx) == 1


@pytest.mark.parametrize("at_once", [True, False])
def test_of_two_receipts_the_first_has_the_word(
    ctx: Context, owe: Callable[..., Message], at_once: bool
) -> None:
    follow(ctx)
    row = owe()
    pump(ctx)
    receipt(10**18, "success", "f1")
    if not at_once:
        outbox.settle_receipts(ctx)
    receipt(10**18, "failed:user block", "f2")
    outbox.settle_receipts(ctx)
    assert again(row).status == "delivered"
    assert not is_unreachable(ctx)


def test_a_receipt_without_number_settles_nothing(ctx: Context, owe: Callable[..., Message]) -> None:
    row = owe()
    pump(ctx)
    Message.update(msgid=0).where(Message.id == row.id).execute()
    receipt(0)
    assert outbox.settle_receipts(ctx) == 0
    assert again(row).status == "accepted"


def test_a_receipt_of_somebody_elses_message_waits_in_vain(ctx: Context) -> None:
    receipt(42)
    assert outbox.settle_receipts(ctx) == 0


def test_a_numbers_full_range_fits(ctx: Context, owe: Callable[..., Message]) -> None:
    row = owe()
    pump(ctx)
    Message.update(msgid=2**63 - 1).where(Message.id == row.id).execute()
    receipt(2**63 - 1)
    assert outbox.settle_receipts(ctx) == 1


def test_receipts_settled_by_several_at_once(ctx: Context, owe: Callable[..., Message]) -> None:
    for number in range(30):
        owe(f"k{number}", f"o{number}")
    pump(ctx)
    for row in owed():
        receipt(row.msgid, fingerprint=f"f{row.id}")
    together(*[lambda: outbox.settle_receipts(ctx, 10)] * 4)
    while outbox.settle_receipts(ctx, 10):
        pass
    assert Counter(row.status for row in owed()) == {"delivered": 30}
