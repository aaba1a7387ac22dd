"""Calls of another system's partner API, signed."""

import json
import secrets
import time
from typing import Any

import requests

from domain import signing

_POSTS = "/open/v1/posts"
_PATIENCE = (5, 30)  # seconds to connect, and for an answer


class PeerAway(Exception):
    """The other system cannot be reached, or not now; trying again later is right."""


class PeerRefused(Exception):
    """The other system understood and said no; ``code`` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Peer:
    """One other system. Every call may be made again."""

    def __init__(self, url: str, key_id: str, secret: str) -> None:
        self.url = url.rstrip("/")
        self._key_id = key_id
        self._secret = secret
        self._http = requests.Session()
        self._http.trust_env = False

    def page(self, cursor: str) -> dict[str, Any]:
        """What follows a cursor of its feed. Raises PeerAway or PeerRefused."""
        return self._call("GET", _POSTS + (f"?cursor={cursor}" if cursor else ""))

    def push(self, posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What became of each post. Raises PeerAway or PeerRefused."""
        answer = self._call("POST", _POSTS, json.dumps({"posts": posts}, ensure_ascii=False).encode())
        return list(answer["results"])

    def withdraw(self, key: str) -> None:
        """Takes a post off; one that never was there is off. Raises PeerAway or PeerRefused."""
        try:
            self._call("DELETE", f"{_POSTS}/{key}")
        except PeerRefused as refused:
            if refused.code != "unknown_post":
                raise

    def _call(self, method: str, target: str, body: bytes = b"") -> dict[str, Any]:
        try:
            answer = self._http.request(
                method,
                self.url + target,
                data=body or None,
                headers=self._signed(method, target, body),
                timeout=_PATIENCE,
                allow_redirects=False,
            )
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise PeerAway(type(error).__name__) from error
        if answer.status_code == 200:
            return dict(found)
        code = str(found.get("code", "http"))[:40] if isinstance(found, dict) else "http"
        if answer.status_code >= 500 or answer.status_code == 429:
            raise PeerAway(code)
        raise PeerRefused(code)

    def _signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        values = (str(int(time.time())), secrets.token_urlsafe(18), signing.digest_of(body))
        return {
            "Content-Type": "application/json",
            signing.KEY: self._key_id,
            signing.TIMESTAMP: values[0],
            signing.NONCE: values[1],
            signing.DIGEST: values[2],
            signing.SIGNATURE: signing.signature(self._secret, method, target, values),
        }
