"""Log-in through an identity provider: OAuth 2.0 code flow with PKCE and OpenID Connect.

For an identity directory (学信账号) outside the product. Knows nothing of browsers and sessions: the door sends the
browser away with ``begin`` and hands what comes back to ``finish``. Both wait for the network: never call them
inside a database transaction.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from domain.personal import clean, mobile
from domain.refusals import Invalid
from providers.oidc_answers import Begun, Identity, OidcRefused, OidcUnavailable
from providers.oidc_issuer import Description, Issuer, answered
from providers.oidc_token import KeyMissing, judge, read
from providers.outgoing import Answer, Outgoing

__all__ = ["Begun", "Identity", "OidcDirectory", "OidcRefused", "OidcUnavailable"]

SCOPE = "openid profile phone"

_NAME_LENGTH = 40  # characters, as for every person's name in the product
_TOKEN_ERRORS = {"invalid_grant": "code", "invalid_client": "client", "unauthorized_client": "client"}


class OidcDirectory:
    """One identity provider, by its issuer address and our registration there. Safe to share between threads.

    ``timeout`` seconds bound each call to the provider. ``clock`` gives Unix seconds.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        timeout: float = 5,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._address = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._outgoing = Outgoing(timeout)
        self._issuer = Issuer(issuer, self._outgoing, clock)

    def begin(self, redirect_uri: str) -> Begun:
        """A new log-in that comes back to ``redirect_uri``; raises OidcRefused or OidcUnavailable."""
        endpoint = self._issuer.description().authorization_endpoint
        state, nonce, verifier = generate_token(43), generate_token(43), generate_token(64)
        url = prepare_grant_uri(
            endpoint,
            client_id=self._client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(url, state, nonce, verifier)

    def finish(self, redirect_uri: str, code: str, *, nonce: str, code_verifier: str) -> Identity:
        """Who the ``code`` stands for, with ``redirect_uri``, nonce and verifier as they were at ``begin``.

        Raises OidcRefused when anything does not fit, OidcUnavailable when the provider does not answer.
        """
        if not (code and nonce and code_verifier):
            raise OidcRefused("incomplete")
        description = self._issuer.description()
        tokens = self._exchange(
            description, {"redirect_uri": redirect_uri, "code": code, "code_verifier": code_verifier}
        )
        claims = self._claims(tokens, nonce)
        name, phone = _name(claims), _phone(claims)
        if description.userinfo_endpoint and not (name and phone):
            more = self._userinfo(description.userinfo_endpoint, tokens["access_token"], claims["sub"])
            name, phone = name or _name(more), phone or _phone(more)
        return Identity(self._address, claims["sub"], name, phone)

    def _exchange(self, description: Description, fields: dict[str, str]) -> dict[str, str]:
        form = {"grant_type": "authorization_code", **fields}
        basic = None
        if not self._client_secret:
            form["client_id"] = self._client_id
        elif description.secret_in_form:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        else:
            # RFC 6749, section 2.3.1: both are form-encoded before they become basic credentials.
            basic = (quote_plus(self._client_id), quote_plus(self._client_secret))
        answer = answered(lambda: self._outgoing.post_form(description.token_endpoint, form, basic=basic))
        return _tokens(answer)

    def _claims(self, tokens: dict[str, str], nonce: str) -> dict[str, Any]:
        keys, just_fetched = self._issuer.keys()
        try:
            header, claims = read(tokens["id_token"], keys)
        except KeyMissing:
            if just_fetched:
                raise OidcRefused("signature") from None
            header, claims = self._read_with_fresh_keys(tokens["id_token"])
        expected = {
            "issuer": self._address,
            "client_id": self._client_id,
            "nonce": nonce,
            "access_token": tokens["access_token"],
        }
        return judge(header, claims, expected, now=self._clock())

    def _read_with_fresh_keys(self, id_token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            return read(id_token, self._issuer.fresh_keys())
        except KeyMissing:
            raise OidcRefused("signature") from None

    def _userinfo(self, endpoint: str, access_token: str, subject: str) -> dict[str, Any]:
        found = self._issuer.object_of(lambda: self._outgoing.get(endpoint, bearer=access_token), "userinfo")
        if found.get("sub") != subject:  # Core 1.0, section 5.3.2: otherwise it may be another person's
            raise OidcRefused("userinfo_subject")
        return found


def _tokens(answer: Answer) -> dict[str, str]:
    try:
        found = answer.json()
    except ValueError:
        raise OidcRefused("token_answer") from None
    if answer.status != 200:
        raise OidcRefused(_TOKEN_ERRORS.get(str(found.get("error")), "token_answer"))
    wanted = {name: found.get(name) for name in ("id_token", "access_token", "token_type")}
    tokens = {name: value for name, value in wanted.items() if isinstance(value, str) and value}
    if len(tokens) != len(wanted) or tokens["token_type"].lower() != "bearer":
        raise OidcRefused("token_answer")
    return tokens


def _name(claims: dict[str, Any]) -> str:
    value = claims.get("name")
    name = clean(value) if isinstance(value, str) else ""
    return name if len(name) <= _NAME_LENGTH else ""


def _phone(claims: dict[str, Any]) -> str | None:
    value = claims.get("phone_number")
    if claims.get("phone_number_verified") is not True or not isinstance(value, str):
        return None
    try:
        return mobile(value)
    except Invalid:
        return None
