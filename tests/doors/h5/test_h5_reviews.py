"""协议初审 on a counselor's phone: what waits, the word on it, and who has no business there."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.refusal_words import SAY
from models.agreement import Agreement
from models.graduate import Graduate
from models.org import Staff
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser, Page
from tests.cast import Cast

PAGE = "/h5/reviews"
CRITERIA = ["licence", "identity", "signature"]
Open = Callable[..., Browser]


@pytest.fixture
def waiting(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that both sides have signed."""
    agreements.open_school(ctx, cast)
    return ways.accepted(ctx, cast.graduate)[1]


@pytest.fixture
def phone(client_of: Open, cast: Cast) -> Browser:
    """The counselor's, in WeChat."""
    return client_of(cast.counselor, in_wechat=True)


def say(browser: Browser, row: Agreement, act: str, **values: Any) -> Page:
    page = f"{PAGE}/{row.code}"
    return browser.open(page).submit(page, act=act, **values)


def status(row: Agreement) -> str:
    return agreements.fresh(row).status


def test_without_anything_to_do_it_says_so(phone: Browser, ctx: Context, cast: Cast) -> None:
    assert "没有待您审核的协议" in phone.open(PAGE).text
    assert "待审核" not in phone.open("/h5/workbench").text.partition("协议初审")[2][:20]


def test_the_workbench_counts_and_leads_there(phone: Browser, waiting: Agreement) -> None:
    page = phone.open("/h5/workbench")
    assert "协议初审 1 份待审核" in page.text
    assert f'href="{PAGE}"' in page.html
    page = phone.open(PAGE)
    assert f'href="{PAGE}/{waiting.code}"' in page.html
    for words in ("李晓雨", "合肥创新软件有限公司", "线上签约", "院系审核中"):
        assert words in page.text, words


def test_a_release_that_waits_is_counted_too(
    phone: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    ways.passed(ctx, cast, waiting)
    row = ways.brought_into_force(ctx, waiting)
    party = ways.graduate_of(ctx, cast.graduate)
    release = ways.releases.begin(ctx, party, row)
    ways.add_letter(ctx, party, release)
    ways.releases.file_offline(ctx, party, release, "单位停业")
    page = phone.open("/h5/workbench")
    assert "解约初审 1 份待审核" in page.text
    assert "/console/" not in page.html.partition("解约初审")[0].rpartition("就业协议")[2]
    assert f'href="{PAGE}/releases/{release.code}"' in phone.open(PAGE).html


def test_it_passes_when_everything_is_ticked(phone: Browser, waiting: Agreement) -> None:
    page = say(phone, waiting, "pass", criteria=["licence"])
    assert page.status == 422
    assert SAY["criteria_all"] in page.text
    assert 'value="licence" checked' in page.html
    assert status(waiting) == "college_review"
    page = say(phone, waiting, "pass", criteria=CRITERIA)
    assert page.path == PAGE
    assert "院系审核通过，已转学校审核" in page.text
    assert status(waiting) == "school_review"
    assert 'value="pass"' not in phone.open(f"{PAGE}/{waiting.code}").html


def test_it_goes_back_item_by_item(phone: Browser, waiting: Agreement) -> None:
    assert SAY["faults_needed"] in say(phone, waiting, "return_unit").text
    said = say(phone, waiting, "return_graduate", fault_graduate_graduate_ink="没有写全")
    assert "已退回" in said.text
    row = agreements.fresh(waiting)
    assert (row.status, row.faults, row.fix_side) == ("returned", {"graduate_ink": "没有写全"}, "graduate")


def test_it_is_rejected_with_a_reason(phone: Browser, waiting: Agreement) -> None:
    page = say(phone, waiting, "reject", reason="")
    assert SAY["review_reason_needed"] in page.text
    assert 'class="card more" open' in page.html  # what is wrong is in sight
    assert "已记为审核不通过" in say(phone, waiting, "reject", reason="单位不存在").text
    assert status(waiting) == "rejected"


def test_another_tabs_news_stands_before_the_word(
    phone: Browser, ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    page = f"{PAGE}/{waiting.code}"
    old = phone.open(page)
    ways.pass_first(ctx, cast.college, waiting)
    said = old.submit(page, act="pass", criteria=CRITERIA)
    assert said.status == 409
    assert SAY["stale"] in said.text
    assert status(waiting) == "school_review"


def test_pages_lead_on(phone: Browser, waiting: Agreement) -> None:
    kept = {
        name: value
        for name, value in waiting.__data__.items()
        if name not in ("id", "code", "live_key", "draft_key", "offer_key", "verify_code")
    }
    for nth in range(55):
        Agreement.insert(kept | {"code": f"copy{nth}", "unit_name": f"单位{nth:02d}号"}).execute()
    first = phone.open(PAGE)
    assert "单位48号" in first.text
    assert "单位49号" not in first.text
    following = first.html.partition("after=")[2].partition('"')[0]
    assert "单位54号" in phone.open(f"{PAGE}?after={following}").text


def test_a_counselor_sees_the_graduates_answered_for_alone(
    client_of: Open, cast: Cast, waiting: Agreement
) -> None:
    other = client_of(cast.other_counselor, in_wechat=True)
    assert "没有待您审核的协议" in other.open(PAGE).text
    assert other.open(f"{PAGE}/{waiting.code}").status == 404
    mine = client_of(cast.counselor, in_wechat=True)
    Graduate.update(year=2026).execute()
    assert mine.open(f"{PAGE}/{waiting.code}").status == 404


@pytest.mark.parametrize(
    "who", ["graduate", "person", "employer", "college", "school", "province", "stranger"]
)
def test_others_have_no_business_there(client_of: Open, cast: Cast, waiting: Agreement, who: str) -> None:
    browser = client_of(getattr(cast, who))
    for path in (PAGE, f"{PAGE}/{waiting.code}"):
        response = browser.client.get(path, base_url="http://wx.test")
        assert response.status_code in (302, 303, 401, 403), path
        assert waiting.code not in response.data.decode() or response.status_code in (302, 303)


def test_on_the_phone_one_is_a_counselor_whatever_the_console_was_left_in(
    client_of: Open, cast: Cast, waiting: Agreement
) -> None:
    assert cast.counselor.account is not None
    both = Staff.create(account=cast.counselor.account, level="school", unit=cast.units["school"], office="")
    browser = client_of(cast.counselor)
    browser.post("/console/seat", {"csrf_token": browser.token(), "staff": both.code})
    assert waiting.code in browser.open(PAGE).html
    assert say(browser, waiting, "pass", criteria=CRITERIA).status == 200
    assert status(waiting) == "school_review"
