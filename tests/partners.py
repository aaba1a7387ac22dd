"""Partners for tests: one that shares posts, and its program that signs."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from domain import signing
from models.fields import utc_now
from models.org import OrgUnit
from models.partner import Partner
from models.post import PostChange
from services.context import Context

SECRET = "a-secret-of-the-partner-in-tests-0123456789"
ADDRESS = "203.0.113.7"


def add_partner(name: str = "江淮就业网", **other: Any) -> Partner:
    """A partner of the cast's province whose posts are trusted and whose programs call from ADDRESS's network."""
    province = OrgUnit.get(OrgUnit.level == "province")
    columns: dict[str, Any] = {
        "kind": "interface",
        "unit": province,
        "province_id": province.id,
        "name": name,
        "contact_name": "许静",
        "ip_ranges": "203.0.113.0/24",
        "status": "live",
        "key_id": secrets.token_urlsafe(9),
        "secret": SECRET,
        "is_trusted": True,
    }
    return Partner.create(**(columns | other))


def post_of(key: str = "job-1", /, **other: Any) -> dict[str, Any]:
    """A post as a partner's program sends it."""
    return {
        "key": key,
        "consent": True,
        "employer": {"name": "皖江精密机械有限公司"},
        "title": f"机械工程师 {key}",
        "description": "负责自动化产线的机械结构设计、图纸评审和现场调试，配合电气工程师完成联调。",
        "majors_text": "机械类、自动化类",
        "level_text": "本科及以上",
        "places_text": "安徽省合肥市",
        "pay_text": "8-12k/月",
        "years_text": "2027届",
    } | other


def settle() -> None:
    """Makes all steps of the feed so old that nothing before them can come any more."""
    PostChange.update(at=utc_now() - timedelta(hours=1)).execute()


@dataclass
class Program:
    """A partner's program against the application; everything about a call may be made wrong."""

    app: Flask
    ctx: Context
    partner: Partner
    secret: str = SECRET
    address: str = ADDRESS
    sent: list[dict[str, str]] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        address: str = "",
        sends: bytes | None = None,
        to: str = "",
        **signed: str,
    ) -> TestResponse:
        """One call. ``signed`` are parts that are signed as given; ``headers`` and ``sends`` differ from what is."""
        nonce = signed.get("nonce", secrets.token_urlsafe(18))
        stamp = signed.get("timestamp", str(int(self.ctx.clock().timestamp())))
        values = (stamp, nonce, signing.digest_of(body))
        made = {
            signing.KEY: self.partner.key_id,
            signing.TIMESTAMP: stamp,
            signing.NONCE: nonce,
            signing.DIGEST: values[2],
            signing.SIGNATURE: signing.signature(self.secret, signed.get("verb", method), path, values),
        }
        if method == "POST":
            made["Content-Type"] = "application/json"
        self.sent.append(made)
        return self.app.test_client().open(
            to or path,
            method=method,
            data=body if sends is None else sends,
            headers=made | (headers or {}),
            base_url="http://wx.test",
            environ_overrides={"REMOTE_ADDR": address or self.address},
        )

    def push(self, *posts: Any) -> list[dict[str, Any]]:
        """What became of each post."""
        answer = self.call("POST", "/open/v1/posts", json.dumps({"posts": posts}).encode())
        assert answer.status_code == 200, answer.json
        return answer.json["results"]

    def pull(self, cursor: str = "", *, is_settled: bool = True) -> dict[str, Any]:
        """One page of the feed, long after its steps unless ``is_settled`` is False."""
        if is_settled:
            settle()
        answer = self.call("GET", "/open/v1/posts" + (f"?cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.json
        return answer.json

    def withdraw(self, key: str) -> TestResponse:
        """Takes a post off."""
        return self.call("DELETE", f"/open/v1/posts/{key}")
