"""Posts in the hands of the offices: looked at before they are published, and taken off when they should not be."""

from typing import Any

from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotFound
from models.db import transaction
from models.employer import Employer
from models.post import Post
from services.context import Context
from services.employers import telling
from services.posts import life
from services.seats import Seat

_COLUMN = {Role.PROVINCE: Post.province_id, Role.SCHOOL: Post.school_id}


def within(seat: Seat) -> Any:
    """The posts that an office answers for, as a condition: the ministry for all, a college for none."""
    if seat.level is Role.MINISTRY:
        return Post.id > 0
    column = _COLUMN.get(seat.level)
    return Post.id < 0 if column is None else column == seat.scope.unit.id


def one(seat: Seat, code: str) -> Post:
    """A post of the office's range, with its employer; raises NotFound."""
    post = Post.select(Post, Employer).join(Employer).where((Post.code == code) & within(seat)).first()
    if post is None:
        raise NotFound()
    return post


@transaction
def publish(ctx: Context, seat: Seat, code: str, seen: str = "") -> Post:
    """Publishes what was handed in, or what was suspended.

    ``seen`` is the version that the office looked at. Raises Conflict ``stale`` when the unit has taken the post back
    or changed it since: nobody has looked at what it says now.
    """
    post = one(seat, code)
    if post.status != "published":
        if post.status == "draft" or seen not in ("", str(post.version)):
            raise Conflict("stale")
        life.publish(ctx, post, seat.actor)
        telling.post_reviewed(ctx, post, "publish", "")
    return post


def return_(ctx: Context, seat: Seat, code: str, reason: str) -> Post:
    """Sends a post back to be mended; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "return", "returned", reason)


def suspend(ctx: Context, seat: Seat, code: str, reason: str) -> Post:
    """Takes a published post off until it is published again; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "suspend", "suspended", reason)


def close(ctx: Context, seat: Seat, code: str, reason: str) -> Post:
    """Ends a post for good; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "close", "closed", reason)


@transaction
def _moved(ctx: Context, seat: Seat, code: str, verb: str, status: str, reason: str) -> Post:
    post = one(seat, code)
    if not reason.strip() or len(reason) > 200:
        raise Invalid.field("reason", "too_long" if reason.strip() else "review_reason_needed")
    if post.status != status:
        columns = {"closed_at": ctx.clock()} if status == "closed" else {}
        life.move(post, verb, seat.actor, reason=reason.strip(), **columns)
        telling.post_reviewed(ctx, post, verb, reason.strip())
    return post
