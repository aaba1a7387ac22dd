"""An identity provider that can be told to lie: signs with joserfc, serves on loopback."""

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from loopback import Heard, Loopback, Told, told

from providers.oidc import OidcDirectory

CLIENT_ID = "ours"
BACK = "http://127.0.0.1:9/back"
NONCE = "nonce-of-this-log-in"
PERSON = {"name": "张三", "phone_number": "+8613812345678", "phone_number_verified": True}


def key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class Lies:
    """What differs from an honest log-in; `None` as a claim takes it away."""

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    description: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Told] = field(default_factory=dict)  # by path, instead of the honest answer


class FakeIssuer:
    """Holds the keys, the lies and a count of what was asked; `server` is the loopback server to start."""

    def __init__(self, signing: RSAKey) -> None:
        self.signing = signing
        self.published: list[Any] = [signing]
        self.lies = Lies()
        self.now = time.time()
        self.server = Loopback(self._answer)
        self.url = self.server.url

    def directory(self, timeout: float = 5) -> OidcDirectory:
        return OidcDirectory(self.url, CLIENT_ID, "secret", timeout=timeout, clock=lambda: self.now)

    def asked(self, path: str) -> int:
        return sum(heard.path == path for heard in self.server.heard)

    def claims(self) -> dict[str, Any]:
        honest = {
            "iss": self.url,
            "sub": "zhang",
            "aud": CLIENT_ID,
            "nonce": NONCE,
            "iat": int(self.now),
            "exp": int(self.now) + 300,
            **PERSON,
        }
        return {name: value for name, value in {**honest, **self.lies.claims}.items() if value is not None}

    def id_token(self) -> str:
        header = {"alg": "RS256", "kid": self.signing.kid, **self.lies.header}
        header = {name: value for name, value in header.items() if value is not None}
        if header["alg"] == "none":
            return unsigned(header, self.claims())
        return jwt.encode(header, self.claims(), self._signer(header["alg"]), algorithms=[header["alg"]])

    def _signer(self, algorithm: str) -> RSAKey | OctKey:
        if algorithm.startswith("HS"):
            # The classic confusion: the public key, which everybody has, used as a shared secret.
            return OctKey.import_key(json.dumps(self.signing.as_dict(private=False)))
        return self.signing

    def _answer(self, heard: Heard) -> Told:
        if heard.path in self.lies.answers:
            return self.lies.answers[heard.path]
        match heard.path:
            case "/.well-known/openid-configuration":
                return told(
                    {
                        "issuer": self.url,
                        "authorization_endpoint": f"{self.url}/auth",
                        "token_endpoint": f"{self.url}/token",
                        "jwks_uri": f"{self.url}/keys",
                        "userinfo_endpoint": f"{self.url}/me",
                        **self.lies.description,
                    }
                )
            case "/keys":
                return told(KeySet(self.published).as_dict(private=False))
            case "/token":
                honest = {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()}
                return told({**honest, **self.lies.token})
            case "/me":
                return told(self.lies.userinfo or {"sub": "zhang", **PERSON})
        return told({}, 404)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join([base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]) + "."
