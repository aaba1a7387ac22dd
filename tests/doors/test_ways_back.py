"""An address that only takes a form in leads back to the page of the form: a reload there is no fault."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from handlers.ways_back import page_above
from services.context import Context
from tests.agreement_ways import applied
from tests.agreements import open_school
from tests.browser import Browser
from tests.cast import Cast
from tests.desks import pass_second_factor
from tests.sign_doors import offered, upload

OURS = ("/h5/", "/console/", "/employer/", "/s/")
# What stands at a place of its own: it is led on whatever happens, so that nobody stays there.
NOWHERE = {"/s/leave"}


def test_every_form_of_ours_has_a_page_above_it(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(OURS)]
    read = {rule.rule for rule in rules if "GET" in (rule.methods or set())}
    sent = [rule.rule for rule in rules if rule.rule not in read | NOWHERE]
    assert len(sent) > 90
    found = {}
    for rule in sent:
        with app.test_request_context(re.sub("<[^>]+>", "A1b2", rule)):
            found[rule] = page_above()
    assert [rule for rule, page in found.items() if page is None] == []
    assert found["/console/signing/rules"] == "/console/signing"
    assert found["/console/people/end"] == "/console/people"
    assert found["/h5/logout"] == "/h5/"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/h5/login",
        "/h5/nowhere",
        "/h5/agreements/A1b2",
        "/wechat/callback",
        "/employer/applications/A1b2/resume.pdf",
    ],
)
def test_other_addresses_lead_nowhere(app: Flask, path: str) -> None:
    with app.test_request_context(path):
        assert page_above() is None


def test_a_script_and_a_sender_are_told_what_is_wrong(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    there = {"path": "/h5/logout", "base_url": "http://wx.test"}
    assert client.get(**there, headers={"Accept": "application/json"}).status_code == 405
    assert client.put(**there).status_code == 405
    assert client.head(**there).headers["Location"] == "/h5/"


def test_after_a_refused_recall_the_offer_is_there_again(app: Flask, ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)
    unit = Browser(app)
    row = offered(unit, ctx, cast.graduate)
    page = unit.open(f"/s/d/{row.code}").submit(f"/s/d/{row.code}/recall")
    assert (page.status, page.path) == (422, f"/s/d/{row.code}/recall")
    again = unit.open(page.path)
    assert (again.status, again.path, "撤回邀约" in again.text) == (200, f"/s/d/{row.code}", True)


def test_after_a_refused_picture_the_graduate_may_choose_another(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    open_school(ctx, cast)
    row = applied(ctx, cast.graduate)[1]
    phone = client_of(cast.graduate, in_wechat=True)
    path = f"/h5/agreements/{row.code}"
    assert phone.open(f"{path}/upload").path == path  # nothing is asked for
    row.change(status="issued")
    page = phone.open(f"{path}/scan").submit(f"{path}/upload", file=upload(b"%PDF-1.7"))
    assert (page.status, page.path) == (422, f"{path}/upload")
    assert phone.open(page.path).path == f"{path}/scan"


def test_a_word_that_names_a_form_and_no_record(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    school = client_of(cast.school)
    pass_second_factor()
    assert school.open("/console/people/end").path == "/console/people"
    assert school.open("/console/people/nobody").status == 404
