"""What a graduate does with a post beside applying: keeps it, puts it away, complains of it. All may be repeated."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.posts import choices
from domain import personal
from domain.actors import Role
from domain.refusals import Invalid, NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer
from models.graduate import Graduate
from models.post import Complaint, Post
from models.wishes import Application, Dislike, Favourite
from services.context import Context
from services.listing import SLICE, Slice, place, place_of
from services.sessions import Visitor

_LONGEST = 500  # characters of a complaint


@dataclass(frozen=True, slots=True)
class Standing:
    """How a graduate stands to a post."""

    is_kept: bool = False
    is_put_away: bool = False
    has_complained: bool = False
    application: Application | None = None


def one(code: str) -> Post:
    """A post that graduates may read: published, or once published and over by now. Raises NotFound."""
    readable = Post.is_open() | (Post.status.in_(("closed", "expired")) & Post.published_at.is_null(False))
    post = Post.select(Post, Employer).join(Employer).where((Post.code == code) & readable).first()
    if post is None:
        raise NotFound()
    return post


def standing(visitor: Visitor, post: Post) -> Standing:
    """How the visitor stands to a post; nothing of all that for somebody who is no graduate."""
    graduate_id = visitor.actor.graduate_id
    if graduate_id is None:
        return Standing()

    def is_there(model: type[Favourite | Dislike | Complaint]) -> bool:
        return bool(model.select().where((model.graduate == graduate_id) & (model.post == post)).exists())

    application = Application.get_or_none((Application.graduate == graduate_id) & (Application.post == post))
    return Standing(is_there(Favourite), is_there(Dislike), is_there(Complaint), application)


@transaction
def keep(ctx: Context, visitor: Visitor, code: str, *, is_kept: bool) -> Post:
    """收藏 a post, or lets it go."""
    graduate, post = _graduate(visitor), one(code)
    if is_kept:
        Favourite.insert_once([{"graduate": graduate.id, "post": post.id, "created_at": ctx.clock()}])
    else:
        Favourite.delete().where((Favourite.graduate == graduate) & (Favourite.post == post)).execute()
    return post


@transaction
def put_away(ctx: Context, visitor: Visitor, code: str, reason: str) -> Post:
    """不感兴趣: the post is recommended no more, and what is alike in the reason weighs less. Raises Invalid."""
    graduate, post = _graduate(visitor), one(code)
    if reason not in choices("dislike"):
        raise Invalid.field("reason", "bad_choice")
    keys = {"graduate": graduate.id, "post": post.id}
    others = {"employer": post.employer_id, "reason": reason, "created_at": ctx.clock()}
    Dislike.insert_once([keys | others])
    mine = (Dislike.graduate == graduate) & (Dislike.post == post)
    Dislike.update(reason=reason).where(mine).execute()
    return post


@transaction
def bring_back(ctx: Context, visitor: Visitor, code: str) -> Post:
    """Undoes 不感兴趣."""
    graduate, post = _graduate(visitor), one(code)
    Dislike.delete().where((Dislike.graduate == graduate) & (Dislike.post == post)).execute()
    return post


@transaction
def complain(ctx: Context, visitor: Visitor, code: str, reason: str, text: str) -> Complaint:
    """投诉 to the office that looks after the post; a second one is the first. Raises Invalid naming every field."""
    graduate, post = _graduate(visitor), one(code)
    words = personal.prose(text)
    wrong = {} if reason in choices("complaint") else {"reason": "bad_choice"}
    if len(words) > _LONGEST:
        wrong["text"] = "too_long"
    if wrong:
        raise Invalid("form", fields=wrong)
    columns = {
        "unit": post.unit_id,
        "province_id": post.province_id,
        "school_id": post.school_id,
        "reason": reason,
        "text": words,
    }
    complaint, is_new = Complaint.add_or_get({"graduate": graduate.id, "post": post.id}, columns)
    if is_new:
        journal.write(complaint, "file", visitor.actor, note={"why": reason})
    return complaint


def kept(visitor: Visitor, after: str) -> Slice[Post]:
    """收藏夹, what was kept last first; posts that are over are among them."""
    last = place_of(after, (int,))
    query = (
        Favourite.select(Favourite.id, Favourite.post)
        .where(Favourite.graduate == visitor.actor.graduate_id)
        .order_by(Favourite.id.desc())
        .limit(SLICE + 1)
    )
    if last:
        query = query.where(Favourite.id < last[0])
    rows = list(query.tuples())
    following = place(rows[SLICE - 1][0]) if len(rows) > SLICE else ""
    return Slice(_in_order([post_id for _id, post_id in rows[:SLICE]]), following)


def _in_order(ids: Sequence[int]) -> list[Post]:
    if not ids:
        return []
    by_id = {
        post.id: post for post in Post.select(Post, Employer).join(Employer).where(Post.id.in_(list(ids)))
    }
    return [by_id[row] for row in ids]


def _graduate(visitor: Visitor) -> Graduate:
    if visitor.graduate is None or not visitor.actor.is_a(Role.GRADUATE):
        raise NotAllowed("identify_first")
    return visitor.graduate
