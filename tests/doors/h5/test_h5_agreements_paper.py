"""线下签约, 已签协议登记 and 解约 on the graduate's phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import looking, releases, sealing
from services.context import Context
from tests import agreement_ways as ways
from tests.agreement_ways import SIGNED_ON, give_back, graduate_of, in_force, passed, reject, with_seal
from tests.agreements import TERMS, fresh, open_school, strokes
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.sign_doors import newest, upload

LIST = "/h5/agreements"
NUMBER = "皖就业 2027-00017"


@pytest.fixture
def phone(client_of: Callable[..., Browser], ctx: Context, cast: Cast) -> Browser:
    """The graduate's own WeChat, once the school is open."""
    open_school(ctx, cast)
    return client_of(cast.graduate, in_wechat=True)


def begun(browser: Browser, kind: str) -> Page:
    """The form of a kind of agreement."""
    data = {"csrf_token": browser.token(), "kind": kind}
    return browser.post(f"{LIST}/begin", data)


def typed(page: Page, row: Agreement, **changes: str) -> Page:
    """The terms filled in and handed in, with the county looked for and chosen."""
    path = f"{LIST}/{row.code}/edit"
    values = {name: value for name, value in (TERMS | changes).items() if name != "unit_place"}
    page = page.submit(path, **values, unit_place_word="蜀山", find="unit_place")
    assert "安徽省 合肥市 蜀山区" in page.text
    return page.submit(path, unit_place="340104", act="apply")


def sent_up(browser: Browser, path: str, **values: Any) -> Page:
    """A picture sent by itself."""
    return browser.post(path, {"csrf_token": browser.token(), "file": upload()} | values)


def applied(browser: Browser) -> Agreement:
    """An application for a numbered form."""
    page = begun(browser, "paper")
    typed(page, newest())
    return newest()


def issued(browser: Browser, ctx: Context, cast: Cast, folder: Path) -> tuple[Context, Agreement]:
    """A numbered form that is out, and the Context with the seal that made it."""
    row, sealed = applied(browser), with_seal(ctx, folder)
    passed(ctx, cast, row)
    assert sealing.sweep(sealed) == 1
    return sealed, fresh(row)


# -- 线下签约 ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_way_on_paper(phone: Browser, ctx: Context, cast: Cast, tmp_path: Path) -> None:
    page = begun(phone, "paper")
    row = newest()
    path = f"{LIST}/{row.code}"
    assert page.path == f"{path}/edit"
    assert "扫描件" not in page.text
    page = page.submit(f"{path}/edit", act="save", unit_name="合肥某公司")
    assert ("已保存" in page.text, 'value="合肥某公司"' in page.html) == (True, True)
    page = page.submit(f"{path}/edit", act="apply", pay="x")
    assert (page.status, 'id="pay-wrong"' in page.html, 'id="credit_code-wrong"' in page.html) == (
        *(422, True, True),
    )
    page = typed(page, row)
    assert (page.path, "申请已提交" in page.text) == (path, True)
    assert phone.open(f"{path}/edit").path == path
    again = phone.post(f"{path}/edit", {"csrf_token": phone.token(), "act": "apply"})
    assert (again.status, again.path) == (200, path)  # a second tap
    page = page.submit(f"{path}/drop")
    assert (page.path, "已撤回申请" in page.text) == (f"{path}/edit", True)
    phone.post(f"{path}/drop", {"csrf_token": phone.token(), "act": "recall"})  # a second tap
    assert fresh(row).status == "draft"
    page = page.submit(f"{path}/edit", act="apply")
    assert "申请已提交" in page.text
    sealed = with_seal(ctx, tmp_path)
    passed(ctx, cast, row)
    assert "正在生成带编号的协议书" in phone.open(path).text
    assert sealing.sweep(sealed) == 1
    page = phone.open(path)
    assert page.text.index("下载待签协议书") < page.text.index("上传扫描件")  # as people do it
    form = phone.open(f"{path}/form.pdf").response.data
    assert form == looking.content(ctx, graduate_of(ctx, cast.graduate).actor, looking.paper(row, "form"))
    page = phone.open(f"{path}/scan")
    wrong = page.submit(f"{path}/scan")
    assert wrong.status == 409
    assert "notice_bad" in wrong.html
    for part in ("1", "2"):
        page = page.submit(f"{path}/upload", file=upload())
        assert f"已上传 {part} 页" in page.text
    page = page.submit(f"{path}/upload", part="1", file=upload())
    assert "已上传 2 页" in page.text
    for day in ("", "2026-13-01", "2026-11-21", "2024-11-01"):
        wrong = page.submit(f"{path}/scan", signed_on=day)
        assert (wrong.status, 'id="signed_on-wrong"' in wrong.html) == (422, True)
    assert "已提交审核" in wrong.submit(f"{path}/scan", signed_on=SIGNED_ON).text
    assert fresh(row).status == "college_review"
    passed(ctx, cast, row)
    assert sealing.sweep(sealed) == 1
    page = phone.open(path)
    assert ("协议已生效" in page.text, f"签订日期 {SIGNED_ON}" in page.text) == (True, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"part": "0"}, 422),
        ({"part": "7"}, 422),
        ({"part": "-1"}, 200),
        ({"part": "99999999999999999999"}, 200),
        ({"file": ""}, 422),
        ({"file": upload(b"%PDF-1.4 %%EOF")}, 422),
        ({"kind": "licence"}, 409),
        ({"kind": "passport"}, 409),
        ({"kind": "graduate_strokes"}, 409),
        ({"kind": "graduate_ink", "strokes": strokes()}, 409),
        ({"kind": ""}, 200),
    ],
)
def test_odd_uploads_are_refused_in_words(phone: Browser, changes: dict[str, Any], status: int) -> None:
    begun(phone, "recorded")
    path = f"{LIST}/{newest().code}"
    page = sent_up(phone, f"{path}/upload", **({"kind": "scan"} | changes))
    assert page.status == status
    assert page.path == f"{path}/{'upload' if status != 200 else 'edit'}"
    if status != 200:
        assert 'class="wrong"' in page.html or "notice_bad" in page.html


def test_an_application_that_was_returned_is_changed(phone: Browser, ctx: Context, cast: Cast) -> None:
    row = applied(phone)
    give_back(ctx, cast.counselor, row, "terms", "graduate")
    page = phone.open(f"{LIST}/{row.code}")
    assert "继续填写" in page.text
    page = phone.open(f"{LIST}/{row.code}/edit")
    assert "看不清" in page.text
    page = page.submit(f"{LIST}/{row.code}/edit", act="apply", pay="8500")
    assert "申请已提交" in page.text
    assert '"pay":"8500"' in fresh(row).terms


def test_an_application_is_given_up(phone: Browser) -> None:
    page = begun(phone, "paper")
    row = newest()
    assert begun(phone, "paper").path == page.path  # the same one
    page = page.submit(f"{LIST}/{row.code}/drop")
    assert (page.path, "已放弃" in page.text) == (LIST, True)
    assert fresh(row).status == "discarded"
    drop = {"csrf_token": phone.token(), "reason": "不签了"}
    assert phone.post(f"{LIST}/{row.code}/drop", drop).status == 409
    again = phone.post(f"{LIST}/{row.code}/drop", drop | {"act": "discard"})  # a second tap
    assert (again.status, "已放弃" in again.text) == (200, True)


@pytest.mark.slow
def test_a_numbered_form_is_given_up_with_a_reason(
    phone: Browser, ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    _sealed, row = issued(phone, ctx, cast, tmp_path)
    page = phone.open(f"{LIST}/{row.code}")
    wrong = page.submit(f"{LIST}/{row.code}/drop")
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    assert "已作废" in page.submit(f"{LIST}/{row.code}/drop", reason="单位改变主意").text
    assert fresh(row).status == "cancelled"
    assert "出示签约码" in phone.open(LIST).text


@pytest.mark.slow
def test_a_returned_scan_is_sent_anew(
    phone: Browser, ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path
) -> None:
    _sealed, row = issued(phone, ctx, cast, tmp_path)
    path = f"{LIST}/{row.code}"
    for part in ("1", "2"):
        sent_up(phone, f"{path}/upload", kind="scan", part=part)
    phone.open(f"{path}/scan").submit(f"{path}/scan", signed_on=SIGNED_ON)
    clock.advance(minutes=1)
    give_back(ctx, cast.counselor, row, "scan", "graduate")
    clock.advance(minutes=1)
    page = phone.open(f"{path}/scan")
    assert ("看不清" in page.text, f'value="{SIGNED_ON}"' in page.html) == (True, True)
    assert page.submit(f"{path}/scan").status == 409
    page = page.submit(f"{path}/upload", part="2", file=upload())
    assert "已提交审核" in page.submit(f"{path}/scan").text
    assert fresh(row).status == "college_review"


# -- 已签协议登记 ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_signed_before_is_registered(
    phone: Browser, ctx: Context, cast: Cast, clock: FixedClock, tmp_path: Path
) -> None:
    page = begun(phone, "recorded")
    row = newest()
    path = f"{LIST}/{row.code}"
    wrong = typed(page, row, paper_number=NUMBER, signed_on=SIGNED_ON)
    assert (wrong.status, "notice_bad" in wrong.html) == (409, True)
    wrong = sent_up(phone, f"{path}/upload", kind="scan", file="")
    assert (wrong.status, 'id="scan-wrong"' in wrong.html) == (422, True)
    assert f'value="{TERMS["unit_name"]}"' in wrong.html  # what was typed is not lost
    page = wrong.submit(f"{path}/upload", file=upload())
    assert (page.path, "已上传 1 页" in page.text) == (f"{path}/edit", True)
    wrong = page.submit(f"{path}/edit", act="apply", paper_number="")
    assert (wrong.status, 'id="paper_number-wrong"' in wrong.html) == (422, True)
    wrong = page.submit(f"{path}/edit", act="apply", paper_number=NUMBER, signed_on="2026-11-21")
    assert (wrong.status, 'id="signed_on-wrong"' in wrong.html) == (422, True)
    page = page.submit(f"{path}/edit", act="apply", paper_number=NUMBER, signed_on=SIGNED_ON)
    assert "登记已提交" in page.text
    give_back(ctx, cast.counselor, row, "terms", "graduate")
    clock.advance(minutes=1)
    page = phone.open(path)
    assert f"{path}/edit" in page.html
    assert phone.open(f"{path}/scan").path == path
    page = phone.open(f"{path}/edit")
    assert (f'value="{NUMBER}"' in page.html, f'value="{SIGNED_ON}"' in page.html) == (True, True)
    page = page.submit(f"{path}/edit", act="apply", pay="8800")
    assert "登记已提交" in page.text
    passed(ctx, cast, row)
    assert sealing.sweep(with_seal(ctx, tmp_path)) == 1
    page = phone.open(path)
    assert ("下载登记回执" in page.text, "协议已生效" in page.text) == (True, True)
    assert phone.open(f"{path}/receipt.pdf").response.data.startswith(b"%PDF")


def test_a_registration_is_taken_back(phone: Browser, ctx: Context, cast: Cast) -> None:
    page = begun(phone, "recorded")
    row = newest()
    sent_up(phone, f"{LIST}/{row.code}/upload", kind="scan")
    typed(page, row, paper_number=NUMBER, signed_on=SIGNED_ON)
    page = phone.open(f"{LIST}/{row.code}")
    wrong = page.submit(f"{LIST}/{row.code}/withdraw")
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    assert "已撤回" in page.submit(f"{LIST}/{row.code}/withdraw", reason="填错了").text
    page = begun(phone, "recorded")
    assert newest().id != row.id
    assert page.path == f"{LIST}/{newest().code}/edit"


def test_what_was_rejected_says_why(phone: Browser, ctx: Context, cast: Cast) -> None:
    row = applied(phone)
    reject(ctx, cast.counselor, row)
    page = phone.open(f"{LIST}/{row.code}")
    assert ("审核未通过" in page.text, "与事实不符" in page.text) == (True, True)


# -- 解约 --------------------------------------------------------------------------------------------------


@pytest.fixture
def binding(phone: Browser, ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force, signed online."""
    return in_force(ctx, cast)[1]


def test_a_release_is_asked_for_and_taken_back(phone: Browser, binding: Agreement) -> None:
    path = f"{LIST}/{binding.code}"
    page = phone.open(f"{path}/release")
    wrong = page.submit(f"{path}/release", reason="", consent="1", strokes=strokes(3))
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    wrong = page.submit(f"{path}/release", reason="考研", consent="1", strokes="null")
    assert (wrong.status, 'id="ink-wrong"' in wrong.html) == (422, True)
    for _ in range(2):
        done = page.submit(f"{path}/release", reason="考研", consent="1", strokes=strokes(3))
        assert (done.path, "等待对方答复" in done.text) == (path, True)
    assert Release.select().count() == 1
    release = Release.get()
    page = phone.open(f"{path}/releases/{release.code}")
    page = page.submit(f"{path}/releases/{release.code}", act="cancel")
    assert "已取消" in page.text
    assert fresh(binding).status == "effective"


def test_a_release_is_answered(phone: Browser, ctx: Context, cast: Cast) -> None:
    party, row = in_force(ctx, cast)
    for act in ("refuse", "agree"):
        release = releases.ask(ctx, party, fresh(row), "岗位取消", **ways.ink(3))
        path = f"{LIST}/{row.code}/releases/{release.code}"
        page = phone.open(path)
        assert ("岗位取消" in page.text, "用人单位" in page.text) == (True, True)
        wrong = page.submit(path, act=act, reason="", consent="1", strokes="")
        assert wrong.status == 422
        assert f'id="{"ink" if act == "agree" else "reason"}-wrong"' in wrong.html
        done = page.submit(path, act=act, reason="仍愿意入职", consent="1", strokes=strokes(4))
        assert (done.status, done.path) == (200, path)
        assert phone.post(path, {"csrf_token": phone.token(), "act": "cancel"}).status == 404
    assert Release.get(Release.code == release.code).status == "college_review"


def test_a_letter_goes_on_where_the_unit_keeps_silent(phone: Browser, binding: Agreement) -> None:
    path = f"{LIST}/{binding.code}"
    phone.open(f"{path}/release").submit(f"{path}/release", reason="考研", consent="1", strokes=strokes(3))
    release = Release.get()
    page = phone.open(f"{path}/releases/{release.code}")
    wrong = page.submit(f"{path}/letter/file", file="")
    assert (wrong.status, 'id="letter-wrong"' in wrong.html) == (422, True)
    page = wrong.submit(f"{path}/letter/file", file=upload())
    assert (page.path, "已上传 1 页" in page.text) == (f"{path}/releases/{release.code}", True)
    token = phone.token()
    done = phone.post(page.path, {"csrf_token": token, "act": "proof"})
    assert "解约函已提交" in done.text
    again = phone.post(page.path, {"csrf_token": token, "act": "proof"})  # a second tap
    assert (again.status, "解约函已提交" in again.text) == (200, True)


def test_a_release_is_filed_with_a_letter(phone: Browser, binding: Agreement) -> None:
    path = f"{LIST}/{binding.code}"
    page = phone.open(f"{path}/letter")
    token = phone.token()
    assert phone.post(f"{path}/letter", {"csrf_token": token, "reason": "考研"}).status == 409
    for part in ("0", "4"):
        wrong = sent_up(phone, f"{path}/letter/file", part=part)
        assert (wrong.status, 'id="letter-wrong"' in wrong.html) == (422, True)
    page = page.submit(f"{path}/letter/file", file=upload())
    assert (page.path, "已上传 1 页" in page.text) == (f"{path}/letter", True)
    wrong = page.submit(f"{path}/letter", reason="")
    assert (wrong.status, 'id="reason-wrong"' in wrong.html) == (422, True)
    done = page.submit(f"{path}/letter", reason="考取硕士研究生")
    assert (done.path, "解约材料已提交" in done.text) == (path, True)
    assert Release.get().status == "college_review"
    assert phone.open(f"{path}/letter").path == path
    assert AgreementFile.select().where(AgreementFile.kind == "letter").count() == 1


def test_before_it_is_in_force_nothing_is_released(phone: Browser) -> None:
    row = applied(phone)
    path = f"{LIST}/{row.code}"
    for page in ("release", "letter"):
        assert phone.open(f"{path}/{page}").path == path
    token = phone.token()
    for page in ("release", "letter", "letter/file"):
        sent = {"csrf_token": token, "reason": "考研", "consent": "1", "identity": "1"}
        sent |= {"strokes": strokes(), "file": upload()}
        assert phone.post(f"{path}/{page}", sent).status == 409, page
    sent = {"csrf_token": token, "release": "nothing", "file": upload()}
    assert phone.post(f"{path}/letter/file", sent).status == 404
    assert phone.open(f"{path}/releases/nothing").status == 404
