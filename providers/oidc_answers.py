"""What the identity provider's answers may look like from inside the product, and the two ways they fail."""

from dataclasses import dataclass, field


class OidcRefused(Exception):
    """The log-in must not go on; ``reason`` is one short word for logs and counters, never personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OidcUnavailable(Exception):
    """The identity provider did not answer; trying again later is right. ``reason`` is one short word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in under way: send the browser to ``url``, keep the rest bound to that browser until it returns.

    The door compares ``state`` with the one that comes back before it calls ``finish``; each is for one use.
    """

    url: str
    state: str
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has logged in: ``(issuer, subject)`` is the person's lasting key.

    ``name`` is empty when the provider tells none. ``phone`` is a mainland mobile number of 11 digits that the
    provider says it has verified, else None.
    """

    issuer: str
    subject: str
    name: str = field(repr=False)
    phone: str | None = field(repr=False)
