"""What a graduate can look at and no more: other units' offers once one is signed, and what units have never sent."""

from collections.abc import Callable

import pytest

from services.agreements import answering, drafting, timers
from services.context import Context
from tests.agreement_ways import know_signer
from tests.agreements import (
    OTHER_CREDIT_CODE,
    accept,
    fill,
    fresh,
    graduate_party,
    offer,
    open_school,
    scan,
    show_ticket,
    signed_for,
    strokes,
)
from tests.browser import Browser
from tests.cast import Cast
from tests.fakes import FixedClock

LIST = "/h5/agreements"
CODE = "/h5/signing-code"


@pytest.fixture
def phone(client_of: Callable[..., Browser], ctx: Context, cast: Cast) -> Browser:
    """The graduate's own WeChat, once the school is open."""
    open_school(ctx, cast)
    return client_of(cast.graduate, in_wechat=True)


@pytest.mark.slow
def test_with_one_signed_the_other_offers_are_only_seen(phone: Browser, ctx: Context, cast: Cast) -> None:
    _party, row = offer(ctx, cast.graduate)
    party, other = scan(ctx, show_ticket(ctx, cast.graduate).token, "oSigner00000000000000000002")
    know_signer(other)
    fill(ctx, party, other, credit_code=OTHER_CREDIT_CODE, unit_name="安徽云图信息有限公司")
    other = drafting.submit(ctx, party, other, consent=True, strokes=strokes())
    path = f"{LIST}/{other.code}"
    assert f'href="{path}/sign"' in phone.open(path).html
    shown = phone.open(f"{path}/sign")
    assert "data-sign-pad" in shown.html
    accept(ctx, cast.graduate, row)

    listed = phone.open(LIST)
    assert "仅供查看" in listed.text
    page = phone.open(path)
    assert (f'href="{path}/sign"' in page.html, "只能查看" in page.text) == (False, True)
    assert ("安徽云图信息有限公司" in page.text, "逐条核对条款" in page.text) == (True, False)
    only_seen = phone.open(f"{path}/sign")
    assert (only_seen.status, "data-sign-pad" in only_seen.html) == (200, False)
    assert ("8000" in only_seen.text, "只能查看" in only_seen.text) == (True, True)
    # A page that was opened before is refused in words, without a pad to try again on.
    late = shown.submit(f"{path}/sign", consent="1", identity="1", strokes=strokes(9))
    assert (late.status, "data-sign-pad" in late.html, "不能再签另一份" in late.text) == (409, False, True)
    assert fresh(other).status == "offered"

    party_of_graduate, visitor = graduate_party(ctx, cast.graduate)
    answering.withdraw(ctx, party_of_graduate, visitor, row.code, "单位取消岗位")
    assert f'href="{path}/sign"' in phone.open(path).html
    accepted = answering.accept(ctx, party_of_graduate, visitor, other.code, **signed_for(fresh(other)))
    assert accepted.status == "college_review"


def test_what_was_never_sent_shows_no_unit_and_leads_nowhere(
    phone: Browser, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    party, row = scan(ctx, show_ticket(ctx, cast.graduate).token)
    drafting.save(ctx, party, row, {"unit_name": "没有发出的单位"})
    row.change(unit_name="没有发出的单位")
    assert "一家单位正在填写" in phone.open(CODE).text
    clock.advance(days=2)
    timers.sweep(ctx)
    assert fresh(row).status == "expired"
    page = phone.open(CODE)
    assert "一家单位逾期没有提交" in page.text
    assert "没有发出的单位" not in page.text
    assert f"{LIST}/{row.code}" not in page.html
    party, given_up = scan(ctx, show_ticket(ctx, cast.graduate).token)
    drafting.discard(ctx, party, given_up)
    assert "一家单位已放弃" in phone.open(CODE).text
