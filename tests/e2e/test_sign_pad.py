"""The pad in a real browser: what was written is there again after a search, and is what is sent."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from services.agreements import materials
from services.context import Context
from tests.agreement_ways import offered
from tests.agreements import fresh, open_school
from tests.cast import Cast
from tests.e2e.conftest import opened
from tests.e2e.signing_hands import Pen, sign, sign_large
from tests.live import Served

pytestmark = pytest.mark.e2e


def written(page: Page) -> int:
    """How many points of the small pad have ink."""
    return int(
        page.locator(".pad-box__room canvas").evaluate(
            """one => one.getContext("2d").getImageData(0, 0, one.width, one.height).data
                .filter((value, place) => place % 4 === 3 && value > 0).length"""
        )
    )


def looks_for(page: Page, word: str) -> None:
    """Looks for a county; the page comes back at what was found."""
    page.get_by_label("查找单位所在地").fill(word)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text(f"合肥市 {word}")).to_be_in_viewport()


@pytest.mark.parametrize("is_large", [False, True])
def test_a_search_keeps_what_was_written(
    site: Served, ctx: Context, cast: Cast, browser: Browser, is_large: bool
) -> None:
    open_school(ctx, cast)
    row = offered(ctx, cast.graduate)[1]
    with opened(browser, 390, 844) as page:
        page.context.add_cookies([site.cookie(signer=site.kept(codes=row.code))])
        page.goto(f"{site.url}/s/d/{row.code}/revise")
        looks_for(page, "蜀山区")
        assert written(page) == 0
        page.get_by_label("试用期满月薪（元）").fill("9000")
        (sign_large if is_large else sign)(page, Pen(page, by_mouse=True))
        before = written(page)
        looks_for(page, "包河区")
        assert written(page) == pytest.approx(before, rel=0.02)
        expect(page.get_by_label("试用期满月薪（元）")).to_have_value("9000")
        page.get_by_label("合肥市 包河区").check()
        page.get_by_label("已核对修改后的条款").check()
        page.get_by_role("button", name="签名并更新邀约").click()
        expect(page.get_by_text("条款已修改")).to_be_visible()
    assert fresh(row).terms_version == 2
    strokes = materials.current(row, "unit_strokes")
    assert strokes is not None
    ink = json.loads(materials.content(ctx, strokes)[1])
    assert (ink["turn"], len(ink["strokes"])) == (90 if is_large else 0, 5)
