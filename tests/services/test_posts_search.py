"""职位检索 finds what a plain look through all posts finds, in the same order, page by page."""

import random
from collections.abc import Iterator

import pytest

from models.employer import Employer
from models.org import OrgUnit
from models.post import Post, PostWord
from services.context import Context
from services.posts import queue, search, shelf
from services.posts.search import Asked
from services.posts.words import words_of
from tests.cast import Cast
from tests.rosters import seat_of

TITLES = ("软件工程师", "销售代表", "人工智能算法工程师", "会计", "小学语文教师")
ASKED = (
    Asked(),
    Asked(places=("340100",)),
    Asked(places=("340100", "310000"), industry="34"),
    Asked(places=("000000",), position="13"),
    Asked(keyword="工程师"),
    Asked(keyword="算法 工程师", rank=2),
    Asked(work_type="intern", pay=5000),
    Asked(year=2027, nature="31"),
    Asked(keyword="没有这样的职位"),
    Asked(keyword=" "),
    Asked(tag="west", source="employer"),
)


@pytest.fixture
def posts(ctx: Context, cast: Cast) -> list[Post]:
    """Two hundred published posts of every kind, and a few that are not."""
    chance = random.Random(7)
    unit = OrgUnit.get(OrgUnit.level == "province")
    employer = Employer.create(
        name="星河", name_key="星河", unit=unit, province_id=unit.id, status="approved"
    )
    made = []
    for number in range(205):
        level = chance.randrange(3)
        post = Post.create(
            employer=employer,
            unit=unit,
            province_id=unit.id,
            title=chance.choice(TITLES),
            status="published" if number < 200 else "closed",
            position=chance.choice(("13", "21", "24")),
            industry=chance.choice(("34", "42")),
            nature=chance.choice(("31", "39")),
            work_type=chance.choice(("full", "full", "intern")),
            places=chance.choice((["340104"], ["310115", "340181"], ["000000"], ["110000"])),
            level_low=level,
            level_high=chance.choice((0, level)),
            pay_low=1,
            pay_high=chance.choice((0, 4000, 9000)),
            year_low=2027 * (number % 2),
            year_high=2027 * (number % 2),
            tags=["west"] if number % 9 == 0 else None,
        )
        if post.status == "published":
            shelf.put(post)
            made.append(post)
    return made


def plainly(posts: list[Post], asked: Asked) -> list[int]:
    groups = search.groups_of(asked)
    kept = [post for post in posts if all(set(group) & set(words_of(post)) for group in groups)]
    return sorted((post.id for post in kept), reverse=True)


def pages(asked: Asked, walks: tuple[int, ...]) -> Iterator[int]:
    after = ""
    for _ in range(100):
        found = search.search(asked, after, walks)
        yield from (post.id for post in found.rows)
        after = found.after
        if not after:
            return
    raise AssertionError("a list without an end")


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("walks", [(200, 4_000), (3, 7)])
def test_it_finds_what_a_plain_look_finds(posts: list[Post], asked: Asked, walks: tuple[int, ...]) -> None:
    assert list(pages(asked, walks)) == plainly(posts, asked)


@pytest.mark.parametrize("keyword", ["R", "%", "🦊", "++"])
def test_a_keyword_without_a_word_finds_nothing(posts: list[Post], keyword: str) -> None:
    assert search.search(Asked(keyword=keyword)).rows == []


def test_a_post_that_is_taken_off_is_gone_at_once(posts: list[Post]) -> None:
    shelf.take(posts[-1])
    assert posts[-1].id not in {post.id for post in search.search(Asked()).rows}
    assert PostWord.select().where(PostWord.post == posts[-1]).count() == 0


def test_an_office_finds_posts_by_part_of_a_word_a_stretch_at_a_time(
    ctx: Context, cast: Cast, posts: list[Post]
) -> None:
    seat = seat_of(ctx, cast.province)
    asked = queue.PostFilter(keyword="算法工程")
    found, after, slices = [], "", 0
    while True:
        some = queue.of_office(seat, asked, after, most=60)
        found += [post.id for post in some.rows]
        slices += 1
        if not (after := some.after):
            break
    every = [
        post.id for post in Post.select().where(Post.title.contains("算法工程")).order_by(Post.id.desc())
    ]
    assert (found, slices) == (every, 4)
    assert queue.of_office(seat, queue.PostFilter(keyword="星", status="closed")).rows != []
