"""The posts of units that have another name: given the words of it some at a time, however many there are."""

from models.db import connected, transaction
from models.employer import Employer
from models.post import Post
from services.context import Context
from services.posts import gate, shelf

BATCH = 100  # posts
_GONE = ("closed", "expired", "discarded")


def sweep(ctx: Context) -> int:
    """Goes on with what is left; returns how many posts. Whoever dies in between is followed by the next."""
    found = 0
    while not ctx.stopping.is_set() and (unit := _next()) is not None:
        found += _some(unit)
    return found


def _next() -> int | None:
    with connected():
        renamed = Employer.select(Employer.id).where(Employer.renamed_up_to.is_null(False))
        found: int | None = renamed.order_by(Employer.renamed_up_to).limit(1).scalar()
        return found


@transaction
def _some(unit: int) -> int:
    employer = Employer.get_by_id(unit)
    if employer.renamed_up_to is None:
        return 0
    behind = (Post.employer == unit) & (Post.id > employer.renamed_up_to) & Post.status.not_in(_GONE)
    posts = list(Post.select(Post, Employer).join(Employer).where(behind).order_by(Post.id).limit(BATCH))
    for post in posts:
        Post.update(same_key=gate.key_of(post)).where(Post.id == post.id).execute()
        if post.status == "published":
            shelf.put(post)
    last = posts[-1].id if len(posts) == BATCH else None
    still = (Employer.id == unit) & (Employer.renamed_up_to == employer.renamed_up_to)
    Employer.update(renamed_up_to=last).where(still).execute()
    return len(posts)
