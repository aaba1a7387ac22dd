"""The OpenAPI document says what the door does, for it is made of the same types; the example client speaks to it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from pydantic import ValidationError

from docs.examples.partner_client import Client, Refused
from handlers import signed
from models.fields import utc_now
from services.context import Context
from services.sharing.schema import SharedPost
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.live import served
from tests.partners import SECRET, add_partner, post_of, settle
from tests.rosters import hold_places


def test_every_route_is_described_and_no_other(app: Flask) -> None:
    described = app.test_client().get("/open/v1/openapi.json", base_url="http://wx.test").json
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{signed.OPEN}/") and "openapi" not in rule.rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, verb) for path, verbs in described["paths"].items() for verb in verbs} == routes
    used = set(re.findall(r'"#/components/schemas/(\w+)"', str(described).replace("'", '"')))
    assert used <= set(described["components"]["schemas"])


def test_what_is_described_is_what_is_checked(app: Flask) -> None:
    described = app.test_client().get("/open/v1/openapi.json", base_url="http://wx.test").json
    post = described["components"]["schemas"]["SharedPost"]
    assert set(post["properties"]) == set(SharedPost.model_fields)
    assert post["additionalProperties"] is False
    assert (post["properties"]["title"]["maxLength"], post["properties"]["headcount"]["maximum"]) == (
        60,
        10_000,
    )
    SharedPost.model_validate(post_of())
    for name, field in post["properties"].items():
        if "maxLength" in field and name != "key":
            with pytest.raises(ValidationError):
                SharedPost.model_validate(post_of(**{name: "x" * (field["maxLength"] + 1)}))


@pytest.mark.slow
def test_the_example_client_pushes_pulls_and_withdraws(
    ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path
) -> None:
    hold_places(ctx)
    clock.now = utc_now()
    mine, theirs = add_partner(ip_ranges="127.0.0.1/32"), add_partner("皖南人才网", ip_ranges="127.0.0.0/8")
    with served(ctx) as site:
        client = Client(site.url, mine.key_id, SECRET, waits=())
        other = Client(site.url, theirs.key_id, SECRET, waits=())
        assert client.hello()["partner"] == "江淮就业网"
        assert [one["result"] for one in client.push([post_of("a"), post_of("b")])] == ["created", "created"]
        settle()
        place = tmp_path / "cursor"
        assert [change["verb"] for change in other.changes(place)] == ["publish", "publish"]
        assert list(other.changes(place)) == []
        client.withdraw("a")
        settle()
        assert [change["verb"] for change in other.changes(place)] == ["withdraw"]
        assert client.withdraw("never") is None
        with pytest.raises(Refused, match="bad_signature"):
            Client(site.url, mine.key_id, "wrong", waits=()).hello()
