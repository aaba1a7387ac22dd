"""Text messages through Tencent Cloud SMS, API 2021-01-11 (cloud.tencent.com/document/product/382/55981)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.abstract_client import LOGGER_NAME
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from config.sms import SmsTexts
from providers.outgoing import never_left
from providers.sms_sender import SmsResult

_REGION = "ap-guangzhou"  # the interface wants one; messages reach every region from it

# On DEBUG the kit logs whole requests, which hold phones and codes.
logging.getLogger(LOGGER_NAME).setLevel(logging.WARNING)

# Codes after which the very same request may go through a little later: trouble inside the vendor, and limits that
# pass within the hour. Limits of a day, wrong parameters, arrears, blocked numbers do not pass by waiting.
# The list: cloud.tencent.com/document/product/382/59177.
_LATER = frozenset(
    {
        "InternalError",
        "InternalError.OtherError",
        "InternalError.UnknownError",
        "LimitExceeded.DeliveryFrequencyLimit",
        "LimitExceeded.PhoneNumberOneHourLimit",
        "LimitExceeded.PhoneNumberThirtySecondLimit",
    }
)
# Codes that leave open whether the message went out: the vendor had no answer from within, or we none from it that
# can be read. The interface knows no key by which it would recognise a repeat.
_DOUBTFUL = frozenset(
    {
        "InternalError.ParseBackendResponseFail",
        "InternalError.SendAndRecvFail",
        "InternalError.Timeout",
        "ServerNetworkError",
    }
)
_LATER_FAMILIES = ("RequestLimitExceeded", "ResourceUnavailable", "ResourceInsufficient")


@dataclass(frozen=True, slots=True)
class TencentAccount:
    """What the vendor's console gives: the key pair, the application, the approved sign and template numbers.

    ``template_ids`` maps our logical names to the vendor's numbers.
    """

    key_id: str
    key: str = field(repr=False)
    app_id: str
    sign: str
    template_ids: Mapping[str, str]


class TencentSms:
    """Sends by templates approved at the vendor.

    ``endpoint`` replaces the vendor's own address, e.g. a proxy of the school or a stand-in for tests.
    """

    def __init__(
        self, account: TencentAccount, texts: SmsTexts, *, endpoint: str = "", timeout: float = 5.0
    ) -> None:
        self._account = account
        self._texts = texts
        address = urlsplit(endpoint)
        http = HttpProfile(
            protocol=address.scheme or "https", endpoint=address.netloc or None, reqTimeout=timeout
        )
        credential = Credential(account.key_id, account.key)
        self._client = SmsClient(credential, _REGION, ClientProfile(httpProfile=http))

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        """Asks the vendor to send; raises ValueError for wrong parameters or a template without a number."""
        if template not in self._account.template_ids:
            raise ValueError(f"text message {template!r} has no template number of the vendor")
        request = SendSmsRequest()
        request.PhoneNumberSet = [f"+86{phone}"]
        request.SmsSdkAppId = self._account.app_id
        request.SignName = self._account.sign
        request.TemplateId = self._account.template_ids[template]
        request.TemplateParamSet = self._texts.ordered(template, params)
        try:
            return _result(self._client.SendSms(request))
        except TencentCloudSDKException as error:
            code, cause = str(error.get_code()), error.__context__
            if cause is not None:
                # The kit's own trouble: with the connection, or with an answer that cannot be read.
                return SmsResult("retry" if never_left(cause) else "ambiguous", code)
            return _failure(code, error.get_request_id() or "")


def _result(response: Any) -> SmsResult:
    statuses = response.SendStatusSet
    if not statuses:
        return SmsResult("ambiguous", "no_status", response.RequestId or "")
    reference = statuses[0].SerialNo or response.RequestId or ""
    if statuses[0].Code == "Ok":
        return SmsResult("accepted", "", reference)
    return _failure(str(statuses[0].Code), reference)


def _failure(code: str, reference: str) -> SmsResult:
    if code in _DOUBTFUL:
        return SmsResult("ambiguous", code, reference)
    later = code in _LATER or code.startswith(_LATER_FAMILIES)
    return SmsResult("retry" if later else "refused", code, reference)
