"""The identity provider's own description and keys (OpenID Connect Discovery 1.0), fetched and kept for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from providers.oidc_answers import OidcRefused, OidcUnavailable
from providers.outgoing import Answer, NoAnswer, Outgoing

MAX_AGE = 3600.0  # seconds that the description and the keys are believed without asking again

_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Description:
    """The addresses that a log-in needs. ``userinfo_endpoint`` is empty when there is none."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    secret_in_form: bool  # the provider takes the client's secret only as a form field


class Issuer:
    """One identity provider by its issuer address. Safe to share between threads."""

    def __init__(self, issuer: str, outgoing: Outgoing, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._outgoing = outgoing
        self._clock = clock
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def description(self) -> Description:
        """The provider's description, at most MAX_AGE old; raises OidcRefused or OidcUnavailable."""
        if self._description and self._is_young(self._description[0]):
            return self._description[1]
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = self.object_of(lambda: self._outgoing.get(address), "bad_description")
        if document.get("issuer") != self._issuer:
            raise OidcRefused("issuer")
        described = _describe(document, secure=self._issuer.startswith("https://"))
        self._description = (self._clock(), described)
        return described

    def keys(self) -> tuple[KeySet, bool]:
        """The provider's keys, at most MAX_AGE old, and whether they were fetched just now; raises as above."""
        if self._keys and self._is_young(self._keys[0]):
            return self._keys[1], False
        return self.fresh_keys(), True

    def fresh_keys(self) -> KeySet:
        """The provider's keys as they are now; raises OidcRefused or OidcUnavailable."""
        address = self.description().jwks_uri
        document = self.object_of(lambda: self._outgoing.get(address), "bad_keys")
        keys = _import_keys(document)
        self._keys = (self._clock(), keys)
        return keys

    def object_of(self, ask: Callable[[], Answer], refusal: str) -> dict[str, Any]:
        """The JSON object of a 200 answer; raises OidcRefused(refusal), or OidcUnavailable when it is away."""
        answer = answered(ask)
        if answer.status != 200:
            raise OidcRefused(refusal)
        try:
            return answer.json()
        except ValueError:
            raise OidcRefused(refusal) from None

    def _is_young(self, since: float) -> bool:
        return 0 <= self._clock() - since < MAX_AGE


def answered(ask: Callable[[], Answer]) -> Answer:
    """Any answer but silence and trouble on the other side, which raise OidcUnavailable."""
    try:
        answer = ask()
    except NoAnswer as error:
        raise OidcUnavailable(error.reason) from None
    if answer.status >= 500 or answer.status in _BUSY:
        raise OidcUnavailable(f"http_{answer.status}")
    return answer


def _describe(document: dict[str, Any], *, secure: bool) -> Description:
    def address(name: str) -> str:
        value = document.get(name, "")
        allowed = ("https://",) if secure else ("https://", "http://")
        if not isinstance(value, str) or (value and not value.startswith(allowed)):
            raise OidcRefused("bad_description")
        return value

    described = Description(
        authorization_endpoint=address("authorization_endpoint"),
        token_endpoint=address("token_endpoint"),
        jwks_uri=address("jwks_uri"),
        userinfo_endpoint=address("userinfo_endpoint"),
        secret_in_form=_secret_in_form(document),
    )
    if not (described.authorization_endpoint and described.token_endpoint and described.jwks_uri):
        raise OidcRefused("bad_description")
    return described


def _secret_in_form(document: dict[str, Any]) -> bool:
    # Basic authentication is what a description without this list means (Discovery 1.0, section 3).
    methods = document.get("token_endpoint_auth_methods_supported")
    if not isinstance(methods, list):
        return False
    return "client_secret_basic" not in methods and "client_secret_post" in methods


def _import_keys(document: dict[str, Any]) -> KeySet:
    found = document.get("keys")
    if not isinstance(found, list) or not all(isinstance(key, dict) for key in found):
        raise OidcRefused("bad_keys")
    try:
        return KeySet.import_key_set({"keys": [key for key in found if key.get("use", "sig") == "sig"]})
    except (JoseError, ValueError, TypeError, KeyError):
        raise OidcRefused("bad_keys") from None
