"""Every word that a reviewer of an agreement may say: pass, return, reject, void; and the letter brought for others."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from domain.refusal_words import SAY
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.org import Staff
from services.agreements import chain
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.papers import pdf, photo

PAGE = "/console/agreements"
CRITERIA = ["licence", "identity", "signature"]
Desk = Callable[..., Browser]
Upload = tuple[io.BytesIO, str]


@pytest.fixture
def waiting(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that both sides have signed."""
    agreements.open_school(ctx, cast)
    return ways.accepted(ctx, cast.graduate)[1]


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


def say(browser: Browser, row: Agreement, act: str, **values: Any) -> Page:
    """Presses one of the buttons on the agreement's page."""
    page = f"{PAGE}/{row.code}"
    return browser.open(page).submit(page, act=act, **values)


def status(row: Agreement) -> str:
    return agreements.fresh(row).status


# -- the first review --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["counselor", "college"])
def test_the_first_review_ticks_everything_and_passes_it_on(
    desk_of: Desk, cast: Cast, waiting: Agreement, who: str
) -> None:
    browser = desk_of(getattr(cast, who))
    page = browser.open(f"{PAGE}/{waiting.code}")
    for title in ("单位证照清晰有效", "经办人证件正反两面齐全", "手写签名清晰"):
        assert title in page.text, title
    page = say(browser, waiting, "pass", criteria=CRITERIA)
    assert "院系审核通过，已转学校审核" in page.text
    assert status(waiting) == "school_review"
    assert "审核通过</button>" not in page.html  # the next word is the school's


@pytest.mark.parametrize(
    "ticked", [[], ["licence"], ["licence", "identity"], ["identity", "signature", "nonsense"]]
)
def test_a_criterion_that_is_not_ticked_holds_it(
    college_desk: Browser, waiting: Agreement, ticked: list[str]
) -> None:
    page = say(college_desk, waiting, "pass", criteria=ticked)
    assert page.status == 422
    assert SAY["criteria_all"] in page.text
    assert page.text.count(SAY["criteria_all"]) == 1
    assert status(waiting) == "college_review"
    for name in CRITERIA:  # what was ticked stays ticked
        assert (f'value="{name}" checked' in page.html) is (name in ticked), name


def test_the_school_waits_for_the_first_review(school_desk: Browser, waiting: Agreement) -> None:
    page = school_desk.open(f"{PAGE}/{waiting.code}")
    assert "院系审核中" in page.text
    assert 'value="pass"' not in page.html
    token = school_desk.token()
    sent = {"csrf_token": token, "act": "pass", "seen": str(waiting.version), "criteria": CRITERIA}
    assert school_desk.post(f"{PAGE}/{waiting.code}", sent).status == 403
    assert status(waiting) == "college_review"


def test_a_province_has_no_word_in_it(province_desk: Browser, waiting: Agreement) -> None:
    sent = {
        "csrf_token": province_desk.token(),
        "act": "pass",
        "seen": str(waiting.version),
        "criteria": CRITERIA,
    }
    assert province_desk.post(f"{PAGE}/{waiting.code}", sent).status == 403
    assert status(waiting) == "college_review"


# -- the school's word -------------------------------------------------------------------------------------


def test_the_school_passes_and_the_paper_is_on_its_way(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    ways.pass_first(ctx, cast.counselor, waiting)
    page = say(school_desk, waiting, "pass")
    assert "审核通过，正在生成文件" in page.text
    assert "2027-4134010359-000001" in page.text
    assert status(waiting) == "sealing"


def test_one_person_does_not_do_both(desk_of: Desk, cast: Cast, ctx: Context, waiting: Agreement) -> None:
    ways.pass_first(ctx, cast.college, waiting)
    assert cast.college.account is not None
    both = Staff.create(account=cast.college.account, level="school", unit=cast.units["school"], office="")
    browser = desk_of(cast.college)
    token = browser.token()
    browser.post("/console/seat", {"csrf_token": token, "staff": both.code})
    page = say(browser, waiting, "pass")
    assert page.status == 409
    assert SAY["same_reviewer"] in page.text
    assert status(waiting) == "school_review"


def test_a_school_without_its_number_is_told(
    school_desk: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    ways.pass_first(ctx, cast.college, waiting)
    cast.units["school"].change(number="")
    page = say(school_desk, waiting, "pass")
    assert page.status == 409
    assert SAY["school_number_needed"] in page.text


# -- returned, rejected ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "side", "kind"),
    [
        ("college", "unit", "licence"),
        ("counselor", "graduate", "graduate_ink"),
        ("school", "unit", "unit_ink"),
    ],
)
def test_material_goes_back_item_by_item(
    desk_of: Desk, ctx: Context, cast: Cast, waiting: Agreement, who: str, side: str, kind: str
) -> None:
    if who == "school":
        ways.pass_first(ctx, cast.counselor, waiting)
    page = say(desk_of(getattr(cast, who)), waiting, f"return_{side}", **{f"fault_{side}_{kind}": "看不清"})
    assert "已退回，对方会看到每一项的原因" in page.text
    row = agreements.fresh(waiting)
    assert (row.status, row.faults, row.fix_side) == ("returned", {kind: "看不清"}, side)


@pytest.mark.parametrize("side", ["unit", "graduate"])
def test_a_return_needs_a_reason_for_something(college_desk: Browser, waiting: Agreement, side: str) -> None:
    page = say(college_desk, waiting, f"return_{side}")
    assert page.status == 422
    assert SAY["faults_needed"] in page.text
    assert status(waiting) == "college_review"


def test_too_long_a_reason_is_said_and_kept_in_the_field(college_desk: Browser, waiting: Agreement) -> None:
    long = "看不清" * 80
    page = say(college_desk, waiting, "return_unit", fault_unit_licence=long)
    assert page.status == 422
    assert f'name="fault_unit_licence" maxlength="200" value="{long}"' in page.html


@pytest.mark.parametrize("who", ["college", "school"])
def test_a_rejection_ends_it_with_a_reason(
    desk_of: Desk, ctx: Context, cast: Cast, waiting: Agreement, who: str
) -> None:
    if who == "school":
        ways.pass_first(ctx, cast.counselor, waiting)
    browser = desk_of(getattr(cast, who))
    before = status(waiting)
    page = say(browser, waiting, "reject", reason=" ")
    assert page.status == 422
    assert SAY["review_reason_needed"] in page.text
    assert status(waiting) == before
    page = say(browser, waiting, "reject", reason="单位不存在<b>")
    assert "已记为审核不通过，双方会收到通知" in page.text
    assert "原因：单位不存在" in page.text
    assert "<b>" not in page.html
    assert status(waiting) == "rejected"


def test_no_other_word_is_known(college_desk: Browser, waiting: Agreement) -> None:
    assert say(college_desk, waiting, "approve").status == 404
    assert status(waiting) == "college_review"


@pytest.mark.parametrize("act", ["pass", "return_unit", "reject"])
def test_another_tabs_news_stands_before_the_word(
    desk_of: Desk, cast: Cast, ctx: Context, waiting: Agreement, act: str
) -> None:
    browser, page = desk_of(cast.college), f"{PAGE}/{waiting.code}"
    old = browser.open(page)
    ways.pass_first(ctx, cast.counselor, waiting)
    said = old.submit(page, act=act, criteria=CRITERIA, reason="x", fault_unit_licence="x")
    assert said.status == 409
    assert SAY["stale"] in said.text
    assert "学校审核中" in said.text  # as it is now
    assert status(waiting) == "school_review"


def test_a_form_that_shows_no_version_is_not_taken(college_desk: Browser, waiting: Agreement) -> None:
    sent = {"csrf_token": college_desk.token(), "act": "reject", "reason": "x"}
    assert college_desk.post(f"{PAGE}/{waiting.code}", sent).status == 409
    assert status(waiting) == "college_review"


# -- forms on paper ----------------------------------------------------------------------------------------


def test_an_application_for_a_form_has_nothing_to_tick(desk_of: Desk, ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.applied(ctx, cast.graduate)
    browser = desk_of(cast.college)
    assert 'name="criteria"' not in browser.open(f"{PAGE}/{row.code}").html
    assert say(browser, row, "pass").status == 200
    assert status(row) == "form_school"
    assert say(desk_of(cast.school), row, "pass").status == 200
    assert status(row) == "issuing"


def test_a_registration_shows_its_own_number_and_scan(
    college_desk: Browser, ctx: Context, cast: Cast
) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.recorded(ctx, cast.graduate)
    page = college_desk.open(f"{PAGE}/{row.code}")
    assert "皖就业 2027-00017" in page.text
    assert page.html.count("/files/") == 4  # two pages, each as a picture and as a link


# -- void --------------------------------------------------------------------------------------------------


def evidence() -> Upload:
    """A picture of what proves the fraud."""
    return io.BytesIO(photo((420, 560))), "证明.jpg"


def test_two_people_make_it_void(desk_of: Desk, cast: Cast, held: Agreement) -> None:
    first, second = desk_of(cast.school), desk_of(ways.another(cast.school))
    page, to = f"{PAGE}/{held.code}", f"{PAGE}/{held.code}/void"
    asked = first.open(page).submit(to, act="ask", reason="冒用单位名义", file=evidence())
    assert "须由本校另一位工作人员确认" in asked.text
    assert "已有人申请作废：冒用单位名义" in asked.text
    proof = AgreementFile.get(AgreementFile.kind == "void_proof")
    picture = f"{page}/files/{proof.code}"
    assert f'href="{picture}"' in second.open(page).html
    assert second.open(picture).response.mimetype == "image/jpeg"
    assert proof.code not in desk_of(cast.college).open(page).html  # the school's own
    token = first.token()
    version = str(agreements.fresh(held).version)
    alone = first.post(to, {"csrf_token": token, "act": "confirm", "seen": version})
    assert SAY["same_reviewer"] in alone.text
    assert status(held) == "effective"
    sent = {"act": "ask", "reason": "x", "seen": version}
    assert "须由本校另一位工作人员确认" in first.post(to, sent | {"csrf_token": token}).text  # as it is
    assert agreements.fresh(held).void_reason == "冒用单位名义"
    other = second.post(to, sent | {"csrf_token": second.token()})
    assert SAY["void_asked"] in other.text
    done = second.post(to, {"csrf_token": second.token(), "act": "confirm", "seen": version})
    assert "协议已作废" in done.text
    assert status(held) == "voided"
    assert chain.events(agreements.fresh(held))[-1].kind == "agreement.voided"


def test_what_was_asked_is_dropped(school_desk: Browser, desk_of: Desk, cast: Cast, held: Agreement) -> None:
    page, to = f"{PAGE}/{held.code}", f"{PAGE}/{held.code}/void"
    without = school_desk.open(page).submit(to, act="ask", reason="", file=evidence())
    assert SAY["review_reason_needed"] in without.text
    assert SAY["file_needed"] in school_desk.open(page).submit(to, act="ask", reason="误会").text
    school_desk.open(page).submit(to, act="ask", reason="误会", file=evidence())
    sent = {"csrf_token": school_desk.token(), "act": "drop", "seen": str(agreements.fresh(held).version)}
    said = school_desk.post(to, sent)
    assert "已取消作废申请" in said.text
    assert "申请作废" in said.text
    assert "已取消作废申请" in school_desk.post(to, sent).text  # a second press
    colleague = desk_of(ways.another(cast.school))
    sent["csrf_token"] = colleague.token()
    assert SAY["stale"] in colleague.post(to, sent).text
    sent["seen"] = str(agreements.fresh(held).version)
    assert SAY["void_not_asked"] in colleague.post(to, sent).text


@pytest.mark.parametrize("who", ["counselor", "college", "province", "ministry"])
def test_only_a_school_makes_void(desk_of: Desk, cast: Cast, held: Agreement, who: str) -> None:
    browser = desk_of(getattr(cast, who))
    assert f"{PAGE}/{held.code}/void" not in browser.open(f"{PAGE}/{held.code}").html
    sent = {"csrf_token": browser.token(), "act": "ask", "reason": "x", "seen": str(held.version)}
    assert browser.post(f"{PAGE}/{held.code}/void", sent).status == 403
    assert agreements.fresh(held).void_asked_by is None


# -- 线下解约 on the graduate's behalf -----------------------------------------------------------------------


def test_staff_bring_the_letter_and_do_not_review_it(desk_of: Desk, cast: Cast, held: Agreement) -> None:
    browser, page = desk_of(cast.college), f"{PAGE}/{held.code}/letter"
    assert f'href="{page}"' in browser.open(f"{PAGE}/{held.code}").html
    assert "提交审核" not in browser.open(page).text  # no page of it yet
    shown = browser.open(page)
    for part in (1, 2):
        shown = shown.submit(page, act="add", file=(io.BytesIO(photo((420, 560))), "解约函.jpg"))
        assert f"已上传 {part} 页" in shown.text
    nothing = browser.post(page, {"csrf_token": browser.token(), "act": "file", "reason": ""})
    assert nothing.status == 422
    assert SAY["review_reason_needed"] in nothing.text
    done = browser.post(page, {"csrf_token": browser.token(), "act": "file", "reason": "单位停业"})
    assert "解约材料已提交审核；上传人不能参与审核" in done.text
    release = Release.get()
    assert (release.status, release.is_online, release.reason) == ("college_review", False, "单位停业")
    to = f"/console/releases/{release.code}"
    mine = browser.open(to)
    assert SAY["same_reviewer"] in mine.text
    assert 'value="pass"' not in mine.html
    assert 'value="reject"' not in mine.html
    version = str(release.version)
    ticked = {"criteria": "letter_sealed", "reason": "x", "seen": version, "csrf_token": browser.token()}
    assert browser.post(to, ticked | {"act": "reject"}).status == 409
    mine = browser.post(to, ticked | {"act": "pass"})
    assert mine.status == 409
    assert SAY["same_reviewer"] in mine.text
    theirs = desk_of(cast.counselor).open(to)
    assert "解约函" in theirs.text
    assert theirs.submit(to, act="pass", criteria=["letter_sealed"]).status == 200
    assert Release.get().status == "school_review"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", SAY["file_needed"]),
        (b"plain words", "JPG"),
        (pdf(), "JPG"),
        (photo()[:900], SAY["licence_unsafe"]),
    ],
)
def test_a_letter_is_a_picture(desk_of: Desk, cast: Cast, held: Agreement, content: bytes, says: str) -> None:
    browser, page = desk_of(cast.college), f"{PAGE}/{held.code}/letter"
    name = "letter.jpg" if content else ""
    shown = browser.open(page).submit(page, act="add", file=(io.BytesIO(content), name))
    assert shown.status == 422
    assert says in shown.html.partition('class="wrong"')[2].partition("</p>")[0]
    assert "已上传 0 页" in shown.text


def test_who_may_not_speak_for_the_graduate_is_sent_away(desk_of: Desk, cast: Cast, held: Agreement) -> None:
    for who, answer in (("other_counselor", 404), ("school", 403), ("province", 403), ("ministry", 403)):
        assert desk_of(getattr(cast, who)).open(f"{PAGE}/{held.code}/letter").status == answer, who
    assert desk_of(cast.college).open(f"{PAGE}/{held.code}/letter").status == 200
    assert not Release.select().exists()  # looking begins nothing
