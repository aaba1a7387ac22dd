"""职位推荐 for the graduate at the door: the best posts with their reasons, or what stands in the way of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from domain.desk_hours import CHINA
from domain.posts import ANYWHERE, RECOMMENDED, rank_of
from domain.refusals import NotAllowed
from matching.index import NoIndex
from models.graduate import Graduate, Intention
from models.post import Post
from services.context import Context
from services.posts import search
from services.posts.reasons import Reason, reasons_of
from services.posts.search import Asked
from services.recommend import recommend
from services.sessions import Visitor

State = Literal["ready", "building", "none", "no_intention"]
Narrow = Literal["major", "places", "work_type", ""]


@dataclass(frozen=True, slots=True)
class Advised:
    """A post and why it is shown."""

    post: Post
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Advice:
    """What there is for a graduate. ``narrow`` is the wish without which there would be posts, if any is."""

    state: State
    posts: tuple[Advised, ...] = ()
    narrow: Narrow = ""


def advice_for(ctx: Context, visitor: Visitor) -> Advice:
    """The posts to show a graduate, the best first. Raises NotAllowed for somebody else."""
    graduate = visitor.graduate
    if graduate is None:
        raise NotAllowed("identify_first")
    wish = Intention.of_graduate(graduate.id)
    if wish is None:
        return Advice("no_intention")
    try:
        found = recommend.for_graduate(ctx, graduate, RECOMMENDED)
    except NoIndex:
        return Advice("building")
    # What was closed in this very moment is left out, and its place stays empty until the next look.
    posts = with_reasons(ctx, graduate, wish, search.posts_of([row.post_id for row in found]))
    return Advice("ready", posts) if posts else Advice("none", narrow=_narrowest(graduate, wish))


def with_reasons(
    ctx: Context, graduate: Graduate, wish: Intention, posts: Sequence[Post]
) -> tuple[Advised, ...]:
    """Some posts, each with why it suits a graduate."""
    today = ctx.clock().astimezone(CHINA).date()
    return tuple(Advised(post, reasons_of(graduate, wish, post, today)) for post in posts)


def _narrowest(graduate: Graduate, wish: Intention) -> Narrow:
    """The wish that leaves nothing over: posts that answer to all others are there."""
    work_type = wish.work_type if wish.work_type in ("full", "intern") else ""
    places = tuple(code for code in wish.places or () if code != ANYWHERE)
    asked = Asked(
        places=places,
        work_type=work_type,
        rank=rank_of(graduate.education_code or graduate.education),
        year=graduate.year,
    )
    if _is_any(asked):
        return "major"
    if places and _is_any(replace(asked, places=())):
        return "places"
    return "work_type" if work_type and _is_any(replace(asked, work_type="")) else ""


def _is_any(asked: Asked) -> bool:
    return bool(search.search(asked).rows)
