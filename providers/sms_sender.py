"""What every vendor of text messages (SMS) looks like from inside the product."""

from dataclasses import dataclass
from typing import Literal, Protocol

SmsOutcome = Literal["accepted", "retry", "refused", "ambiguous"]


@dataclass(frozen=True, slots=True)
class SmsResult:
    """What became of one text message.

    ``accepted``: the vendor has taken it. ``retry``: not taken; the same message may be sent again later.
    ``refused``: sending the same again is of no use. ``ambiguous``: perhaps taken, and no vendor of ours knows a
    repeat when it sees one, so sending the same again may give it to the person twice. ``detail`` is a short code
    for logs without personal data, ``reference`` the vendor's number of the message, if any.
    """

    outcome: SmsOutcome
    detail: str = ""
    reference: str = ""


class SmsSender(Protocol):
    """Sends one text message. It waits for the network: never call it inside a database transaction."""

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        """Sends the text named ``template`` (config/sms.toml) to a mainland mobile number of 11 digits.

        Trouble of the vendor or the network is a result, never an exception; raises ValueError when ``params``
        are not exactly those of the text.
        """
        ...
