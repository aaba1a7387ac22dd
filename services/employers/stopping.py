"""The posts of units that an office has stopped: taken off some at a time, however many there are.

Nobody sees them from the moment in which the unit is stopped (see Post.is_open). What is left is found by what stands
in the tables, so that whoever dies in between is followed by the next.
"""

from collections.abc import Sequence
from typing import Any

from domain.actors import SYSTEM, Actor
from domain.hiring import STOPPED
from models.db import connected, transaction
from models.employer import Employer
from models.post import Post
from services.context import Context
from services.posts import life

BATCH = 200  # posts
_UNITS = 500


def sweep(ctx: Context) -> int:
    """Takes off what is left; returns how many posts."""
    found, last = 0, 0
    while not ctx.stopping.is_set() and (units := _stopped(last)):
        while not ctx.stopping.is_set() and (some := take_some_off(units, SYSTEM)):
            found += some
        last = units[-1]
    return found


def _stopped(after: int) -> list[int]:
    with connected():
        return [row for (row,) in units_after(after).tuples()]


def units_after(unit: int) -> Any:
    """Units that are stopped, behind one of them."""
    stopped = Employer.status.in_(STOPPED) & (Employer.id > unit)
    return Employer.select(Employer.id).where(stopped).order_by(Employer.id).limit(_UNITS)


def posts_left(units: Sequence[int]) -> Any:
    """Published posts of those of some units that are stopped."""
    theirs = Post.employer.in_(list(units)) & (Post.status == "published")
    return (
        Post.select(Post, Employer).join(Employer).where(theirs & Employer.status.in_(STOPPED)).limit(BATCH)
    )


@transaction
def take_some_off(units: Sequence[int], by: Actor) -> int:
    """Suspends up to ``BATCH`` published posts of some units that are stopped, for their reasons; how many it were."""
    rows = list(posts_left(units))
    for post in rows:
        life.move(post, "suspend", by, reason=post.employer.reason)
    return len(rows)
