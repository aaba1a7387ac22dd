"""Whoever cannot draw a signature: at every pad of the product a link leads to a way that they can go from there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from models.agreement import Agreement, Release
from services.agreements import new_signers, releases
from services.agreements.parties import Device, signer_party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import strokes
from tests.browser import Browser, Page
from tests.cast import CREDIT_CODE, Cast
from tests.desks import pass_second_factor
from tests.sign_doors import drafted, upload

PAGES = Path("handlers/pages")
LIST = "/h5/agreements"
Client = Callable[..., Browser]


class People:
    """The browsers of a graduate and of a unit that signs without an account."""

    def __init__(self, app: Flask, ctx: Context, cast: Cast, graduate: Browser) -> None:
        self.ctx, self.cast, self.graduate, self.unit = ctx, cast, graduate, Browser(app)

    def offer(self) -> Agreement:
        row = drafted(self.unit, self.ctx, self.cast.graduate)
        path = f"/s/d/{row.code}/finish"
        self.unit.open(path).submit(path, consent="1", strokes=strokes())
        return agreements.fresh(row)

    def returned(self, kind: str, side: str) -> Agreement:
        row = agreements.accept(self.ctx, self.cast.graduate, self.offer())
        return ways.give_back(self.ctx, self.cast.counselor, row, kind, side)

    def in_force(self) -> Agreement:
        row = agreements.accept(self.ctx, self.cast.graduate, self.offer())
        ways.passed(self.ctx, self.cast, row)
        return ways.brought_into_force(self.ctx, row)

    def asked(self, side: str) -> Release:
        row = self.in_force()
        graduate = ways.graduate_of(self.ctx, self.cast.graduate)
        asker = graduate if side == "graduate" else signer_party(row.code, ways.DESK)
        return releases.ask(self.ctx, asker, row, "双方协商", **ways.ink(3))


@pytest.fixture
def people(app: Flask, client_of: Client, ctx: Context, cast: Cast) -> People:
    agreements.open_school(ctx, cast)
    return People(app, ctx, cast, client_of(cast.graduate, in_wechat=True))


def way_out(browser: Browser, page: Page) -> tuple[Page, str]:
    """Where the pad's link leads: the page, and what stands at its place there."""
    assert "data-sign-pad" in page.html
    links = re.findall(r'<a href="([^"]+)">改为线下办理</a>', page.html)
    assert len(links) == 1
    path, _, place = links[0].partition("#")
    shown = browser.open(path) if path else page
    assert (shown.status, shown.path == page.path) == (200, not path), links
    if not place:
        return shown, shown.html
    found = re.search(rf'id="{place}".*?</(?:p|section)>', shown.html, re.DOTALL)
    assert found is not None, links
    return shown, found[0]


def led(browser: Browser, words: str) -> Iterator[Page]:
    """The pages that a sentence leads to."""
    for link in re.findall(r'href="([^"]+)"', words):
        shown = browser.open(link)
        assert (shown.status, shown.path) == (200, link)
        yield shown


def has_paper_way(page: Page) -> bool:
    """Whether an agreement on paper can be begun from a page, and is then to be filled in."""
    begin = next(one for one in page.forms if dict(one.fields).get("kind") == "paper")
    page._browser.post(begin.action, dict(begin.fields))
    return Agreement.select().where((Agreement.kind == "paper") & (Agreement.status == "draft")).exists()


def sign_agreement(people: People) -> None:
    row = people.offer()
    shown, words = way_out(people.graduate, people.graduate.open(f"{LIST}/{row.code}/sign"))
    assert "不方便手写签名" in words
    assert has_paper_way(shown)


def written_anew_by_graduate(people: People) -> None:
    row = people.returned("graduate_ink", "graduate")
    _shown, words = way_out(people.graduate, people.graduate.open(f"{LIST}/{row.code}/scan"))
    agreement, _agreements = led(people.graduate, words)
    agreement.submit(f"{LIST}/{row.code}/withdraw", reason="改为线下签约")
    assert has_paper_way(people.graduate.open(LIST))


def asked_by_graduate(people: People) -> None:
    row = people.in_force()
    shown, _words = way_out(people.graduate, people.graduate.open(f"{LIST}/{row.code}/release"))
    page = shown.submit(f"{LIST}/{row.code}/letter/file", file=upload())
    assert "解约材料已提交" in page.submit(f"{LIST}/{row.code}/letter", reason="升学").text


def answered_by_graduate(people: People) -> None:
    release = people.asked("unit")
    code = release.agreement.code
    path = f"{LIST}/{code}/releases/{release.code}"
    shown, words = way_out(people.graduate, people.graduate.open(path))
    assert ("解约函" in words, 'value="proof"' in shown.html) == (True, False)
    page = shown.submit(f"{LIST}/{code}/letter/file", file=upload())
    assert page.path == path
    token = dict(page.form(path).fields)["csrf_token"]
    done = people.graduate.post(path, {"csrf_token": token, "act": "proof"})
    assert "解约函已提交" in done.text
    assert ways.release_of(release).status == "college_review"


def finished(people: People) -> None:
    row = drafted(people.unit, people.ctx, people.cast.graduate)
    _shown, words = way_out(people.unit, people.unit.open(f"/s/d/{row.code}/finish"))
    assert "申请纸质就业协议书" in words
    assert has_paper_way(people.graduate.open(LIST))


def revised(people: People) -> None:
    row = people.offer()
    _shown, words = way_out(people.unit, people.unit.open(f"/s/d/{row.code}/revise"))
    (page,) = led(people.unit, words)
    page.submit(f"/s/d/{row.code}/recall", reason="改为线下签约")
    assert has_paper_way(people.graduate.open(LIST))


def written_anew_by_unit(people: People) -> None:
    row = people.returned("unit_ink", "unit")
    _shown, words = way_out(people.unit, people.unit.open(f"/s/d/{row.code}/replace"))
    assert ("撤回" in words, "申请纸质就业协议书" in words) == (True, True)
    page = people.graduate.open(f"{LIST}/{row.code}")
    page.submit(f"{LIST}/{row.code}/withdraw", reason="改为线下签约")
    assert has_paper_way(people.graduate.open(LIST))


def asked_by_unit(people: People) -> None:
    row = people.in_force()
    _shown, words = way_out(people.unit, people.unit.open(f"/s/d/{row.code}/release"))
    assert ("解约函" in words, "辅导员或院系" in words) == (True, True)
    assert people.graduate.open(f"{LIST}/{row.code}/letter").path == f"{LIST}/{row.code}/letter"


def answered_by_unit(people: People) -> None:
    release = people.asked("graduate")
    code = release.agreement.code
    _shown, words = way_out(people.unit, people.unit.open(f"/s/d/{code}/releases/{release.code}"))
    assert ("解约函" in words, "辅导员或院系" in words) == (True, True)
    page = people.graduate.open(f"{LIST}/{code}/releases/{release.code}")
    assert page.form(f"{LIST}/{code}/letter/file")


def asked_by_somebody_new(people: People) -> None:
    row, browser = people.in_force(), people.unit
    new_signers.send_code(people.ctx, "13900000777", "203.0.113.5")
    typed = {"number": row.number or "", "credit_code": CREDIT_CODE, "name": "吴敏", "phone": "13900000777"}
    code = agreements.sms_code("13900000777")
    page = browser.open("/s/other").submit("/s/other", **typed, code=code)
    _shown, words = way_out(browser, page)
    assert ("解约函" in words, "辅导员或院系" in words) == (True, True)
    assert people.graduate.open(f"{LIST}/{row.code}/letter").path == f"{LIST}/{row.code}/letter"


WAYS: dict[str, Callable[[People], None]] = {
    "h5/agreement-sign.html": sign_agreement,
    "h5/agreement-scan.html": written_anew_by_graduate,
    "h5/release-ask.html": asked_by_graduate,
    "h5/release.html": answered_by_graduate,
    "sign/finish.html": finished,
    "sign/revise.html": revised,
    "sign/replace.html": written_anew_by_unit,
    "sign/release-ask.html": asked_by_unit,
    "sign/release.html": answered_by_unit,
    "sign/other-release.html": asked_by_somebody_new,
}


def test_every_pad_is_walked() -> None:
    with_pads = {
        str(path.relative_to(PAGES)) for path in PAGES.rglob("*.html") if "sign.pad(" in path.read_text()
    }
    assert with_pads == set(WAYS)


@pytest.mark.slow
@pytest.mark.parametrize("page", WAYS)
def test_who_cannot_draw_finds_a_way(people: People, page: str) -> None:
    WAYS[page](people)


@pytest.mark.slow
def test_where_nobody_may_go_back_the_end_of_the_time_is_named(people: People) -> None:
    """Both read when the way on paper is open again."""
    row = people.returned("unit_ink", "unit")
    row.change(may_withdraw=False)
    for browser, path, side in (
        (people.unit, f"/s/d/{row.code}/replace", "unit"),
        (people.graduate, f"{LIST}/{row.code}/scan", "graduate"),
    ):
        if side == "graduate":
            row.change(fix_side=side, faults={"graduate_ink": "看不清"})
        _shown, words = way_out(browser, browser.open(path))
        assert ("自动视为未通过" in words, "撤回" in words) == (True, False)


@pytest.mark.slow
def test_a_letter_that_came_with_the_question_is_enough(people: People) -> None:
    """Somebody new of the unit has brought it: the graduate adds no page and sees it through in two taps."""
    row = people.in_force()
    new_signers.send_code(people.ctx, "13900000778", "203.0.113.6")
    device = Device("203.0.113.6", "Mozilla/5.0")
    typed = new_signers.NewSigner(
        row.number or "", CREDIT_CODE, "吴敏", "13900000778", agreements.sms_code("13900000778")
    )
    release = new_signers.begin(people.ctx, device, typed)
    party = new_signers.party(release.code, device)
    for kind in ("letter", "authorization"):
        ways.add_letter(people.ctx, party, release, kind)
    new_signers.ask(people.ctx, party, release, "原经办人已离职", **ways.ink(2))
    path = f"{LIST}/{row.code}/releases/{release.code}"
    page = people.graduate.open(path)
    assert ('type="file"' in page.html, "确认提交" in page.text) == (False, True)
    token = dict(page.form(path).fields)["csrf_token"]
    assert "解约函已提交" in people.graduate.post(path, {"csrf_token": token, "act": "proof"}).text


def test_staff_bring_the_letter_in_the_place_of_an_answer(
    client_of: Client, ctx: Context, cast: Cast, people: People
) -> None:
    release = people.asked("unit")
    code = release.agreement.code
    desk, page = client_of(cast.college), f"/console/agreements/{code}/letter"
    pass_second_factor()
    assert f'href="{page}"' in desk.open(f"/console/agreements/{code}").html
    shown = desk.open(page)
    assert ("正在等待对方答复" in shown.text, "已上传 0 页" in shown.text) == (True, True)
    shown = shown.submit(page, act="add", file=upload())
    assert ("已上传 1 页" in shown.text, 'name="reason"' in shown.html) == (True, False)
    data = {"csrf_token": desk.token(), "act": "file"}
    assert "上传人不能参与审核" in desk.post(page, data).text
    now = ways.release_of(release)
    helper = cast.college.staff
    assert helper is not None
    assert (now.status, now.asked_by, now.uploader_id) == ("college_review", "unit", helper.id)
