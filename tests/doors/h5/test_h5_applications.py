"""投递, 面试 and 专场 on the phone."""

from datetime import timedelta

import pytest

from models.graduate import Intention
from models.org import OrgUnit
from models.post import Fair, FairPost, Post
from models.wishes import Application, Interview
from services.applications import interviews, sorting
from services.applications.interviews import InterviewForm
from tests.posts import add_post, visitor_of


@pytest.fixture
def post(ctx, cast):
    return add_post(ctx, cast.unit)


@pytest.fixture
def phone(cast, client_of):
    return client_of(cast.graduate)


@pytest.fixture
def interview(ctx, cast, phone, post):
    """An invitation to somebody who has applied, three days ahead."""
    phone.open(f"/h5/posts/{post.code}/apply").submit(f"/h5/posts/{post.code}/apply")
    recruiter, application = visitor_of(ctx, cast.employer), Application.get()
    sorting.view(ctx, recruiter, application.code)
    form = InterviewForm("onsite", ctx.clock() + timedelta(days=3), "创新大道 88 号", "请带身份证")
    return interviews.offer(ctx, recruiter, application.code, form)


def test_a_graduate_applies_and_takes_it_back(cast, phone, post):
    Intention.create(graduate=cast.graduate.graduate, direction="employ", hides=["phone", "family"])
    address = f"/h5/posts/{post.code}/apply"
    page = phone.open(address)
    assert "身份证件号码、家庭联系方式、手机号" in page.html
    assert "简历完整度" in page.html
    page = page.submit(address, note="字" * 301)
    assert (page.status, "字" * 301 in page.html) == (422, True)
    page = page.submit(address, note="下月可以到岗")
    assert page.path == "/h5/applications"
    assert "已投递" in page.html
    assert "62901234" in phone.open(f"/h5/posts/{post.code}").html
    assert "已经投递过" in phone.open(address).html
    page = page.submit(f"/h5/applications/{Application.get().code}/withdraw")
    assert "已撤回投递" in page.html
    assert "重新投递" in page.html
    assert phone.open(address).submit(address).path == "/h5/applications"
    assert Application.get().status == "sent"


def test_nobody_applies_for_what_is_over(phone, post):
    address = f"/h5/posts/{post.code}/apply"
    page = phone.open(address)
    Post.update(status="closed").execute()
    page = page.submit(address)
    assert page.status == 409
    assert "已停止招聘" in page.html
    assert not Application.select().exists()
    assert "已经结束招聘" in phone.open(address).html


def test_an_application_with_a_result_stays(phone, post):
    phone.open(f"/h5/posts/{post.code}/apply").submit(f"/h5/posts/{post.code}/apply")
    page = phone.open("/h5/applications")
    Application.update(status="rejected", reason="专业方向不符").execute()
    page = page.submit(f"/h5/applications/{Application.get().code}/withdraw")
    assert "notice_warn" in page.html
    assert "单位说明：专业方向不符" in page.html
    assert "确认撤回" not in page.html


def test_an_invitation_is_accepted_and_given_up_later(phone, interview):
    page = phone.open(f"/h5/interviews/{interview.code}")
    for words in (
        "11月23日（周一）15:00",
        "现场面试",
        "创新大道 88 号",
        "请带身份证",
        "0551-62901234",
        "答复期限",
    ):
        assert words in page.html, words
    assert "待答复" in phone.open("/h5/interviews").html
    page = page.submit(f"/h5/interviews/{interview.code}/accept")
    assert "已接受面试" in page.html
    assert "查看面试通知" in phone.open("/h5/applications").html
    page = page.submit(f"/h5/interviews/{interview.code}/decline", reason="已签约其他单位")
    assert "您已谢绝这次面试：已签约其他单位" in page.html
    assert Interview.get().status == "declined"


def test_a_late_answer_is_told_so(ctx, clock, phone, interview):
    page = phone.open(f"/h5/interviews/{interview.code}")
    clock.advance(days=3)
    page = page.submit(f"/h5/interviews/{interview.code}/accept")
    assert page.status == 409
    assert "答复期限已过" in page.html
    assert "接受面试" not in page.html
    assert "已过期" in phone.open("/h5/interviews").html


def test_a_cancelled_invitation_says_why(ctx, cast, phone, interview):
    interviews.cancel(ctx, visitor_of(ctx, cast.employer), interview.code, "岗位暂缓招聘")
    page = phone.open(f"/h5/interviews/{interview.code}")
    assert "单位取消了这次面试：岗位暂缓招聘" in page.html
    assert "/accept" not in page.html


def test_somebody_elses_are_not_there(cast, client_of, interview):
    other = client_of(cast.other_graduate)
    assert other.open(f"/h5/interviews/{interview.code}").status == 404
    assert "软件工程师" not in other.open("/h5/applications").html


def test_a_fair_has_its_own_posts_page_by_page(ctx, cast, phone, post):
    day = ctx.clock().date()
    unit = OrgUnit.get(OrgUnit.level == "school")
    span = {"starts_on": day, "ends_on": day + timedelta(days=7)}
    fair = Fair.create(
        unit=unit, status="published", title="秋季专场", body="<p>欢迎<script>x</script></p>", **span
    )
    Fair.create(unit=unit, status="draft", title="未发布的", **span)
    Fair.create(unit=unit, status="published", title="过期的", starts_on=day, ends_on=day - timedelta(days=1))
    for number in range(22):
        FairPost.create(fair=fair, post=add_post(ctx, cast.unit, title=f"专场岗位{number}"))
    FairPost.create(fair=fair, post=add_post(ctx, cast.unit, title="撤下的", status="closed"))
    page = phone.open("/h5/fairs")
    assert "秋季专场" in page.html
    assert "未发布的" not in page.html
    assert "过期的" not in page.html
    first = phone.open(f"/h5/fairs/{fair.code}")
    assert "欢迎" in first.html
    assert "<script>x" not in first.html
    assert first.html.count("post__title") == 20
    second = phone.open(
        first.html.split(f'href="/h5/fairs/{fair.code}?')[1]
        .split('"')[0]
        .join((f"/h5/fairs/{fair.code}?", ""))
    )
    assert second.html.count("post__title") == 2
    assert "撤下的" not in first.html + second.html


def test_who_took_it_back_sees_no_more_where_to_find_the_unit(phone, interview):
    address = f"/h5/interviews/{interview.code}"
    page = phone.open(address)
    for words in ("62901234", "创新大道 88 号", "请带身份证"):
        assert words in page.html
    phone.open("/h5/applications").submit(f"/h5/applications/{Application.get().code}/withdraw")
    page = phone.open(address)
    assert "您已撤回这份投递" in page.html
    for words in ("62901234", "创新大道 88 号", "请带身份证"):
        assert words not in page.html
        assert words not in phone.open("/h5/interviews").html
