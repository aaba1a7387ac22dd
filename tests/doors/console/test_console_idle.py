"""A console that is left alone asks for the log-in again, at little cost to one that is in use."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from models.account import LoginSession
from services import sessions
from services.context import Context
from tests.browser import Browser
from tests.cast import PASSWORD, Cast
from tests.fakes import FixedClock

JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Browser:
    """王建国's, logged in at the console's own door."""
    browser = Browser(app)
    page = browser.open("/console/login")
    page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD)
    return browser


def test_an_hour_left_alone_ends_it_and_the_log_in_leads_back(
    desk: Browser, cast: Cast, clock: FixedClock
) -> None:
    clock.advance(minutes=59)
    assert desk.open("/console/graduates?q=李").status == 200
    clock.advance(minutes=59)
    assert desk.open("/console/graduates?q=李").status == 200
    clock.advance(minutes=60)
    page = desk.open("/console/graduates?q=nobody")
    assert page.path == "/console/login"
    back = page.submit("/console/login", phone=cast.counselor.phone, password=PASSWORD)
    assert (back.path, back.response.request.args.to_dict()) == ("/console/graduates", {"q": "nobody"})


def test_nothing_else_opens_with_it_either(desk: Browser, clock: FixedClock) -> None:
    token = desk.token()
    clock.advance(minutes=60)
    assert desk.led("/console/password").startswith("/console/login?")
    assert desk.led("/h5/account").startswith("/h5/login?")
    assert desk.post("/console/seat", {"csrf_token": token, "staff": "x"}).path == "/console/login"


def test_a_phone_that_has_not_been_at_the_console_for_an_hour_logs_in_there(
    client_of: Callable[..., Browser], cast: Cast, clock: FixedClock
) -> None:
    phone = client_of(cast.counselor)
    clock.advance(minutes=61)
    assert phone.open("/h5/workbench").status == 200
    assert phone.led("/console/").startswith("/console/login?")


def test_being_at_work_is_written_down_every_few_minutes_only(desk: Browser, clock: FixedClock) -> None:
    seen = []
    for _ in range(8):
        clock.advance(minutes=1)
        desk.open("/console/seat")
        seen.append(LoginSession.get().seen_at)
    assert seen[:2] == [None, None]
    assert len(set(seen)) == 3


def test_a_page_that_asks_by_itself_is_nobody_at_work(desk: Browser, clock: FixedClock) -> None:
    for _ in range(6):
        clock.advance(minutes=10)
        answer = desk.client.get("/console/jobs/x/progress", base_url="http://wx.test", headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (401, "log_in_first")


def test_the_limit_is_a_setting(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    settings = ctx.settings.model_copy(update={"console_idle_minutes": 10})
    strict = dataclasses.replace(ctx, settings=settings)
    token = sessions.open_session(ctx, cast.counselor.account, sessions.CONSOLE)
    clock.advance(minutes=9)
    assert sessions.visitor_of(strict, token) is not None
    clock.advance(minutes=1)
    assert sessions.visitor_of(strict, token) is None
    assert sessions.visitor_of(ctx, token) is not None
