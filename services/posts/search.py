"""职位检索: published posts, the newest first, narrowed by properties and words.

Every property is a word of the post (see ``words``). The rarest word asked for is walked, newest posts first, and of
each the others are looked up: a page costs a bounded walk whatever the number of posts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.posts import ANYWHERE
from models.employer import Employer
from models.post import Post, PostWord
from services.listing import Slice, place, place_of
from services.posts.words import ALL, cut

PAGE = 20  # posts
WALKS = (200, 4_000)  # posts of the rarest word that one page looks at: few at first, then as many as it may
_RARE = 1_000  # words with fewer posts are equally rare
_MOST_WORDS = 6  # of a keyword

Group = tuple[str, ...]  # words of which a post has one at least
_NOTHING: Group = (
    "",
)  # of a keyword without a word: no post has that one, and all of them would be no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What posts are narrowed to; codes of the tables, empty or 0 for no wish. Places are joined by or."""

    places: tuple[str, ...] = ()
    industry: str = ""
    position: str = ""
    nature: str = ""
    rank: int = 0  # of the level that may apply
    work_type: str = ""
    pay: int = 0  # one of the steps
    tag: str = ""
    source: str = ""
    year: int = 0
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Found(Slice[Post]):
    """A page of posts with their employers; ``is_cut`` when the walk ended before the page was full."""

    is_cut: bool = field(default=False, kw_only=True)


def search(asked: Asked, after: str = "", walks: Sequence[int] = WALKS) -> Found:
    """A page of published posts behind the place ``after``."""
    last = place_of(after, (int,))
    groups = groups_of(asked)
    driver = min(groups, key=_commonness)
    others = [group for group in groups if group is not driver]
    for most in walks:
        ids, end = _walk(driver, others, last[0] if last else None, most)
        if len(ids) > PAGE or not end:
            break
    return _page(ids, end)


def groups_of(asked: Asked) -> list[Group]:
    """What is asked for as groups of words; at least one."""
    groups: list[Group] = [(word,) for word in cut(asked.keyword)[:_MOST_WORDS]]
    if asked.keyword.strip() and not groups:
        groups = [_NOTHING]
    if asked.places and ANYWHERE not in asked.places:
        groups.append((*(f"p:{code}" for code in asked.places), f"p:{ANYWHERE}"))
    single = (
        ("i", asked.industry),
        ("k", asked.position),
        ("n", asked.nature),
        ("w", asked.work_type),
        ("g", asked.tag),
        ("s", asked.source),
        ("l", asked.rank),
        ("$", asked.pay),
    )
    groups += [(f"{mark}:{value}",) for mark, value in single if value]
    if asked.year:
        groups.append((f"y:{asked.year}", "y:any"))
    return groups or [(ALL,)]


def _commonness(group: Group) -> int:
    """About how many posts have one of the words; counted no further than what is rare."""
    return sum(PostWord.select().where(PostWord.word == word).limit(_RARE).count() for word in group) + len(
        group
    )


def _walk(driver: Group, others: Sequence[Group], before: int | None, most: int) -> tuple[list[int], int]:
    """Posts that have all groups, the newest first, and the oldest post that was looked at, 0 for all of them."""
    found: set[int] = set()
    end = 0
    for word in driver:
        query = PostWord.select(PostWord.post).where(PostWord.word == word)
        if before is not None:
            query = query.where(PostWord.post < before)
        ids = [row for (row,) in query.order_by(PostWord.post.desc()).limit(most).tuples()]
        found |= _holding(ids, others)
        if len(ids) == most:
            end = max(end, ids[-1])
    return sorted((row for row in found if row >= end), reverse=True), end


def _holding(ids: Sequence[int], groups: Sequence[Group]) -> set[int]:
    """Those of some posts that have a word of each group."""
    kept = list(ids)
    for group in groups:
        if not kept:
            break
        has = PostWord.word.in_(group) & PostWord.post.in_(kept)
        held = {row for (row,) in PostWord.select(PostWord.post).where(has).tuples()}
        kept = [row for row in kept if row in held]
    return set(kept)


def _page(ids: list[int], end: int) -> Found:
    shown = ids[:PAGE]
    posts = posts_of(shown)
    if len(ids) > PAGE:
        return Found(posts, place(shown[-1]))
    return Found(posts, place(end) if end else "", is_cut=bool(end))


def posts_of(ids: Sequence[int]) -> list[Post]:
    """Posts with their employers, in the order of the ids; those that are published no longer are left out."""
    if not ids:
        return []
    found: Any = Post.select(Post, Employer).join(Employer).where(Post.id.in_(list(ids)) & Post.is_open())
    by_id = {post.id: post for post in found}
    return [by_id[row] for row in ids if row in by_id]
