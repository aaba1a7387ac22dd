"""Why a post is recommended: what of it answers to a graduate's 专业 and 求职意愿, the weightiest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.desk_hours import CHINA
from domain.disciplines import major_of
from domain.posts import ANYWHERE, major_codes
from models.graduate import Graduate, Intention
from models.post import Post

MOST = 4  # reasons of one post
FRESH_DAYS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what kind it is, and the code that it is about, where there is one."""

    kind: str
    code: str = ""


def reasons_of(graduate: Graduate, wish: Intention, post: Post, today: date) -> list[Reason]:
    """Why a post suits a graduate, at most ``MOST``; what everybody is told (专业不限) only for want of better."""
    own = [*_majors(graduate, post), *_places(wish, post), *_wishes(wish, post), *_pay(wish, post)]
    if post.published_at and (today - post.published_at.astimezone(CHINA).date()).days < FRESH_DAYS:
        own.append(Reason("fresh"))
    if not post.majors and len(own) < MOST:
        own.append(Reason("any_major"))
    return own[:MOST]


def _majors(graduate: Graduate, post: Post) -> Iterator[Reason]:
    """How near the post's majors come to the graduate's; the nearest alone is told."""
    major, group, category = major_codes(major_of(graduate.major_code, graduate.education))
    codes = post.majors or ()
    if major and any(code[:6] == major for code in codes):
        yield Reason("major", major)
    elif group and any(code[:4] == group for code in codes):
        yield Reason("class", group)
    elif category and any(code[:2] == category for code in codes):
        yield Reason("category", category)


def _places(wish: Intention, post: Post) -> Iterator[Reason]:
    wished = [code for code in wish.places or () if code != ANYWHERE]
    if not wished:
        return
    here = post.places or ()
    found = next((code for code in wished if _lies_in(here, code)), None)
    near = next((code for code in wished if any(place[:2] == code[:2] for place in here)), None)
    if found:
        yield Reason("place", found)
    elif near:
        yield Reason("province", near)
    elif ANYWHERE in here:
        yield Reason("nationwide")


def _lies_in(places: Sequence[str], wished: str) -> bool:
    """Whether one of some places lies in the province or city that is wished for."""
    part = wished.removesuffix("00").removesuffix("00")
    return any(place != ANYWHERE and place.startswith(part) for place in places)


def _wishes(wish: Intention, post: Post) -> Iterator[Reason]:
    for kind, code, wished in (
        ("position", post.position, wish.kinds),
        ("industry", post.industry, wish.industries),
        ("nature", post.nature, wish.natures),
    ):
        if code and code in (wished or ()):
            yield Reason(kind, code)


def _pay(wish: Intention, post: Post) -> Iterator[Reason]:
    if wish.pay_floor and post.pay_low >= wish.pay_floor:
        yield Reason("pay")
    elif wish.pay_floor and post.pay_high >= wish.pay_floor:
        yield Reason("pay_up_to")
