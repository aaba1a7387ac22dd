"""Who may pass where, as the tables in ``routes/`` say, one for each door: every route for every role, and no route
that is missing there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from handlers.guards import GuardedView, check_guards, guard_of
from models.account import LoginSession
from services import links, sessions
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast

pytestmark = pytest.mark.slow

ROLES = (
    *("stranger", "person", "graduate", "counselor", "college", "school", "province", "ministry"),
    "employer",
)

# ✓ may pass   L is led to log in   I is led to identify first
#   U is led to register a unit   ✗ is refused   – is not there for this asker
TABLES = Path(__file__).parent / "routes"

FAR_AWAY = {"REMOTE_ADDR": "198.51.100.9"}


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """(method, rule) → role → expected mark."""
    table: dict[tuple[str, str], dict[str, str]] = {}
    for door in sorted(TABLES.glob("*.txt")):
        roles, *lines = door.read_text("utf-8").splitlines()
        for line in lines:
            method, rule, *marks = line.split()
            assert (method, rule) not in table, line
            table[method, rule] = dict(zip(roles.split(), marks, strict=True))
    return table


def test_the_tables_list_every_route(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(rows()) == routes


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(
    role: str, app_with_oidc: Flask, cast: Cast, ctx: Context, client_of: Callable[..., Browser]
) -> None:
    graduate = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.graduate.account, "desktop"))
    counselor = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.counselor.account, "desktop"))
    assert graduate is not None
    assert counselor is not None
    link = links.link(ctx, graduate, [cast.counselor.staff.code])[0]
    samples = {
        "<word>": links.counselor_scene(ctx, counselor).word,
        "<code>": link.code,
        "<file>": link.code,
        "<post>": link.code,
        "<verb>": "submit",
        "<block>": "awards",
        "<table>": "gender",
        "<kind>": "graduates",
        "/static/<name>": "/static/h5.css",
        "/vendor/<name>": "/vendor/weui.css",
    }
    found, expected = {}, {}
    for (method, rule), marks in rows().items():
        path = rule
        for word, sample in samples.items():
            path = path.replace(word, sample)
        browser = client_of(getattr(cast, role), app=app_with_oidc)
        LoginSession.update(second_factor_at=ctx.clock()).execute()
        data = {"csrf_token": browser.token()} if method == "POST" else None
        ctx.redis.flushdb()  # so many forms of one person in one minute are otherwise too many
        answer = browser.client.open(
            path, method=method, data=data, base_url="http://wx.test", environ_overrides=FAR_AWAY
        )
        found[method, rule], expected[method, rule] = mark(answer), marks[role]
    assert found == expected


def mark(answer: TestResponse) -> str:
    """What became of a request, as the table writes it."""
    target = answer.headers.get("Location", "")
    if answer.status_code == 303 and target.startswith(("/h5/login?", "/console/login?", "/employer/login?")):
        return "L"
    if answer.status_code == 303 and target.startswith("/h5/identify?"):
        return "I"
    if answer.status_code == 303 and target.startswith("/employer/unit?"):
        return "U"
    if answer.status_code in (401, 403):
        return "✗"
    if answer.status_code == 404:
        return "–"
    assert answer.status_code < 500, (answer.request.path, answer.status_code)
    return "✓"


def test_a_route_without_a_guard_keeps_the_application_from_starting(app: Flask) -> None:
    check_guards(app)
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/bare", "bare", lambda: "open to all")
    fresh = Flask("bare", static_folder=None)
    fresh.register_blueprint(bare)
    with pytest.raises(RuntimeError, match="/bare"):
        check_guards(fresh)
    with pytest.raises(LookupError):
        guard_of(fresh, "bare.bare")


def test_nothing_is_written_by_a_get(app: Flask) -> None:
    """What changes something is sent as a form, so that its token is asked for."""
    verbs = ("forwarded", "complete", "unlink", "unbind", "logout", "others", "export", "later", "code")
    for rule in app.url_map.iter_rules():
        assert isinstance(app.view_functions[rule.endpoint], GuardedView)
        if rule.rule.rsplit("/", 1)[-1] in verbs:
            assert "GET" not in (rule.methods or set()), rule.rule
