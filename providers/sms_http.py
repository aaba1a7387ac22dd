"""Text messages through a plain HTTP gateway: the sandbox's inbox, or one that a school runs itself."""

from config.sms import SmsTexts
from providers.outgoing import Answer, NoAnswer, Outgoing
from providers.sms_sender import SmsResult

_LATER = frozenset({408, 425, 429})
_DOUBTFUL = frozenset({502, 504})  # a proxy's words: the gateway behind it may have taken the message


class HttpSms:
    """POSTs ``{phone, template, params, text}`` as JSON with ``Authorization: Bearer <key>``.

    The gateway answers 2xx for taken, with the message's number as ``id`` (text or number) in a JSON object if it
    has one; 408, 425, 429 and 5xx for "not taken, again later"; anything else refuses. Silence, a connection that is
    lost after it was there, 502 and 504 leave open whether the message was taken.
    """

    def __init__(self, url: str, key: str, texts: SmsTexts, *, timeout: float = 5.0) -> None:
        self._url = url
        self._key = key
        self._texts = texts
        self._outgoing = Outgoing(timeout)

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        """Hands the message to the gateway; raises ValueError for wrong parameters."""
        message = {
            "phone": phone,
            "template": template,
            "params": params,
            "text": self._texts.render(template, params),
        }
        try:
            answer = self._outgoing.post_json(self._url, message, bearer=self._key)
        except NoAnswer as error:
            return SmsResult("ambiguous" if error.perhaps_done else "retry", error.reason)
        if 200 <= answer.status < 300:
            return SmsResult("accepted", "", _reference(answer))
        if answer.status in _DOUBTFUL:
            return SmsResult("ambiguous", f"http_{answer.status}")
        later = answer.status in _LATER or answer.status >= 500
        return SmsResult("retry" if later else "refused", f"http_{answer.status}")


def _reference(answer: Answer) -> str:
    try:
        found = answer.json().get("id")
    except ValueError:
        return ""
    return str(found)[:64] if isinstance(found, str | int) else ""
