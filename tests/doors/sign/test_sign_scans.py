"""The unit's page for the stamped scan: from the code on the form, without an account, in any browser."""

from collections.abc import Callable

import pytest
from flask import Flask

from models.agreement import Agreement
from services.agreements import moves
from services.agreements.parties import CLOCK
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import SIGNED_ON
from tests.agreements import fresh, sms_code
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.sign_doors import upload

PHONE = "13900000731"


@pytest.fixture
def form(ctx: Context, cast: Cast) -> Agreement:
    """A form whose number is out, without its paper."""
    agreements.open_school(ctx, cast)
    row = ways.applied(ctx, cast.graduate)[1]
    ways.passed(ctx, cast, row)
    moves.move(ctx, fresh(row), "issue", CLOCK, {"kind": "paper.issued"})
    return fresh(row)


def entered(browser: Browser, row: Agreement) -> Page:
    """From the code on the form to the page of the scan."""
    there = f"/s/scan?number={row.number}"
    assert f'href="{there}"' in browser.open(f"/v/{row.verify_code}").html
    page = browser.open(there)
    assert f'value="{row.number}"' in page.html
    typed = {"number": row.number or "", "credit_code": row.credit_code, "phone": PHONE}
    assert "验证码已发送" in page.submit("/s/scan", to="/s/scan/code", **typed).text
    return browser.open("/s/scan").submit("/s/scan", **typed, code=sms_code(PHONE))


def added(browser: Browser, page: Page) -> Page:
    """One page of the scan."""
    data = {"csrf_token": browser.token(), "kind": "scan", "part": "1", "file": upload()}
    return browser.post(page.path, data)


def test_from_the_printed_code_to_the_review(app: Flask, form: Agreement) -> None:
    browser = Browser(app)
    page = entered(browser, form)
    assert (page.path, form.number in page.text) == (f"/s/scan/{form.code}", True)
    early = browser.post(page.path, {"csrf_token": browser.token(), "signed_on": SIGNED_ON})
    assert "请先上传签名、盖章后的扫描件" in early.text
    assert "再上传" in added(browser, page).text
    done = browser.post(page.path, {"csrf_token": browser.token(), "signed_on": SIGNED_ON})
    assert "扫描件已提交" in done.text
    assert fresh(form).status == "college_review"
    assert "/s/scan" not in Browser(app).open(f"/v/{form.verify_code}").html


def test_a_returned_scan_says_why(app: Flask, ctx: Context, cast: Cast, form: Agreement) -> None:
    browser = Browser(app)
    page = entered(browser, form)
    added(browser, page)
    browser.post(page.path, {"csrf_token": browser.token(), "signed_on": SIGNED_ON})
    ways.give_back(ctx, cast.counselor, form, "scan", "graduate")
    again = browser.open(page.path)
    assert "扫描件被退回：看不清" in again.text
    assert "全部补正，提交审核" in again.text


def test_what_is_wrong_is_said(app: Flask, form: Agreement) -> None:
    page = Browser(app).open("/s/scan")
    typed = {"number": form.number or "", "credit_code": form.credit_code, "phone": PHONE}
    assert "code" in page.submit("/s/scan", **typed, code="000000").html
    assert fresh(form).signer_phone is None


def test_other_browsers_and_signers_pages_stay_closed(app: Flask, form: Agreement) -> None:
    browser = Browser(app)
    page = entered(browser, form)
    stranger = Browser(app)
    assert stranger.open(page.path).status == 404
    assert stranger.post(page.path, {"csrf_token": stranger.token(), "signed_on": SIGNED_ON}).status == 404
    assert browser.open(f"/s/d/{form.code}").path == "/s/back"
    assert browser.open(f"/s/d/scan-{form.code}").status == 404
    browser.open(page.path).submit("/s/leave")
    assert browser.open(page.path).status == 404


def test_the_graduate_is_told_how(
    app: Flask, client_of: Callable[..., Browser], cast: Cast, form: Agreement
) -> None:
    graduate = client_of(cast.graduate, in_wechat=True)
    page = graduate.open(f"/h5/agreements/{form.code}")
    assert ("单位也可以上传扫描件" in page.text, "/s/scan" in page.html) == (True, True)
    unit = Browser(app)
    added(unit, entered(unit, form))
    assert "扫描件由用人单位上传" in graduate.open(f"/h5/agreements/{form.code}").text
