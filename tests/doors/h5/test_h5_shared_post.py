"""The page of a post that is sent on: read by anybody, without what is shown to applicants alone."""

from datetime import timedelta

import pytest

from models.employer import Employer
from models.post import Post
from models.pushing import Digested
from tests.posts import add_employer, add_post


@pytest.fixture
def post(ctx, cast):
    employer = add_employer(cast)
    Employer.update(contact_name="钱多", contact_phone="0551-60000001", intro="联系 60000002").execute()
    return add_post(ctx, employer, contact_name="钱多", contact_phone="0551-62909999", contact_email="q@x.cn")


def test_a_stranger_reads_the_post_and_not_whom_to_call(post, desktop, phone):
    for browser in (desktop, phone):
        page = browser.open(f"/p/{post.code}")
        assert (page.status, page.path) == (200, f"/p/{post.code}")  # nobody is asked to log in
        for word in (post.title, post.employer.name, "8千—1.2万元/月", "计算机类", "登录后投递"):
            assert word in page.text
        for word in ("钱多", "62909999", "q@x.cn", "60000001", "60000002"):
            assert word not in page.html
        assert page.forms == []
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert f'<meta property="og:url" content="http://wx.test/p/{post.code}">' in page.html


def test_what_counselors_and_graduates_send_on_is_that_page(post, cast, ctx, client_of):
    Digested.create(staff=cast.counselor.staff, posts=[post.id])
    counselor = client_of(cast.counselor)
    assert f'href="/p/{post.code}"' in counselor.open("/h5/post-digest").html
    for browser in (counselor, client_of(cast.graduate)):
        assert f'data-link="http://wx.test/p/{post.code}"' in browser.open(f"/h5/posts/{post.code}").html
        page = browser.open(f"/p/{post.code}")
        assert f'data-link="http://wx.test/p/{post.code}"' in page.html
        assert "查看并投递" in page.text


def test_a_post_that_is_over_says_so_and_one_never_published_is_not_there(post, ctx, desktop):
    Post.update(closes_on=(ctx.clock() - timedelta(days=2)).date()).execute()
    page = desktop.open(f"/p/{post.code}")
    assert "已经结束招聘" in page.text
    assert "投递" not in page.text
    Post.update(status="draft", published_at=None).execute()
    assert desktop.open(f"/p/{post.code}").status == 404
    assert desktop.open("/p/guessed").status == 404


def test_the_posts_of_a_unit_that_is_stopped_are_gone(post, desktop):
    Employer.update(status="suspended").execute()
    assert desktop.open(f"/p/{post.code}").status == 404


def test_the_page_may_be_signed_for_sending_on(post, phone, gateway):
    assert phone.open(f"/h5/js-signature?page=/p/{post.code}").status == 200
    assert phone.open("/h5/js-signature?page=/x/abc").status == 404
