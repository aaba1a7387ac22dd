"""网上签约 on the graduate's phone: the list, the code, and the answer to an offer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.agreement import Agreement, SigningTicket
from models.graduate import Graduate
from services.agreements import looking, offers, sealing
from services.context import Context
from tests import agreement_ways as ways
from tests.agreement_ways import give_back, graduate_of, passed, reject, with_seal
from tests.agreements import TERMS, accept, fresh, offer, open_school, scan, show_ticket, sms_code, strokes
from tests.browser import Browser
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.sign_doors import upload

LIST = "/h5/agreements"
CODE = "/h5/signing-code"


@pytest.fixture
def phone(client_of: Callable[..., Browser], ctx: Context, cast: Cast) -> Browser:
    """The graduate's own WeChat, once the school is open."""
    open_school(ctx, cast)
    return client_of(cast.graduate, in_wechat=True)


@pytest.fixture
def offered(phone: Browser, ctx: Context, cast: Cast) -> Agreement:
    """An offer that waits for the graduate."""
    return offer(ctx, cast.graduate)[1]


def sent(browser: Browser, row: Agreement, **changes: Any) -> dict[str, Any]:
    """What the signing page of an agreement sends, with the token of this browser."""
    page = browser.open(f"{LIST}/{row.code}/sign")
    fields = dict(page.form(f"{LIST}/{row.code}/sign").fields)
    return fields | {"consent": "1", "identity": "1", "strokes": strokes(9)} | changes


# -- the list and the code ---------------------------------------------------------------------------------


def test_before_the_school_is_open_nothing_can_be_begun(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    browser = client_of(cast.graduate)
    page = browser.open(LIST)
    assert "尚未开通网上签约" in page.text
    assert "出示签约码" not in page.text
    assert "选择下面一种方式" not in page.text  # there is none
    page = browser.open(CODE)
    assert page.status == 409
    page = browser.post(f"{LIST}/begin", {"csrf_token": browser.token(), "kind": "paper"})
    assert page.path == LIST
    assert Agreement.select().count() == 0


def test_first_the_roster_is_confirmed(phone: Browser) -> None:
    Graduate.update(status="open").execute()
    page = phone.open(LIST)
    assert "先确认生源信息" in page.text
    assert "出示签约码" not in page.text
    assert phone.open(CODE).status == 409


def test_a_code_is_shown_renewed_and_taken_back(phone: Browser) -> None:
    assert "出示签约码" in phone.open(LIST).text
    page = phone.open(CODE)
    assert (page.status, "http://wx.test/s/" in page.html) == (200, True)
    assert phone.open(f"{CODE}.png").response.data.startswith(b"\x89PNG")
    saved = phone.open(f"{CODE}.png?save=1").response.headers["Content-Disposition"]
    assert saved.startswith("attachment")
    assert b"<svg" in phone.open(f"{CODE}.svg").response.data
    assert SigningTicket.select().count() == 1
    assert "已更换签约码" in page.submit(f"{CODE}/renew").text
    page = page.submit(f"{CODE}/revoke")
    assert (page.path, "已收回签约码" in page.text) == (LIST, True)
    assert [row.status for row in SigningTicket.select().order_by(SigningTicket.id)] == ["revoked", "revoked"]


def test_what_a_unit_is_still_writing_is_not_the_graduates_to_see(
    phone: Browser, ctx: Context, cast: Cast
) -> None:
    row = scan(ctx, show_ticket(ctx, cast.graduate).token)[1]
    assert "正在填写" in phone.open(CODE).text
    for path in ("", "/sign", "/edit", "/scan", "/release", "/letter", "/agreement.pdf", "/releases/x"):
        assert phone.open(f"{LIST}/{row.code}{path}").status == 404, path
    assert "还没有就业协议" in phone.open(LIST).text


# -- the answer --------------------------------------------------------------------------------------------


def test_exactly_what_is_shown_is_signed(phone: Browser, offered: Agreement) -> None:
    page = phone.open(LIST)
    assert ("合肥创新软件有限公司" in page.text, "待毕业生确认" in page.text) == (True, True)
    path = f"{LIST}/{offered.code}/sign"
    page = phone.open(path)
    for words in ("8000", "软件开发工程师", "安徽省 合肥市 蜀山区", "提供住宿"):
        assert words in page.text
    assert 'name="code"' not in page.html
    done = page.submit(path, consent="1", identity="1", strokes=strokes(9))
    assert (done.status, done.path) == (200, f"{LIST}/{offered.code}")
    assert "您已签名" in done.text
    assert fresh(offered).status == "college_review"
    again = page.submit(path, consent="1", identity="1", strokes=strokes(9))
    assert (again.status, again.path) == (200, f"{LIST}/{offered.code}")
    assert phone.open(path).path == f"{LIST}/{offered.code}"
    assert "出示签约码" not in phone.open(LIST).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"strokes": ""}, "ink"),
        ({"strokes": "{}"}, "ink"),
        ({"strokes": "x" * 310_000}, "ink"),
        ({"consent": ""}, "consent"),
        ({"identity": ""}, "identity"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    phone: Browser, offered: Agreement, changes: dict[str, str], field: str
) -> None:
    page = phone.post(f"{LIST}/{offered.code}/sign", sent(phone, offered, **changes))
    assert (page.status, f'id="{field}-wrong"' in page.html) == (422, True)
    assert fresh(offered).status == "offered"


def test_changed_terms_are_marked_before_anything_is_signed(phone: Browser, ctx: Context, cast: Cast) -> None:
    party, row = offer(ctx, cast.graduate)
    before = sent(phone, row)
    offers.revise(ctx, party, row, TERMS | {"pay": "7000", "post": "测试工程师"}, **ways.ink(2))
    page = phone.post(f"{LIST}/{row.code}/sign", before)
    assert page.status == 409
    assert "变更处已标出" in page.text
    assert page.html.count('class="is-changed"') == 2
    assert ("7000" in page.text, "已变更" in page.text) == (True, True)
    assert fresh(row).status == "offered"
    done = page.submit(f"{LIST}/{row.code}/sign", consent="1", identity="1", strokes=strokes(9))
    assert "您已签名" in done.text


@pytest.mark.parametrize("version", ["x", "", "-1", "99999999999", "²"])
def test_odd_versions_are_a_conflict(phone: Browser, offered: Agreement, version: str) -> None:
    page = phone.post(f"{LIST}/{offered.code}/sign", sent(phone, offered, version=version))
    assert page.status == 409
    assert fresh(offered).status == "offered"


def test_outside_of_the_own_wechat_a_code_by_text_is_needed(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    open_school(ctx, cast)
    _party, row = offer(ctx, cast.graduate)
    browser = client_of(cast.graduate)
    path = f"{LIST}/{row.code}/sign"
    page = browser.open(path)
    assert 'name="code"' in page.html
    wrong = page.submit(path, consent="1", identity="1", strokes=strokes(9), code="000000")
    assert (wrong.status, 'id="code-wrong"' in wrong.html) == (422, True)
    page.submit(path, to="/h5/code", purpose="accept")
    done = page.submit(
        path, consent="1", identity="1", strokes=strokes(9), code=sms_code(cast.graduate.phone)
    )
    assert "您已签名" in done.text


def test_no_is_said_with_a_reason(phone: Browser, offered: Agreement) -> None:
    page = phone.open(f"{LIST}/{offered.code}")
    path = f"{LIST}/{offered.code}/decline"
    wrong = page.submit(path)
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    for _ in range(2):
        done = page.submit(path, reason="已签约其他单位")
        assert (done.status, "毕业生未同意" in done.text) == (200, True)
    assert fresh(offered).status == "declined"


def test_after_its_time_nothing_is_signed(phone: Browser, offered: Agreement, clock: FixedClock) -> None:
    data = sent(phone, offered)
    clock.advance(days=8)
    page = phone.post(f"{LIST}/{offered.code}/sign", data)
    assert page.status == 409
    assert "应约有效期已过" in page.text


def test_going_back_is_the_provinces_to_allow(
    client_of: Callable[..., Browser], ctx: Context, cast: Cast
) -> None:
    rules = open_school(ctx, cast, may_withdraw=False)
    phone = client_of(cast.graduate, in_wechat=True)
    _party, row = offer(ctx, cast.graduate)
    assert "毕业生签名后不能撤回" in phone.open(f"{LIST}/{row.code}/sign").text
    accept(ctx, cast.graduate, row)
    path = f"{LIST}/{row.code}/withdraw"
    assert path not in phone.open(f"{LIST}/{row.code}").html
    assert phone.post(path, {"csrf_token": phone.token(), "reason": "考研"}).status == 403
    rules.change(may_withdraw=True)
    assert path not in phone.open(f"{LIST}/{row.code}").html  # it was signed so
    reject(ctx, cast.counselor, row)
    _party, row = offer(ctx, cast.graduate)
    accept(ctx, cast.graduate, row)
    path = f"{LIST}/{row.code}/withdraw"
    page = phone.open(f"{LIST}/{row.code}")
    assert page.submit(path).status == 422
    assert "毕业生已撤回" in page.submit(path, reason="考取硕士研究生").text
    assert fresh(row).status == "withdrawn"


def test_a_returned_signature_is_written_anew(
    phone: Browser, offered: Agreement, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    accept(ctx, cast.graduate, offered)
    give_back(ctx, cast.counselor, offered, "graduate_ink", "graduate")
    clock.advance(minutes=1)
    page = phone.open(f"{LIST}/{offered.code}")
    path = f"{LIST}/{offered.code}/scan"
    assert (path in page.html, "看不清" in page.text) == (True, True)
    page = phone.open(path)
    wrong = page.submit(path)
    assert (wrong.status, 'id="graduate_ink-wrong"' in wrong.html) == (422, True)
    wrong = page.submit(f"{LIST}/{offered.code}/upload", strokes="")
    assert (wrong.status, 'id="ink-wrong"' in wrong.html) == (422, True)
    done = page.submit(f"{LIST}/{offered.code}/upload", strokes=strokes(5))
    assert (done.path, "毕业生手写签名已上传" in done.text) == (path, True)
    assert "已提交审核" in done.submit(path).text
    assert fresh(offered).status == "college_review"


def test_what_the_unit_must_mend_is_not_the_graduates(
    phone: Browser, offered: Agreement, ctx: Context, cast: Cast
) -> None:
    accept(ctx, cast.graduate, offered)
    give_back(ctx, cast.counselor, offered, "licence", "unit")
    page = phone.open(f"{LIST}/{offered.code}")
    assert "单位正在按下面的原因补正" in page.text
    assert phone.open(f"{LIST}/{offered.code}/scan").path == f"{LIST}/{offered.code}"
    data = {"csrf_token": phone.token(), "kind": "licence", "file": upload()}
    assert phone.post(f"{LIST}/{offered.code}/upload", data).status == 409


@pytest.mark.slow
def test_the_sealed_paper_comes_byte_by_byte(
    phone: Browser, offered: Agreement, ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    accept(ctx, cast.graduate, offered)
    passed(ctx, cast, offered)
    assert "正在生成" in phone.open(f"{LIST}/{offered.code}").text
    assert sealing.sweep(with_seal(ctx, tmp_path)) == 1
    page = phone.open(f"{LIST}/{offered.code}")
    assert "下载协议书" in page.text
    answer = phone.open(f"{LIST}/{offered.code}/agreement.pdf").response
    kept = looking.paper(fresh(offered), "agreement")
    assert answer.data == looking.content(ctx, graduate_of(ctx, cast.graduate).actor, kept)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.headers["Content-Disposition"].startswith("inline; filename=agreement.pdf")
    for kind in ("receipt", "form", "release", "x"):
        assert phone.open(f"{LIST}/{offered.code}/{kind}.pdf").status == 404


def test_another_graduate_sees_none_of_it(
    client_of: Callable[..., Browser], offered: Agreement, cast: Cast
) -> None:
    other = client_of(cast.other_graduate, in_wechat=True)
    for path in ("", "/sign", "/edit", "/scan", "/release", "/letter", "/agreement.pdf"):
        assert other.open(f"{LIST}/{offered.code}{path}").status == 404
    token = other.token()
    for path in ("sign", "decline", "withdraw", "drop", "upload", "scan", "edit", "release", "letter/file"):
        sent_by = {"csrf_token": token, "reason": "错了", "strokes": strokes()}
        assert other.post(f"{LIST}/{offered.code}/{path}", sent_by).status == 404, path
    assert "还没有就业协议" in other.open(LIST).text
    assert fresh(offered).status == "offered"


def test_every_form_needs_its_token(phone: Browser, offered: Agreement) -> None:
    paths = [f"{CODE}/renew", f"{CODE}/revoke", f"{LIST}/begin"]
    steps = (
        "sign",
        "decline",
        "withdraw",
        "edit",
        "upload",
        "scan",
        "drop",
        "release",
        "letter",
        "letter/file",
    )
    for path in [*paths, *(f"{LIST}/{offered.code}/{step}" for step in steps)]:
        assert phone.post(path, {"reason": "错了", "strokes": strokes()}).status == 400, path
    assert fresh(offered).status == "offered"
