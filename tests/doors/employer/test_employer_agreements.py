"""A registered unit invites an applicant to sign, and goes on with it as a unit."""

from collections.abc import Callable

import pytest
from flask import Flask

from models.agreement import Agreement
from models.employer import Employer, Recruiter
from models.wishes import Application
from services.context import Context
from tests.agreements import TERMS, accept, fresh, open_school
from tests.browser import WECHAT, Browser
from tests.cast import Cast
from tests.posts import add_employer, add_post
from tests.sign_doors import finished, newest, papered

LIST = "/employer/agreements"


@pytest.fixture
def boss(client_of: Callable[..., Browser], ctx: Context, cast: Cast) -> Browser:
    """The unit's recruiter, once the school is open."""
    open_school(ctx, cast)
    Recruiter.update(position="招聘主管").execute()
    return client_of(cast.employer)


@pytest.fixture
def path(boss: Browser, ctx: Context, cast: Cast) -> str:
    """The page of somebody who has applied for a post of the unit."""
    assert cast.unit is not None
    columns = {"graduate": cast.graduate.graduate, "status": "seen"}
    row = Application.create(post=add_post(ctx, cast.unit), employer=cast.unit, **columns)
    return f"/employer/applications/{row.code}"


@pytest.fixture
def row(boss: Browser, path: str) -> Agreement:
    """The draft that an invitation begins."""
    boss.open(path).submit(f"{path}/sign")
    return newest()


def test_an_invitation_knows_the_unit_already(boss: Browser, path: str, cast: Cast) -> None:
    page = boss.open(path).submit(f"{path}/sign")
    row = Agreement.get()
    # Who is logged in has shown the phone before.
    assert page.path == f"/s/d/{row.code}/terms"
    assert cast.unit is not None
    for known in (cast.unit.name, cast.unit.credit_code, "软件工程师", "0551-65000000"):
        assert f'value="{known}"' in page.html
    assert "安徽省 合肥市 蜀山区" in page.text
    assert boss.open(path).submit(f"{path}/sign").path.startswith(f"/s/d/{row.code}")
    assert Agreement.select().count() == 1
    page = boss.open(LIST)
    assert (cast.graduate.name in page.text, "填写中" in page.text) == (True, True)
    assert "收到的投递" in page.text  # the menu
    assert boss.open("/s/back").path == LIST
    assert "没有符合条件的协议" in boss.open(f"{LIST}?status=effective").text
    assert boss.open(f"{LIST}?status=nonsense&after=x").status == 200


def test_the_offer_goes_out_and_is_signed(boss: Browser, row: Agreement, ctx: Context, cast: Cast) -> None:
    terms = f"/s/d/{row.code}/terms"
    boss.open(terms).submit(terms, **{name: value for name, value in TERMS.items() if name != "unit_place"})
    papered(boss, row)
    assert "邀约已发出" in finished(boss, row).text
    accept(ctx, cast.graduate, fresh(row))
    assert "院系审核中" in boss.open(LIST).text


def test_a_colleague_goes_on_with_it(client_of: Callable[..., Browser], row: Agreement, cast: Cast) -> None:
    Recruiter.create(account=cast.person.account, employer=cast.unit)
    colleague = client_of(cast.person)
    assert colleague.open(f"/s/d/{row.code}/terms").path == f"/s/d/{row.code}/terms"
    papered(colleague, row)
    assert cast.graduate.name in colleague.open(LIST).text


def test_another_unit_sees_none_of_it(
    client_of: Callable[..., Browser], path: str, row: Agreement, cast: Cast
) -> None:
    other = add_employer(cast)
    Recruiter.create(account=cast.person.account, employer=other)
    browser = client_of(cast.person)
    token = browser.token()
    assert browser.post(f"{path}/sign", {"csrf_token": token}).status == 404
    assert browser.open(f"/s/d/{row.code}/terms").path == LIST
    for step in ("terms", "finish", "discard", "recall"):
        assert browser.post(f"/s/d/{row.code}/{step}", {"csrf_token": token, "reason": "错了"}).status == 404
    assert cast.graduate.name not in browser.open(LIST).text
    assert fresh(row).status == "draft"


def test_who_is_not_logged_in_is_led_there(app: Flask, row: Agreement) -> None:
    assert Browser(app).led(f"/s/d/{row.code}/terms") == f"/employer/login?next=%2Fs%2Fd%2F{row.code}"
    assert Browser(app, WECHAT).led(f"/s/d/{row.code}").startswith("/h5/oauth/begin")
    assert Browser(app).led(LIST).startswith("/employer/login")


def test_a_stopped_unit_goes_no_further(boss: Browser, path: str, row: Agreement, cast: Cast) -> None:
    Employer.update(status="suspended").execute()
    assert boss.open(LIST).status == 403
    token = boss.token()
    assert boss.post(f"{path}/sign", {"csrf_token": token}).status == 403
    assert boss.open(f"/s/d/{row.code}").status == 403


def test_before_the_school_is_open_nobody_is_invited(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    assert cast.unit is not None
    row = Application.create(
        post=add_post(ctx, cast.unit), employer=cast.unit, graduate=cast.graduate.graduate, status="seen"
    )
    boss = client_of(cast.employer)
    path = f"/employer/applications/{row.code}"
    page = boss.open(path).submit(f"{path}/sign")
    assert (page.path, Agreement.select().count()) == (path, 0)
    assert "网上签约" in page.text
    assert boss.post(f"{path}/sign", {}).status == 400
    assert boss.post("/employer/applications/nothing/sign", {"csrf_token": boss.token()}).status == 404
