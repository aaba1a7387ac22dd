"""The employers' pages, walked through as people do: from the account to the interview."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from models.employer import Employer
from models.post import Post
from models.wishes import Application
from services import applications, outbox, sessions
from services.context import Context
from tests.browser import DESKTOP, WECHAT, Browser
from tests.cast import CREDIT_CODE, Cast
from tests.desks import pass_second_factor
from tests.fakes import FixedClock, SmsInbox
from tests.papers import photo
from tests.posts import add_post, visitor_of
from tests.rosters import hold_places
from tests.services.test_employers_verbs import valid_code

UNIT = "/employer/unit"
PHONE = "13912340001"


@pytest.fixture
def boss(client_of: Callable[..., Browser], cast: Cast) -> Browser:
    return client_of(cast.employer)


@pytest.fixture
def desk(client_of: Callable[..., Browser], cast: Cast) -> Browser:
    browser = client_of(cast.school)
    pass_second_factor()
    return browser


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    hold_places(ctx)
    assert cast.unit is not None
    return add_post(ctx, cast.unit, school_id=cast.units["school"].id)


def test_from_nothing_to_a_unit_that_may_begin(
    app: Flask, ctx: Context, cast: Cast, inbox: SmsInbox, desk: Browser
) -> None:
    hold_places(ctx)
    browser = Browser(app, DESKTOP)
    assert browser.open("/employer/").path == "/employer/login"
    page = browser.open("/employer/register").submit(
        "/employer/register", to="/employer/code", name="李招聘", phone=PHONE
    )
    assert "验证码已发送" in page.text
    outbox.pump_texts(ctx)
    page = page.submit("/employer/register", code=inbox.code_for(PHONE), password="Gaokao2027")
    assert page.path == UNIT
    filled = {
        **{"name": "合肥未来科技有限公司", "credit_code": valid_code(), "nature": "39", "industry": "34"},
        **{"scale": "s3", "address": "创新大道 1 号", "contact_name": "李招聘", "contact_phone": PHONE},
    }
    page = page.submit(UNIT, **filled, region_word="合肥", find="region")
    assert "安徽省 合肥市 蜀山区" in page.text
    page = page.submit(UNIT, region="340104", unit_word="江淮")
    assert page.path == "/employer/licence"
    token = dict(page.form("/employer/licence").fields)["csrf_token"]
    page = browser.post("/employer/licence", {"csrf_token": token, "licence": (io.BytesIO(photo()), "a.jpg")})
    assert "营业执照已上传" in page.text
    page = page.submit("/employer/file")
    assert ("待审核" in page.text, "江淮大学" in page.text) == (True, True)
    assert browser.open("/employer/posts").status == 403
    unit = Employer.get(Employer.credit_code == valid_code())
    page = desk.open("/console/employers").text
    assert unit.name in page
    looked = desk.client.get(f"/console/employers/{unit.code}/licence", base_url="http://wx.test")
    assert (looked.status_code, looked.mimetype) == (200, "image/jpeg")
    page = desk.open(f"/console/employers/{unit.code}").submit(f"/console/employers/{unit.code}/approve")
    assert "已通过" in page.text
    assert "还没有岗位" in browser.open("/employer/posts").text


def test_a_unit_that_is_there_says_whom_to_ask(
    ctx: Context, cast: Cast, client_of: Callable[..., Browser]
) -> None:
    hold_places(ctx)
    filled = {
        **{"name": "合肥创新软件有限公司", "credit_code": CREDIT_CODE, "nature": "39", "industry": "34"},
        **{"scale": "s3", "region": "340104", "unit": cast.units["school"].code, "address": "路 1 号"},
        **{"contact_name": "何路", "contact_phone": "13900000401"},
    }
    page = client_of(cast.person).open(UNIT).submit(UNIT, **filled)
    assert page.status == 409
    assert "周*（139****0301）" in page.text
    assert cast.employer.phone not in page.html


def test_strangers_in_wechat_are_asked_by_the_platform_first(app: Flask) -> None:
    assert Browser(app, WECHAT).led("/employer/posts").startswith("/h5/oauth/begin?next=%2Femployer%2Fposts")


def test_a_post_is_written_in_words_and_reviewed(
    ctx: Context, cast: Cast, boss: Browser, desk: Browser
) -> None:
    hold_places(ctx)
    page = boss.open("/employer/posts/new").submit(
        "/employer/posts/new",
        title="Java工程师",
        description="负责平台后端的设计和开发，熟悉数据库。限男性。微信 abc12345678。",
        position="13",
        majors_text="计算机类、屠龙之术",
        places_text="合肥市蜀山区",
        pay_text="8-12k",
    )
    post = Post.get()
    assert page.path == f"/employer/posts/{post.code}"
    assert ("8千—1.2万元/月" in page.text, "蜀山区" in page.text) == (True, True)
    assert "屠龙之术" in page.text
    assert "abc12345678" not in page.html
    assert '<mark class="offends">' in page.html
    page = page.submit(f"/employer/posts/{post.code}/submit")
    assert "已提交审核" in page.text
    assert "处注意" in desk.open("/console/posts").text
    page = desk.open(f"/console/posts/{post.code}")
    assert '<mark class="offends">' in page.html
    page = page.submit(f"/console/posts/{post.code}/return", reason="请删去性别要求")
    assert "已退回" in page.text
    page = boss.open(f"/employer/posts/{post.code}/edit")
    assert "请删去性别要求" in page.text
    page = page.submit(
        f"/employer/posts/{post.code}/edit", description="负责平台后端的设计和开发，熟悉数据库和网络。"
    )
    page.submit(f"/employer/posts/{post.code}/submit")
    page = desk.open(f"/console/posts/{post.code}").submit(f"/console/posts/{post.code}/publish")
    assert "已发布" in page.text
    assert Post.get().status == "published"


def test_what_is_wrong_with_a_post_is_said_beside_the_field(ctx: Context, boss: Browser) -> None:
    hold_places(ctx)
    page = boss.open("/employer/posts/new").submit(
        "/employer/posts/new", title="", description="短", places_text="桃花源", headcount="很多"
    )
    assert page.status == 422
    for words in ("请填写此项", "岗位描述太短", "没有读懂工作地点", "1 至 10000"):
        assert words in page.text
    assert Post.select().count() == 0


def test_an_application_is_read_and_answered(
    ctx: Context, cast: Cast, boss: Browser, post: Post, clock: FixedClock
) -> None:
    sent = applications.apply(ctx, visitor_of(ctx, cast.graduate), post.code, "我会写程序")
    page = boss.open("/employer/applications")
    assert ("李晓雨" in page.text, "未查看" in page.text) == (True, True)
    one = f"/employer/applications/{sent.code}"
    page = boss.open(one)
    assert ("我会写程序" in page.text, "软件工程" in page.text) == (True, True)
    at = (clock() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    page = boss.open(f"{one}/interview").submit(f"{one}/interview", at=at, place="高新区 3 楼")
    assert "面试通知已发出" in page.text
    assert Application.get().status == "invited"
    interview = Application.get().interviews.get()
    assert interview.at.hour == 2  # ten o'clock in China
    page = page.submit(f"/employer/interviews/{interview.code}/cancel", reason="改期")
    assert "已取消" in page.text
    bad = boss.open(f"{one}/interview").submit(f"{one}/interview", at="昨天", place="")
    assert (bad.status, "面试时间要晚于现在" in bad.text) == (422, True)
    page = boss.open(one).submit(f"{one}/reject", reason="已招满")
    assert "不合适" in page.text
    assert (
        boss.open("/employer/applications?status=rejected&level=2&major=软件&school=江淮&q=李").text.count(
            "李晓雨"
        )
        == 1
    )


def test_a_degree_is_seen_with_consent(
    ctx: Context, cast: Cast, boss: Browser, client_of: Callable[..., Browser], post: Post
) -> None:
    sent = applications.apply(ctx, visitor_of(ctx, cast.graduate), post.code)
    one = f"/employer/applications/{sent.code}"
    page = boss.open(one).submit(f"{one}/degree", purpose="录用前核实")
    assert "等待本人同意" in page.text
    phone = client_of(cast.graduate)
    mine = phone.open("/h5/degree-checks")
    grant = next(form.action for form in mine.forms if form.action.endswith("/grant"))
    assert "已同意" in mine.submit(grant).text
    page = boss.open("/employer/degree-checks")
    look = next(form.action for form in page.forms if form.action.endswith("/look"))
    assert "江淮大学" in page.submit(look).text
    assert cast.graduate.identity_number not in page.submit(look).html


def test_sessions_of_another_employer_see_nothing(
    ctx: Context, cast: Cast, boss: Browser, post: Post
) -> None:
    other = Employer.create(
        name="别家公司", name_key="别家公司", status="approved", unit=cast.units["school"]
    )
    sent = applications.apply(ctx, visitor_of(ctx, cast.graduate), post.code)
    recruiter = sessions.visitor_of(ctx, sessions.open_session(ctx, cast.employer.account, "desktop"))
    assert recruiter is not None
    assert recruiter.recruiter is not None
    recruiter.recruiter.change(employer=other)
    for path in (f"posts/{post.code}", f"posts/{post.code}/edit", f"applications/{sent.code}"):
        assert boss.open(f"/employer/{path}").status == 404
    assert boss.open(f"/employer/applications/{sent.code}/interview").status == 404


def test_a_colleague_is_asked_in_and_let_go(
    cast: Cast, boss: Browser, client_of: Callable[..., Browser]
) -> None:
    page = boss.open("/employer/colleagues")
    assert page.submit("/employer/colleagues", phone="123").status == 422
    page = page.submit("/employer/colleagues", phone=cast.person.phone)
    assert ("已邀请" in page.text, cast.person.phone in page.text) == (True, True)
    colleague = client_of(cast.person)
    page = colleague.open("/employer/")
    assert "合肥创新软件有限公司邀请您加入" in page.text
    join = next(one.action for one in page.forms if one.action.endswith("/join"))
    assert "已加入" in page.submit(join).text
    assert colleague.open("/employer/posts").status == 200
    page = boss.open("/employer/colleagues")
    assert "移出 何路" in page.text
    end = next(one.action for one in page.forms if one.action.endswith("/end"))
    assert "已移出" in page.submit(end).text
    assert colleague.open("/employer/posts").path == "/employer/unit"


def test_an_approved_unit_is_changed_and_renamed(
    ctx: Context, cast: Cast, boss: Browser, desk: Browser, post: Post
) -> None:
    page = boss.open("/employer/unit/details")
    assert page.submit("/employer/unit/details", website="x").status == 422
    page = page.submit("/employer/unit/details", intro="做软件的")
    assert ("已保存" in page.text, Employer.get().intro) == (True, "做软件的")
    page = boss.open("/employer/unit/change").submit("/employer/unit/change", name="合肥启明软件有限公司")
    assert "请同时上传新的营业执照" in page.text
    form = dict(boss.open("/employer/unit/change").form("/employer/unit/change").fields)
    sent = form | {"name": "合肥启明软件有限公司", "licence": (io.BytesIO(photo()), "a.jpg")}
    page = boss.post("/employer/unit/change", sent)
    assert ("变更已提交审核" in page.text, "变更待审" in page.text) == (True, True)
    assert boss.open("/employer/posts").status == 200
    unit = Employer.get()
    assert unit.name in desk.open("/console/employers?status=amending").text
    address = f"/console/employers/{unit.code}"
    looked = desk.client.get(f"{address}/new-licence", base_url="http://wx.test")
    assert (looked.status_code, looked.mimetype) == (200, "image/jpeg")
    page = desk.open(address)
    assert "原为 合肥创新软件有限公司" in page.text
    assert "变更已通过" in page.submit(f"{address}/adopt").text
    assert "合肥启明软件有限公司" in boss.open("/employer/").text
