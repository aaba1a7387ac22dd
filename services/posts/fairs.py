"""专场招聘: a campaign of an office with its own list of posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from html import escape
from operator import and_
from typing import Any

from domain import personal
from domain.actors import SYSTEM, Role
from domain.desk_hours import CHINA
from domain.hiring import FAIR
from domain.refusals import Conflict, Invalid, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer
from models.org import OrgUnit
from models.places import of_path
from models.post import Fair, FairPost, Post
from services.context import Context
from services.posts import review
from services.posts.queue import MOST_WALKED
from services.seats import Seat

MOST_POSTS = 500
MOST_FOUND = 30
_LONGEST_TITLE, _LONGEST_BODY = 60, 5_000
_SWEEP = 200
_COLUMN = {Role.PROVINCE: Fair.province_id, Role.SCHOOL: Fair.unit}


@dataclass(frozen=True, slots=True)
class FairForm:
    """A fair as its office describes it; ``body`` is plain text with empty lines between paragraphs."""

    title: str
    body: str
    campaign: str
    starts_on: date | None
    ends_on: date | None


def within(seat: Seat) -> Any:
    """The fairs of an office and of those below it, as a condition."""
    if seat.level is Role.MINISTRY:
        return Fair.id > 0
    column = _COLUMN.get(seat.level)
    return Fair.id < 0 if column is None else column == seat.scope.unit.id


def one(seat: Seat, code: str) -> Fair:
    """A fair in the office's range; raises NotFound."""
    fair = Fair.select(Fair, OrgUnit).join(OrgUnit).where((Fair.code == code) & within(seat)).first()
    if fair is None:
        raise NotFound()
    return fair


@transaction
def save(ctx: Context, seat: Seat, form: FairForm, code: str = "", seen: str = "") -> Fair:
    """Makes a fair, or changes one that is not over; ``seen`` is the version on its page.

    Raises Invalid naming every wrong field, NotFound, Conflict.
    """
    columns = _checked(form)
    if code:
        fair = _own(seat, code)
        if fair.status not in ("draft", "published", "withdrawn"):
            raise Conflict("fair_over")
        if fair.edit(seen, columns):
            journal.write(fair, "change", seat.actor)
        return fair
    unit = seat.scope.unit
    place = of_path(unit.path)
    whole = {"province_id": place["province_id"], "school_id": place["school_id"]}
    same = [getattr(Fair, name) == value for name, value in columns.items()]
    twin = reduce(and_, same, (Fair.unit == unit) & (Fair.status == "draft"))
    fair = Fair.select().where(twin).first()
    if fair is None:
        fair = Fair.create(unit=unit, **columns, **whole)
        journal.write(fair, "create", seat.actor)
    return fair


def _checked(form: FairForm) -> dict[str, Any]:
    title, wrong = personal.prose(form.title), {}
    if not title or len(title) > _LONGEST_TITLE:
        wrong["title"] = "too_long" if title else "required"
    if len(form.body) > _LONGEST_BODY:
        wrong["body"] = "too_long"
    if form.starts_on is None or form.ends_on is None:
        wrong["ends_on" if form.starts_on else "starts_on"] = "required"
    elif form.ends_on < form.starts_on:
        wrong["ends_on"] = "days_reversed"
    if wrong:
        raise Invalid("form", fields=wrong)
    return {
        "title": title,
        "body": _as_html(form.body),
        "campaign": personal.prose(form.campaign)[:40],
        "starts_on": form.starts_on,
        "ends_on": form.ends_on,
    }


def _as_html(text: str) -> str:
    lines = [escape(personal.prose(line)) for line in text.splitlines()]
    return "".join(f"<p>{line}</p>" for line in lines if line)


def posts(fair: Fair) -> list[Post]:
    """The fair's posts, whatever became of them, with their employers."""
    query = Post.select(Post, Employer).join(Employer).switch(Post).join(FairPost)
    return list(query.where(FairPost.fair == fair).order_by(FairPost.id).limit(MOST_POSTS))


def candidates(seat: Seat, fair: Fair, keyword: str) -> list[Post]:
    """Published posts in the office's range that are not in the fair yet, the newest first; a few of them.

    A word is looked for among the newest ``MOST_WALKED`` alone: no index knows parts of words.
    """
    there = FairPost.select(FairPost.post).where(FairPost.fair == fair)
    online = review.within(seat) & Post.is_open()
    query = Post.select(Post, Employer).join(Employer).where(online & Post.id.not_in(there))
    if word := personal.clean(keyword):
        published = review.within(seat) & (Post.status == "published")
        walk = Post.select(Post.id).where(published).order_by(Post.id.desc())
        floor = walk.offset(MOST_WALKED - 1).limit(1).scalar() or 0
        query = query.where((Post.id >= floor) & (Post.title.contains(word) | Employer.name.contains(word)))
    return list(query.order_by(Post.id.desc()).limit(MOST_FOUND))


@transaction
def add(ctx: Context, seat: Seat, code: str, post_codes: Sequence[str]) -> int:
    """Puts published posts of the office's range into a fair; those that are there stay. Returns how many came."""
    fair = _own(seat, code)
    if fair.status == "ended":
        raise Conflict("fair_over")
    wanted = Post.code.in_(list(post_codes)) & review.within(seat) & Post.is_open()
    rows = list(Post.select(Post.id, Post.code).join(Employer).where(wanted))
    fair.hold()  # two who add at once do not overfill it
    there = {post for (post,) in FairPost.select(FairPost.post).where(FairPost.fair == fair).tuples()}
    new = [post for post in rows if post.id not in there]
    if not new:
        return 0
    if len(there) + len(new) > MOST_POSTS:
        raise Conflict("fair_full")
    FairPost.insert_once([{"fair": fair.id, "post": post.id} for post in new])
    journal.write(fair, "add_posts", seat.actor, note={"posts": [post.code for post in new]})
    return len(new)


@transaction
def remove(ctx: Context, seat: Seat, code: str, post_code: str) -> None:
    """Takes a post out of a fair."""
    fair = _own(seat, code)
    post = Post.get_or_none(Post.code == post_code)
    if post is not None:
        there = (FairPost.fair == fair) & (FairPost.post == post)
        if FairPost.delete().where(there).execute():
            journal.write(fair, "remove_post", seat.actor, note={"posts": [post.code]})


@transaction
def publish(ctx: Context, seat: Seat, code: str) -> Fair:
    """Puts a fair before graduates. Raises Conflict while it has no posts, or when its last day has passed."""
    fair = _own(seat, code)
    if fair.status == "published":
        return fair
    if fair.ends_on < _today(ctx):
        raise Conflict("fair_over")
    if not FairPost.select().where(FairPost.fair == fair).exists():
        raise Conflict("fair_empty")
    journal.step(fair, FAIR, "publish", seat.actor)
    return fair


@transaction
def withdraw(ctx: Context, seat: Seat, code: str) -> Fair:
    """Takes a fair back."""
    return _moved(seat, code, "withdraw", "withdrawn")


@transaction
def discard(ctx: Context, seat: Seat, code: str) -> Fair:
    """Deletes a draft."""
    return _moved(seat, code, "discard", "discarded")


def _moved(seat: Seat, code: str, verb: str, status: str) -> Fair:
    fair = _own(seat, code)
    if fair.status != status:
        journal.step(fair, FAIR, verb, seat.actor)
    return fair


@transaction
def end(ctx: Context) -> int:
    """Ends the fairs whose last day has passed; returns how many."""
    over = (Fair.status == "published") & (Fair.ends_on < _today(ctx))
    rows = list(Fair.select().where(over).order_by(Fair.ends_on).limit(_SWEEP))
    for fair in rows:
        journal.step(fair, FAIR, "end", SYSTEM)
    return len(rows)


def _own(seat: Seat, code: str) -> Fair:
    """A fair of this very office: those below it keep their own."""
    fair = one(seat, code)
    if fair.unit_id != seat.scope.unit.id:
        raise NotFound()
    return fair


def _today(ctx: Context) -> date:
    return ctx.clock().astimezone(CHINA).date()
