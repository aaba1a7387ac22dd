"""职位精准推荐 on the phone: what is shown and why, what stands in the way, and 不感兴趣 with its undo."""

import pytest

from handlers.h5.recommended import words_of
from models.graduate import Intention
from models.journal import Journal
from models.wishes import Dislike
from services.posts.reasons import Reason
from tests.posts import add_employer, add_post


@pytest.fixture
def wish(cast):
    return Intention.create(
        graduate=cast.graduate.graduate,
        direction="employ",
        work_type="full",
        places=["340000"],
        kinds=["13"],
        pay_floor=6000,
        major_match="class",
    )


def test_without_an_intention_the_page_leads_to_it_and_back(cast, client_of):
    phone = client_of(cast.graduate)
    page = phone.open("/h5/recommended")
    assert "还没有登记求职意愿" in page.html
    assert 'href="/h5/intention?next=/h5/recommended"' in page.html
    form = phone.open("/h5/intention?next=/h5/recommended")
    page = form.submit("/h5/intention", direction="employ", work_type="full", pay="open")
    assert page.path == "/h5/recommended"


def test_each_post_says_why(ctx, cast, client_of, wish):
    employer = add_employer(cast)
    add_post(ctx, employer, title="本专业的", majors=["080902"])
    add_post(ctx, employer, title="大类的", majors=["080901"], pay_low=5000)
    page = client_of(cast.graduate).open("/h5/recommended")
    for words in ("专业对口：软件工程", "同属计算机类", "在您想去的安徽", "月薪达到您的期望", "月薪最高可达"):
        assert words in page.html, words
    assert page.html.index("本专业的") < page.html.index("大类的")


def test_put_away_is_gone_until_it_is_brought_back(ctx, cast, client_of, wish):
    post = add_post(ctx, add_employer(cast), majors=["080902"])
    phone = client_of(cast.graduate)
    away, back = f"/h5/posts/{post.code}/put-away", f"/h5/posts/{post.code}/bring-back"
    page = phone.open("/h5/recommended").submit(away, reason="pay")
    assert page.path == "/h5/recommended"
    assert away not in page.html
    assert "“软件工程师”已移出推荐" in page.html
    assert Dislike.get().reason == "pay"
    page = page.submit(back)
    assert page.path == "/h5/recommended"
    assert away in page.html
    assert back not in phone.open(f"/h5/recommended?gone={post.code}").html
    assert phone.open("/h5/recommended?gone=nothing").status == 200


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"places": ["310101"]}, "都不在您想去的地区"),
        ({"majors": ["1002"]}, "放宽专业匹配"),
        ({"work_type": "intern"}, "工作类型不同"),
        ({"level_low": 4}, "符合您学历和届别的职位发布以后"),
    ],
)
def test_an_empty_list_says_which_wish_leaves_nothing(ctx, cast, client_of, wish, other, says):
    add_post(ctx, add_employer(cast), **other)
    page = client_of(cast.graduate).open("/h5/recommended")
    assert "暂时没有适合您的职位" in page.html
    assert says in page.html
    assert 'href="/h5/intention?next=/h5/recommended"' in page.html


def test_reasons_have_words(app, cast):
    """Every kind of reason, also of codes that no table knows."""
    said = {
        Reason("category", "08"): "同属工学门类",
        Reason("class", "9999"): "专业大类相同",
        Reason("category", "99"): "学科门类相同",
        Reason("place", "340000"): "在您想去的安徽",
        Reason("province", "340100"): "与您想去的地区同省",
        Reason("industry", "34"): "您想去的行业：",
        Reason("nature", "31"): "您想去的单位：国有企业",
        Reason("position", "13"): "您想做的：",
        Reason("nationwide"): "全国多地可选",
        Reason("fresh"): "新发布",
        Reason("any_major"): "专业不限",
    }
    with app.test_request_context():
        for reason, words in said.items():
            assert words_of(reason, cast.graduate.graduate).startswith(words)


def test_the_home_page_leads_there(cast, client_of):
    assert 'href="/h5/recommended"' in client_of(cast.graduate).open("/h5/").html
    assert "/h5/recommended" not in client_of(cast.person).open("/h5/").html


def put_away(phone, post, reason):
    """The page one is led to after a post was put away."""
    return phone.open("/h5/recommended").submit(f"/h5/posts/{post.code}/put-away", reason=reason)


def test_pay_that_is_too_low_is_left_out_with_one_tap(ctx, cast, client_of, wish):
    employer = add_employer(cast)
    post = add_post(ctx, employer, title="钱少的", majors=["080902"], pay_low=6000, pay_high=7200)
    phone = client_of(cast.graduate)
    page = put_away(phone, post, "pay")
    assert "把薪资下限改为 7500 元" in page.text
    page = page.submit(f"/h5/posts/{post.code}/narrow")
    assert "求职意愿已修改" in page.text
    assert Intention.get().pay_floor == 7500
    again = phone.open(f"/h5/recommended?gone={post.code}")
    assert "薪资下限" not in again.text  # it says so already
    assert [row.verb for row in Journal.select().where(Journal.kind == "intention")] == ["change"]


def test_a_place_is_given_up_with_one_tap_while_another_is_left(ctx, cast, client_of, wish):
    employer = add_employer(cast)
    near = add_post(ctx, employer, title="近的", majors=["080902"], places=["340104"])
    far = add_post(ctx, employer, title="远的", majors=["080902"], places=["310101"])
    Intention.update(places=["340000", "310000"]).execute()
    phone = client_of(cast.graduate)
    page = put_away(phone, far, "place")
    assert "不再推荐上海的职位" in page.text
    page = page.submit(f"/h5/posts/{far.code}/narrow")
    assert Intention.get().places == ["340000"]
    assert "近的" in page.text
    page = put_away(phone, near, "place")
    assert "不再推荐" not in page.text.split("已移出推荐")[1][:40]  # the last place stays
    assert phone.post(f"/h5/posts/{near.code}/narrow", {"csrf_token": phone.token()}).status == 200
    assert Intention.get().places == ["340000"]


def test_other_reasons_offer_nothing(ctx, cast, client_of, wish):
    employer = add_employer(cast)
    phone = client_of(cast.graduate)
    for nth, (reason, columns) in enumerate(
        [("industry", {}), ("pay", {"pay_low": 0, "pay_high": 0}), ("place", {"places": ["000000"]})]
    ):
        post = add_post(ctx, employer, title=f"第{nth}个", majors=["080902"], **columns)
        assert f"/h5/posts/{post.code}/narrow" not in put_away(phone, post, reason).html


def test_who_puts_a_unit_away_is_told_that_all_its_posts_go(ctx, cast, client_of, wish):
    employer = add_employer(cast)
    first, second, _third = (
        add_post(ctx, employer, title=title, majors=["080902"]) for title in ("甲岗", "乙岗", "丙岗")
    )
    phone = client_of(cast.graduate)
    page = put_away(phone, first, "other")
    assert "以后不再推荐这个职位。" in page.text
    assert ("乙岗" in page.text, "丙岗" in page.text) == (True, True)
    page = put_away(phone, second, "employer")
    assert "以后不再推荐这家单位的职位" in page.text
    assert "丙岗" not in page.text
