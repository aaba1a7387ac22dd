"""An offer in the unit's hands: changed, taken back, mended, in force, released; also by somebody new."""

from pathlib import Path

import pytest
from flask import Flask

from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import looking, releases, sealing, timers
from services.context import Context
from tests import agreement_ways as ways
from tests.agreement_ways import brought_into_force, give_back, graduate_of, passed, release_passed, with_seal
from tests.agreements import SIGNER, TERMS, accept, fresh, open_school, sms_code, strokes
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.sign_doors import offered, upload


@pytest.fixture
def unit(app: Flask, ctx: Context, cast: Cast) -> Browser:
    """A stranger's browser, once the school is open."""
    open_school(ctx, cast)
    return Browser(app)


@pytest.fixture
def row(unit: Browser, ctx: Context, cast: Cast) -> Agreement:
    """An offer that was sent from it."""
    return offered(unit, ctx, cast.graduate)


@pytest.fixture
def in_force(row: Agreement, ctx: Context, cast: Cast) -> Agreement:
    """The same in force, without its paper."""
    accept(ctx, cast.graduate, fresh(row))
    passed(ctx, cast, row)
    return brought_into_force(ctx, row)


def asked_of_unit(ctx: Context, cast: Cast, row: Agreement) -> Release:
    """The graduate asks for the release."""
    return releases.ask(ctx, graduate_of(ctx, cast.graduate), row, "考取硕士研究生", **ways.ink(3))


def test_other_terms_are_signed_anew(unit: Browser, row: Agreement) -> None:
    path = f"/s/d/{row.code}/revise"
    page = unit.open(path)
    assert 'value="8000"' in page.html
    page = page.submit(path, pay="9000", strokes=strokes())
    assert (page.status, 'id="consent-wrong"' in page.html) == (422, True)
    page = page.submit(path, pay="9000", consent="1", strokes="")
    assert (page.status, 'id="ink-wrong"' in page.html) == (422, True)
    assert 'value="9000"' in page.html
    page = page.submit(path, pay="x", consent="1", strokes=strokes())
    assert (page.status, 'id="pay-wrong"' in page.html) == (422, True)
    page = page.submit(path, pay="9000", unit_place="", unit_place_word="蜀山")
    assert (page.status, "安徽省 合肥市 蜀山区" in page.text) == (200, True)
    assert fresh(row).terms_version == 1
    page = page.submit(path, unit_place="340104", consent="1", strokes=strokes(4))
    assert (page.path, "条款已修改" in page.text) == (f"/s/d/{row.code}", True)
    assert fresh(row).terms_version == 2


def test_an_offer_is_taken_back_with_a_reason(unit: Browser, row: Agreement) -> None:
    page = unit.open(f"/s/d/{row.code}")
    path = f"/s/d/{row.code}/recall"
    wrong = page.submit(path)
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    for _ in range(2):
        done = page.submit(path, reason="岗位取消")
        assert done.status == 200
    assert "单位已撤回" in done.text
    assert "岗位取消" in done.text
    assert fresh(row).status == "recalled"
    assert unit.open(f"/s/d/{row.code}/revise").path == f"/s/d/{row.code}"


def test_what_was_returned_is_mended_by_its_side(
    unit: Browser, row: Agreement, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    accept(ctx, cast.graduate, fresh(row))
    page = unit.open(f"/s/d/{row.code}/replace")
    assert page.path == f"/s/d/{row.code}"
    assert "毕业生已签名，学校正在审核" in page.text
    give_back(ctx, cast.counselor, row, "licence", "unit")
    clock.advance(minutes=1)
    page = unit.open(f"/s/d/{row.code}")
    assert ("补正材料" in page.text, "看不清" in page.text) == (True, True)
    path = f"/s/d/{row.code}/replace"
    page = unit.open(path)
    token = dict(page.form(path).fields)["csrf_token"]
    page = unit.post(path, {"csrf_token": token})
    assert "这份材料被退回，请重新上传后再提交" in page.text
    assert 'id="licence-wrong"' in page.html
    page = page.submit(path, act="file", kind="licence", file="")
    assert (page.status, "请选择要上传的文件" in page.text) == (422, True)
    page = page.submit(path, act="file", kind="id_front", file=upload())
    assert page.status == 409
    page = page.submit(path, act="file", kind="licence", file=upload())
    assert "已上传" in page.text
    page = unit.post(path, {"csrf_token": token})
    assert (page.path, "已提交审核" in page.text) == (f"/s/d/{row.code}", True)
    assert fresh(row).status == "college_review"
    assert unit.post(path, {"csrf_token": token}).status == 200  # a second tap


def test_a_returned_signature_is_written_anew(
    unit: Browser, row: Agreement, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    accept(ctx, cast.graduate, fresh(row))
    give_back(ctx, cast.counselor, row, "unit_ink", "unit")
    clock.advance(minutes=1)
    path = f"/s/d/{row.code}/replace"
    page = unit.open(path)
    token = dict(page.form(path).fields)["csrf_token"]
    page = unit.post(path, {"csrf_token": token})
    assert (page.status, 'id="unit_ink-wrong"' in page.html) == (422, True)
    page = page.submit(path, strokes="x")
    assert (page.status, 'id="ink-wrong"' in page.html) == (422, True)
    assert "签名已更新" in page.submit(path, strokes=strokes(5)).text
    unit.post(path, {"csrf_token": token})
    assert fresh(row).status == "college_review"


def test_the_other_side_mends_its_own(
    unit: Browser, row: Agreement, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    accept(ctx, cast.graduate, fresh(row))
    give_back(ctx, cast.counselor, row, "graduate_ink", "graduate")
    page = unit.open(f"/s/d/{row.code}/replace")
    assert page.path == f"/s/d/{row.code}"
    assert "等待毕业生补正" in page.text


@pytest.mark.slow
def test_the_sealed_paper_comes_byte_by_byte(
    unit: Browser, row: Agreement, ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    sealed = with_seal(ctx, tmp_path)
    accept(ctx, cast.graduate, fresh(row))
    passed(ctx, cast, row)
    path = f"/s/d/{row.code}/agreement.pdf"
    assert unit.open(path).status == 404
    assert sealing.sweep(sealed) == 1
    page = unit.open(f"/s/d/{row.code}")
    assert ("协议已生效" in page.text, path in page.html) == (True, True)
    answer = unit.open(path).response
    kept = looking.paper(fresh(row), "agreement")
    assert answer.mimetype == "application/pdf"
    assert looking.sealed_as(kept.digest) is not None
    assert answer.data == looking.content(ctx, graduate_of(ctx, cast.graduate).actor, kept)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=agreement.pdf")
    for kind in ("release", "receipt", "nothing"):
        assert unit.open(f"/s/d/{row.code}/{kind}.pdf").status == 404


# -- 解约 --------------------------------------------------------------------------------------------------


def test_a_release_is_asked_for(unit: Browser, in_force: Agreement) -> None:
    path = f"/s/d/{in_force.code}/release"
    page = unit.open(path)
    wrong = page.submit(path, consent="1", strokes=strokes(3))
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    for _ in range(2):
        done = page.submit(path, reason="岗位取消", consent="1", strokes=strokes(3))
        assert done.path == f"/s/d/{in_force.code}"
    assert "等待对方答复" in done.text
    assert Release.select().count() == 1
    assert unit.open(path).path == f"/s/d/{in_force.code}"
    release = Release.get()
    path = f"/s/d/{in_force.code}/releases/{release.code}"
    done = unit.open(path).submit(path, act="cancel")
    assert "已取消" in done.text
    assert fresh(in_force).status == "effective"


def test_nothing_is_released_before_it_is_in_force(unit: Browser, row: Agreement) -> None:
    assert unit.open(f"/s/d/{row.code}/release").path == f"/s/d/{row.code}"
    token = unit.token()
    sent = {"csrf_token": token, "reason": "岗位取消", "consent": "1", "strokes": strokes()}
    assert unit.post(f"/s/d/{row.code}/release", sent).status == 409
    assert unit.open(f"/s/d/{row.code}/releases/nothing").status == 404


@pytest.mark.parametrize("act", ["agree", "refuse"])
def test_a_release_is_answered(
    unit: Browser, in_force: Agreement, ctx: Context, cast: Cast, act: str
) -> None:
    release = asked_of_unit(ctx, cast, in_force)
    path = f"/s/d/{in_force.code}/releases/{release.code}"
    page = unit.open(path)
    assert "考取硕士研究生" in page.text
    if act == "agree":
        assert f"编号为 {in_force.number} 的就业协议书" in page.text
        wrong = page.submit(path, act="agree", strokes=strokes(6))
        assert (wrong.status, 'id="consent-wrong"' in wrong.html) == (422, True)
        other = page.submit(path, act="agree", consent="1", strokes=strokes(6), digest="0" * 64)
        assert (other.status, "请重新核对后再签名" in other.text) == (409, True)
        wrong = page.submit(path, act="agree", consent="1", strokes="")
        assert (wrong.status, 'id="ink-wrong"' in wrong.html) == (422, True)
        assert "已同意解约" in page.submit(path, act="agree", consent="1", strokes=strokes(6)).text
        assert Release.get().status == "college_review"
    else:
        wrong = page.submit(path, act="refuse", reason="")
        assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
        assert "协议继续有效" in page.submit(path, act="refuse", reason="尚在协商").text
        assert fresh(in_force).status == "effective"
    again = page.submit(path, act=act, consent="1", strokes=strokes(6), reason="尚在协商")
    assert (again.status, again.path) == (200, path)  # a second tap
    assert (
        page.submit(path, act="cancel").status == 404
    )  # the graduate's question is not the unit's to cancel


def test_a_unit_whose_question_nobody_answers_asks_again(
    unit: Browser, in_force: Agreement, ctx: Context, clock: FixedClock
) -> None:
    """Its own letter does not stand for the graduate's answer; it is told what it can do instead."""
    path = f"/s/d/{in_force.code}/release"
    unit.open(path).submit(path, reason="岗位取消", consent="1", strokes=strokes(3))
    release = Release.get()
    path = f"/s/d/{in_force.code}/releases/{release.code}"
    page = unit.open(path)
    assert ("由毕业生上传办理" in page.text, 'type="file"' in page.html) == (True, False)
    token = dict(page.form(path).fields)["csrf_token"]
    for act in ("proof", "file"):
        assert unit.post(path, {"csrf_token": token, "act": act, "file": upload()}).status == 403
    assert (Release.get().status, AgreementFile.select().where(AgreementFile.kind == "letter").count()) == (
        "asked",
        0,
    )
    clock.advance(days=7)
    timers.sweep(ctx)
    page = unit.open(path)
    assert ("毕业生逾期未答复" in page.text, 'type="file"' in page.html) == (True, False)
    assert unit.post(path, {"csrf_token": token, "act": "proof"}).status == 403
    again = f"/s/d/{in_force.code}/release"
    assert f'href="{again}"' in page.html
    unit.open(again).submit(again, reason="岗位取消", consent="1", strokes=strokes(3))
    assert [row.status for row in Release.select().order_by(Release.id)] == ["expired", "asked"]
    assert f'href="{again}"' not in unit.open(path).html


@pytest.mark.slow
def test_the_way_of_a_release_through_to_its_paper(
    unit: Browser, in_force: Agreement, ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    release = asked_of_unit(ctx, cast, in_force)
    path = f"/s/d/{in_force.code}/releases/{release.code}"
    unit.open(path).submit(path, act="agree", consent="1", strokes=strokes(6))
    release_passed(ctx, cast, Release.get())
    assert sealing.sweep(with_seal(ctx, tmp_path)) == 1
    page = unit.open(f"/s/d/{in_force.code}")
    assert ("已解约" in page.text, "下载解约文件" in page.text) == (True, True)
    assert unit.open(f"/s/d/{in_force.code}/release.pdf").response.data.startswith(b"%PDF")


# -- somebody new of the unit ------------------------------------------------------------------------------


def new_signer(browser: Browser, row: Agreement, **changes: str) -> Page:
    """Who it is, which agreement, and the code by text."""
    typed = {
        "number": row.number or "",
        "credit_code": row.credit_code,
        "name": "吴敏",
        "phone": "13900000777",
    }
    page = browser.open("/s/other")
    page.submit("/s/other", to="/s/other/code", phone="13900000777")
    return page.submit("/s/other", **(typed | {"code": sms_code("13900000777")} | changes))


def test_somebody_new_asks_with_two_letters(
    app: Flask, in_force: Agreement, ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    browser = Browser(app)
    page = new_signer(browser, in_force)
    release = Release.get()
    path = f"/s/other/{release.code}"
    assert page.path == path
    for secret in (cast.graduate.name, SIGNER["phone"], SIGNER["name"], TERMS["unit_name"]):
        assert secret not in page.html
    token = dict(page.form(path).fields)["csrf_token"]
    ticks = {"consent": "1", "identity": "1"}
    ask = {"csrf_token": token, "reason": "原经办人已离职", "strokes": strokes(7)} | ticks
    assert browser.post(path, ask).status == 409
    wrong = browser.post(path, {"csrf_token": token, "kind": "letter", "file": upload(b"x")})
    assert (wrong.status, 'id="letter-wrong"' in wrong.html) == (422, True)
    for kind in ("authorization", "letter"):
        assert "已上传" in browser.post(path, {"csrf_token": token, "kind": kind, "file": upload()}).text
    for tick in ticks:  # what somebody else of the unit has agreed to is not their consent
        wrong = browser.post(path, ask | {tick: ""})
        assert (wrong.status, f'id="{tick}-wrong"' in wrong.html) == (422, True)
    wrong = browser.post(path, ask | {"strokes": "[]"})
    assert (wrong.status, 'id="ink-wrong"' in wrong.html) == (422, True)
    wrong = browser.post(path, ask | {"reason": ""})
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    for _ in range(2):
        page = browser.post(path, ask)
        assert (page.status, "解约申请已提交" in page.text) == (200, True)
    assert Release.get().status == "asked"
    assert {file.kind for file in AgreementFile.select().where(AgreementFile.release == release)} == {
        *("authorization", "letter", "unit_ink", "unit_strokes")
    }
    clock.advance(days=7)
    timers.sweep(ctx)
    page = browser.open(path)
    assert ("毕业生逾期未答复" in page.text, 'href="/s/other"' in page.html) == (True, True)
    # No other browser gets there, and the agreement itself is not theirs.
    assert Browser(app).open(path).status == 404
    assert browser.open(f"/s/d/{in_force.code}").path == "/s/back"


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"number": "0000"}, 409, ""),
        ({"credit_code": "123"}, 422, "统一社会信用代码有误"),
        ({"name": ""}, 422, ""),
        ({"code": "000000"}, 422, ""),
    ],
)
def test_who_knows_too_little_gets_nothing(
    app: Flask, in_force: Agreement, changes: dict[str, str], status: int, words: str
) -> None:
    page = new_signer(Browser(app), in_force, **changes)
    assert page.status == status
    assert page.path == "/s/other"
    assert words in page.text
    assert "wrong" in page.html or "notice_bad" in page.html
    assert Release.select().count() == 0
