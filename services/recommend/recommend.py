"""Which posts fit a graduate best: the 生源信息 and the 求职意愿 asked of the index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from domain.desk_hours import CHINA
from domain.disciplines import major_of
from domain.posts import rank_of
from matching import codes
from matching.columns import FULL, INTERN
from matching.layout import PART_NAMES
from matching.query import Query, Strictness, Traits
from models.graduate import Graduate, Intention
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


@dataclass(slots=True)
class Away:
    """What a graduate has put away, the latest first, and applied for."""

    posts: set[int] = field(default_factory=set)
    employers: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    industries: set[str] = field(default_factory=set)

    def put(self, post: int, employer: int, reason: str, kind: str, industry: str) -> None:
        """Adds a post that was put away for a reason."""
        self.posts.add(post)
        if reason == "employer":
            self.employers.add(employer)
        elif reason == "position":
            self.kinds.add(kind)
        elif reason == "industry":
            self.industries.add(industry)


def for_graduate(ctx: Context, graduate: Graduate, count: int) -> list[Recommended]:
    """The best posts for a graduate's 专业 and 求职意愿, at most ``count``; none without an intention.

    Posts that the graduate put away or applied for are not among them. Raises `NoIndex` (matching.index) before the
    index is built.
    """
    return for_graduates(ctx, [graduate], count)[graduate.id]


def for_graduates(ctx: Context, graduates: Iterable[Graduate], count: int) -> dict[int, list[Recommended]]:
    """What ``for_graduate`` recommends to each, by their ids, for as many statements as to one."""
    people = {graduate.id: graduate for graduate in graduates}
    wishes = {wish.graduate_id: wish for wish in Intention.of_graduates(list(people))}
    aways = _away(list(wishes))
    today = ctx.clock().astimezone(CHINA).date().toordinal()
    index = ctx.posts.index(ctx.settings.data_dir)
    answers: dict[int, list[Recommended]] = {row_id: [] for row_id in people}
    for row_id, wish in wishes.items():
        found = index.top(query_of(people[row_id], wish, aways[row_id]), today, count)
        answers[row_id] = [
            Recommended(one.post, one.score, dict(zip(PART_NAMES, one.parts, strict=True))) for one in found
        ]
    return answers


def query_of(graduate: Graduate, wish: Intention, away: Away) -> Query:
    """What the index is asked for a graduate. Codes that no table knows any more are passed over."""
    return Query(
        level=rank_of(graduate.education_code or graduate.education),
        year=graduate.year,
        major=major_of(graduate.major_code, graduate.education),
        strictness=_STRICTNESS.get(wish.major_match, Strictness.ANY),
        work_types=_WORK.get(wish.work_type, FULL | INTERN),
        places=readable(wish.places, codes.place)[:3],
        wanted=_traits(wish.kinds, wish.industries, wish.natures),
        disliked=_traits(sorted(away.kinds), sorted(away.industries), ()),
        pay_floor=wish.pay_floor,
        blocked_posts=frozenset(away.posts),
        blocked_employers=frozenset(away.employers),
        units=frozenset(unit for unit in (graduate.school_id, graduate.province_id) if unit),
    )


def _away(graduate_ids: Sequence[int]) -> dict[int, Away]:
    """The latest that each put away, whose kinds and industries then weigh less, and applied for."""
    found: dict[int, Away] = {row_id: Away() for row_id in graduate_ids}
    seen: dict[tuple[str, int], int] = defaultdict(int)
    for graduate, post, employer, reason, kind, industry in Dislike.of_graduates(graduate_ids):
        seen["dislike", graduate] += 1
        if seen["dislike", graduate] <= MOST_AWAY:
            found[graduate].put(post, employer, reason, kind, industry)
    for graduate, post in Application.of_graduates(graduate_ids):
        seen["application", graduate] += 1
        if seen["application", graduate] <= MOST_AWAY:
            found[graduate].posts.add(post)
    return found


Names = Sequence[str] | None


def _traits(kinds: Names, industries: Names, natures: Names) -> Traits:
    named = [readable(names, codes.small) for names in (kinds, industries, natures)]
    return Traits(kinds=named[0], industries=named[1], natures=named[2])
