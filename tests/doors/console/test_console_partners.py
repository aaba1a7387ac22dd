"""合作单位 on the console: the table handed in, connected, opened, stopped; the key shown once."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from models.journal import Journal
from models.partner import Partner, PartnerDay
from services.context import Context
from services.sharing import calls
from tests.browser import Browser, Page
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.partners import Program, add_partner, post_of
from tests.rosters import hold_places

TABLE = {
    "name": "江淮大学就业网",
    "contact_name": "许静",
    "contact_duty": "主任",
    "landline": "0551-62901234",
    "mobile": "13900000777",
    "email": "jy@example.edu.cn",
    "ip_ranges": "203.0.113.7\n198.51.100.0/28",
}


@pytest.fixture
def school(desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.school)


@pytest.fixture
def ministry(school: Browser, desk_of: Callable[..., Browser], cast: Cast) -> Browser:
    return desk_of(cast.ministry)


def apply(browser: Browser, kind: str = "interface", **changes: str) -> Page:
    where = f"/console/partners/apply/{kind}"
    return browser.open(where).submit(where, **(TABLE | changes))


def move(browser: Browser, verb: str, **values: str) -> Page:
    page = f"/console/partners/{Partner.get().code}"
    return browser.post(f"{page}/move", {"csrf_token": browser.token(), "verb": verb} | values)


def test_from_the_table_to_the_first_post(
    app: Flask, ctx: Context, clock: FixedClock, school: Browser, ministry: Browser
) -> None:
    hold_places(ctx)
    page = apply(school)
    row = Partner.get()
    assert (row.status, row.unit.name, row.ip_ranges) == (
        "applied",
        "江淮大学",
        "203.0.113.7/32\n198.51.100.0/28",
    )
    assert "待受理" in page.text
    apply(school)
    assert Partner.select().count() == 1
    assert "江淮大学就业网" in ministry.open("/console/partners").text
    assert "已安排专人" in move(ministry, "assign").text
    move(ministry, "test")
    shown = school.open(page.path).submit(f"{page.path}/key")
    key_id, secret = re.findall(r"<code>([A-Za-z0-9_-]+)</code>", shown.html)
    assert "只显示这一次" in shown.text
    program = Program(app, ctx, Partner.get(), secret)
    assert program.partner.key_id == key_id
    assert program.call("GET", "/open/v1/hello").json["is_rehearsal"] is True
    assert "已开通" in move(ministry, "open").text
    assert program.push(post_of())[0]["result"] == "created"
    again = school.post(f"{page.path}/key", {"csrf_token": school.token()})
    assert secret not in again.html
    assert "不能再次查看" in again.text
    assert "推送 1" in school.open(page.path).html
    verbs = [one.verb for one in Journal.select().where(Journal.kind == "partner").order_by(Journal.id)]
    assert verbs == ["file", "assign", "test", "show_key", "open"]
    notes = [one.note for one in Journal.select().where(Journal.kind == "partner")]
    assert secret not in str(notes)


def test_a_new_key_overlaps_with_the_old_one(
    app: Flask, ctx: Context, clock: FixedClock, school: Browser, cast: Cast
) -> None:
    row = add_partner(unit=cast.units["school"], school_id=cast.units["school"].id, shown_at=clock())
    page = f"/console/partners/{row.code}"
    for _ in range(2):
        school.post(f"{page}/rotate", {"csrf_token": school.token()})
    shown = school.post(f"{page}/key", {"csrf_token": school.token()})
    _, secret = re.findall(r"<code>([A-Za-z0-9_-]+)</code>", shown.html)
    row = Partner.get()
    assert Program(app, ctx, row, secret).call("GET", "/open/v1/hello").status_code == 200
    assert Program(app, ctx, row).call("GET", "/open/v1/hello").status_code == 200
    clock.advance(days=8)
    assert Program(app, ctx, row).call("GET", "/open/v1/hello").status_code == 401
    assert Journal.select().where(Journal.verb == "rotate_key").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ip_ranges", "0.0.0.0/0"),
        ("ip_ranges", "everywhere"),
        ("ip_ranges", ""),
        ("mobile", "call me"),
        ("email", "nobody"),
        ("contact_name", ""),
    ],
)
def test_a_wrong_table_is_not_taken(school: Browser, field: str, value: str) -> None:
    page = apply(school, **{field: value})
    assert page.status == 422
    assert f'id="{field}-wrong"' in page.html
    assert Partner.select().count() == 0


def test_embedding_asks_for_sites_and_gets_a_name(school: Browser, ministry: Browser) -> None:
    assert apply(school, "embed", sites="http://jy.example.edu.cn").status == 422
    assert apply(school, "embed", sites="https://jy.example.edu.cn/jobs").status == 422
    apply(school, "embed", sites="https://JY.example.edu.cn/")
    assert (Partner.get().sites, Partner.get().ip_ranges) == ("https://jy.example.edu.cn", "")
    move(ministry, "assign")
    assert "小写字母" in move(ministry, "test", tenant="../x").text
    assert "/embed/jhu" in move(ministry, "test", tenant="jhu").text
    assert Partner.get().secret is None


def test_stopping_takes_a_reason_and_declined_may_apply_again(
    app: Flask, ctx: Context, school: Browser, ministry: Browser
) -> None:
    apply(school)
    assert "请填写原因" in move(ministry, "decline").text
    move(ministry, "decline", reason="请先完成备案")
    page = school.open(f"/console/partners/{Partner.get().code}")
    assert "请先完成备案" in page.text
    code = Partner.get().code
    again = school.open(f"/console/partners/apply/interface?code={code}")
    again.submit("/console/partners/apply/interface", contact_duty="副主任")
    assert (Partner.select().count(), Partner.get().status, Partner.get().contact_duty) == (
        1,
        "applied",
        "副主任",
    )
    Partner.update(status="live").execute()
    move(ministry, "suspend", reason="异常调用")
    assert Partner.get().status == "suspended"


def test_only_those_it_concerns(
    school: Browser, ministry: Browser, desk_of: Callable[..., Browser], cast: Cast, ctx: Context
) -> None:
    apply(school)
    code = Partner.get().code
    move(ministry, "assign")
    move(ministry, "test")
    province = desk_of(cast.province)
    assert province.open(f"/console/partners/{code}").status == 200
    assert province.post(f"/console/partners/{code}/key", {"csrf_token": province.token()}).status == 404
    assert ministry.post(f"/console/partners/{code}/key", {"csrf_token": ministry.token()}).status == 404
    assert (
        province.post(
            f"/console/partners/{code}/move", {"csrf_token": province.token(), "verb": "open"}
        ).status
        == 403
    )
    assert school.post(f"/console/partners/{code}/settle", {"csrf_token": school.token()}).status == 403
    Partner.update(school_id=0, province_id=0, unit=cast.units["ministry"]).execute()
    assert school.open(f"/console/partners/{code}").status == 404
    assert desk_of(cast.college).open("/console/partners").status == 403


def test_rules_are_set_by_the_ministry(ministry: Browser, ctx: Context) -> None:
    row = add_partner(is_trusted=False)
    page = f"/console/partners/{row.code}"
    sent = {"csrf_token": ministry.token(), "daily_quota": "500", "hold_days": "7", "is_trusted": "1"}
    ministry.post(f"{page}/settle", sent)
    row = Partner.get()
    assert (row.daily_quota, row.hold_days, row.is_trusted) == (500, 7, True)
    ministry.post(f"{page}/settle", sent | {"hold_days": "61", "daily_quota": "9"})
    assert (Partner.get().hold_days, Partner.get().daily_quota) == (7, 500)
    calls.count_refused(ctx, row)
    assert PartnerDay.get().refused == 1
    assert "被拒绝的调用" in ministry.open(page).text


SAVED = "已保存"


def correct(browser: Browser, **changes: str) -> Page:
    where = f"/console/partners/{Partner.get().code}/edit"
    return browser.open(where).submit(where, **(TABLE | changes))


def test_before_it_is_open_the_applicant_changes_the_table_and_the_ministry_opens_what_it_has_seen(
    school: Browser, ministry: Browser
) -> None:
    apply(school)
    for verb in ("assign", "test"):
        assert SAVED in correct(school, ip_ranges="198.51.100.0/24", contact_name=verb).text
        move(ministry, verb)
    row = Partner.get()
    assert (row.ip_ranges, row.contact_name, row.status) == ("198.51.100.0/24", "test", "testing")
    page = ministry.open(f"/console/partners/{row.code}")
    correct(school, ip_ranges="198.51.100.0/23")
    late = page.submit(f"/console/partners/{row.code}/move", verb="open")
    assert "刚刚被更新过" in late.text
    assert Partner.get().status == "testing"
    ministry.open(f"/console/partners/{row.code}").submit(f"/console/partners/{row.code}/move", verb="open")
    assert Partner.get().status == "live"
    changes = Journal.select().where((Journal.kind == "partner") & (Journal.verb == "change"))
    assert [sorted(change.note["fields"]) for change in changes.order_by(Journal.id)] == [
        ["contact_name", "ip_ranges"],
        ["contact_name"],
        ["contact_name", "ip_ranges"],
    ]


@pytest.mark.parametrize(
    ("ranges", "is_taken"),
    [
        ("203.0.113.7", True),
        ("198.51.100.8/29\n203.0.113.7", True),
        ("203.0.113.7\n198.51.100.0/28", True),
        ("203.0.113.8", False),
        ("198.51.100.0/27", False),
        ("203.0.113.7\n2001:db8::1", False),
    ],
)
def test_once_it_is_open_the_partner_asks_for_fewer_addresses_and_the_ministry_lets_in_more(
    school: Browser, ministry: Browser, ranges: str, is_taken: bool
) -> None:
    apply(school)
    for verb in ("assign", "test", "open"):
        move(ministry, verb)
    before = Partner.get().ip_ranges
    answer = correct(school, ip_ranges=ranges)
    assert (Partner.get().ip_ranges != before or ranges.startswith("203.0.113.7\n198")) is is_taken
    assert ("只能减少，不能增加" in answer.text) is not is_taken
    assert SAVED in correct(ministry, ip_ranges=ranges).text
    assert set(Partner.get().ip_ranges.split()) == {
        line if "/" in line else f"{line}/{128 if ':' in line else 32}" for line in ranges.split()
    }


def test_a_sub_sites_own_pages_may_go_and_no_other_come(school: Browser, ministry: Browser) -> None:
    sites = {"ip_ranges": "", "sites": "https://jy.example.edu.cn\nhttps://old.example.edu.cn"}
    apply(school, "embed", **sites)
    for verb in ("assign", "test", "open"):
        move(ministry, verb)
    assert SAVED in correct(school, **(sites | {"sites": "https://jy.example.edu.cn"})).text
    assert "只能减少" in correct(school, **sites).text
    assert Partner.get().sites == "https://jy.example.edu.cn"


def test_what_has_ended_is_not_changed_nor_what_is_anothers(
    school: Browser, desk_of: Callable[..., Browser], cast: Cast, ministry: Browser
) -> None:
    apply(school)
    row = Partner.get()
    assert desk_of(cast.province).open(f"/console/partners/{row.code}/edit").status == 404
    move(ministry, "decline", reason="材料不全")
    assert correct(school, name="别的名字").status == 409
    assert Partner.get().name == TABLE["name"]
