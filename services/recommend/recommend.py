"""Which posts fit a graduate best, found by looking at the newest ones alone until the index answers."""

from dataclasses import dataclass

from config.matching import weights
from domain.posts import ANYWHERE, major_codes, rank_of
from models.graduate import Graduate, Intention
from models.post import Post
from models.wishes import Dislike
from services.context import Context

_NEWEST = 2_000


@dataclass(frozen=True, slots=True)
class Recommended:
    """A post, its points in all, and the points by criterion (see matching.layout.PART_NAMES)."""

    post_id: int
    score: int
    parts: dict[str, int]


def for_graduate(ctx: Context, graduate: Graduate, count: int) -> list[Recommended]:
    """The best posts for a graduate's 专业 and 求职意愿, at most ``count``; none without an intention."""
    wish = Intention.of_graduate(graduate.id)
    if wish is None:
        return []
    away = Dislike.select(Dislike.post).where(Dislike.graduate == graduate.id)
    query = Post.select().where((Post.status == "published") & Post.id.not_in(away))
    found = []
    for post in query.order_by(Post.id.desc()).limit(_NEWEST):
        parts = _parts(graduate, wish, post)
        if parts:
            found.append(Recommended(post.id, sum(parts.values()), parts))
    return sorted(found, key=lambda row: (-row.score, -row.post_id))[:count]


def _parts(graduate: Graduate, wish: Intention, post: Post) -> dict[str, int]:
    most, rank = weights(), rank_of(graduate.education)
    if rank < post.level_low or (post.level_high and rank > post.level_high):
        return {}
    if wish.work_type in ("full", "intern") and wish.work_type != post.work_type:
        return {}
    own = major_codes(graduate.major_code)
    major = most.major.open if not post.majors else 0
    for code in post.majors or ():
        if code[:2] == own[2]:
            near = most.major.class_ if code[:4] == own[1] else most.major.category
            major = max(major, most.major.exact if code == own[0] else near)
    place = 0
    if wish.places and ANYWHERE not in wish.places:
        cities = {code[:2] if code.endswith("0000") else code[:4] for code in wish.places}
        if not any(place.startswith(tuple(cities)) or place == ANYWHERE for place in post.places or ()):
            return {}
        place = most.place.wished[0]
    pay = most.pay.most if wish.pay_floor and post.pay_low >= wish.pay_floor else 0
    return {"major": major, "place": place, "pay": pay} if major else {}
