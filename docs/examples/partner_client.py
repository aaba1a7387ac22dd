#!/usr/bin/env python3
"""A partner's program in one file, on Python's standard library alone: signs, pushes, pulls, goes on after a break.

    client = Client("https://jy.example.edu.cn", key_id, secret)
    client.hello()                       # is everything right: key, address, clock?
    client.push([post, …])               # up to 1,000 at a time; the same again changes nothing
    client.withdraw("my-key")
    for change in client.changes(Path("cursor")):
        …                                # each at least once; the file keeps the place

``mirror(source, target, place)`` brings everything that one system shares to another.

A place that was kept for half a year is refused with 410 ``cursor_too_old``: remove the file, ask once more from the
start, and drop every post that was not named again.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

POSTS = "/open/v1/posts"
MOST = 1_000
_PATIENCE = 30.0  # seconds for one answer
_WAITS = (0.5, 1, 2, 4, 8, 15, 30)  # seconds before another try
_AGAIN = (429, 500, 502, 503, 504)
_BREAKS = (
    urllib.error.URLError,
    http.client.HTTPException,
    ConnectionError,
    TimeoutError,
    json.JSONDecodeError,
)

Json = dict[str, Any]


class Refused(Exception):
    """The other side understood and said no: trying again without a change is of no use."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(
            f"{status} {problem.get('code')}: {problem.get('detail')} {problem.get('where', '')}"
        )
        self.status = status
        self.code = str(problem.get("code"))


class Client:
    """Calls of one partner. Every call may be made again: what was done already is not done twice."""

    def __init__(
        self,
        url: str,
        key_id: str,
        secret: str,
        *,
        waits: tuple[float, ...] = _WAITS,
        patience: float = _PATIENCE,
    ) -> None:
        self.url = url.rstrip("/")
        self._key_id = key_id
        self._secret = secret
        self._waits = waits
        self._patience = patience

    def hello(self) -> Json:
        """Who we are to the other side."""
        return self.call("GET", "/open/v1/hello")

    def push(self, posts: list[Json]) -> list[Json]:
        """What became of each post, in order."""
        results: list[Json] = []
        for start in range(0, len(posts), MOST):
            body = json.dumps({"posts": posts[start : start + MOST]}, ensure_ascii=False).encode()
            results += self.call("POST", POSTS, body)["results"]
        return results

    def withdraw(self, key: str) -> Json | None:
        """Takes a post off; None where it never was."""
        try:
            return self.call("DELETE", f"{POSTS}/{key}")
        except Refused as refused:
            if refused.code == "unknown_post":
                return None
            raise

    def page(self, cursor: str = "") -> Json:
        """What follows a cursor."""
        return self.call("GET", POSTS + (f"?cursor={cursor}" if cursor else ""))

    def pages(self, place: Path) -> Iterator[list[Json]]:
        """What is new since the place that a file keeps; the file moves on when the next page is asked for."""
        cursor = place.read_text() if place.exists() else ""
        is_more = True
        while is_more:
            page = self.page(cursor)
            yield page["changes"]
            cursor, is_more = page["cursor"], page["more"]
            _keep(place, cursor)

    def changes(self, place: Path) -> Iterator[Json]:
        """The same one by one."""
        for page in self.pages(place):
            yield from page

    def call(self, method: str, target: str, body: bytes = b"") -> Json:
        """One call, again while the way is broken or the other side is busy. Raises Refused, or what broke the way."""
        for wait in (*self._waits, None):
            try:
                return self._once(method, target, body)
            except Refused as refused:
                if refused.status not in _AGAIN or wait is None:
                    raise
            except _BREAKS:
                if wait is None:
                    raise
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, target: str, body: bytes) -> Json:
        request = urllib.request.Request(  # noqa: S310 - the address is our own setting
            self.url + target, data=body or None, method=method, headers=self._signed(method, target, body)
        )
        try:
            with urllib.request.urlopen(request, timeout=self._patience) as answer:  # noqa: S310 - as above
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            try:
                problem = json.loads(error.read())
            except ValueError:
                problem = {"code": "http", "detail": str(error.reason)}
            raise Refused(error.code, problem) from None

    def _signed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        """The headers; time and nonce are new in every try."""
        stamp, nonce, digest = (
            str(int(time.time())),
            secrets.token_urlsafe(18),
            hashlib.sha256(body).hexdigest(),
        )
        lines = "\n".join(("WXB1-HMAC-SHA256", method, target, stamp, nonce, digest))
        return {
            "Content-Type": "application/json",
            "X-Partner-Key": self._key_id,
            "X-Partner-Timestamp": stamp,
            "X-Partner-Nonce": nonce,
            "X-Partner-Content-SHA256": digest,
            "X-Partner-Signature": hmac.new(
                self._secret.encode(), lines.encode(), hashlib.sha256
            ).hexdigest(),
        }


def mirror(
    source: Client, target: Client, place: Path, say: Callable[[str], object] = lambda _line: None
) -> int:
    """Brings what is new at ``source`` to ``target``; answers how many changes. ``place`` keeps how far it came."""
    count = 0
    for changes in source.pages(place):
        posts = [change["post"] for change in changes if change["verb"] == "publish"]
        for result in target.push(posts):
            if result["result"] == "refused":
                say(f"{result['key']}: {result['reason']} {result['say']}")
        for change in changes:
            if change["verb"] == "withdraw":
                target.withdraw(change["key"])
        count += len(changes)
    return count


def _keep(place: Path, cursor: str) -> None:
    """Writes the whole or nothing."""
    beside = place.with_suffix(".new")
    beside.write_text(cursor)
    beside.replace(place)


def main() -> None:
    """partner_client.py URL KEY_ID SECRET_FILE hello|pull|push FILE.json|withdraw KEY"""
    if len(sys.argv) < 5:
        sys.exit(main.__doc__)
    url, key_id, secret_file, verb, *rest = sys.argv[1:]
    client = Client(url, key_id, Path(secret_file).read_text().strip())
    answer: object = None
    if verb == "hello":
        answer = client.hello()
    elif verb == "pull":
        answer = list(client.changes(Path("cursor")))
    elif verb == "push" and rest:
        answer = client.push(json.loads(Path(rest[0]).read_text(encoding="utf-8")))
    elif verb == "withdraw" and rest:
        answer = client.withdraw(rest[0])
    else:
        sys.exit(main.__doc__)
    print(json.dumps(answer, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
