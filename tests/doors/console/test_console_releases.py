"""解约 at the console: the queue, the two words on a release, and whose it is."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.refusal_words import SAY
from models.agreement import Release
from models.org import OrgUnit, Staff
from services.agreements import release_reviews, releases
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser, Page
from tests.cast import Cast

PAGE = "/console/releases"
Desk = Callable[..., Browser]


@pytest.fixture
def asked(ctx: Context, cast: Cast) -> Release:
    """A release that the unit asks for and the graduate has agreed to."""
    agreements.open_school(ctx, cast)
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    return ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)


@pytest.fixture
def passed(ctx: Context, cast: Cast, asked: Release) -> Release:
    """The same after the first review."""
    sitting = ways.seat(ctx, cast.counselor)
    return release_reviews.pass_first(ctx, sitting, ways.DESK, ways.release_of(asked), ways.ALL)


def say(browser: Browser, row: Release, act: str, **values: Any) -> Page:
    page = f"{PAGE}/{row.code}"
    return browser.open(page).submit(page, act=act, **values)


def state(row: Release) -> tuple[str, str]:
    now = ways.release_of(row)
    return now.status, agreements.fresh(now.agreement).status


@pytest.mark.parametrize("who", ["counselor", "college"])
def test_first_reviewers_find_what_waits(desk_of: Desk, cast: Cast, asked: Release, who: str) -> None:
    browser = desk_of(getattr(cast, who))
    page = browser.open(PAGE)
    assert asked.code in page.html
    for words in ("李晓雨", "合肥创新软件有限公司", "用人单位", "院系审核中", "共 1 条"):
        assert words in page.text, words
    assert "1 待审核的解约" in browser.open("/console/").text
    page = browser.open(f"{PAGE}/{asked.code}")
    for words in ("考取硕士研究生", "原协议条款", "软件开发工程师", "对方同意", "单位签名", "毕业生签名"):
        assert words in page.text, words


def test_an_empty_queue_says_so(desk_of: Desk, cast: Cast) -> None:
    for who in ("counselor", "college", "school"):
        assert "没有待您审核的解约申请" in desk_of(getattr(cast, who)).open(PAGE).text
    assert "还没有解约" in desk_of(cast.province).open(PAGE).text


def test_the_list_is_searched_and_narrowed(school_desk: Browser, asked: Release) -> None:
    assert asked.code not in school_desk.open(PAGE).html  # not yet the school's
    for found in ("status=all", "status=college_review", "status=all&q=李晓雨", "status=all&q=创新"):
        assert asked.code in school_desk.open(f"{PAGE}?{found}").html, found
    college, person = ways.release_of(asked).college_id, ways.release_of(asked).graduate
    place, year = OrgUnit.get_by_id(college).code, ways.release_of(asked).agreement.year
    for found in (
        f"college={place}",
        f"year={year}",
        f"education={person.education_code}",
        f"major={person.major_code}",
    ):
        assert asked.code in school_desk.open(f"{PAGE}?status=all&{found}").html, found
    for missed in ("education=99", "year=2019", "major=99"):
        assert asked.code not in school_desk.open(f"{PAGE}?status=all&{missed}").html, missed
    assert "解约申请审核表" in school_desk.open(PAGE).text
    number = ways.release_of(asked).agreement.number
    assert asked.code in school_desk.open(f"{PAGE}?status=all&q={number}").html
    for missed in ("status=released", "status=all&q=陈浩然", "status=nonsense", "status=all&q=2027-9"):
        page = school_desk.open(f"{PAGE}?{missed}")
        assert asked.code not in page.html, missed
        assert "没有符合条件的解约申请" in page.text


def test_two_people_let_it_go(desk_of: Desk, cast: Cast, asked: Release) -> None:
    page = say(desk_of(cast.counselor), asked, "pass", criteria=["both_signed"])
    assert "院系审核通过，已转学校审核" in page.text
    assert state(asked) == ("school_review", "releasing")
    assert 'value="pass"' not in page.html
    page = say(desk_of(cast.school), asked, "pass")
    assert "审核通过，正在生成解约文件" in page.text
    assert state(asked) == ("sealing", "releasing")


def test_one_person_does_not_do_both(desk_of: Desk, cast: Cast, passed: Release) -> None:
    assert cast.counselor.account is not None
    both = Staff.create(account=cast.counselor.account, level="school", unit=cast.units["school"], office="")
    browser = desk_of(cast.counselor)
    browser.post("/console/seat", {"csrf_token": browser.token(), "staff": both.code})
    page = say(browser, passed, "pass")
    assert page.status == 409
    assert SAY["same_reviewer"] in page.text
    assert state(passed) == ("school_review", "releasing")


@pytest.mark.parametrize("who", ["college", "school"])
def test_a_rejection_keeps_the_agreement(
    desk_of: Desk, ctx: Context, cast: Cast, asked: Release, who: str
) -> None:
    if who == "school":
        release_reviews.pass_first(
            ctx, ways.seat(ctx, cast.counselor), ways.DESK, ways.release_of(asked), ways.ALL
        )
    browser, before = desk_of(getattr(cast, who)), state(asked)
    page = say(browser, asked, "reject", reason="")
    assert page.status == 422
    assert SAY["review_reason_needed"] in page.text
    assert state(asked) == before
    page = say(browser, asked, "reject", reason="材料不符")
    assert "已记为审核不通过，协议继续有效" in page.text
    assert "材料不符" in page.text
    assert state(asked) == ("rejected", "effective")


def test_another_tabs_news_stands_before_the_word(
    desk_of: Desk, ctx: Context, cast: Cast, asked: Release
) -> None:
    page = f"{PAGE}/{asked.code}"
    old = desk_of(cast.college).open(page)
    release_reviews.pass_first(
        ctx, ways.seat(ctx, cast.counselor), ways.DESK, ways.release_of(asked), ways.ALL
    )
    for act in ("pass", "reject"):
        said = old.submit(page, act=act, reason="x")
        assert said.status == 409
        assert SAY["stale"] in said.text
    assert state(asked)[0] == "school_review"


def test_other_levels_have_no_word_in_it(desk_of: Desk, cast: Cast, asked: Release) -> None:
    for who in ("school", "province", "ministry"):
        browser = desk_of(getattr(cast, who))
        page = browser.open(f"{PAGE}/{asked.code}")
        assert page.status == 200
        assert 'value="pass"' not in page.html
        for act in ("pass", "reject"):
            sent = {"csrf_token": browser.token(), "act": act, "reason": "x", "seen": str(asked.version)}
            assert browser.post(f"{PAGE}/{asked.code}", sent).status == 403, (who, act)
    browser = desk_of(cast.college)
    assert say(browser, asked, "nonsense").status == 404
    assert state(asked) == ("college_review", "releasing")


def test_elsewhere_it_does_not_exist(desk_of: Desk, cast: Cast, asked: Release) -> None:
    browser = desk_of(cast.other_counselor)
    assert asked.code not in browser.open(f"{PAGE}?status=all").html
    assert browser.open(f"{PAGE}/{asked.code}").status == 404
    for level, above in (("school", "province"), ("province", "ministry")):
        other = ways.another(getattr(cast, level), phone=f"1390000099{len(level)}")
        other.staff.unit = OrgUnit.add(level, f"别处{level}", cast.units[above])
        other.staff.save()
        browser = desk_of(other)
        assert browser.open(f"{PAGE}/{asked.code}").status == 404
        assert asked.code not in browser.open(f"{PAGE}?status=all").html


def test_what_is_not_asked_for_yet_is_nobodys_business(
    school_desk: Browser, ctx: Context, cast: Cast
) -> None:
    agreements.open_school(ctx, cast)
    _unit, row = ways.in_force(ctx, cast)
    release = releases.begin(ctx, ways.graduate_of(ctx, cast.graduate), row)
    assert school_desk.open(f"{PAGE}/{release.code}").status == 404
    assert release.code not in school_desk.open(f"{PAGE}?status=all").html
    assert release.code not in school_desk.open(f"{PAGE}?status=opened").html


def test_the_agreement_names_its_releases(college_desk: Browser, asked: Release) -> None:
    row = ways.release_of(asked).agreement
    page = college_desk.open(f"/console/agreements/{row.code}")
    assert f'href="{PAGE}/{asked.code}"' in page.html
    assert "解约办理中" in page.text
