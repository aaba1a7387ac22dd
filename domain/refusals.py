"""Reasons to say no. Each has a code for programs and a sentence for the person; the doors dress them."""

import unicodedata
from collections.abc import Iterable

from domain.refusal_words import SAY


def hinted(code: str, hint: str) -> str:
    """A reason that names something, as in ``code_retired:340104``; 40 characters at most."""
    return f"{code}:{hint}"[:40]


def named(chars: Iterable[str]) -> str:
    """Characters as a sentence names them, the first few: those that nobody sees by their number."""
    return "".join(char if _is_seen(char) else f"U+{ord(char):04X}" for char in list(chars)[:8])


def _is_seen(char: str) -> bool:
    """Whether a character stands for itself: no mark upon another one, no control."""
    return char.isprintable() and unicodedata.category(char)[0] != "M"


def said(reason: str) -> str:
    """The sentence of a reason: a code alone, or one made by ``hinted``."""
    code, _, hint = reason.partition(":")
    return SAY[code].replace("{hint}", hint)


class Refusal(Exception):
    """A request that is understood and refused; nothing was changed.

    ``code`` is a short English word for programs and logs, ``say`` a Chinese sentence that tells the person
    what to do next, ``fields`` the sentences of single form fields, ``status`` the HTTP status a door may use.
    ``values`` fill the sentence's places.
    """

    status = 400

    def __init__(self, code: str, *, fields: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.say = SAY[code].format(**values)
        self.fields = {name: said(word) for name, word in (fields or {}).items()}


class NotFound(Refusal):
    """The record does not exist, or not for this person: the two look alike on purpose."""

    status = 404

    def __init__(self, code: str = "not_found") -> None:
        super().__init__(code)


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403

    def __init__(self, code: str = "not_allowed") -> None:
        super().__init__(code)


class Conflict(Refusal):
    """The record is no longer as the person saw it, or somebody else was first."""

    status = 409


class IllegalMove(Conflict):
    """The machine has no such arrow from the present status."""

    def __init__(self, machine: str, status: str, verb: str) -> None:
        super().__init__("illegal_move")
        self.args = (f"{machine}: no {verb} from {status}",)


class Stale(Conflict):
    """Somebody else moved the record between our reading and our writing."""

    def __init__(self) -> None:
        super().__init__("stale")


class Invalid(Refusal):
    """Input that cannot be used; ``Invalid.field`` is the short form for one field."""

    status = 422

    @classmethod
    def field(cls, name: str, code: str) -> "Invalid":
        """One wrong field whose sentence is also the sentence of the whole."""
        return cls(code, fields={name: code})


class TooMany(Refusal):
    """Too often; ``retry_after`` seconds from now it may be tried again."""

    status = 429

    def __init__(self, code: str, retry_after: int, most: int = 0) -> None:
        super().__init__(code, seconds=retry_after, minutes=-(-retry_after // 60), most=most)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something outside did not answer; nothing was changed and trying again later is right."""

    status = 503
