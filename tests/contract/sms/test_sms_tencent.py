"""The vendor's own kit against a stand-in that checks its signature as the vendor documents it."""

import hashlib
import hmac
import logging
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from loopback import Heard, Loopback, Told, told

from config.sms import load as load_texts
from providers.sms_tencent import TencentAccount, TencentSms

# The kit still calls utcfromtimestamp, which newer Pythons announce to remove.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")

PHONE = "13812345678"
CODE = {"code": "402918", "minutes": "5"}
ACCOUNT = TencentAccount(
    key_id="AKIDexample",
    key="kept to ourselves",
    app_id="1400006666",
    sign="24365智慧就业",
    template_ids={"code": "449739", "account_moved": "449740"},
)
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=AKIDexample/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=content-type;host, Signature=([0-9a-f]{64})"
)


def status(code: str) -> Told:
    one = {"SerialNo": "5000:1", "PhoneNumber": f"+86{PHONE}", "Fee": 1, "Code": code, "Message": PHONE}
    return told({"Response": {"SendStatusSet": [one], "RequestId": "rq-1"}})


def error(code: str) -> Told:
    return told({"Response": {"Error": {"Code": code, "Message": PHONE}, "RequestId": "rq-1"}})


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback(lambda heard: status("Ok")) as running:
        yield running


def sender(server: Loopback, timeout: float = 5) -> TencentSms:
    return TencentSms(ACCOUNT, load_texts(ACCOUNT.sign), endpoint=server.url, timeout=timeout)


def signature(heard: Heard, day: str) -> str:
    """TC3-HMAC-SHA256 over the request as it arrived (cloud.tencent.com/document/api/382/52072)."""
    canonical = "\n".join(
        [
            "POST",
            "/",
            "",
            f"content-type:{heard.headers['content-type']}",
            f"host:{heard.headers['host']}",
            "",
            "content-type;host",
            hashlib.sha256(heard.body).hexdigest(),
        ]
    )
    to_sign = "\n".join(
        [
            "TC3-HMAC-SHA256",
            heard.headers["x-tc-timestamp"],
            f"{day}/sms/tc3_request",
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"TC3{ACCOUNT.key}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()


def test_the_request_is_signed_and_complete(server: Loopback) -> None:
    result = sender(server).send(PHONE, "code", CODE)
    assert (result.outcome, result.reference) == ("accepted", "5000:1")
    (heard,) = server.heard
    assert heard.headers["x-tc-action"] == "SendSms"
    assert heard.headers["x-tc-version"] == "2021-01-11"
    assert abs(int(heard.headers["x-tc-timestamp"]) - time.time()) < 60
    signed = _AUTHORIZATION.fullmatch(heard.headers["authorization"])
    assert signed
    assert signed[1] == datetime.fromtimestamp(int(heard.headers["x-tc-timestamp"]), UTC).date().isoformat()
    assert signed[2] == signature(heard, signed[1])
    assert heard.json() == {
        "PhoneNumberSet": [f"+86{PHONE}"],
        "SmsSdkAppId": "1400006666",
        "SignName": "24365智慧就业",
        "TemplateId": "449739",
        "TemplateParamSet": ["402918", "5"],
    }


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "retry"),
        ("LimitExceeded.PhoneNumberOneHourLimit", "retry"),
        ("LimitExceeded.DeliveryFrequencyLimit", "retry"),
        ("LimitExceeded.PhoneNumberDailyLimit", "refused"),
        ("LimitExceeded.AppDailyLimit", "refused"),
        ("InternalError.OtherError", "retry"),
        ("InternalError.Timeout", "ambiguous"),
        ("InternalError.SendAndRecvFail", "ambiguous"),
        ("RequestLimitExceeded", "retry"),
        ("RequestLimitExceeded.UinLimitExceeded", "retry"),
        ("InternalError.SigVerificationFail", "refused"),
        ("InvalidParameterValue.IncorrectPhoneNumber", "refused"),
        ("InvalidParameter", "refused"),
        ("FailedOperation.PhoneNumberInBlacklist", "refused"),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", "refused"),
        ("AuthFailure.SignatureFailure", "refused"),
    ],
)
def test_codes_become_outcomes_whether_told_of_the_phone_or_of_the_call(
    server: Loopback, code: str, outcome: str
) -> None:
    server.answer = lambda heard: status(code)
    of_phone = sender(server).send(PHONE, "code", CODE)
    server.answer = lambda heard: error(code)
    of_call = sender(server).send(PHONE, "code", CODE)
    assert (of_phone.outcome, of_phone.detail, of_phone.reference) == (outcome, code, "5000:1")
    assert (of_call.outcome, of_call.detail, of_call.reference) == (outcome, code, "rq-1")
    assert PHONE not in repr((of_phone, of_call))


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (Told(502, b"<html>bad gateway"), "ServerNetworkError"),
        (Told(200, b"<html>proxy", {"Content-Type": "text/html"}), "JSONDecodeError"),
        (Told(pause=5), "ClientNetworkError"),
        (Told(200, b"{}", drip=2), "ConnectionError"),
        (told({}), "KeyError"),
        (told({"Response": {"SendStatusSet": [], "RequestId": "rq-1"}}), "no_status"),
    ],
    ids=["bad gateway", "not json", "silent", "dripping", "no response", "no status"],
)
def test_trouble_on_the_way_leaves_it_open(server: Loopback, answer: Told, detail: str) -> None:
    server.answer = lambda heard: answer
    result = sender(server, timeout=0.3).send(PHONE, "code", CODE)
    assert (result.outcome, result.detail) == ("ambiguous", detail)


def test_a_vendor_out_of_reach_means_again_later() -> None:
    with Loopback(lambda heard: Told()) as gone:
        pass
    assert sender(gone).send(PHONE, "code", CODE).outcome == "retry"


@pytest.mark.parametrize(
    ("template", "params"), [("code", {}), ("account_created", {"phone": PHONE, "password": "x"})]
)
def test_a_mistake_of_ours_never_leaves_the_house(
    server: Loopback, template: str, params: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=template):
        sender(server).send(PHONE, template, params)
    assert server.heard == []


def test_even_a_debug_log_holds_neither_phone_nor_code(
    server: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender(server).send(PHONE, "code", CODE)
    assert caplog.records, "the layers below log something, or this test proves nothing"
    assert PHONE not in caplog.text
    assert "402918" not in caplog.text


def test_the_key_does_not_show_in_a_trace() -> None:
    assert "kept to ourselves" not in repr(ACCOUNT)


def test_without_an_endpoint_the_vendor_itself_is_meant() -> None:
    kit: Any = TencentSms(ACCOUNT, load_texts(ACCOUNT.sign))._client
    assert kit.profile.httpProfile.protocol == "https"
    assert kit._get_endpoint() == "sms.tencentcloudapi.com"
