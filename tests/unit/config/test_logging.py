"""Logs: one line an event, and what looks like a person is starred wherever it stands."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.logging import star_personal_data

OPENID = "oGraduate0000000000000000001"
IDENTITY = "11010120050101123X"
PHONE = "13900000101"


def starred(**event: object) -> dict[str, object]:
    return dict(star_personal_data(None, "info", dict(event)))


@pytest.mark.parametrize(
    "secret", [PHONE, IDENTITY, OPENID, f"+86{PHONE}", f"86{PHONE}", f"+86 {PHONE}", f"86-{PHONE}"]
)
@pytest.mark.parametrize(
    "around", ["{}", "phone={}", "<{}>", "用户{}登录", "{},{}", "{{wxb}}:card:{}", "/a/{}/b?x={}&y"]
)
def test_personal_data_is_starred_in_any_text(secret: str, around: str) -> None:
    text = around.replace("{}", secret)
    shown = starred(event=text)["event"]
    assert isinstance(shown, str)
    assert secret not in shown
    assert secret[-11:] not in shown
    assert "***" in shown


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_mobile_number_gets_through(phone: str) -> None:
    assert phone not in str(starred(event="x", phone=phone, note=f"({phone})", number=int(phone)))


def test_nested_values_and_errors_are_starred_too() -> None:
    event = starred(
        event="x",
        params={"to": PHONE, OPENID: [IDENTITY, (PHONE,)]},
        error=ValueError(f"cannot send to {PHONE}"),
        several={PHONE},
    )
    assert not any(secret in str(event) for secret in (PHONE, IDENTITY, OPENID))


@pytest.mark.parametrize(
    "harmless", ["msg-1234567890123456", "2026-11-20T07:00:00Z", "abc139000001012", "120203K", "o-short"]
)
def test_other_texts_stay(harmless: str) -> None:
    assert starred(event=harmless)["event"] == harmless


def test_numbers_and_flags_stay_what_they_are() -> None:
    assert starred(event="x", count=3, seconds=0.5, ok=True, none=None, rows=[1, 2]) == {
        "event": "x",
        "count": 3,
        "seconds": 0.5,
        "ok": True,
        "none": None,
        "rows": [1, 2],
    }


PROGRAM = f"""
import logging, structlog
from config.logging import configure
configure("info", "json")
log = structlog.get_logger()
structlog.contextvars.bind_contextvars(request_id="r1")
log.info("sms", phone="{PHONE}", text="验证")
log.debug("hidden")
logging.getLogger("library").warning("sent to %s", "{PHONE}")
try:
    raise ValueError("openid {OPENID} is odd")
except ValueError:
    log.exception("failed", person={{"id": "{IDENTITY}"}})
    logging.getLogger("library").exception("also failed")
"""


def test_both_kinds_of_log_write_one_json_line_an_event() -> None:
    """In a process of its own: logging is global."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["sms", "sent to ***", "failed", "also failed"]
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error"]
    assert {line["request_id"] for line in lines} == {"r1"}
    assert lines[0]["phone"] == "***"
    assert "ValueError: openid *** is odd" in lines[2]["exception"]
    assert "ValueError: openid *** is odd" in lines[3]["exception"]
    assert not any(secret in done.stderr for secret in (PHONE, IDENTITY, OPENID))
    assert "验证" in done.stderr
