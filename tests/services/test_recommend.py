"""职位推荐 from the database to the list: what is known of a graduate, what is published, and the keeper between."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.actors import SYSTEM, Actor, Role
from matching import store
from matching.index import NoIndex
from models.db import transaction
from models.employer import Employer
from models.graduate import Intention
from models.org import OrgUnit
from models.post import Post, PostChange
from models.wishes import Application
from services.context import Context
from services.posts import deeds, life
from services.recommend import keeper, recommend
from services.recommend.shelf import PostShelf
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.posts import add_employer, add_post, visitor_of

REVIEWER = Actor("reviewer", frozenset({Role.MINISTRY}))


@pytest.fixture
def employer(cast: Cast) -> Employer:
    return add_employer(cast)


@pytest.fixture
def wish(cast: Cast) -> Intention:
    return Intention.create(
        graduate=cast.graduate.graduate,
        direction="employ",
        work_type="full",
        places=["340000"],
        kinds=["13"],
        pay_floor=6000,
        major_match="open",
    )


@pytest.fixture
def shown(ctx: Context, cast: Cast, wish: Intention) -> Callable[[], list[int]]:
    """Asks what the graduate is shown."""
    return lambda: [row.post_id for row in recommend.for_graduate(ctx, cast.graduate.graduate, 20)]


def test_without_an_intention_nothing_is_recommended(ctx: Context, cast: Cast, employer: Employer) -> None:
    add_post(ctx, employer)
    assert recommend.for_graduate(ctx, cast.graduate.graduate, 20) == []


def test_before_the_index_is_built_there_is_none(
    ctx: Context, cast: Cast, wish: Intention, tmp_path: Path
) -> None:
    other = Context(**{**vars(ctx), "posts": PostShelf(tmp_path / "nothing yet")})
    with pytest.raises(NoIndex):
        recommend.for_graduate(other, cast.graduate.graduate, 20)


def test_each_post_comes_with_its_points(
    ctx: Context, cast: Cast, employer: Employer, wish: Intention
) -> None:
    graduate = cast.graduate.graduate
    post = add_post(ctx, employer, majors=[graduate.major_code], pay_low=6000, headcount=20)
    (found,) = recommend.for_graduate(ctx, graduate, 20)
    assert (found.post_id, found.score) == (post.id, sum(found.parts.values()))
    assert found.parts == {
        **{"major": 400, "place": 200, "kind": 100, "industry": 0, "nature": 0},
        **{"pay": 100, "freshness": 60, "headcount": 20, "feedback": 0},
    }


def test_what_is_published_changed_and_taken_off_is_in_and_out(
    ctx: Context, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    first = add_post(ctx, employer, majors=[])
    assert shown() == [first.id]
    second = add_post(ctx, employer, majors=[])
    assert shown() == [second.id, first.id]
    transaction(life.move)(second, "suspend", REVIEWER)
    assert shown() == [first.id]
    transaction(life.move)(second, "publish", REVIEWER)
    assert shown() == [second.id, first.id]
    transaction(life.move)(first, "close", SYSTEM)
    assert shown() == [second.id]


def test_a_change_that_becomes_visible_after_later_ones_is_found(
    ctx: Context, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    late = add_post(ctx, employer, majors=[])
    change = PostChange.get(PostChange.post == late)
    PostChange.update(id=change.id + 9).where(PostChange.id == change.id).execute()
    Post.update(status="draft").where(Post.id == late.id).execute()
    soon = add_post(ctx, employer, majors=[])
    PostChange.delete().where(PostChange.post == late).execute()
    assert shown() == [soon.id]
    Post.update(status="published").where(Post.id == late.id).execute()
    PostChange.insert(id=change.id, post=late, verb="publish").execute()
    assert shown() == [soon.id, late.id]


def test_each_day_the_index_is_built_anew(
    ctx: Context, clock: FixedClock, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    post = add_post(ctx, employer, majors=[])
    assert shown() == [post.id]
    before = store.current(ctx.posts.folder(ctx.settings.data_dir))
    assert not keeper.rebuild(ctx)
    clock.advance(days=1)
    assert keeper.rebuild(ctx)
    assert store.current(ctx.posts.folder(ctx.settings.data_dir)) != before
    assert keeper.sync(ctx) == 0, "what was visible before the reading is in the new snapshot"
    assert shown() == [post.id]


def test_one_process_of_a_host_keeps_the_index(
    ctx: Context, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    post = add_post(ctx, employer, majors=[])
    assert shown() == [post.id]
    folder = ctx.posts.folder(ctx.settings.data_dir)
    other = Context(**{**vars(ctx), "posts": PostShelf(folder)})
    add_post(ctx, employer, majors=[])
    assert keeper.sync(other) == 0
    assert not keeper.rebuild(other)
    assert keeper.sync(ctx) == 1


def test_a_keeper_that_takes_over_goes_on_where_the_last_one_was(
    ctx: Context, cast: Cast, employer: Employer, wish: Intention, tmp_path: Path
) -> None:
    def keeping() -> Context:
        return Context(**{**vars(ctx), "posts": PostShelf(tmp_path / "handed over")})

    def seen(by: Context) -> list[int]:
        return [row.post_id for row in recommend.for_graduate(by, cast.graduate.graduate, 20)]

    first, one = keeping(), add_post(ctx, employer, majors=[])
    keeper.rebuild(first)
    two = add_post(ctx, employer, majors=[])
    assert keeper.sync(first) == 1
    assert seen(first) == [two.id, one.id]
    del first
    three = add_post(ctx, employer, majors=[])
    second = keeping()
    assert keeper.sync(second) >= 1
    assert not keeper.rebuild(second)
    assert seen(second) == [three.id, two.id, one.id]


def test_what_is_put_away_or_applied_for_is_not_shown(
    ctx: Context, cast: Cast, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    posts = [add_post(ctx, employer, majors=[]) for _ in range(3)]
    assert shown() == [post.id for post in reversed(posts)]
    me = visitor_of(ctx, cast.graduate)
    deeds.put_away(ctx, me, posts[0].code, "pay")
    Application.create(post=posts[1], employer=employer, graduate=cast.graduate.graduate)
    assert shown() == [posts[2].id]
    deeds.bring_back(ctx, me, posts[0].code)
    assert shown() == [posts[2].id, posts[0].id]


def test_what_is_like_a_post_put_away_weighs_less_and_its_unit_is_gone(
    ctx: Context, cast: Cast, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    other = add_employer(cast, "安徽大江医药有限公司")
    away = add_post(ctx, employer, majors=[], industry="22")
    like, unlike = (add_post(ctx, other, majors=[], industry=code) for code in ("22", "34"))
    me = visitor_of(ctx, cast.graduate)
    assert shown() == [unlike.id, like.id, away.id]
    deeds.put_away(ctx, me, away.code, "industry")
    assert shown() == [unlike.id, like.id]
    deeds.put_away(ctx, me, unlike.code, "employer")
    assert shown() == []


def test_a_held_post_is_for_its_own_school_first(
    ctx: Context, clock: FixedClock, cast: Cast, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    graduate = cast.graduate.graduate
    stranger = OrgUnit.add("school", "外省大学", OrgUnit.get(OrgUnit.level == "province"))
    until = clock().date()
    own = add_post(ctx, employer, majors=[], school_id=graduate.school_id, hold_until=until)
    theirs = add_post(ctx, employer, majors=[], school_id=stranger.id, hold_until=until)
    assert shown() == [own.id]
    clock.advance(days=1)
    assert shown() == [theirs.id, own.id]


def test_majors_that_cannot_be_read_do_not_open_a_post_to_all(
    ctx: Context, employer: Employer, shown: Callable[[], list[int]]
) -> None:
    add_post(ctx, employer, majors=["计算机"])
    known = add_post(ctx, employer, majors=["计算机", "08"], industry="?", places=["3401", "340100"])
    assert shown() == [known.id]
