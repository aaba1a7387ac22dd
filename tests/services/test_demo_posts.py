"""The demo has posts to find from its first minute, and an employer and posts that wait for the province."""

import pytest

from models.employer import Employer
from models.post import Post
from services import identity, sessions
from services.context import Context
from services.posts import search
from services.posts.search import Asked
from wx_backend.demo_posts import bring_posts
from wx_backend.seed import seed_demo

pytestmark = pytest.mark.slow


def test_the_demo_has_posts_once(ctx: Context) -> None:
    seed_demo(ctx)
    before = Post.select().count()
    seed_demo(ctx)
    assert Post.select().count() == before >= 27
    assert Employer.select().where(Employer.status == "filed").count() == 1
    assert Post.select().where(Post.status == "review").count() == 2
    titles = [post.title for post in search.search(Asked(keyword="软件工程师")).rows]
    assert "工业软件工程师" in titles
    account = identity.log_in(ctx, "13900000301", "jiuye2027", "203.0.113.9")
    visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, account, "desktop"))
    assert visitor is not None
    assert visitor.recruiter is not None
    assert visitor.recruiter.employer.status == "approved"


@pytest.mark.usefixtures("cast")
def test_a_database_of_others_is_left_alone(ctx: Context) -> None:
    before = Employer.select().count()
    bring_posts(ctx, "jiuye2027")
    assert (Employer.select().count(), Post.select().count()) == (before, 0)
