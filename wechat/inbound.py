"""What the platform told us: one typed record for messages and events, whatever form the body had.

Fields and events are those of developers.weixin.qq.com/doc/service/guide/product/message.
"""

from hashlib import blake2b

# Here FromUserName is the platform itself and the person stands in OpenID (授权变更 events).
PLATFORM_EVENTS = frozenset(
    {"user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"}
)

_LONGEST_NAME = 64
_LONGEST_NUMBER = 20  # digits of 64 bits
_LONGEST_TIME = 10  # digits of seconds, until the year 2286

# What makes an event another event beside who, when and which: two results of template messages in one
# second differ in MsgID only, two revocations in RevokeInfo only.
_IDENTITY = ("EventKey", "MsgID", "Ticket", "Status", "RevokeInfo")


class BadCallback(Exception):
    """A request that the platform did not send, or not in a form we can use.

    ``reason`` is a short snake_case word from a fixed set, fit as a label of a counter.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Inbound:
    """One message or event. Strings are as the platform sent them, only ``kind`` and ``event`` are lower case.

    ``fields`` holds every field of the body by name; nested ones by path (``ScanCodeInfo.ScanResult``), the
    second of its kind with ``[2]``. ``form`` is ``xml`` or ``json``; the answer must be in the same.
    ``fingerprint`` (32 hex digits) is equal for repeats of one delivery and differs otherwise; it is keyed, so
    that nobody else can tell from it who the person was.
    """

    __slots__ = (
        "account",
        "created",
        "event",
        "fields",
        "fingerprint",
        "form",
        "key",
        "kind",
        "msg_id",
        "openid",
        "text",
    )

    def __init__(self, fields: dict[str, str], form: str, secret: bytes) -> None:
        """``secret`` (up to 64 bytes) keys the fingerprint. Raises BadCallback when a field that every callback
        has is missing or unusable."""
        try:
            self.kind = _name(fields["MsgType"]).lower()
            sender = _name(fields["FromUserName"])
            self.account = _name(fields["ToUserName"])
            self.created = _number(fields["CreateTime"], _LONGEST_TIME)
            self.event = _name(fields["Event"]).lower() if self.kind == "event" else ""
            self.openid = _name(fields["OpenID"]) if self.event in PLATFORM_EVENTS else sender
        except KeyError:
            raise BadCallback("missing_field") from None
        self.msg_id = _number(fields.get("MsgId") or fields.get("MsgID") or "0")
        self.key = fields.get("EventKey", "")
        self.text = fields.get("Content", "")
        self.fields = fields
        self.form = form
        self.fingerprint = self._fingerprint(secret)

    @property
    def name(self) -> str:
        """``text``, ``image`` … for messages, the event's name for events."""
        return self.event or self.kind

    def _fingerprint(self, secret: bytes) -> str:
        """Officially MsgId, or FromUserName and CreateTime for events. Both collide in practice: MsgId repeats
        across people, and a person may cause several events within one second."""
        fields = self.fields
        if self.event:
            parts = [
                self.openid,
                str(self.created),
                self.event,
                *(fields.get(name, "") for name in _IDENTITY),
            ]
            parts += [value for name, value in fields.items() if "." in name]
        else:
            parts = [self.openid, str(self.created), str(self.msg_id), self.kind]
        return blake2b("\n".join(parts).encode(), digest_size=16, key=secret).hexdigest()


def _name(text: str) -> str:
    """Identifiers go into keys and columns, so they are short, ASCII and without spaces."""
    if not text:
        raise BadCallback("missing_field")
    if len(text) > _LONGEST_NAME or not text.isascii() or not text.isprintable() or " " in text:
        raise BadCallback("bad_name")
    return text


def _number(text: str, longest: int = _LONGEST_NUMBER) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise BadCallback("bad_number")
    return int(text)
