"""What a message about posts opens, and who wants no more of them."""

import pytest

from models.graduate import Intention
from models.pushing import Digested, Pushed
from tests.posts import add_employer, add_post


@pytest.fixture
def posts(ctx, cast):
    employer = add_employer(cast)
    return [add_post(ctx, employer, title=title) for title in ("第一次的", "今天的甲", "今天的乙")]


def test_the_message_opens_what_it_told_of(cast, client_of, posts):
    me = cast.graduate.graduate
    Intention.create(graduate=me, direction="employ")
    Pushed.create(graduate=me, posts=[post.id for post in posts], count=2)
    phone = client_of(cast.graduate)
    page = phone.open("/h5/recommended?show=new")
    assert "新选的 2 个职位" in page.html
    assert "第一次的" not in page.html
    assert "查看全部推荐" in page.html
    page.submit(f"/h5/posts/{posts[1].code}/put-away", reason="pay")
    page = phone.open("/h5/recommended?show=new")
    assert "今天的甲" not in page.html
    Pushed.update(count=0).execute()
    assert "第一次的" in phone.open("/h5/recommended?show=new").html


def test_a_counselor_reads_the_digest(cast, client_of, posts):
    Digested.create(staff=cast.counselor.staff, posts=[posts[2].id, posts[0].id])
    page = client_of(cast.counselor).open("/h5/post-digest")
    assert page.html.index("今天的乙") < page.html.index("第一次的")
    assert "专业：计算机类" in page.html
    assert "发送给朋友" in page.html
    assert "/h5/post-digest" in client_of(cast.counselor).open("/h5/workbench").html


@pytest.mark.parametrize(
    ("who", "kind", "model"), [("graduate", "daily", Pushed), ("counselor", "digest", Digested)]
)
def test_one_opts_out_and_back_in(cast, client_of, who, kind, model):
    phone = client_of(getattr(cast, who))
    page = phone.open("/h5/account")
    assert page.html.count('name="kind"') == 1
    page = page.submit("/h5/account/posts")
    assert "已关闭，不会收到" in page.html
    assert model.get().is_off
    page = page.submit("/h5/account/posts")
    assert not model.get().is_off
    assert page.html.count("已开启") == 1
    other = {"daily": "digest", "digest": "daily"}[kind]
    assert page.submit("/h5/account/posts", kind=other).status == 403
