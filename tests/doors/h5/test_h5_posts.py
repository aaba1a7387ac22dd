"""职位检索 on the phone: what is shown, what is hidden until one has applied, and what a tap does."""

import re
from html import unescape

import pytest

from models.post import Complaint
from models.wishes import Dislike, Favourite
from tests.posts import add_employer, add_post


@pytest.fixture
def post(ctx, cast):
    return add_post(
        ctx, add_employer(cast), description="负责后端开发。\n\n<b>双休</b>，五险一金齐全，地铁口附近上班。"
    )


def test_a_post_is_found_and_read(cast, client_of, post):
    phone = client_of(cast.graduate)
    page = phone.open("/h5/posts?keyword=工程师&position=13")
    assert "软件工程师" in page.html
    assert "8千—1.2万元/月" in page.html
    page = phone.open(f"/h5/posts/{post.code}")
    for words in ("本科及以上", "计算机类", "届别不限", "先交费", "投递后可见", "&lt;b&gt;双休"):
        assert words in page.html
    assert "62901234" not in page.html


def test_what_does_not_fit_is_not_found(cast, client_of, post):
    phone = client_of(cast.graduate)
    for narrowed in (
        "keyword=会计",
        "position=24",
        "pay=20000",
        "rank=1",
        "place=310000",
        "work_type=intern",
    ):
        page = phone.open(f"/h5/posts?{narrowed}")
        assert "没有符合条件的职位" in page.html, narrowed
    assert "软件工程师" in phone.open("/h5/posts?position=nonsense&rank=9&pay=1&after=x").html


def test_pages_lead_on_and_keep_what_was_asked(ctx, cast, client_of, post):
    for number in range(25):
        add_post(ctx, post.employer, title=f"测试工程师{number}")
    phone = client_of(cast.graduate)
    first = phone.open("/h5/posts?keyword=工程师&rank=2")
    following = unescape(re.search(r'href="(/h5/posts\?[^"]*after=[^"]*)"', first.html)[1])
    assert "keyword=" in following
    second = phone.open(following)
    assert first.html.count("post__title") == 20
    assert second.html.count("post__title") == 6
    assert "软件工程师" in second.html


def test_a_graduate_keeps_puts_away_and_brings_back(cast, client_of, post):
    phone = client_of(cast.graduate)
    page = phone.open(f"/h5/posts/{post.code}").submit(f"/h5/posts/{post.code}/keep")
    assert "取消收藏" in page.html
    assert Favourite.select().count() == 1
    assert "软件工程师" in phone.open("/h5/kept-posts").html
    page = page.submit(f"/h5/posts/{post.code}/put-away", reason="pay")
    assert Dislike.get().reason == "pay"
    page = phone.open(f"/h5/posts/{post.code}")
    assert "不再推荐" in page.html
    page.submit(f"/h5/posts/{post.code}/bring-back")
    assert not Dislike.select().exists()


def test_a_complaint_is_filed_once(cast, client_of, post):
    phone = client_of(cast.graduate)
    page = phone.open(f"/h5/posts/{post.code}/complaint")
    page = page.submit(f"/h5/posts/{post.code}/complaint", text="要交押金")
    assert page.status == 422
    assert 'id="reason-wrong"' in page.html
    page = page.submit(f"/h5/posts/{post.code}/complaint", reason="fee", text="要交押金")
    assert "投诉已提交" in page.html
    assert "已经投诉过" in phone.open(f"/h5/posts/{post.code}/complaint").html
    assert (Complaint.get().reason, Complaint.get().text) == ("fee", "要交押金")


def test_a_complaint_is_kept_whole_or_refused(cast, client_of, post):
    phone = client_of(cast.graduate)
    page = phone.open(f"/h5/posts/{post.code}/complaint")
    assert 'maxlength="500"' in page.html
    page = page.submit(f"/h5/posts/{post.code}/complaint", reason="fee", text="骗" * 501)
    assert page.status == 422
    assert 'id="text-wrong"' in page.html
    page.submit(f"/h5/posts/{post.code}/complaint", reason="fee", text="骗" * 500)
    assert Complaint.get().text == "骗" * 500


def test_others_read_and_are_led_to_identify(cast, client_of, post):
    page = client_of(cast.person).open(f"/h5/posts/{post.code}")
    assert "核对毕业生信息后可以投递" in page.html
    assert "/keep" not in page.html
    assert client_of(cast.graduate).open("/h5/posts/nothing").status == 404
