"""Text messages (SMS): picks the sender that the settings name, and counts and logs what it does."""

import structlog

from config import sms as wording
from config.metrics import SMS
from config.settings import BadSettings, Settings
from domain.personal import mask_phone
from providers.sms_http import HttpSms
from providers.sms_log import LogSms
from providers.sms_sender import SmsOutcome, SmsResult, SmsSender
from providers.sms_tencent import TencentAccount, TencentSms

__all__ = ["SmsOutcome", "SmsResult", "SmsSender", "WatchedSms", "sender_of"]

_log = structlog.get_logger(__name__)


class WatchedSms:
    """Counts every message by template and outcome, and logs it with a masked phone and never its text."""

    def __init__(self, inner: SmsSender, vendor: str) -> None:
        self._inner = inner
        self._vendor = vendor

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        """As the sender inside."""
        result = self._inner.send(phone, template, params)
        SMS.labels(template, result.outcome).inc()
        _log.info(
            "sms",
            vendor=self._vendor,
            template=template,
            phone=mask_phone(phone),
            outcome=result.outcome,
            detail=result.detail,
            reference=result.reference,
        )
        return result


def sender_of(settings: Settings) -> SmsSender:
    """The sender for ``sms_provider``; raises BadSettings naming everything that this provider still needs."""
    texts = wording.load(settings.sms_sign)
    inner: SmsSender
    match settings.sms_provider:
        case "log":
            inner = LogSms(settings.data_dir, texts)
        case "http":
            _need(settings, "sms_url", "sms_key")
            inner = HttpSms(settings.sms_url, settings.sms_key.get_secret_value(), texts)
        case "tencent":
            names = {name: f"sms_template_{name}" for name in texts.names()}
            _need(settings, "sms_key_id", "sms_key", "sms_app_id", *names.values())
            account = TencentAccount(
                key_id=settings.sms_key_id,
                key=settings.sms_key.get_secret_value(),
                app_id=settings.sms_app_id,
                sign=settings.sms_sign,
                template_ids={name: getattr(settings, field) for name, field in names.items()},
            )
            inner = TencentSms(account, texts, endpoint=settings.sms_url)
    return WatchedSms(inner, settings.sms_provider)


def _need(settings: Settings, *fields: str) -> None:
    missing = [name for name in fields if not getattr(settings, name)]
    if missing:
        provider = settings.sms_provider
        raise BadSettings([f"WXB_{name.upper()}: needed by WXB_SMS_PROVIDER={provider}" for name in missing])
