"""网签设置: what a province lays down, the check-list of a school, and who sees which schools have opened."""

import dataclasses
import io
from collections.abc import Callable

import pytest
from flask import Flask

from domain.refusal_words import SAY
from handlers.visit import CONTEXT
from models.graduate import Graduate
from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services.agreements import rules
from services.context import Context
from tests import agreements, seals
from tests.browser import Browser, Page, send_file
from tests.cast import Cast
from tests.papers import photo

PAGE = "/console/signing"
RULES = {"mode": "two", "offer_days": "7", "effective_by": "school", "may_withdraw": "1"}
Desk = Callable[..., Browser]


@pytest.fixture
def sealer(ctx: Context, app: Flask) -> Context:
    """The pages with a seal."""
    sealed = dataclasses.replace(ctx, seals=seals.seals())
    app.extensions[CONTEXT] = sealed
    return sealed


def lay_down(browser: Browser, **changes: str) -> Page:
    return browser.open(PAGE).submit(f"{PAGE}/rules", **RULES | changes)


def numbered(browser: Browser, cast: Cast) -> None:
    """The province fills in the school's 院校标识码, where the school is told that it does."""
    path = f"/console/units/{cast.units['school'].code}"
    assert "机构" in browser.open("/console/units").text
    browser.open(path).submit(path, number="4134010359")


# -- the province's rules ----------------------------------------------------------------------------------


def test_a_province_lays_down_and_finds_it_again(province_desk: Browser) -> None:
    assert "已保存，本省学校按此办理" in lay_down(province_desk, offer_days="10", mode="three").text
    row = SigningRules.get()
    assert (row.mode, row.offer_days, row.effective_by, row.may_withdraw) == ("three", 10, "school", True)
    kept = dict(province_desk.open(PAGE).form(f"{PAGE}/rules").fields)
    assert (kept["mode"], kept["offer_days"], kept["effective_by"], kept["may_withdraw"]) == (
        *("three", "10", "school"),
        "1",
    )
    lay_down(province_desk, may_withdraw="")
    assert SigningRules.get().may_withdraw is False
    assert dict(province_desk.open(PAGE).form(f"{PAGE}/rules").fields)["may_withdraw"] == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"offer_days": "2"}, SAY["offer_days"]),
        ({"offer_days": "16"}, SAY["offer_days"]),
        ({"offer_days": "七"}, SAY["offer_days"]),
        ({"offer_days": ""}, SAY["offer_days"]),
        ({"mode": "four"}, SAY["bad_choice"]),
        ({"effective_by": ""}, SAY["bad_choice"]),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    province_desk: Browser, changes: dict[str, str], says: str
) -> None:
    page = lay_down(province_desk, **changes)
    assert page.status == 422
    assert says in page.text
    assert 'value="three"' in page.html  # the choices are there again
    assert not SigningRules.select().exists()


def test_the_mode_is_locked_once_a_school_is_open_and_the_page_says_so(
    province_desk: Browser, ctx: Context, cast: Cast
) -> None:
    assert "本省已有学校开通" not in province_desk.open(PAGE).text
    agreements.open_school(ctx, cast)
    assert "本省已有学校开通，协议方式不能再改" in province_desk.open(PAGE).text
    page = lay_down(province_desk, mode="three")
    assert page.status == 409
    assert SAY["signing_mode_locked"] in page.text
    assert SigningRules.get().mode == "two"
    assert "已保存" in lay_down(province_desk, offer_days="5").text


@pytest.mark.parametrize("who", ["ministry", "school", "college"])
def test_only_a_province_lays_down(desk_of: Desk, cast: Cast, who: str) -> None:
    browser = desk_of(getattr(cast, who))
    assert f"{PAGE}/rules" not in browser.open(PAGE).html
    assert browser.post(f"{PAGE}/rules", RULES | {"csrf_token": browser.token()}).status == 403
    assert not SigningRules.select().exists()


# -- opening a school --------------------------------------------------------------------------------------


def test_a_school_is_told_what_is_missing(school_desk: Browser) -> None:
    Graduate.update(year=2020).execute()
    page = school_desk.open(PAGE)
    assert "省级还没有设置" in page.text
    assert page.text.count("未完成") == 5
    assert "院校标识码（协议编号要用，请联系省级管理员在“机构”中填写）" in page.text
    said = page.submit(f"{PAGE}/open")
    for code in ("ready_rules", "ready_number", "ready_roster", "ready_backlog", "ready_seal"):
        assert SAY[code] in said.text, code
    assert "开通前的准备还没有完成" in said.text
    assert SchoolSigning.select().where(SchoolSigning.opened_at.is_null(False)).count() == 0


def test_a_school_works_off_its_list_and_opens(
    desk_of: Desk, ctx: Context, cast: Cast, sealer: Context
) -> None:
    lay_down(desk_of(cast.province))
    numbered(desk_of(cast.province), cast)
    browser = desk_of(cast.school)
    page = browser.open(PAGE)
    assert page.text.count("未完成") == 1
    assert "院校标识码：4134010359" in page.text
    assert "两方协议" in page.text
    assert "学校印章" not in page.text  # two parties need none
    page = page.submit(f"{PAGE}/backlog")
    assert "此前采集的去向已上报" in page.text
    assert "未完成" not in page.text
    page = page.submit(f"{PAGE}/open")
    assert "网上签约已开通" in page.text
    assert "已于 2026-11-20" in page.text
    assert f"{PAGE}/open" not in page.html
    assert rules.is_open(cast.units["school"].id)


def test_of_three_parties_the_school_brings_its_seal(desk_of: Desk, cast: Cast, sealer: Context) -> None:
    lay_down(desk_of(cast.province), mode="three")
    numbered(desk_of(cast.province), cast)
    browser = desk_of(cast.school)
    browser.open(PAGE).submit(f"{PAGE}/backlog")
    page = browser.open(PAGE).submit(f"{PAGE}/open")
    assert SAY["ready_stamp"] in page.text
    assert not rules.is_open(cast.units["school"].id)
    stamp = (io.BytesIO(photo((300, 300), "PNG")), "章.png")
    page = browser.open(PAGE).submit(f"{PAGE}/stamp", stamp=stamp, signer_name="周涛")
    assert "学校印章已保存" in page.text
    assert "已上传，经办人 周涛" in page.text
    assert "网上签约已开通" in page.submit(f"{PAGE}/open").text


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "周涛", SAY["file_needed"]),
        (b"GIF89a", "周涛", SAY["stamp_kind"]),
        (photo((300, 300), "PNG"), "周", SAY["bad_name"]),
        (photo((300, 300), "PNG") + b"x" * 8_390_000, "周涛", SAY["licence_too_big"]),
    ],
    ids=["none", "gif", "name", "big"],
)
def test_a_seal_that_will_not_do(
    desk_of: Desk, cast: Cast, sealer: Context, content: bytes, name: str, says: str
) -> None:
    lay_down(desk_of(cast.province), mode="three")
    stamp = (io.BytesIO(content), "章.png" if content else "")
    browser = desk_of(cast.school)
    page = send_file(browser, PAGE, f"{PAGE}/stamp", {"stamp": stamp}, signer_name=name)
    assert page.status == 422
    assert says in page.text
    assert SchoolSigning.select().where(SchoolSigning.stamp != "").count() == 0


@pytest.mark.parametrize("act", ["backlog", "stamp", "open"])
def test_only_a_school_opens_itself(desk_of: Desk, cast: Cast, act: str) -> None:
    for who in ("college", "counselor", "province", "ministry"):
        browser = desk_of(getattr(cast, who))
        assert browser.post(f"{PAGE}/{act}", {"csrf_token": browser.token()}).status == 403, who
    assert not SchoolSigning.select().exists()


# -- who has opened ----------------------------------------------------------------------------------------


def test_above_schools_one_sees_which_have_opened(
    desk_of: Desk, ctx: Context, cast: Cast, sealer: Context
) -> None:
    agreements.open_school(sealer, cast)
    province = cast.units["province"]
    empty = OrgUnit.add("school", "皖东学院", province)
    OrgUnit.add("school", "已撤销学院", province).change(closed_at=ctx.clock())
    ready = OrgUnit.add("school", "皖北大学", province)
    ready.change(number="4134010001")
    Graduate.update(school=ready.id).where(Graduate.id == cast.other_graduate.graduate.id).execute()
    SchoolSigning.create(unit=ready, backlog_done_at=ctx.clock())
    elsewhere = OrgUnit.add("school", "海外大学", OrgUnit.add("province", "海南省", cast.units["ministry"]))
    page = desk_of(cast.province).open(PAGE)
    rows = {
        name: line for line in page.html.split("<tr>") for name in ("江淮", "皖东", "皖北") if name in line
    }
    assert "已开通" in rows["江淮"]
    assert "准备中" in rows["皖东"]
    assert "院校标识码、毕业生信息、去向上报" in rows["皖东"]
    assert "可以开通" in rows["皖北"]
    for hidden in ("已撤销学院", elsewhere.name):
        assert hidden not in page.text
    assert "共 3 条" in page.text
    country = desk_of(cast.ministry).open(PAGE)
    assert elsewhere.name in country.text
    assert "共 4 条" in country.text
    assert "省级规则" in country.text
    narrowed = desk_of(cast.province)
    assert "共 1 条" in narrowed.open(f"{PAGE}?state=open").text
    assert "共 2 条" in narrowed.open(f"{PAGE}?state=closed").text
    assert empty.name in narrowed.open(f"{PAGE}?q=皖东").text
    assert "江淮大学" in narrowed.open(f"{PAGE}?q=4134010359").text
    assert "没有符合条件的学校" in narrowed.open(f"{PAGE}?q=海外").text


def test_many_schools_come_slice_by_slice(province_desk: Browser, cast: Cast) -> None:
    for nth in range(60):
        OrgUnit.add("school", f"学校{nth:02d}号", cast.units["province"])
    page = province_desk.open(PAGE)
    assert "共 61 条" in page.text
    assert "学校48号" in page.text
    assert "学校49号" not in page.text
    after = page.html.partition("after=")[2].partition('"')[0]
    assert "学校59号" in province_desk.open(f"{PAGE}?after={after}").text


def test_others_do_not_see_the_schools(desk_of: Desk, cast: Cast) -> None:
    for who in ("school", "college"):
        assert "学校开通情况" not in desk_of(getattr(cast, who)).open(PAGE).html
