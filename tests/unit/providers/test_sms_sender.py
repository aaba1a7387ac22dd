import json
import stat
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from config.settings import BadSettings, Settings
from config.sms import load as load_texts
from providers.sms import SmsResult, WatchedSms, sender_of
from providers.sms_log import LogSms

PHONE = "13812345678"
CODE = {"code": "402918", "minutes": "5"}
SECRETS = {
    "secret_key": "k" * 32,
    "wechat_app_id": "wx0",
    "wechat_app_secret": "s",
    "wechat_token": "token",
    "wechat_mode": "plain",
}


def settings(**more: Any) -> Settings:
    return Settings(_env_file=None, **{**SECRETS, **more})


class Fixed:
    """A sender that gives one result, whatever it is asked."""

    def __init__(self, result: SmsResult) -> None:
        self._result = result

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        return self._result


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("wxb_sms_total", {"purpose": "code", "outcome": outcome}) or 0


def test_log_mode_keeps_the_text_in_a_private_file_and_out_of_the_log(tmp_path: Path) -> None:
    sender = sender_of(settings(data_dir=tmp_path / "data"))
    with capture_logs() as lines:
        assert sender.send(PHONE, "code", CODE).outcome == "accepted"
    file = tmp_path / "data" / "sms.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text(encoding="utf-8")
    assert "402918" in json.loads(written)["text"]
    assert PHONE not in written
    assert lines[0]["template"] == "code"
    assert lines[0]["phone"] == "138****5678"
    assert "402918" not in repr(lines)
    assert PHONE not in repr(lines)


def test_log_mode_adds_lines_and_narrows_a_file_that_was_open_to_all(tmp_path: Path) -> None:
    file = tmp_path / "sms.log"
    file.touch(mode=0o644)
    file.chmod(0o644)
    sender = LogSms(tmp_path, load_texts("x"))
    sender.send(PHONE, "code", CODE)
    sender.send(PHONE, "account_moved", {"time": "11月20日 17:50"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line)["template"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert lines == ["code", "account_moved"]


def test_log_mode_does_not_follow_a_planted_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    (tmp_path / "sms.log").symlink_to(target)
    assert LogSms(tmp_path, load_texts("x")).send(PHONE, "code", CODE).outcome == "retry"
    assert target.read_bytes() == b""


@pytest.mark.parametrize("outcome", ["accepted", "retry", "refused", "ambiguous"])
def test_every_message_is_counted_by_what_became_of_it(outcome: Any) -> None:
    before = counted(outcome)
    result = SmsResult(outcome, "why", "ref")
    assert WatchedSms(Fixed(result), "fixed").send(PHONE, "code", CODE) is result
    assert counted(outcome) == before + 1


def test_an_unfinished_http_gateway_is_told_at_start() -> None:
    with pytest.raises(BadSettings) as caught:
        sender_of(settings(sms_provider="http"))
    assert [line.split(":")[0] for line in caught.value.problems] == ["WXB_SMS_URL", "WXB_SMS_KEY"]


def test_an_unfinished_tencent_account_is_told_at_start_with_all_that_is_missing() -> None:
    with pytest.raises(BadSettings) as caught:
        sender_of(settings(sms_provider="tencent", sms_key_id="AKID", sms_template_code="1"))
    assert {line.split(":")[0] for line in caught.value.problems} == {
        "WXB_SMS_KEY",
        "WXB_SMS_APP_ID",
        "WXB_SMS_TEMPLATE_ACCOUNT_MOVED",
        "WXB_SMS_TEMPLATE_ACCOUNT_UNBOUND",
        "WXB_SMS_TEMPLATE_ACCOUNT_CREATED",
        "WXB_SMS_TEMPLATE_ROLE_ADDED",
        "WXB_SMS_TEMPLATE_UNIT_CHANGED",
        "WXB_SMS_TEMPLATE_BIND_REMINDER",
        "WXB_SMS_TEMPLATE_SECOND_FACTOR_SET",
        "WXB_SMS_TEMPLATE_SECOND_FACTOR_RESET",
        "WXB_SMS_TEMPLATE_RECOVERY_CODE_USED",
        "WXB_SMS_TEMPLATE_RECOVERY_CODES_RENEWED",
        "WXB_SMS_TEMPLATE_REQUEST_GRANTED",
        "WXB_SMS_TEMPLATE_REQUEST_DECLINED",
        "WXB_SMS_TEMPLATE_TASK_ASSIGNED",
        "WXB_SMS_TEMPLATE_TASK_DUE",
        "WXB_SMS_TEMPLATE_TASK_UNFINISHED",
        "WXB_SMS_TEMPLATE_TASK_WITHDRAWN",
        "WXB_SMS_TEMPLATE_INTERVIEW_INVITED",
        "WXB_SMS_TEMPLATE_HIRING_TOLD",
        "WXB_SMS_TEMPLATE_SIGNING_INVITED",
        "WXB_SMS_TEMPLATE_SIGNING_EXPIRES",
        "WXB_SMS_TEMPLATE_SIGNING_DECIDED",
        "WXB_SMS_TEMPLATE_SIGNER_TOLD",
        "WXB_SMS_TEMPLATE_SIGNING_SEALED",
        "WXB_SMS_TEMPLATE_REVIEW_TOLD",
        "WXB_SMS_TEMPLATE_RELEASE_APPLIED",
        "WXB_SMS_TEMPLATE_RELEASE_DECIDED",
        "WXB_SMS_TEMPLATE_SOURCE_TO_CONFIRM",
        "WXB_SMS_TEMPLATE_DESTINATION_REJECTED",
    }
