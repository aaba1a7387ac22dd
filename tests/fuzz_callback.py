"""Mutated callbacks by the hundred thousand: `python -m tests.fuzz_callback --count 100000 [--seed N]`.

Against the real WSGI callable in this process, with real settings, a real SQLite and a real Valkey. Every answer
must be 200, or 4xx with nothing in it; nothing may be raised; none may take longer than a second. Half of the
callbacks carry a signature that holds, so that what is behind it is reached, too.
"""

import argparse
import io
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from config import logging
from config.metrics import CALLBACKS, CALLBACKS_REFUSED
from config.settings import Settings
from handlers.callback import CallbackDoor
from models import db
from tests import databases
from tests.doors.callback.platform_side import RECORDED, PlatformSide
from wx_backend.context import build_context, keyring_of

LONGEST_ANSWER = 1.0  # seconds
_MODES = ("safe", "safe", "compatible", "plain")

Query = dict[str, str] | str


class Fuzzer:
    """Makes one odd callback after the other from the recorded ones; a seed makes the same ones again."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self._random = random.Random(seed)
        self._payloads = [path.read_text(encoding="utf-8") for path in sorted(RECORDED.iterdir())]
        self._sides = {mode: PlatformSide(_nobody, settings, time.time, mode) for mode in set(_MODES)}
        stranger = settings.model_copy(update={"wechat_app_id": "wx0000000000000002"})
        self._wrong_sides = {
            mode: [
                PlatformSide(_nobody, settings, lambda: time.time() - 10_000, mode),
                PlatformSide(_nobody, settings, lambda: time.time() + 10_000, mode),
                PlatformSide(_nobody, stranger, time.time, mode),
            ]
            for mode in set(_MODES)
        }
        self._payload_changes: list[Callable[[str], str]] = [
            self._as_it_is,
            self._swap_fields,
            self._drop_field,
            self._double_field,
            self._odd_value,
            self._nest,
            self._cut_text,
            self._garbage,
        ]
        self._body_changes: list[Callable[[bytes], bytes]] = [
            self._flip,
            self._flip,
            self._truncate,
            self._insert,
            self._recode,
            self._doctype,
            self._double_body,
        ]

    def next(self, mode: str) -> tuple[Query, bytes, dict[str, Any]]:
        """Query, body and whatever else of the request is odd."""
        choose = self._random
        is_wrong = choose.random() < 0.03
        side = choose.choice(self._wrong_sides[mode]) if is_wrong else self._sides[mode]
        payload = choose.choice(self._payloads)
        for _ in range(choose.choice((0, 1, 1, 2))):
            payload = choose.choice(self._payload_changes)(payload) or " "
        payload = re.sub(r"<CreateTime>1795158000<", f"<CreateTime>{choose.randrange(10**10)}<", payload)
        query, body = side.wrap(payload)
        if choose.random() < 0.5:
            return query, body, {}
        if choose.random() < 0.6:
            body = choose.choice(self._body_changes)(body)
        if mode != "plain" and choose.random() < 0.3:
            query, body = self._garbage_under_a_good_signature(side)
        wanted: Query = self._odd_query(query) if choose.random() < 0.4 else query
        return wanted, body, self._odd_request(body) if choose.random() < 0.2 else {}

    # -- what the platform might have written --------------------------------------------------------

    def _as_it_is(self, payload: str) -> str:
        return payload

    def _fields(self, payload: str) -> list[str]:
        return re.findall(r"<(?!xml|/|!)[^>]+>.*?</[^>]+>", payload)

    def _swap_fields(self, payload: str) -> str:
        fields = self._fields(payload)
        if len(fields) < 2:
            return payload
        one, two = self._random.sample(fields, 2)
        return payload.replace(one, "\0").replace(two, one).replace("\0", two)

    def _drop_field(self, payload: str) -> str:
        fields = self._fields(payload)
        return payload.replace(self._random.choice(fields), "") if fields else payload[:-5]

    def _double_field(self, payload: str) -> str:
        fields = self._fields(payload)
        return (
            payload.replace("</xml>", f"{self._random.choice(fields)}</xml>")
            if fields
            else payload.replace("{", '{"MsgType": "text",', 1)
        )

    def _odd_value(self, payload: str) -> str:
        value = self._random.choice(
            (
                "",
                " ",
                "-1",
                "1e308",
                "9" * 400,
                "NaN",
                "0x10",
                "１２３",
                "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
                "]]>",
                "<a/>",
                "&#0;",
                "&lt;",
                "a" * 5000,
                "qrscene_",
                "\x1f",
                "\n",
                "../../etc",
                "%s%n",
                "{0}",
                "' OR 1=1 --",
                "null",
                "true",
                "[]",
            )
        )
        fields = re.findall(r"<(\w+)>(.*?)</\1>", payload)
        if fields:
            name, old = self._random.choice(fields)
            return payload.replace(f"<{name}>{old}<", f"<{name}>{value}<", 1)
        return re.sub(r': "[^"]*"', lambda _: f": {json.dumps(value)}", payload, count=1)

    def _nest(self, payload: str) -> str:
        depth = self._random.choice((2, 9, 100, 3000))
        if payload.startswith("{"):
            return payload.replace("}", ', "x": ' + "[" * depth + "]" * depth + "}", 1)
        return payload.replace("</xml>", "<x>" * depth + "</x>" * depth + "</xml>")

    def _cut_text(self, payload: str) -> str:
        return payload[: self._random.randrange(len(payload))]

    def _garbage(self, _payload: str) -> str:
        return "".join(
            chr(self._random.choice((self._random.randrange(1, 128), self._random.randrange(0x4E00, 0x9FFF))))
            for _ in range(self._random.randrange(1, 200))
        )

    # -- what may happen on the way -------------------------------------------------------------------

    def _flip(self, body: bytes) -> bytes:
        changed = bytearray(body)
        for _ in range(self._random.randrange(1, 6)):
            changed[self._random.randrange(len(changed))] ^= 1 << self._random.randrange(8)
        return bytes(changed)

    def _truncate(self, body: bytes) -> bytes:
        return body[: self._random.randrange(len(body))]

    def _insert(self, body: bytes) -> bytes:
        at = self._random.randrange(len(body))
        return body[:at] + self._random.randbytes(self._random.choice((1, 16, 70_000))) + body[at:]

    def _recode(self, body: bytes) -> bytes:
        text = body.decode("utf-8", "replace")
        return text.encode(
            self._random.choice(("utf-16", "utf-16-le", "utf-32", "gb18030", "utf-7", "utf-8-sig"))
        )

    def _doctype(self, body: bytes) -> bytes:
        entity = self._random.choice((b"<!ENTITY a 'b'>", b"<!ENTITY a SYSTEM 'file:///etc/passwd'>", b""))
        return b"<!DOCTYPE xml [" + entity + b"]>" + body

    def _double_body(self, body: bytes) -> bytes:
        return body + body

    def _garbage_under_a_good_signature(self, side: PlatformSide) -> tuple[dict[str, str], bytes]:
        query = side.query()
        sealed = self._random.choice(
            (
                "!" * 20,
                "QUJD",
                "A" * 64,
                "=" * 8,
                "汉字",
                "A" * 63_000,
                "".join(
                    self._random.choices(
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=128
                    )
                ),
            )
        )
        query["msg_signature"] = side.sign(query["timestamp"], query["nonce"], sealed)
        return query, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    def _odd_query(self, query: dict[str, str]) -> Query:
        name = self._random.choice(sorted(query))
        value = self._random.choice(
            ("", "0", "%00", "%ff%fe", "+", "9" * 300, "签名", "1&" + name + "=2", "a" * 3000)
        )
        text = urlencode({key: word for key, word in query.items() if key != name})
        return self._random.choice(
            (text, f"{text}&{name}={value}", f"{text}&{name}[]={value}", "", "&&&=", "?" * 50)
        )

    def _odd_request(self, body: bytes) -> dict[str, Any]:
        return self._random.choice(
            (
                {
                    "REQUEST_METHOD": self._random.choice(
                        ("GET", "PUT", "HEAD", "DELETE", "OPTIONS", "", "POST ")
                    )
                },
                {
                    "CONTENT_LENGTH": self._random.choice(
                        ("", "0", "-5", "99999999999", "abc", "１", str(len(body) + 9))
                    )
                },
                {
                    "CONTENT_TYPE": self._random.choice(
                        ("", "application/json", "multipart/form-data", "text/xml; charset=x")
                    )
                },
                {"wsgi.input": io.BytesIO()},
            )
        )


def _nobody(*_: Any) -> Any:
    raise AssertionError("the fuzzer calls the doors itself")


def settings_of(folder: Path, redis_url: str) -> Settings:
    """Real settings, as production would have them."""
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'fuzz.sqlite'}",
        redis_url=redis_url,
        public_url="http://wx.test",
        data_dir=folder,
        secret_key="a secret of the fuzzer, long enough",
        wechat_app_id="wx0000000000000001",
        wechat_app_secret="app-secret",
        wechat_token="callbacktoken",
        wechat_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    )


def counted() -> dict[str, float]:
    """Answers so far, by reason of refusal or by what became of the callback."""
    found: Counter[str] = Counter()
    for metric, label, sort in ((CALLBACKS_REFUSED, "reason", "refused"), (CALLBACKS, "outcome", "answered")):
        for family in metric.collect():
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    found[f"{sort}: {sample.labels[label]}"] += sample.value
    return found


class Course:
    """The doors, one a mode, and what came out of them so far."""

    def __init__(self, settings: Settings) -> None:
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self.broken = 0
        contexts = {
            mode: build_context(settings.model_copy(update={"wechat_mode": mode})) for mode in set(_MODES)
        }
        self._sides = {
            mode: PlatformSide(CallbackDoor(ctx), settings, time.time, mode) for mode, ctx in contexts.items()
        }

    def send(self, mode: str, query: Query, body: bytes, odd: dict[str, Any]) -> None:
        """One callback; a broken rule is printed with what broke it."""
        started = time.perf_counter()
        try:
            answer = self._sides[mode].call(query, body, **odd)
            self.statuses[answer.status] += 1
            is_fine = answer.status == 200 or (400 <= answer.status < 500 and not answer.body)
            problem = "" if is_fine else f"status {answer.status}, {len(answer.body)} bytes"
        except Exception as error:
            problem = f"raised {error!r}"
        took = time.perf_counter() - started
        self.slowest = max(self.slowest, took)
        if took > LONGEST_ANSWER:
            problem = problem or f"took {took:.2f} s"
        if problem:
            self.broken += 1
            print(f"mode {mode}: {problem}\n  query {query!r:.300}\n  body {body!r:.600}")


def run(count: int, seed: int) -> int:
    """Posts ``count`` callbacks; prints a table; answers how many broke a rule."""
    with tempfile.TemporaryDirectory(prefix="fz") as name, databases.redis_server(Path(name)) as redis_url:
        settings = settings_of(Path(name), redis_url)
        db.open_database(settings.database_url, keyring_of(settings))
        db.database.pragma("synchronous", "off", permanent=True)
        db.migrate()
        course, fuzzer = Course(settings), Fuzzer(settings, seed)
        for number in range(count):
            mode = _MODES[number % len(_MODES)]
            course.send(mode, *fuzzer.next(mode))
    print("\n".join(f"{int(times):>8}  {what}" for what, times in sorted(counted().items())))
    print(
        f"{count} callbacks, seed {seed}: {dict(sorted(course.statuses.items()))}, "
        f"slowest {course.slowest * 1000:.0f} ms, {course.broken} broke a rule"
    )
    return course.broken


def main() -> int:
    """The command line; 1 when anything broke a rule or a handler failed."""
    parser = argparse.ArgumentParser(
        prog="tests.fuzz_callback", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    args = parser.parse_args()
    logging.configure("error", "json")
    broken = run(args.count, args.seed)
    failed = sum(
        times
        for what, times in counted().items()
        if what in ("answered: failed", "answered: lost", "refused: fault")
    )
    return 1 if broken or failed else 0


if __name__ == "__main__":
    sys.exit(main())
