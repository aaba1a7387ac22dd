"""What is printed on a paper, its number and code, is not enough to make it look undone, or to ask without end."""

import pytest
from flask import Flask

from config.agreements import times
from domain.refusal_words import SAY
from models.agreement import Agreement, Release
from services.agreements import new_signers, parties, releases
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import strokes
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.sign_doors import upload


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force, without its paper."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


def begun(browser: Browser, ctx: Context, row: Agreement, phone: str) -> Page:
    """Somebody with a phone, who knows what is printed."""
    new_signers.send_code(ctx, phone, f"203.0.113.{phone[-2:]}")
    typed = {"number": row.number or "", "credit_code": row.credit_code, "name": "吴敏", "phone": phone}
    return browser.open("/s/other").submit("/s/other", **typed, code=agreements.sms_code(phone))


def asked(browser: Browser, ctx: Context, row: Agreement, phone: str) -> Page:
    """The same with two pictures of anything, and the question."""
    page = begun(browser, ctx, row, phone)
    for kind in ("authorization", "letter"):
        data = {"csrf_token": browser.token(), "kind": kind, "file": upload()}
        page = browser.post(page.path, data)
    agreed = {"consent": "1", "identity": "1", "strokes": strokes(2)}
    return browser.post(page.path, {"csrf_token": browser.token(), "reason": "原经办人离职"} | agreed)


def shown(browser: Browser, row: Agreement) -> str:
    """What anybody reads of it."""
    return browser.open(f"/v/{row.verify_code}").html.partition('id="state">')[2].partition("<")[0]


def test_what_was_asked_is_taken_back(app: Flask, ctx: Context, held: Agreement) -> None:
    browser = Browser(app)
    page = asked(browser, ctx, held, "13900000711")
    assert Release.get().status == "asked"
    done = page.submit(page.path, act="cancel")
    assert (done.status, "已取消" in done.text, 'href="/s/other"' in done.html) == (200, True, True)
    assert (Release.get().status, agreements.fresh(held).status) == ("cancelled", "effective")
    assert 'value="cancel"' not in done.html


def test_nobody_else_takes_it_back(app: Flask, ctx: Context, held: Agreement) -> None:
    page = asked(Browser(app), ctx, held, "13900000712")
    stranger = Browser(app)
    assert stranger.post(page.path, {"csrf_token": stranger.token(), "act": "cancel"}).status == 404
    assert Release.get().status == "asked"


def test_a_strangers_question_shows_once_it_was_taken_up(
    app: Flask, ctx: Context, cast: Cast, held: Agreement
) -> None:
    browser = Browser(app)
    asked(browser, ctx, held, "13900000713")
    assert agreements.fresh(held).status == "releasing"
    assert shown(browser, held) == "有效"
    release = ways.release_of(Release.get())
    releases.add_proof(ctx, ways.graduate_of(ctx, cast.graduate), release)
    assert shown(browser, held) == "解约中"


@pytest.mark.parametrize("side", ["graduate", "unit"])
def test_what_a_side_asks_shows_at_once(
    app: Flask, ctx: Context, cast: Cast, held: Agreement, side: str
) -> None:
    release = releases.opened(
        ctx,
        held,
        ways.graduate_of(ctx, cast.graduate)
        if side == "graduate"
        else parties.signer_party(held.code, ways.DESK),
    )
    release.change(status="asked", open_key=held.code)
    held.change(status="releasing")
    assert shown(Browser(app), held) == "解约中"


@pytest.mark.slow
def test_new_signers_ask_so_often_and_no_more(
    app: Flask, ctx: Context, held: Agreement, clock: FixedClock
) -> None:
    """Whoever they are: each has a phone of their own here."""
    for number in range(times().new_signer_questions):
        browser = Browser(app)
        page = asked(browser, ctx, held, f"1390000072{number}")
        page.submit(page.path, act="cancel")
        clock.advance(days=1)
    late = begun(Browser(app), ctx, held, "13900000728")
    assert (late.status, SAY["new_signers_enough"] in late.text) == (409, True)
    assert Release.select().where(Release.status != "cancelled").count() == 0
    clock.advance(days=30)
    page = asked(Browser(app), ctx, held, "13900000729")
    assert Release.select().where(Release.status == "asked").count() == 1
    assert 'value="cancel"' in page.html


def test_whoever_had_begun_before_is_bound_too(
    app: Flask, ctx: Context, held: Agreement, clock: FixedClock
) -> None:
    browser = Browser(app)
    page = begun(browser, ctx, held, "13900000730")
    party = parties.signer_party(held.code, ways.DESK)
    for _ in range(times().new_signer_questions):
        releases.opened(ctx, held, party, is_new_signer=True).change(status="refused", asked_at=ctx.clock())
    for kind in ("authorization", "letter"):
        browser.post(page.path, {"csrf_token": browser.token(), "kind": kind, "file": upload()})
    agreed = {"consent": "1", "identity": "1", "strokes": strokes(2)}
    refused = browser.post(page.path, {"csrf_token": browser.token(), "reason": "离职"} | agreed)
    assert (refused.status, SAY["new_signers_enough"] in refused.text) == (409, True)
    assert agreements.fresh(held).status == "effective"
