"""Which rule answers what, and mistakes in registering that are found at start."""

import pytest

from domain.card import Card
from handlers.replies import registry
from handlers.replies.known import Known
from services.happenings import EFFECTS
from wechat.inbound import Inbound
from wechat.reply import Reply, Silence


def answer(_inbound: Inbound, _card: Card, _known: Known) -> Reply:
    return Silence()


def test_a_second_reply_for_one_menu_key_is_refused() -> None:
    with pytest.raises(ValueError, match="MY_TASKS"):
        registry.click("MY_TASKS")(answer)


def test_a_rule_that_could_never_be_reached_is_refused() -> None:
    with pytest.raises(ValueError, match="subscribe"):
        registry.event("subscribe")(answer)


def test_every_effect_is_one_that_the_services_have() -> None:
    assert {rule.effect for rule in registry.rules()} - {""} == set(EFFECTS)


@pytest.mark.parametrize(
    ("card", "facts"),
    [
        ("-", (True, False, False)),
        ("?", (False, False, False)),
        ("pgil", (True, True, True)),
        ("pcs:scanned_counselor", (True, True, False)),
    ],
)
def test_the_card_says_what_it_says(card: str, facts: tuple[bool, bool, bool]) -> None:
    read = Card(card)
    assert (read.is_known, read.is_bound, read.is_graduate) == facts
    assert read.outcome == card.partition(":")[2]
