"""Lists of posts as employers and offices see them, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.employers import name_key
from models.employer import Employer, Recruiter
from models.org import OrgUnit
from models.post import Complaint, Fair, Post
from models.wishes import Application
from services import listing
from services.listing import SLICE, Slice
from services.posts import review
from services.posts.complaints import within as answering
from services.seats import Seat

MOST_WALKED = 2_000  # posts


@dataclass(frozen=True, slots=True)
class PostFilter:
    """``keyword`` is a part of the title or of the employer's name."""

    status: str = ""
    keyword: str = ""
    source: str = ""


def of_office(seat: Seat, wanted: PostFilter, after: str = "", most: int = MOST_WALKED) -> Slice[Post]:
    """Posts of an office's range, drafts left out. With a keyword a slice looks through ``most`` posts and
    leads on: no index knows parts of words."""
    condition = review.within(seat) & Post.status.not_in(("draft", "discarded"))
    if wanted.status:
        condition &= Post.status == wanted.status
    if wanted.source:
        condition &= Post.source == wanted.source
    if not wanted.keyword:
        return _page(Post.select(Post, Employer).join(Employer).where(condition), Post, "", after)
    if last := listing.place_of(after, (int,)):
        condition &= Post.id < last[0]
    walk = Post.select(Post.id).where(condition).order_by(Post.id.desc())
    floor: int | None = walk.offset(most - 1).limit(1).scalar()
    query = Post.select(Post, Employer).join(Employer).where(condition & _named(wanted.keyword))
    if floor is not None:
        query = query.where(Post.id >= floor)
    rows = list(query.order_by(Post.id.desc()).limit(SLICE + 1))
    if len(rows) > SLICE:
        return Slice(rows[:SLICE], listing.place(rows[SLICE - 1].id))
    return Slice(rows, listing.place(floor) if floor is not None else "")


def _named(keyword: str) -> Any:
    word, key = personal.clean(keyword), name_key(keyword)
    of_employer = Employer.name_key.contains(key) if key else Employer.id < 0
    return Post.title.contains(word) | of_employer


def of_employer(recruiter: Recruiter, status: str, after: str = "") -> Slice[Post]:
    """An employer's own posts; deleted drafts are gone."""
    query = Post.select().where((Post.employer == recruiter.employer) & (Post.status != "discarded"))
    return _page(query, Post, status, after)


def counts(posts: Sequence[Post]) -> dict[int, int]:
    """Post id → how many have applied and not taken it back."""
    return Application.counts([post.id for post in posts])


def complaints(seat: Seat, status: str, after: str = "") -> Slice[Complaint]:
    """Complaints of posts in an office's range."""
    query = Complaint.select(Complaint, Post, Employer).join(Post).join(Employer)
    return _page(query.where(answering(seat)), Complaint, status, after)


def fairs(condition: Any, status: str, after: str = "") -> Slice[Fair]:
    """专场招聘 that meet a condition, with their offices."""
    return _page(Fair.select(Fair, OrgUnit).join(OrgUnit).where(condition), Fair, status, after)


def _page(query: Any, model: Any, status: str, after: str) -> Slice[Any]:
    if status:
        query = query.where(model.status == status)
    total = listing.count(query)
    if last := listing.place_of(after, (int,)):
        query = query.where(model.id < last[0])
    rows = list(query.order_by(model.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "", total)
