"""The messages themselves: made only when every field fits, and each under its own name."""

import dataclasses
from datetime import UTC, datetime

import pytest

from templates_msg.account import NAMELESS, AccountBound, AccountMoved
from templates_msg.base import Template
from templates_msg.catalogue import CATALOGUE
from templates_msg.fields import APPROVED, KINDS, BadField
from templates_msg.links import CounselorLinked, LinkEnded

AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)


def test_every_message_is_in_the_catalogue() -> None:
    assert set(CATALOGUE.values()) == set(Template.__subclasses__())
    assert all(name == message.name for name, message in CATALOGUE.items())


@pytest.mark.parametrize("message", CATALOGUE.values(), ids=lambda message: message.name)
def test_slots_are_typed_numbered_and_labelled(message: type[Template]) -> None:
    slots = message.slots()
    assert len(slots) == len(dataclasses.fields(message))
    assert {slot.rstrip("0123456789") for slot in slots} <= KINDS.keys() | APPROVED
    assert [int(slot.lstrip("abcdefghijklmnopqrstuvwxyz_")) for slot in slots] == list(
        range(1, len(slots) + 1)
    )
    assert all(slots.values())
    assert len(message.name) <= 40


@pytest.mark.parametrize(
    ("message", "payload"),
    [
        (AccountBound(account="李晓雨", at=AT), {"thing1": "李晓雨", "time2": "2026年11月20日 15:01"}),
        (AccountBound(account=NAMELESS, at=AT), {"thing1": "学信账号", "time2": "2026年11月20日 15:01"}),
        (AccountMoved(account="张𠮷", at=AT), {"thing1": "张𠮷", "time2": "2026年11月20日 15:01"}),
        (
            CounselorLinked(graduate="李晓雨", group="计算机学院软件工程2301班 " * 2, at=AT),
            {
                "thing1": "李晓雨",
                "thing2": "计算机学院软件工程2301班 计算机学…",
                "time3": "2026年11月20日 15:01",
            },
        ),
        (
            LinkEnded(person="王建国", reason="换了\n辅导员", at=AT),
            {"thing1": "王建国", "thing2": "换了 辅导员", "time3": "2026年11月20日 15:01"},
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_payloads(message: Template, payload: dict[str, str]) -> None:
    assert message.payload() == payload


def test_a_message_that_would_be_refused_cannot_be_made() -> None:
    with pytest.raises(BadField, match="thing1"):
        AccountBound(account="  ", at=AT)
    with pytest.raises(BadField, match="time2"):
        AccountBound(account="李晓雨", at=datetime(2026, 11, 20))  # noqa: DTZ001 -- the case


def test_a_message_cannot_be_changed_afterwards() -> None:
    message = AccountBound(account="李晓雨", at=AT)
    with pytest.raises(dataclasses.FrozenInstanceError):
        message.account = "别人"
