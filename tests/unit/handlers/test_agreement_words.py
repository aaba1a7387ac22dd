"""Every event and act on agreements has its Chinese, and what one verb means depends on what it is done to."""

import re
from pathlib import Path

import pytest

from domain.agreements import AGREEMENTS, BY_KIND, RELEASE, TICKET
from domain.machine import Machine
from handlers import agreement_words
from handlers.console.wording import said_note, status_of, verb_of

SERVICES = Path(__file__).resolve().parents[3] / "services" / "agreements"
_EVENT = re.compile(
    r'"((?:offer|signer|graduate|material|ink|review|pdf|form|paper|scan|reg|agreement|report|term'
    r'|party|consent)\.[a-z_.]+)"'
)


def test_every_event_of_the_chain_is_said() -> None:
    written = {kind for path in SERVICES.glob("*.py") for kind in _EVENT.findall(path.read_text())}
    assert len(written) > 40
    assert sorted(written - {"consent.identity"} - set(agreement_words.EVENTS)) == []


@pytest.mark.parametrize("machine", AGREEMENTS, ids=lambda machine: machine.name)
def test_every_verb_and_status_is_said(machine: Machine) -> None:
    kind = {RELEASE: "release", TICKET: "signing_ticket"}.get(machine, "agreement")
    assert [verb for verb in machine.verbs if not agreement_words.verb(kind, verb)] == []
    assert [status for status in machine.statuses if not agreement_words.status(kind, status)] == []


def test_words_go_by_what_they_are_said_of() -> None:
    assert (verb_of("agreement", "release"), verb_of("assignment", "release")) == (
        "解约生效",
        "离岗，任务不再计入",
    )
    assert (status_of("agreement", "offered"), status_of("interview", "offered")) == (
        "待毕业生确认",
        "待答复",
    )
    assert status_of("release", "expired") == "对方逾期未答复"
    assert status_of("", "made up") == "made up"
    assert set(BY_KIND) == {"online", "paper", "recorded"}


def test_a_note_says_the_event_and_the_paper() -> None:
    assert said_note({"event": "review.returned", "items": ["id_back"], "side": "unit"}, {}) == [
        ("事件", "审核退回材料"),
        ("内容", "经办人身份证或工作证反面"),
        ("一方", "用人单位"),
    ]
