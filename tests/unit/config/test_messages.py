"""How messages are sent: the file speaks of every message, and only of such as there are."""

import tomllib
from datetime import time
from pathlib import Path

import pytest

from config import messages
from config.messages import DIGEST, RESULT, TASK, manner_of, manners
from config.sms import fields_of
from config.template_ids import notice_ids
from templates_msg.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[3]
TEXTS = tomllib.loads((ROOT / "config" / "sms.toml").read_text("utf-8"))


def test_every_message_is_named_and_nothing_else() -> None:
    named = set(manners().message)
    assert set(CATALOGUE) <= named <= set(CATALOGUE) | set(TEXTS)


def test_tasks_go_before_results_and_results_before_digests() -> None:
    assert manner_of("task_assigned").priority == TASK
    assert manner_of("destination_rejected").priority == RESULT
    assert manner_of("jobs_for_graduate").priority == DIGEST


def test_who_waits_for_a_code_does_not_wait_for_results() -> None:
    assert manner_of("code").priority == TASK


def test_a_message_that_is_not_named_is_a_result() -> None:
    assert manner_of("nobody") == messages.Manner(priority=RESULT)


def test_a_notice_needs_an_id_and_a_text_needs_words() -> None:
    notices = notice_ids(ROOT / "config" / "template_ids.toml")
    assert {name for name, way in manners().message.items() if "subscribe" in way.fallback} == set(notices)
    for name, way in manners().message.items():
        if "sms" in way.fallback:
            assert set(fields_of(name) or ("nothing",)) <= set(CATALOGUE[name].places())
    assert fields_of("nobody") is None


def test_whatever_is_capped_is_a_digest() -> None:
    assert {way.priority for way in manners().message.values() if way.capped} == {DIGEST}


def test_caps_and_quiet_hours() -> None:
    assert (manners().cap.a_day, manners().cap.a_week) == (1, 3)
    assert (manners().quiet.begins, manners().quiet.ends) == (time(22), time(8))


@pytest.mark.parametrize(
    "text",
    [
        "[message.x]\npriority = 4\n",
        '[message.x]\nfallback = ["pigeon"]\n',
        "[message.x]\nloud = true\n",
        "[message.x]\n[quite]\n",
        "",
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    source = tmp_path / "messages.toml"
    rest = "[cap]\na_day = 1\na_week = 3\n[quiet]\nbegins = 22:00:00\nends = 08:00:00\n"
    rest += "[quota]\nkept_from_digests = 0.2\n"
    source.write_text(text + rest if text else "[message]\n", "utf-8")
    with pytest.raises(ValueError, match="validation error"):
        manners(source)
