"""What a graduate does with a post: kept, put away, complained of; each as often as one likes, once in effect."""

import pytest

from domain.refusals import Invalid, NotAllowed, NotFound
from models.post import Complaint, Post
from models.wishes import Dislike
from services.context import Context
from services.posts import deeds
from tests.cast import Cast
from tests.posts import add_employer, add_post, visitor_of


@pytest.fixture
def post(ctx: Context, cast: Cast) -> Post:
    return add_post(ctx, add_employer(cast))


def test_a_post_is_kept_and_let_go(ctx: Context, cast: Cast, post: Post) -> None:
    me = visitor_of(ctx, cast.graduate)
    for is_kept in (True, True, False, False, True):
        deeds.keep(ctx, me, post.code, is_kept=is_kept)
        assert deeds.standing(me, post).is_kept is is_kept
    assert [row.code for row in deeds.kept(me, "").rows] == [post.code]
    assert deeds.kept(visitor_of(ctx, cast.other_graduate), "").rows == []


def test_kept_posts_come_page_by_page_the_last_kept_first(ctx: Context, cast: Cast) -> None:
    employer, me = add_employer(cast), visitor_of(ctx, cast.graduate)
    posts = [add_post(ctx, employer, title=f"岗位{n}") for n in range(deeds.SLICE + 3)]
    for row in posts:
        deeds.keep(ctx, me, row.code, is_kept=True)
    first = deeds.kept(me, "")
    second = deeds.kept(me, first.after)
    assert [row.id for row in (*first.rows, *second.rows)] == [row.id for row in reversed(posts)]
    assert second.after == ""


def test_a_post_is_put_away_and_brought_back(ctx: Context, cast: Cast, post: Post) -> None:
    me = visitor_of(ctx, cast.graduate)
    deeds.put_away(ctx, me, post.code, "pay")
    deeds.put_away(ctx, me, post.code, "place")
    assert [(row.post_id, row.reason) for row in Dislike.select()] == [(post.id, "place")]
    with pytest.raises(Invalid):
        deeds.put_away(ctx, me, post.code, "mood")
    deeds.bring_back(ctx, me, post.code)
    assert not deeds.standing(me, post).is_put_away


def test_one_complaint_each(ctx: Context, cast: Cast, post: Post) -> None:
    me = visitor_of(ctx, cast.graduate)
    first = deeds.complain(ctx, me, post.code, "fee", "要求先交 300 元服装费")
    assert deeds.complain(ctx, me, post.code, "loans", "再说一遍").code == first.code
    assert (first.reason, first.province_id, first.status) == ("fee", post.province_id, "filed")
    deeds.complain(ctx, visitor_of(ctx, cast.other_graduate), post.code, "fee", "")
    assert Complaint.select().count() == 2
    with pytest.raises(Invalid) as refusal:
        deeds.complain(ctx, visitor_of(ctx, cast.other_graduate), post.code, "why", "长" * 501)
    assert set(refusal.value.fields) == {"reason", "text"}


@pytest.mark.parametrize("status", ["draft", "review", "returned", "suspended", "discarded"])
def test_what_is_not_published_does_not_exist(ctx: Context, cast: Cast, status: str) -> None:
    hidden = add_post(ctx, add_employer(cast), status=status)
    with pytest.raises(NotFound):
        deeds.keep(ctx, visitor_of(ctx, cast.graduate), hidden.code, is_kept=True)


def test_only_graduates_do_any_of_it(ctx: Context, cast: Cast, post: Post) -> None:
    for persona in (cast.person, cast.counselor, cast.employer):
        visitor = visitor_of(ctx, persona)
        with pytest.raises(NotAllowed):
            deeds.keep(ctx, visitor, post.code, is_kept=True)
        with pytest.raises(NotAllowed):
            deeds.complain(ctx, visitor, post.code, "fee", "")
        assert deeds.standing(visitor, post) == deeds.Standing()
