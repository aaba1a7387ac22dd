"""The frame of every console page: menu, capacity, addresses with filters, refusals."""

from collections.abc import Callable

import pytest
from flask import Flask

from handlers.console.shell import MENU, counted, here
from models.graduate import Graduate
from models.org import Staff
from tests.browser import Browser
from tests.cast import Cast


def lines(browser: Browser) -> list[str]:
    html = browser.open("/console/").html
    menu = html.partition('<nav class="menu"')[2].partition("</nav>")[0]
    return [entry.title for entry in MENU if f">{entry.title}</a>" in menu]


def test_the_menu_is_the_levels(
    counselor_desk: Browser, college_desk: Browser, school_desk: Browser, ministry_desk: Browser
) -> None:
    assert "消息与咨询" not in lines(college_desk)
    assert "字段权限" in lines(school_desk)
    assert "字段权限" not in lines(ministry_desk)
    assert not {"人员账号", "机构", "字段权限", "消息与咨询"} & set(lines(counselor_desk))


@pytest.mark.parametrize("staff", ["counselor", "college", "school", "province", "ministry"])
def test_no_line_of_the_menu_leads_to_a_refusal(
    desk_of: Callable[..., Browser], cast: Cast, staff: str
) -> None:
    desk = desk_of(getattr(cast, staff))
    level = getattr(cast, staff).staff.level
    shown = [entry for entry in MENU if level in entry.levels]
    assert shown
    assert {entry.path: desk.open(entry.path).status for entry in shown} == {
        entry.path: 200 for entry in shown
    }


def test_the_menu_marks_where_one_is(school_desk: Browser) -> None:
    html = school_desk.open("/console/journal?verb=change").html
    assert '<a href="/console/journal" aria-current="page">' in html
    assert html.count('aria-current="page"') == 1


@pytest.mark.parametrize(
    ("address", "changes", "expected"),
    [
        ("/console/x?q=%E6%9D%8E&after=abc", {"after": ""}, "/console/x?q=%E6%9D%8E"),
        (
            "/console/x?state=open&state=locked",
            {"sort": "-name"},
            "/console/x?state=open&state=locked&sort=-name",
        ),
        ("/console/x?q=1", {"q": 2}, "/console/x?q=2"),
        ("/console/x?q=", {}, "/console/x"),
    ],
)
def test_filters_stay_in_the_address(
    app: Flask, address: str, changes: dict[str, object], expected: str
) -> None:
    with app.test_request_context(address):
        assert here(**changes) == expected


def test_a_count_stops_where_nobody_counted_on() -> None:
    assert [counted(0), counted(9999), counted(10_000), counted(10_001)] == ["0", "9,999", "10,000", "10000+"]


def test_somebody_with_two_capacities_chooses(school_desk: Browser, cast: Cast) -> None:
    other = Staff.create(account=cast.school.account, level="college", unit=cast.units["other_college"])
    assert "江淮大学" in school_desk.open("/console/").text
    done = school_desk.open("/console/seat?next=/console/journal").submit("/console/seat", staff=other.code)
    assert done.path == "/console/journal"
    assert "外国语学院" in done.text
    assert "外国语学院 院级工作人员" in school_desk.open("/console/").text


def test_nobody_takes_anothers_seat(school_desk: Browser, cast: Cast) -> None:
    page = school_desk.open("/console/seat").submit("/console/seat", staff=cast.province.staff.code)
    assert page.status == 403
    assert "江淮大学" in school_desk.open("/console/").text


def test_a_refusal_keeps_to_the_console(college_desk: Browser) -> None:
    page = college_desk.open("/console/messages/questions")
    assert page.status == 403
    assert "没有进行这项操作的权限" in page.text
    assert 'href="/console/"' in page.html
    assert "/h5/" not in page.html
    assert college_desk.open("/console/nowhere").status == 404


def test_no_graduates_says_why_and_what_to_do(
    cast: Cast, school_desk: Browser, counselor_desk: Browser
) -> None:
    Graduate.delete().execute()
    assert "查看原因" in counselor_desk.open("/console/").text
    assert "导入毕业生" in school_desk.open("/console/").text
