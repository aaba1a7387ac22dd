"""Judging an ID token (OpenID Connect Core 1.0, section 3.1.3.7): pure, with every input given."""

from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from providers.oidc_answers import OidcRefused

LEEWAY = 30  # seconds that the two clocks may differ

# Signatures by a key pair alone. "none" proves nothing, and with HS256 a published key could serve as the secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")

_REASONS = {"iss": "issuer", "aud": "audience", "azp": "azp", "nonce": "nonce", "at_hash": "at_hash"}


class KeyMissing(Exception):
    """None of the given keys made this signature: the provider may have changed its keys."""


def read(id_token: str, keys: KeySet) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token signed by one of the keys; raises KeyMissing or OidcRefused."""
    try:
        token = jwt.decode(
            id_token, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        )
    except (InvalidKeyIdError, BadSignatureError):
        raise KeyMissing from None
    except UnsupportedAlgorithmError:
        raise OidcRefused("algorithm") from None
    except (JoseError, ValueError, TypeError, RecursionError):
        raise OidcRefused("bad_token") from None
    return dict(token.header), dict(token.claims)


def judge(
    header: dict[str, Any], claims: dict[str, Any], expected: dict[str, str], *, now: float
) -> dict[str, Any]:
    """The claims, when they are for us and of this log-in; raises OidcRefused.

    ``expected`` holds ``issuer``, ``client_id``, ``nonce`` and ``access_token``; ``now`` is in Unix seconds.
    """
    options = {
        "iss": {"essential": True, "value": expected["issuer"]},
        "aud": {"essential": True, "value": expected["client_id"]},
    }
    token = CodeIDToken(claims, header, options, expected)
    try:
        token.validate(now=int(now), leeway=LEEWAY)
    except ExpiredTokenError:
        raise OidcRefused("expired") from None
    except ClaimError as error:
        raise OidcRefused(_REASONS.get(error.claim, "bad_claims")) from None
    except (JoseError, ValueError, TypeError):
        raise OidcRefused("bad_claims") from None
    if not 0 < len(claims["sub"]) <= 255:  # the longest that Core 1.0, section 2 allows
        raise OidcRefused("bad_claims")
    return claims
