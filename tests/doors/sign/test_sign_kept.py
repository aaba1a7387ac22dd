"""A signature that was written stays while something else on its page is looked for or mended."""

import html
from collections.abc import Callable

import pytest
from flask import Flask

from services.agreements import offers
from services.context import Context
from tests import agreement_ways as ways
from tests.agreements import TERMS, fresh, offer, open_school, strokes
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.sign_doors import drafted, offered


@pytest.fixture
def unit(app: Flask, ctx: Context, cast: Cast) -> Browser:
    """A stranger's browser, once the school is open."""
    open_school(ctx, cast)
    return Browser(app)


def ink_on(page: Page, path: str) -> str:
    """What the page's pad begins with."""
    return html.unescape(dict(page.form(path).fields)["strokes"])


def test_a_county_is_looked_for_and_the_signature_stays(unit: Browser, ctx: Context, cast: Cast) -> None:
    row = offered(unit, ctx, cast.graduate)
    path = f"/s/d/{row.code}/revise"
    page = unit.open(path)
    assert ink_on(page, path) == ""
    page = page.submit(
        path, pay="9000", other="食宿自理", unit_place_word="包河", find="", consent="1", strokes=strokes(4)
    )
    assert (page.status, ink_on(page, path)) == (200, strokes(4))
    assert ('value="9000"' in page.html, "食宿自理" in page.text) == (True, True)
    assert "不变：安徽省 合肥市 蜀山区" in page.text
    page = page.submit(path, pay="x", unit_place="340111", consent="1")
    assert (page.status, ink_on(page, path)) == (422, strokes(4))
    page = page.submit(path, pay="9000", unit_place="340111", consent="1")
    assert (page.path, fresh(row).terms_version) == (f"/s/d/{row.code}", 2)


def test_a_wrong_signature_does_not_come_back(unit: Browser, ctx: Context, cast: Cast) -> None:
    path = f"/s/d/{offered(unit, ctx, cast.graduate).code}/revise"
    page = unit.open(path).submit(path, pay="9000", consent="1", strokes='{"width":390}')
    assert (page.status, 'id="ink-wrong"' in page.html, ink_on(page, path)) == (422, True, "")


def test_a_forgotten_consent_costs_no_signature(unit: Browser, ctx: Context, cast: Cast) -> None:
    path = f"/s/d/{drafted(unit, ctx, cast.graduate).code}/finish"
    page = unit.open(path).submit(path, strokes=strokes())
    assert (page.status, ink_on(page, path)) == (422, strokes())


def test_changed_terms_are_signed_by_hand_again(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    open_school(ctx, cast)
    party, row = offer(ctx, cast.graduate)
    graduate = client_of(cast.graduate, in_wechat=True)
    path = f"/h5/agreements/{row.code}/sign"
    page = graduate.open(path)
    offers.revise(ctx, party, fresh(row), TERMS | {"pay": "7000"}, **ways.ink(7))
    page = page.submit(path, consent="1", identity="1", strokes=strokes(9))
    assert ("请重新核对后再签名" in page.text, ink_on(page, path)) == (True, "")
