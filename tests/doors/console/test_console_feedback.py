"""全国系统信息反馈 at the console: the school takes it in and mends it, the others read it, the list finds it."""

from collections.abc import Callable

import pytest

from models.agreement import Agreement
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.browser import Browser
from tests.cast import Cast

PAGE = "/console/agreements"
Desk = Callable[..., Browser]
TEXT = "单位名称不存在"


@pytest.fixture
def row(ctx: Context, cast: Cast) -> Agreement:
    """An agreement in force."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)[1]


def test_the_school_takes_it_in_and_mends_it(desk_of: Desk, cast: Cast, row: Agreement) -> None:
    page, browser = f"{PAGE}/{row.code}", desk_of(cast.school)
    shown = browser.open(page)
    for words in ("生源信息错误", "登记信息错误", "档案信息错误"):
        assert words in shown.text
    said = shown.submit(f"{page}/feedback", error_kind="registration", reason=TEXT, act="report")
    assert f"全国系统反馈（登记信息错误）：{TEXT}" in said.text
    assert row.code in browser.open(f"{PAGE}?marked=1").html
    assert f"全国系统反馈（登记信息错误）：{TEXT}" in desk_of(cast.counselor).open(page).text
    assert f"{page}/feedback" not in desk_of(cast.college).open(page).html
    assert "已更正" in browser.open(page).text
    done = browser.open(page).submit(f"{page}/feedback")  # the first form: 已更正
    assert "已标记为已更正" in done.text
    assert "全国系统反馈的问题已更正" in done.text
    assert agreements.fresh(row).error_note == ""
    assert row.code not in browser.open(f"{PAGE}?marked=1").html


def test_without_a_kind_nothing_is_taken_in(school_desk: Browser, row: Agreement) -> None:
    page = f"{PAGE}/{row.code}"
    said = school_desk.open(page).submit(f"{page}/feedback", error_kind="", reason=TEXT, act="report")
    assert "请选择错误类型" in said.text
    assert agreements.fresh(row).error_note == ""


def test_nobody_else_may(desk_of: Desk, cast: Cast, row: Agreement) -> None:
    page = f"{PAGE}/{row.code}"
    for who in (cast.counselor, cast.college):
        values = {"error_kind": "source", "reason": TEXT, "seen": row.version}
        browser = desk_of(who)
        answer = browser.post(f"{page}/feedback", values | {"csrf_token": browser.token()})
        assert answer.status == 403
        assert agreements.fresh(row).error_note == ""
