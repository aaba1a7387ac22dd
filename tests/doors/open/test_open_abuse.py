"""Attacks on the partners' door: each is refused with its own reason, and nothing at all is written."""

import dataclasses
import gzip
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from redis import RedisError
from werkzeug.test import TestResponse

from domain import signing
from handlers.signed import MOST_BYTES
from handlers.visit import CONTEXT
from models.db import database
from models.partner import Partner, PartnerDay
from models.post import Post
from services.context import Context
from services.throttle import Throttle
from tests.cast import Cast
from tests.databases import own_redis
from tests.fakes import FixedClock
from tests.partners import Program, add_partner, post_of
from tests.rosters import hold_places
from wx_backend.redis_client import connect

POSTS = "/open/v1/posts"


@dataclass
class Scene:
    """A partner with one post, another with its own, and the clock."""

    program: Program
    other: Program
    clock: FixedClock

    def now(self, seconds: int = 0) -> str:
        """The time as a header has it."""
        return str(int(self.clock().timestamp()) + seconds)

    def post(self, body: bytes, **how: str) -> TestResponse:
        """A batch as bytes, signed rightly."""
        return self.program.call("POST", POSTS, body, **how)

    def text(self, text: str) -> TestResponse:
        """A post whose title is this JSON text."""
        body = json.dumps({"posts": [post_of(title="TITLE")]}).replace('"TITLE"', f'"{text}"')
        return self.post(body.encode())

    def one(self, **fields: object) -> TestResponse:
        """A batch of one post with these fields."""
        return self.post(json.dumps({"posts": [post_of("new", **fields)]}).encode())


@pytest.fixture
def scene(app: Flask, ctx: Context, cast: Cast, clock: FixedClock) -> Scene:
    hold_places(ctx)
    program, other = Program(app, ctx, add_partner()), Program(app, ctx, add_partner("皖南人才网"))
    program.push(post_of())
    other.push(post_of("theirs"))
    return Scene(program, other, clock)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the count of refused calls."""
    tables = [name for name in database.get_tables() if "migration" not in name and name != "partner_day"]
    rows = {
        name: sorted(database.execute_sql(f"SELECT * FROM `{name}`").fetchall(), key=repr) for name in tables
    }
    days = PartnerDay.select(PartnerDay.partner, PartnerDay.day, PartnerDay.calls, PartnerDay.posts_in)
    return rows | {"partner_day": sorted(days.tuples())}


def good() -> bytes:
    """A batch that would be taken."""
    return json.dumps({"posts": [post_of("new")]}).encode()


def with_headers(**headers: str) -> Callable[[Scene], TestResponse]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda scene: scene.program.call("POST", POSTS, good(), headers=named)


def replay(scene: Scene) -> TestResponse:
    taken = scene.program.sent[0]
    body = json.dumps({"posts": (post_of(),)}).encode()
    return scene.post(body, headers=taken)


def with_wrong_secret(scene: Scene) -> TestResponse:
    scene.program.secret = "another secret"
    return scene.post(good())


def with_key_of(key: str) -> Callable[[Scene], TestResponse]:
    return lambda scene: scene.program.call("POST", POSTS, good(), headers={signing.KEY: key})


def in_status(status: str) -> Callable[[Scene], TestResponse]:
    def attack(scene: Scene) -> TestResponse:
        Partner.update(status=status).where(Partner.id == scene.program.partner.id).execute()
        return scene.post(good())

    return attack


def beyond_quota(scene: Scene) -> TestResponse:
    Partner.update(daily_quota=1).where(Partner.id == scene.program.partner.id).execute()
    return scene.post(good())


def nested(depth: int) -> bytes:
    return b'{"posts":' + b"[" * depth + b"]" * depth + b"}"


ATTACKS: dict[str, tuple[Callable[[Scene], TestResponse], int, str]] = {
    # who
    "no headers": (
        lambda s: s.program.app.test_client().post(POSTS, base_url="http://wx.test"),
        401,
        "header_missing",
    ),
    "wrong secret": (with_wrong_secret, 401, "bad_signature"),
    "unknown key": (with_key_of("nobody"), 401, "unknown_key"),
    "key with SQL": (with_key_of("' OR 1=1 --"), 401, "unknown_key"),
    "signature of nothing": (with_headers(X_Partner_Signature="0" * 64), 401, "bad_signature"),
    "empty signature": (with_headers(X_Partner_Signature=""), 401, "header_missing"),
    "suspended partner": (in_status("suspended"), 403, "partner_not_open"),
    "partner not yet tested": (in_status("assigned"), 403, "partner_not_open"),
    "foreign address": (lambda s: s.post(good(), address="198.51.100.9"), 403, "foreign_address"),
    "spoofed X-Forwarded-For": (
        lambda s: s.program.call(
            "POST", POSTS, good(), address="198.51.100.9", headers={"X-Forwarded-For": "203.0.113.7"}
        ),
        403,
        "foreign_address",
    ),
    # changed on the way
    "body changed": (
        lambda s: s.program.call("POST", POSTS, good(), sends=good() + b" "),
        401,
        "body_changed",
    ),
    "digest changed too": (
        lambda s: s.program.call(
            "POST",
            POSTS,
            good(),
            sends=good() + b" ",
            headers={signing.DIGEST: signing.digest_of(good() + b" ")},
        ),
        401,
        "bad_signature",
    ),
    "path changed": (
        lambda s: s.program.call("DELETE", f"{POSTS}/x", to=f"{POSTS}/job-1"),
        401,
        "bad_signature",
    ),
    "query changed": (lambda s: s.program.call("GET", POSTS, to=f"{POSTS}?cursor=0"), 401, "bad_signature"),
    "method changed": (
        lambda s: s.program.call("DELETE", f"{POSTS}/job-1", verb="GET"),
        401,
        "bad_signature",
    ),
    "method override": (with_headers(X_HTTP_Method_Override="DELETE"), 400, "method_override"),
    "replay": (replay, 401, "replayed"),
    "replay with new time": (
        lambda s: s.post(good(), headers=s.program.sent[0] | {signing.TIMESTAMP: s.now(1)}),
        401,
        "bad_signature",
    ),
    "nonce too long": (lambda s: s.post(good(), nonce="n" * 65), 401, "bad_nonce"),
    "nonce too short": (lambda s: s.post(good(), nonce="n"), 401, "bad_nonce"),
    "nonce of odd characters": (lambda s: s.post(good(), nonce="'; DROP TABLE post; --"), 401, "bad_nonce"),
    "old time": (lambda s: s.post(good(), timestamp=s.now(-301)), 401, "clock_skew"),
    "future time": (lambda s: s.post(good(), timestamp=s.now(301)), 401, "clock_skew"),
    "time that is none": (lambda s: s.post(good(), timestamp="yesterday"), 401, "bad_timestamp"),
    # how much
    "batch of 1,001": (
        lambda s: s.post(json.dumps({"posts": [post_of(f"k{n}") for n in range(1001)]}).encode()),
        422,
        "batch_size",
    ),
    "empty batch": (lambda s: s.post(b'{"posts":[]}'), 422, "batch_size"),
    "huge body": (lambda s: s.post(b" " * (MOST_BYTES + 1)), 413, "body_too_big"),
    "gzip bomb": (
        lambda s: s.program.call(
            "POST", POSTS, gzip.compress(b" " * 10**7), headers={"Content-Encoding": "gzip"}
        ),
        415,
        "compressed",
    ),
    "beyond the day's quota": (beyond_quota, 429, "quota_spent"),
    # what is no JSON of ours
    "bad JSON": (lambda s: s.post(b'{"posts": [}'), 400, "bad_json"),
    "no batch": (lambda s: s.post(b'[{"key": "a"}]'), 422, "not_a_batch"),
    "more than a batch": (lambda s: s.post(b'{"posts": [{}], "admin": true}'), 422, "not_a_batch"),
    "key twice in an object": (lambda s: s.post(b'{"posts": [], "posts": [{}]}'), 400, "key_twice_in_object"),
    "NaN": (lambda s: s.post(b'{"posts": [{"pay_low": NaN}]}'), 400, "not_a_number"),
    "Infinity": (lambda s: s.post(b'{"posts": [{"pay_low": -Infinity}]}'), 400, "not_a_number"),
    "1e999": (lambda s: s.post(b'{"posts": [{"pay_low": 1e999}]}'), 400, "not_a_number"),
    "number of 5,000 digits": (
        lambda s: s.post(b'{"posts": [{"pay_low": ' + b"9" * 5000 + b"}]}"),
        400,
        "number_too_big",
    ),
    "deep nesting": (lambda s: s.post(nested(100_000)), 400, "too_deep"),
    "nesting hidden behind a quote": (
        lambda s: s.post(b'{"\\"": "[", "posts": ' + nested(20) + b"}"),
        400,
        "too_deep",
    ),
    "bytes that are no UTF-8": (lambda s: s.post(b'{"posts": [{"title": "\xff\xfe"}]}'), 400, "not_utf8"),
    "surrogates as bytes": (lambda s: s.post(b'{"posts": [{"title": "\xed\xa0\x80"}]}'), 400, "not_utf8"),
    "byte order mark": (lambda s: s.post(b"\xef\xbb\xbf" + good()), 400, "bad_json"),
    "wrong content type": (with_headers(Content_Type="text/plain"), 415, "not_json"),
    "form": (with_headers(Content_Type="application/x-www-form-urlencoded"), 415, "not_json"),
    "other charset": (with_headers(Content_Type="application/json; charset=gbk"), 415, "not_json"),
    # text that hides something
    "lone surrogate": (lambda s: s.text(r"工程师\ud83d"), 400, "lone_surrogate"),
    "NUL": (lambda s: s.text(r"工程师\u0000"), 400, "control_character"),
    "escape sequence": (lambda s: s.text(r"工程师\u001b[31m"), 400, "control_character"),
    "text turned round": (lambda s: s.text("工程师\u202e师程工"), 400, "hidden_direction"),
    "tag characters": (lambda s: s.text("工程师\U000e0041"), 400, "hidden_direction"),
    "no character": (lambda s: s.text(r"工程师\uffff"), 400, "not_a_character"),
    # the rest
    "GET with body": (lambda s: s.program.call("GET", POSTS, b"{}"), 400, "body_not_allowed"),
    "DELETE with body": (
        lambda s: s.program.call("DELETE", f"{POSTS}/job-1", b"{}"),
        400,
        "body_not_allowed",
    ),
    "another partner's post": (lambda s: s.program.call("DELETE", f"{POSTS}/theirs"), 404, "unknown_post"),
    "cursor that is none": (lambda s: s.program.call("GET", f"{POSTS}?cursor=-1"), 422, "bad_cursor"),
    "cursor beyond all numbers": (
        lambda s: s.program.call("GET", f"{POSTS}?cursor={'9' * 40}"),
        422,
        "bad_cursor",
    ),
    "method that is none": (lambda s: s.program.call("PUT", POSTS), 405, "bad_method"),
    "address that is none": (lambda s: s.program.call("GET", "/open/v1/partners"), 404, "not_found"),
}

# Posts in a batch that is well-formed: each is refused for itself.
ITEMS: dict[str, tuple[dict[str, object], str, str]] = {
    "no consent": ({"consent": False}, "consent_missing", ""),
    "consent as a word": ({"consent": "true"}, "consent_missing", ""),
    "negative pay": ({"pay_low": -1}, "bad_fields", "pay_low"),
    "pay beyond measure": ({"pay_low": 10**15}, "bad_fields", "pay_low"),
    "pay upside down": ({"pay_low": 9000, "pay_high": 8000}, "bad_fields", "pay_low"),
    "number as a word": ({"headcount": "3"}, "bad_fields", "headcount"),
    "half a person": ({"headcount": 0.5}, "bad_fields", "headcount"),
    "day long past": ({"closes_on": "1999-01-01"}, "bad_fields", "closes_on"),
    "day far away": ({"closes_on": "9999-12-31"}, "bad_fields", "closes_on"),
    "day that is none": ({"closes_on": "2027-02-30"}, "bad_fields", "closes_on"),
    "day as a number": ({"closes_on": 1}, "bad_fields", "closes_on"),
    "key with a path": ({"key": "../../x"}, "bad_fields", "key"),
    "key too long": ({"key": "k" * 65}, "bad_fields", "key"),
    "unknown field": ({"status": "published"}, "bad_fields", "status"),
    "place that is none": ({"places": ["999999"]}, "bad_fields", "places"),
    "title too long": ({"title": "长" * 61}, "bad_fields", "title"),
    "wrong check digit": ({"employer": {"name": "甲公司", "credit_code": "1" * 18}}, "bad_credit_code", ""),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_its_reason_and_leaves_no_trace(scene: Scene, name: str) -> None:
    attack, status, code = ATTACKS[name]
    before = everything()
    answer = attack(scene)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert answer.json["status"] == status
    Partner.update(status="live", daily_quota=100_000).where(Partner.id == scene.program.partner.id).execute()
    assert everything() == before


@pytest.mark.parametrize("name", ITEMS)
def test_a_bad_post_is_refused_with_its_reason(scene: Scene, name: str) -> None:
    fields, reason, field = ITEMS[name]
    before = (Post.select().count(), everything()["employer"], everything()["post_change"])
    answer = scene.one(**fields)
    assert answer.status_code == 200
    [one] = answer.json["results"]
    assert (one["result"], one["reason"]) == ("refused", reason)
    assert one["say"]
    assert not field or field in one["fields"]
    assert (Post.select().count(), everything()["employer"], everything()["post_change"]) == before


def test_every_reason_is_its_own(scene: Scene) -> None:
    assert len(ATTACKS) + len(ITEMS) >= 60
    assert len({code for _, _, code in ATTACKS.values()}) >= 30


HARMLESS = (
    "<script>alert(1)</script>工程师",
    "'; DROP TABLE post; --",
    "=HYPERLINK(1)+工程师",
    "{{ 7*7 }}工程师",
)


@pytest.mark.parametrize("title", HARMLESS)
def test_text_for_other_machines_is_kept_as_text(scene: Scene, title: str) -> None:
    """Titles that would be code elsewhere are words here: bound in SQL, escaped on pages, text in spreadsheets."""
    assert scene.one(title=title).json["results"][0]["result"] == "created"
    assert Post.get(Post.partner_key == "new").title == title


def test_a_replay_is_refused_while_redis_is_away_and_after_it_forgot(scene: Scene, ctx: Context) -> None:
    """Nonces lie in the database: a Redis that is stopped, or comes back empty, opens nothing."""
    program, body = scene.program, json.dumps({"posts": [post_of("new")]}).encode()
    with (
        tempfile.TemporaryDirectory(prefix="vk") as folder,
        own_redis(Path(folder)) as (server, url),
        connect(url) as client,
    ):
        without = dataclasses.replace(ctx, redis=client, throttle=Throttle(client))
        program.app.extensions[CONTEXT] = without
        program.push(post_of("before"))
        before = program.sent[-1]
        server.kill()
        server.wait()
        with pytest.raises(RedisError):
            client.ping()
        program.push(post_of("new"))
        meanwhile, rows = program.sent[-1], everything()
        old = json.dumps({"posts": [post_of("before")]}).encode()
        for sent, headers in ((old, before), (body, meanwhile)):
            answer = scene.post(sent, headers=headers)
            assert (answer.status_code, answer.json["code"]) == (401, "replayed")
        assert everything() == rows
    program.app.extensions[CONTEXT] = ctx
    assert scene.post(body, headers=meanwhile).json["code"] == "replayed"
    assert everything() == rows


def test_who_tries_too_often_is_asked_to_wait(scene: Scene) -> None:
    answers = [scene.program.call("GET", POSTS, headers={signing.KEY: "nobody"}) for _ in range(121)]
    assert answers[-1].json["code"] == "too_many_calls"
    assert int(answers[-1].headers["Retry-After"]) > 0
