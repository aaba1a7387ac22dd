"""A unit that an office stops: its posts are seen no more at once, and taken off one after the other, all of them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from models import db
from models.employer import Employer
from models.graduate import Intention
from models.journal import Journal
from models.post import Fair, FairPost, Post, PostChange, PostWord
from services.context import Context
from services.employers import review, stopping
from services.posts import advice, deeds, fairs, open_fairs, search
from services.posts.search import Asked
from services.recommend import keeper
from services.seats import Seat
from services.sharing import feed
from tests.cast import Cast
from tests.posts import add_post
from tests.services.tools import Meet, acts, refusal_of, together

Sit = Callable[[str], Seat]
LEFT = 60


@pytest.fixture
def many(ctx: Context, cast: Cast) -> list[int]:
    """More published posts of the cast's unit than are taken off at a time."""
    first = add_post(ctx, cast.unit, is_shareable=True, school_id=cast.units["school"].id)
    same = {name: value for name, value in first.__data__.items() if name not in ("id", "code", "title")}
    rows = [
        same | {"title": f"岗位{nth}", "code": f"code{nth:08d}"} for nth in range(stopping.BATCH + LEFT - 1)
    ]
    for start in range(0, len(rows), 20):
        Post.insert_many(rows[start : start + 20]).execute()
    ids = [row for (row,) in Post.select(Post.id).order_by(Post.id).tuples()]
    PostWord.insert_once([{"word": "a:", "post": post} for post in ids[1:]])
    return ids


def stop(ctx: Context, sit: Sit) -> None:
    review.suspend(ctx, sit("school"), Employer.get().code, "涉嫌收费")


def published() -> list[Post]:
    return list(Post.select(Post, Employer).join(Employer).where(Post.status == "published"))


def test_all_are_taken_off_in_the_end(ctx: Context, sit: Sit, many: list[int]) -> None:
    stop(ctx, sit)
    assert len(published()) == LEFT
    assert stopping.sweep(ctx) == LEFT
    assert published() == []
    assert {post.reason for post in Post.select()} == {"涉嫌收费"}
    assert PostWord.select().count() == 0
    assert PostChange.select().where(PostChange.verb == "withdraw").count() == len(many)
    assert stopping.sweep(ctx) == 0
    by = [role for verb, role, *_ in acts("post") if verb == "suspend"]
    assert (by.count("school"), by.count("system")) == (stopping.BATCH, LEFT)


def test_what_is_left_is_seen_by_nobody(
    ctx: Context, cast: Cast, meet: Meet, sit: Sit, many: list[int]
) -> None:
    Intention.create(graduate=cast.graduate.graduate, direction="employ", major_match="open")
    keeper.rebuild(ctx)
    visitor, day = meet(cast.graduate), ctx.clock().date()
    unit = cast.units["school"]
    fair = Fair.create(unit=unit, title="双选会", starts_on=day, ends_on=day + timedelta(days=9))
    FairPost.insert_many([{"fair": fair.id, "post": post} for post in many]).execute()
    assert search.search(Asked()).rows
    assert advice.advice_for(ctx, visitor).posts
    assert open_fairs.posts(fair).rows
    stop(ctx, sit)
    left = published()
    assert len(left) == LEFT
    assert search.search(Asked()).rows == []
    assert advice.advice_for(ctx, visitor).posts == ()
    assert open_fairs.posts(fair).rows == []
    assert Post.brief([post.id for post in left]) == {}
    assert refusal_of(lambda: deeds.one(left[0].code)).status == 404
    assert not any(feed.is_out(post, day) for post in left)
    assert (
        fairs.candidates(sit("school"), Fair.create(unit=unit, title="x", starts_on=day, ends_on=day), "")
        == []
    )


def test_who_dies_is_followed_by_the_next(ctx: Context, sit: Sit, many: list[int]) -> None:
    stop(ctx, sit)
    dying = replace(ctx, stopping=threading.Event())
    dying.stopping.set()
    assert stopping.sweep(dying) == 0
    assert sum(together(*[lambda: stopping.sweep(ctx)] * 2)) == LEFT
    assert published() == []
    assert Journal.select().where(Journal.verb == "suspend", Journal.kind == "post").count() == len(many)


def test_other_units_are_left_alone(ctx: Context, cast: Cast, sit: Sit, many: list[int]) -> None:
    other = Employer.create(
        name="别家公司", name_key="别家公司", status="approved", unit=cast.units["school"]
    )
    kept = add_post(ctx, other)
    stop(ctx, sit)
    stopping.sweep(ctx)
    assert [post.id for post in published()] == [kept.id]
    assert [post.id for post in search.search(Asked()).rows] == [kept.id]


def test_looking_for_what_is_left_follows_the_unit(ctx: Context, many: list[int]) -> None:
    """Units by their status, posts by their unit and status: never through all that is published."""
    Employer.update(status="suspended").execute()
    units = [Employer.get().id, 0]
    word = "EXPLAIN QUERY PLAN" if db.is_sqlite() else "EXPLAIN"
    for query, index in (
        (stopping.units_after(0), "employer_status"),
        (stopping.posts_left(units), "post_employer_id_status_id"),
    ):
        sql, params = query.sql()
        text = str(db.database.execute_sql(f"{word} {sql}", params).fetchall())
        assert index in text
