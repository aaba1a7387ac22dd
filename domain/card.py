"""The card: all that the reply to a callback may depend on beside the event itself, without personal data."""

STRANGER = "-"
UNKNOWN = "?"


class Card:
    """``flags`` or ``flags:outcome``. Flags are ``-`` for a stranger, ``?`` while nobody can be asked, else
    letters: p bound, g graduate (毕业生), i intention registered (求职意愿), l linked with a counselor
    (关联辅导员), c counselor (辅导员), s other staff. The outcome is the short word of what an event changed,
    empty for events that change nothing.
    """

    __slots__ = ("flags", "outcome")

    def __init__(self, text: str) -> None:
        self.flags, _, self.outcome = text.partition(":")

    @property
    def is_known(self) -> bool:
        return self.flags != UNKNOWN

    @property
    def is_bound(self) -> bool:
        return "p" in self.flags

    @property
    def is_graduate(self) -> bool:
        return "g" in self.flags

    @property
    def is_counselor(self) -> bool:
        return "c" in self.flags

    @property
    def is_staff(self) -> bool:
        return "s" in self.flags

    @property
    def has_intention(self) -> bool:
        return "i" in self.flags

    @property
    def is_linked(self) -> bool:
        return "l" in self.flags
