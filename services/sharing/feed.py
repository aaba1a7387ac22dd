"""What others published and share, as a feed that never skips a step: a partner asks for what follows a cursor.

Steps are numbered when they are written and seen when their transaction ends, so a lower number may be seen later
than a higher one. A number that is missing may still come: what stands behind it waits until nothing can come any more.

Of each published post the last step is kept for ever, so that a newcomer finds all of them; older steps, and those of
posts that are gone, are forgotten after a time (posts.toml). Who has not asked since then may have missed that
something was withdrawn: they are told to begin again, and to drop what the feed no longer names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from config.posts import feed_kept
from domain.hiring import STOPPED
from domain.sharing import CallRefused
from models.db import transaction
from models.employer import Employer
from models.fields import utc_now
from models.partner import Partner, PeerLink
from models.post import Post, PostChange
from services.context import Context
from services.posts import shelf
from services.sharing import calls
from services.sharing.push import instance
from services.sharing.schema import Change, EmployerIn, Page, SharedPost

STEPS = 500  # looked at for one page
PATIENCE = timedelta(seconds=60)  # longer than any statement of ours may take
_BATCH = 200
_FORGOTTEN = 2_000  # steps of one transaction
_MARGIN = timedelta(days=1)  # steps are refused before they are forgotten
_CURSOR = re.compile(r"(?:([0-9]{1,18})(?:-([0-9]{1,18}))?)?")


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read: up to the step ``after``, on a walk that began when ``since`` was the newest."""

    after: int = 0
    since: int = 0

    @classmethod
    def of(cls, cursor: str) -> Self:
        """The place that a cursor stands for: ``after``, or ``after-since``. Raises CallRefused."""
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            raise CallRefused("bad_cursor", 422)
        after = int(found[1] or 0)
        return cls(after, int(found[2] or after))

    def at(self, after: int, forgotten: int) -> str:
        """The cursor of a place further on. It says since when only where steps are forgotten."""
        return f"{after}-{self.since}" if after < min(self.since, forgotten) else str(after)


def pull(ctx: Context, partner: Partner, nonce: str, cursor: str) -> Page:
    """A page for a partner. Raises CallRefused, with ``cursor_too_old`` for who must begin again."""
    place, forgotten = Place.of(cursor), PostChange.newest_before(utc_now() - feed_kept())
    if place.after and place.since < forgotten:
        raise CallRefused("cursor_too_old", 410)
    if not place.after:
        place = Place(0, PostChange.last())
    calls.take(ctx, partner, nonce)
    page = page_for(ctx, partner, place.after)
    calls.count_out(ctx, partner, sum(change.verb == "publish" for change in page.changes))
    return page.model_copy(update={"cursor": place.at(int(page.cursor), forgotten)})


def page_for(ctx: Context, partner: Partner, after: int) -> Page:
    """The steps behind ``after`` that concern the partner, each post once, as it stands now."""
    steps = _settled(after)
    last: dict[int, PostChange] = {step.post_id: step for step in steps}
    posts = Post.select(Post, Employer).join(Employer).where(Post.id.in_(list(last)))
    found = {post.id: post for post in posts} if last else {}
    today = calls.china_day(ctx)
    changes = []
    for step in sorted(last.values(), key=lambda one: one.id):
        post = found[step.post_id]
        if post.partner_id == partner.id:
            continue
        if is_out(post, today):
            changes.append(Change(id=step.id, verb="publish", key=post.code, post=shared(ctx, post)))
        elif step.verb != "publish":
            changes.append(Change(id=step.id, verb="withdraw", key=post.code))
    return Page(changes=changes, cursor=str(steps[-1].id if steps else after), more=len(steps) == STEPS)


def forget(ctx: Context) -> int:
    """Deletes steps that nobody can need any more; returns how many.

    A system that this one tells of its posts by itself, and that cannot be reached, is waited for.
    """
    edge = PostChange.newest_before(utc_now() - feed_kept() - _MARGIN)
    told = PeerLink.told_by_all(ctx.clock() - feed_kept())
    edge, total = edge if told is None else min(edge, told), 0
    while not ctx.stopping.is_set() and (some := _forget_some(edge)):
        total += some
    return total


@transaction
def _forget_some(edge: int) -> int:
    return PostChange.forget(edge, _FORGOTTEN)


def is_out(post: Post, today: date) -> bool:
    """Whether others get a post: published, with consent, not kept for its own place first, of a unit in good order."""
    is_held = post.hold_until is not None and post.hold_until >= today
    is_stopped = post.employer.status in STOPPED
    return post.status == "published" and post.is_shareable and not is_held and not is_stopped


def _settled(after: int) -> Sequence[PostChange]:
    rows = list(PostChange.select().where(PostChange.id > after).order_by(PostChange.id).limit(STEPS))
    surely = utc_now() - PATIENCE
    expected = after + 1
    for place, row in enumerate(rows):
        if row.id != expected and row.at > surely:
            return rows[:place]
        expected = row.id + 1
    return rows


def shared(ctx: Context, post: Post) -> SharedPost:
    """A post as it travels, without contact data; its origin travels along."""
    unit = post.employer
    return SharedPost(
        key=post.code,
        consent=True,
        origin=post.origin or f"{instance(ctx)}/{post.code}",
        employer=EmployerIn(
            name=unit.name, credit_code=unit.credit_code or "", nature=post.nature, industry=post.industry
        ),
        title=post.title,
        description=post.description,
        work_type=post.work_type,
        position=post.position,
        tags=tuple(post.tags or ()),
        headcount=post.headcount,
        address=post.address,
        majors=tuple(post.majors or ()),
        majors_text=post.majors_text,
        level_low=post.level_low,
        level_high=post.level_high,
        places=tuple(post.places or ()),
        pay_low=post.pay_low,
        pay_high=post.pay_high,
        year_low=post.year_low,
        year_high=post.year_high,
        closes_on=post.closes_on,
    )


@transaction
def _release_some(today: date) -> int:
    over = Post.hold_until.is_null(False) & (Post.hold_until < today)
    posts = list(
        Post.select(Post, Employer).join(Employer).where(over).order_by(Post.hold_until).limit(_BATCH)
    )
    for post in posts:
        post.change(hold_until=None)
        if post.status == "published":
            shelf.put(post)
    return len(posts)


def release(ctx: Context) -> int:
    """Lets others know of posts that were kept for their own place until now; returns how many."""
    found = 0
    while (some := _release_some(calls.china_day(ctx))) and not ctx.stopping.is_set():
        found += some
    return found
