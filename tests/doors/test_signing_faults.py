"""What the signing pages owe to whoever signs on them, and what they give to nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask

from config.agreement_papers import Clauses, clauses_of
from models.account import PHONE
from models.agreement import Agreement
from models.db import Keys
from services.agreements import lists
from services.context import Context
from tests import agreement_ways as ways
from tests.agreements import PHONE_OF_SIGNER, offer, open_school, show_ticket, sms_code
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.sign_doors import offered, papered, proven, scanned, termed


@pytest.fixture
def unit(app: Flask, ctx: Context, cast: Cast) -> Browser:
    """A stranger's browser, once the school is open."""
    open_school(ctx, cast)
    return Browser(app)


def unread(page: Page, clauses: Clauses) -> list[str]:
    """The clauses that a page leads to a signature without."""
    assert page.status == 200
    assert clauses
    return [title for title, text in clauses if text not in page.html]


def test_nobody_signs_clauses_that_the_page_does_not_show(
    unit: Browser, client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    page, row = scanned(unit, ctx, cast.graduate)
    proven(unit, row)
    termed(unit, row)
    papered(unit, row)
    ours = clauses_of("agreement", "two")
    assert unread(unit.open(f"/s/d/{row.code}/finish"), ours) == []
    _party, other = offer(ctx, cast.graduate, credit_code="91110108000000001A")
    phone = client_of(cast.graduate, in_wechat=True)
    page = phone.open(f"/h5/agreements/{other.code}/sign")
    assert unread(page, ours) == []


def test_two_taps_before_the_first_answer_are_one_draft(unit: Browser, ctx: Context, cast: Cast) -> None:
    path = f"/s/{show_ticket(ctx, cast.graduate).token}"
    page = unit.open(path)
    with unit.remembers() as kept:
        before = dict(kept)
    first = page.submit(path).path
    with unit.remembers() as kept:
        kept.clear()
        kept.update(before)
    assert page.submit(path).path == first
    assert Agreement.select().count() == 1


def test_terms_are_revised_under_the_clauses(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = offered(unit, ctx, cast.graduate)
    assert unread(unit.open(f"/s/d/{row.code}/revise"), clauses_of("agreement", "two")) == []


def test_a_release_is_signed_under_its_clauses(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    open_school(ctx, cast)
    unit, row = ways.in_force(ctx, cast)
    phone, theirs = client_of(cast.graduate, in_wechat=True), clauses_of("release", "two")
    path = f"/h5/agreements/{row.code}"
    assert unread(phone.open(f"{path}/release"), theirs) == []
    release = ways.asked(ctx, unit, row)
    assert unread(phone.open(f"{path}/releases/{release.code}"), theirs) == []


def test_who_has_signed_with_many_comes_back_to_each(unit: Browser, cast: Cast) -> None:
    graduate = cast.graduate.graduate
    assert graduate is not None
    columns = {
        "year": graduate.year,
        "school_id": graduate.school_id,
        "college_id": graduate.college_id,
        "kind": "online",
        "status": "declined",
        "signer_phone": PHONE_OF_SIGNER,
        "signer_phone_index": Keys.ring.blind(PHONE_OF_SIGNER, PHONE),
    }
    codes = [Agreement.create(graduate=graduate, **columns).code for _ in range(lists.MOST_BACK)]
    page = unit.open("/s/back").submit("/s/back", to="/s/back/code", phone=PHONE_OF_SIGNER)
    page = page.submit("/s/back", phone=PHONE_OF_SIGNER, code=sms_code(PHONE_OF_SIGNER))
    assert [code for code in codes if f"/s/d/{code}" not in page.html] == []
    assert unit.open(f"/s/d/{codes[0]}").path == f"/s/d/{codes[0]}"
    cookie = unit.client.get_cookie("sid", domain="wx.test")
    assert cookie is not None
    assert len(cookie.value) < 3_000  # of 4,096


def test_whoever_comes_to_the_computer_after_the_signer_sees_nothing(
    unit: Browser, ctx: Context, cast: Cast
) -> None:
    row = offered(unit, ctx, cast.graduate)
    page = unit.open("/s/back").submit("/s/leave")
    assert (page.path, row.code in page.html) == ("/s/back", False)
    assert unit.open(f"/s/d/{row.code}").path == "/s/back"
    assert unit.post(f"/s/d/{row.code}/recall", {"csrf_token": unit.token(), "reason": "x"}).status == 404
