"""How a request between two systems is signed: HMAC-SHA256 over what must not be changed on the way."""

import hashlib
import hmac

KEY = "X-Partner-Key"  # which key signs
TIMESTAMP = "X-Partner-Timestamp"  # seconds since 1970, UTC
NONCE = "X-Partner-Nonce"  # never used before with this key
DIGEST = "X-Partner-Content-SHA256"  # of the body, hexadecimal; of an empty one, too
SIGNATURE = "X-Partner-Signature"
HEADERS = (KEY, TIMESTAMP, NONCE, DIGEST, SIGNATURE)

SKEW = 300  # seconds that the two clocks may be apart
_SCHEME = "WXB1-HMAC-SHA256"


def digest_of(body: bytes) -> str:
    """SHA-256 of a body, 64 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def signature(secret: str, method: str, target: str, values: tuple[str, str, str]) -> str:
    """64 hexadecimal digits. ``target`` is the path with its query as sent; ``values`` timestamp, nonce and digest."""
    lines = "\n".join((_SCHEME, method, target, *values))
    return hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()


def is_signed(
    given: str, secrets: tuple[str, ...], method: str, target: str, values: tuple[str, str, str]
) -> bool:
    """Whether one of the secrets made the signature; takes as long for a wrong one."""
    is_any = False
    for secret in secrets:
        made = signature(secret, method, target, values)
        is_any |= hmac.compare_digest(made.encode(), given.encode())
    return is_any
