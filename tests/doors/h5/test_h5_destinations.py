"""去向登记 on the graduate's phone: the standing, the three cases, whom to ask; and where one comes from."""

from collections.abc import Callable
from datetime import datetime

import pytest

from models.agreement import Agreement
from services import links
from services.agreements import endings, moves
from services.agreements.parties import CLOCK
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_world import World
from tests.browser import Browser
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import visitor_of

PAGE = "/h5/destinations"
LIST = "/h5/agreements"


@pytest.fixture
def phone(client_of: Callable[..., Browser], ctx: Context, cast: Cast) -> Browser:
    """The graduate's own WeChat, once the school is open."""
    agreements.open_school(ctx, cast)
    return client_of(cast.graduate, in_wechat=True)


def released(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that was in force and is no more."""
    party, row = ways.in_force(ctx, cast)
    ways.asked(ctx, party, row)
    held = agreements.fresh(row)
    moves.move(ctx, held, "release", CLOCK, {"kind": "term.released"}, **endings.ended(ctx))
    return held


def day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月"


# -- the three cases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        # to a unit without an agreement
        ("到用人单位就业，不需要签就业协议书", "公招", "录用接收函、公示材料", "登记为：签就业协议形式就业"),
        (
            "其他录用形式就业",
            "聘用期限（离校后不低于 6 个月）",
            "院、校两级就业部门",
            "单位所在地（选到区、县）",
        ),
        ("地方基层项目", "农技特岗", "统一社会信用代码或组织机构代码（有的填写）"),
        # not to a unit
        ("不到用人单位，已落实其他去向", "自主创业", "网店网址", "与孵化机构签订的协议", "工商执照"),
        ("国内升学", "专科升普通本科", "录取院校调档函", "登记为：升学"),
        ("出国、出境深造", "国（境）外高校录取通知书", "国家或地区"),
        # nothing yet
        ("还没有落实去向", "待就业", "拟参加公招考试", "不就业拟升学", "其他暂不就业", "无就业意愿"),
    ],
)
def test_each_case_says_what_it_is_and_what_it_takes(phone: Browser, words: tuple[str, ...]) -> None:
    page = phone.open(PAGE)
    assert [word for word in words if word not in page.text] == []


def test_whom_to_ask_is_named(phone: Browser, ctx: Context, cast: Cast) -> None:
    page = phone.open(PAGE)
    assert page.text.count("还没有关联辅导员") == 3
    assert 'href="/h5/my-counselors"' in page.html
    assert cast.counselor.staff is not None
    links.link(ctx, visitor_of(ctx, cast.graduate), [cast.counselor.staff.code])
    page = phone.open(PAGE)
    assert page.text.count("我的辅导员：王建国（图书馆 305）") == 3
    assert "还没有关联" not in page.text


# -- the standing ------------------------------------------------------------------------------------------


def test_nothing_yet_leads_to_signing(phone: Browser) -> None:
    page = phone.open(PAGE)
    assert "待就业 暂未登记" in page.text
    assert f'href="{LIST}"' in page.html
    assert "单位 " not in page.text[: page.text.index("到用人单位就业")]


def test_while_it_is_reviewed(phone: Browser, ctx: Context, cast: Cast) -> None:
    row = ways.accepted(ctx, cast.graduate)[1]
    page = phone.open(PAGE)
    assert "待就业 签约中" in page.text
    assert "办理进度 院系审核中" in page.text
    assert (row.unit_name in page.text, f'href="{LIST}/{row.code}"' in page.html) == (True, True)
    assert "生效日期" not in page.text


def test_in_force_and_while_it_is_being_released(phone: Browser, ctx: Context, cast: Cast) -> None:
    party, row = ways.in_force(ctx, cast)
    page = phone.open(PAGE)
    assert row.effective_on is not None
    for words in (
        "签就业协议形式就业",
        "登记方式 网络签约",
        f"单位 {row.unit_name}",
        f"协议编号 {row.number}",
    ):
        assert words in page.text, words
    assert f"生效日期 {row.effective_on.isoformat()}" in page.text
    assert "不用另行登记" in page.text
    ways.asked(ctx, party, row)
    page = phone.open(PAGE)
    assert "签就业协议形式就业 解约中" in page.text
    assert "解约办结前协议继续有效" in page.text


def test_after_a_release(phone: Browser, ctx: Context, cast: Cast) -> None:
    row = released(ctx, cast)
    page = phone.open(PAGE)
    assert "待就业 已解约" in page.text
    assert f"解约日期 {day(ctx.clock())}" in page.text
    assert "可以重新签约" in page.text
    assert f'href="{LIST}"' in page.html
    assert f'href="{PAGE}"' in phone.open(f"{LIST}/{row.code}").html


def test_after_it_was_made_void(phone: Browser, ctx: Context, cast: Cast, clock: FixedClock) -> None:
    row = ways.in_force(ctx, cast)[1]
    World(ctx, cast, clock).void(row)
    page = phone.open(PAGE)
    assert "待就业 协议已作废" in page.text
    assert f"作废日期 {day(ctx.clock())}" in page.text
    assert "不再作为毕业去向" in page.text


# -- the way there -----------------------------------------------------------------------------------------


def test_the_pages_of_agreements_lead_there(phone: Browser, ctx: Context, cast: Cast) -> None:
    page = phone.open(LIST)
    assert (f'href="{PAGE}"' in page.html, "毕业去向：待就业（暂未登记）" in page.text) == (True, True)
    row = ways.accepted(ctx, cast.graduate)[1]
    assert f'href="{PAGE}"' not in phone.open(f"{LIST}/{row.code}").html
    ways.reject(ctx, cast.counselor, row)
    assert f'href="{PAGE}"' in phone.open(f"{LIST}/{row.code}").html
    assert f'href="{PAGE}"' in phone.open("/h5/").html


def test_who_is_no_graduate_is_sent_to_prove_it(client_of: Callable[..., Browser], cast: Cast) -> None:
    assert client_of(cast.person).open(PAGE).path == "/h5/identify"
