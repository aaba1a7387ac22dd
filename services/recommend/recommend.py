"""Which posts fit a graduate best: the 生源信息 and the 求职意愿 asked of the index."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.desk_hours import CHINA
from domain.disciplines import major_of
from domain.posts import rank_of
from matching import codes
from matching.columns import FULL, INTERN
from matching.layout import PART_NAMES
from matching.query import Query, Strictness, Traits
from models.graduate import Graduate, Intention
from models.post import Post
from models.wishes import Application, Dislike
from services.context import Context
from services.recommend.rows import readable

MOST_AWAY = 1_000  # posts that a graduate put away or applied for, the latest
_WORK = {"full": FULL, "intern": INTERN}
_STRICTNESS = {"exact": Strictness.EXACT, "class": Strictness.CLASS, "open": Strictness.ANY}


@dataclass(frozen=True, slots=True)
class Recommended:
    """A post, its points in all, and the points by criterion (see matching.layout.PART_NAMES)."""

    post_id: int
    score: int
    parts: dict[str, int]


def for_graduate(ctx: Context, graduate: Graduate, count: int) -> list[Recommended]:
    """The best posts for a graduate's 专业 and 求职意愿, at most ``count``; none without an intention.

    Posts that the graduate put away or applied for are not among them. Raises `NoIndex` (matching.index) before the
    index is built.
    """
    wish = Intention.of_graduate(graduate.id)
    if wish is None:
        return []
    today = ctx.clock().astimezone(CHINA).date().toordinal()
    found = ctx.posts.index(ctx.settings.data_dir).top(query_of(graduate, wish), today, count)
    return [Recommended(one.post, one.score, dict(zip(PART_NAMES, one.parts, strict=True))) for one in found]


def query_of(graduate: Graduate, wish: Intention) -> Query:
    """What the index is asked for a graduate. Codes that no table knows any more are passed over."""
    away = _put_away(graduate.id)
    return Query(
        level=rank_of(graduate.education_code or graduate.education),
        year=graduate.year,
        major=major_of(graduate.major_code, graduate.education),
        strictness=_STRICTNESS.get(wish.major_match, Strictness.ANY),
        work_types=_WORK.get(wish.work_type, FULL | INTERN),
        places=readable(wish.places, codes.place)[:3],
        wanted=_traits(wish.kinds, wish.industries, wish.natures),
        disliked=_disliked(away),
        pay_floor=wish.pay_floor,
        blocked_posts=frozenset({row.post_id for row in away} | _applied_for(graduate.id)),
        blocked_employers=frozenset(row.employer_id for row in away if row.reason == "employer"),
        units=frozenset(unit for unit in (graduate.school_id, graduate.province_id) if unit),
    )


def _put_away(graduate_id: int) -> list[Dislike]:
    return list(
        Dislike.select(Dislike, Post.id, Post.position, Post.industry)
        .join(Post)
        .where(Dislike.graduate == graduate_id)
        .order_by(Dislike.id.desc())
        .limit(MOST_AWAY)
    )


def _applied_for(graduate_id: int) -> set[int]:
    query = Application.select(Application.post).where(Application.graduate == graduate_id)
    return {row for (row,) in query.order_by(Application.id.desc()).limit(MOST_AWAY).tuples()}


def _disliked(away: list[Dislike]) -> Traits:
    """What weighs less: the kinds and industries for which posts were put away."""
    kinds = {row.post.position for row in away if row.reason == "position"}
    industries = {row.post.industry for row in away if row.reason == "industry"}
    return _traits(sorted(kinds), sorted(industries), ())


Names = Sequence[str] | None


def _traits(kinds: Names, industries: Names, natures: Names) -> Traits:
    named = [readable(names, codes.small) for names in (kinds, industries, natures)]
    return Traits(kinds=named[0], industries=named[1], natures=named[2])
