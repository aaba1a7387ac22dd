"""A paper that cannot be sealed is named to its school, with what to do; nobody else is troubled."""

from collections.abc import Callable

import pytest

from models.agreement import Agreement, Release
from services.agreements import releases, stuck
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser
from tests.cast import Cast

PAGE = "/console/agreements"
Desk = Callable[..., Browser]
pytestmark = pytest.mark.slow


@pytest.fixture
def held_up(ctx: Context, cast: Cast) -> Agreement:
    """An agreement whose seal has failed often enough."""
    agreements.open_school(ctx, cast)
    row = ways.passed(ctx, cast, ways.accepted(ctx, cast.graduate)[1])
    Agreement.update(reminders=stuck.TRIES).where(Agreement.id == row.id).execute()
    return agreements.fresh(row)


def test_the_school_finds_it_on_its_list_and_what_to_do_on_its_page(
    desk_of: Desk, cast: Cast, held_up: Agreement
) -> None:
    browser = desk_of(cast.school)
    listed = browser.open(PAGE)
    assert "1 份协议的文件不能生成，须由本校处理" in listed.text
    assert f'href="{PAGE}/{held_up.code}">李晓雨' in listed.html
    page = browser.open(f"{PAGE}/{held_up.code}").text
    assert "协议文件没有生成成功，平台每小时再试一次" in page
    assert "由本校两人作废" in page
    assert "不一致" not in page
    Agreement.update(terms_version=7).where(Agreement.id == held_up.id).execute()
    page = browser.open(f"{PAGE}/{held_up.code}").text
    assert "不能生成协议文件：库中的内容与存证记录不一致" in page
    assert "由本校两人作废" in page
    assert "不能生成" not in desk_of(cast.college).open(PAGE).text


def test_what_merely_waits_is_no_trouble(desk_of: Desk, cast: Cast, held_up: Agreement) -> None:
    Agreement.update(reminders=stuck.TRIES - 1).where(Agreement.id == held_up.id).execute()
    browser = desk_of(cast.school)
    assert "不能生成" not in browser.open(PAGE).text
    assert "没有生成成功" not in browser.open(f"{PAGE}/{held_up.code}").text


def test_of_a_release_the_agreement_is_named(
    desk_of: Desk, ctx: Context, cast: Cast, held_up: Agreement
) -> None:
    ways.brought_into_force(ctx, held_up)
    party = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, party, agreements.fresh(held_up))
    ways.add_letter(ctx, party, release)
    ways.release_passed(ctx, cast, releases.file_offline(ctx, party, release, "升学"))
    Release.update(reminders=stuck.TRIES).execute()
    browser = desk_of(cast.school)
    assert f'href="{PAGE}/{held_up.code}">李晓雨' in browser.open(PAGE).html
    for page in (f"{PAGE}/{held_up.code}", f"/console/releases/{release.code}"):
        assert "解约文件没有生成成功" in browser.open(page).text
    Release.update(reason="另有原因").execute()
    assert "不能生成解约文件：库中的内容与存证记录不一致" in browser.open(page).text


def test_the_graduate_is_told_that_the_school_sees_to_it(
    client_of: Desk, cast: Cast, held_up: Agreement
) -> None:
    page = client_of(cast.graduate).open(f"/h5/agreements/{held_up.code}").text
    assert "学校正在处理" in page
    assert "一分钟内完成" not in page
