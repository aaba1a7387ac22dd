"""A post in the hands of its employer: written, handed in for review, taken off. Every verb may be repeated."""

from datetime import date, datetime
from typing import Any

from domain.actors import SYSTEM, Actor
from domain.desk_hours import CHINA
from domain.hiring import POST, STOPPED, WORKING
from domain.posts import LIFE
from domain.refusals import Conflict, NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer, Recruiter
from models.post import Post
from services.context import Context
from services.posts import gate, shelf
from services.posts.forms import PostForm, checked
from services.sessions import Visitor

_EDITABLE = ("draft", "returned")
_SWEEP = 500  # posts


@transaction
def save(ctx: Context, visitor: Visitor, form: PostForm, code: str = "", seen: str = "") -> Post:
    """Writes a new draft, or changes one that is not handed in; ``seen`` is the version on its page.

    Raises Invalid, Conflict, NotAllowed, NotFound.
    """
    recruiter = employer_side(visitor)
    columns = checked(ctx, form)
    if code:
        post = mine(recruiter, code)
        if post.status not in _EDITABLE:
            raise Conflict("post_not_editable")
        if not post.edit(seen, columns):
            return post
    else:
        post = _twin(recruiter, columns) or Post.create(**columns, **_place(recruiter.employer))
    post.change(same_key=gate.key_of(post))
    journal.write(post, "change" if code else "create", visitor.actor)
    return post


def _twin(recruiter: Recruiter, columns: dict[str, Any]) -> Post | None:
    """The draft that the same form has made already: who sends it twice means one post.

    One that says anything else, such as the same work at another place, is another post.
    """
    same = (Post.title == columns["title"]) & (Post.description == columns["description"])
    mine = (Post.employer == recruiter.employer) & (Post.status == "draft") & same
    found = Post.select(Post, Employer).join(Employer).where(mine).order_by(Post.id.desc())
    return next(
        (post for post in found if all(getattr(post, name) == columns[name] for name in columns)), None
    )


@transaction
def submit(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Hands a draft in for review. Raises Conflict for a double or one whose last day has passed."""
    post = mine(employer_side(visitor), code)
    if post.status == "review":
        return post
    if gate.double_of(post):
        raise Conflict("post_twice")
    if post.closes_on and post.closes_on < ctx.clock().astimezone(CHINA).date():
        raise Conflict("post_over")
    journal.step(post, POST, "submit", visitor.actor, reason="")
    return post


def recall(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Takes a post back from review."""
    return _moved(ctx, visitor, code, "recall", "draft")


def revise(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Takes a published post off to change it; it is looked at again before it is back."""
    return _moved(ctx, visitor, code, "revise", "draft")


def close(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Ends a post: nobody applies any more."""
    return _moved(ctx, visitor, code, "close", "closed", closed_at=ctx.clock())


def rework(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Makes a draft of a post that has ended."""
    return _moved(ctx, visitor, code, "rework", "draft", closed_at=None, closes_on=None)


def discard(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Deletes a draft."""
    return _moved(ctx, visitor, code, "discard", "discarded")


@transaction
def _moved(ctx: Context, visitor: Visitor, code: str, verb: str, status: str, **columns: Any) -> Post:
    post = mine(employer_side(visitor), code)
    if post.status != status:
        move(post, verb, visitor.actor, **columns)
    return post


def move(post: Post, verb: str, by: Actor, **columns: Any) -> None:
    """One step of a post, in the caller's transaction, with what follows for lists and partners."""
    was_published = post.status == "published"
    journal.step(post, POST, verb, by, **columns)
    if post.status == "published":
        shelf.put(post)
    elif was_published:
        shelf.take(post)


def publish(ctx: Context, post: Post, by: Actor) -> None:
    """Puts a post before graduates, in the caller's transaction. Without a last day it gets one.

    Raises Conflict for one whose last day has passed, and for one of a unit that an office has stopped.
    """
    if post.employer.status in STOPPED:
        raise Conflict("employer_stopped")
    today = ctx.clock().astimezone(CHINA).date()
    last = post.closes_on or today + LIFE
    if last < today:
        raise Conflict("post_over")
    first: datetime = post.published_at or ctx.clock()
    move(post, "publish", by, published_at=first, closes_on=last, reason="")


@transaction
def _expire_some(today: date) -> int:
    over = (Post.status == "published") & (Post.closes_on < today)
    posts = list(
        Post.select(Post, Employer).join(Employer).where(over).order_by(Post.closes_on).limit(_SWEEP)
    )
    for post in posts:
        move(post, "expire", SYSTEM)
    return len(posts)


def expire(ctx: Context) -> int:
    """Takes off the posts whose last day has passed; returns how many."""
    found = 0
    while (some := _expire_some(ctx.clock().astimezone(CHINA).date())) and not ctx.stopping.is_set():
        found += some
    return found


def employer_side(visitor: Visitor) -> Recruiter:
    """The recruiter at the door. Raises NotAllowed for anybody else, or before the employer is approved."""
    recruiter: Recruiter | None = visitor.recruiter
    if recruiter is None or recruiter.employer.status not in WORKING:
        raise NotAllowed("employer_not_approved")
    return recruiter


def mine(recruiter: Recruiter, code: str) -> Post:
    """A post of the recruiter's employer; raises NotFound."""
    post = (
        Post.select(Post, Employer)
        .join(Employer)
        .where((Post.code == code) & (Post.employer == recruiter.employer))
        .first()
    )
    if post is None:
        raise NotFound()
    return post


def _place(employer: Employer) -> dict[str, Any]:
    return {
        "employer": employer,
        "unit": employer.unit_id,
        "province_id": employer.province_id,
        "school_id": employer.school_id,
        "source": "employer",
    }
