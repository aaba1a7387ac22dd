"""Keeping this system in step with another one: what is new there is taken in, what is new here is told there.

How far it came is in the database, so a break costs nothing but the page under way, which is done again. Whichever of
the two was away for so long that the other has forgotten what was withdrawn meanwhile (posts.toml), both begin again.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import ValidationError

from config.posts import feed_kept
from domain.actors import SYSTEM
from domain.hiring import PARTNER
from models import journal
from models.db import transaction
from models.org import OrgUnit
from models.partner import Partner, PeerLink
from models.post import Post
from providers.peer import Peer, PeerAway, PeerRefused
from services.context import Context
from services.sharing import feed, push
from services.sharing.schema import Page, SharedPost

log = structlog.get_logger()

_PAGES = 8  # of each direction in one turn: with every call as slow as can be, less than the lease
_LEASE = timedelta(minutes=15)
_AT_WORK = "at work"


def sync(ctx: Context) -> int:
    """Takes in and tells what is new; returns how many changes. Without a peer there is nothing to do."""
    if ctx.peer is None:
        return 0
    link = _link_of(ctx, ctx.peer.url)
    if link is None:
        return 0
    if not _claim(ctx, link):
        return 0
    problem, count = "", 0
    try:
        count = _pull(ctx, ctx.peer, link) + _push(ctx, ctx.peer, link)
    except (PeerAway, PeerRefused, ValidationError) as error:
        problem = f"{type(error).__name__} {getattr(error, 'code', error)}"[:60]
        log.warning(
            "peer_out_of_step", problem=problem if not isinstance(error, ValidationError) else "unreadable"
        )
    _note(ctx, link, problem)
    return count


@transaction
def _link_of(ctx: Context, url: str) -> PeerLink | None:
    """The link, with a partner to whom what comes from there belongs; None before there is any unit."""
    link = PeerLink.get_or_none(PeerLink.url == url)
    if link is not None:
        return link
    root = OrgUnit.select().where(OrgUnit.parent.is_null()).order_by(OrgUnit.id).first()
    if root is None:
        return None
    partner = Partner.create(kind="peer", unit=root, name=url[:100], contact_name="-", is_trusted=True)
    journal.step(partner, PARTNER, "open", SYSTEM)
    return PeerLink.create(url=url, partner=partner)


@transaction
def _claim(ctx: Context, link: PeerLink) -> bool:
    """Two at once could tell of a post after its withdrawal; whoever dies over it holds it for a while only."""
    now = ctx.clock()
    is_free = (
        (PeerLink.problem != _AT_WORK) | PeerLink.tried_at.is_null() | (PeerLink.tried_at < now - _LEASE)
    )
    begun = {"problem": _AT_WORK, "tried_at": now}
    if link.tried_at is not None and link.tried_at < now - feed_kept():
        begun["pushed"] = link.pushed = 0
    return bool(PeerLink.update(**begun).where((PeerLink.id == link.id) & is_free).execute())


def _pull(ctx: Context, peer: Peer, link: PeerLink) -> int:
    count = 0
    for _ in range(_PAGES):
        try:
            page = Page.model_validate(peer.page(link.pulled))
        except PeerRefused as refused:
            if refused.code != "cursor_too_old":
                raise
            return _pull_again(ctx, peer, link)
        _take_in(ctx, link, page)
        count += len(page.changes)
        _move(link, pulled=page.cursor)
        if not page.more or ctx.stopping.is_set():
            break
    return count


def _pull_again(ctx: Context, peer: Peer, link: PeerLink) -> int:
    """Takes in everything from the start, and takes off what is not there any more; broken off, it starts anew."""
    log.info("peer_begins_again")
    named: set[str] = set()
    cursor, count, is_more = "", 0, True
    while is_more:
        page = Page.model_validate(peer.page(cursor))
        _take_in(ctx, link, page)
        named |= {change.key for change in page.changes if change.verb == "publish"}
        cursor, count, is_more = page.cursor, count + len(page.changes), page.more
        _move(link, tried_at=ctx.clock())  # nobody else takes over meanwhile
        if is_more and ctx.stopping.is_set():
            return count
    mine = (Post.partner == link.partner) & Post.status.in_(push.LIVING)
    for key in [key for (key,) in Post.select(Post.partner_key).where(mine).tuples() if key not in named]:
        push.taken_off(ctx, link.partner, key)
    _move(link, pulled=cursor)
    return count


def _take_in(ctx: Context, link: PeerLink, page: Page) -> None:
    posts = [change.post for change in page.changes if change.post is not None]
    for outcome in push.taken(ctx, link.partner, posts):
        if outcome.result == "refused":
            log.info("shared_post_refused", reason=outcome.reason, fields=sorted(outcome.fields))
    for change in page.changes:
        known = (Post.partner == link.partner) & (Post.partner_key == change.key)
        if change.verb == "withdraw" and Post.select().where(known).exists():
            push.taken_off(ctx, link.partner, change.key)


def _push(ctx: Context, peer: Peer, link: PeerLink) -> int:
    count = 0
    if not link.pushed and link.done_at is not None:
        for post in _ended_since(link.done_at, link.partner):
            peer.withdraw(post)
    for _ in range(_PAGES):
        page = feed.page_for(ctx, link.partner, link.pushed)
        posts = [_json(change.post) for change in page.changes if change.post is not None]
        if posts:
            peer.push(posts)
        for change in page.changes:
            if change.verb == "withdraw":
                peer.withdraw(change.key)
        count += len(page.changes)
        _move(link, pushed=int(page.cursor))
        if not page.more or ctx.stopping.is_set():
            break
    return count


def _ended_since(moment: datetime, partner: Partner) -> list[str]:
    """Posts, but for the partner's own, that others may have got before a moment and should not have any more."""
    is_over = (Post.status != "published") | ~Post.is_shareable
    ended = Post.published_at.is_null(False) & (Post.updated_at >= moment) & is_over
    others = Post.partner.is_null() | (Post.partner != partner)
    return [code for (code,) in Post.select(Post.code).where(ended & others).tuples()]


def _json(post: SharedPost) -> dict[str, Any]:
    return post.model_dump(mode="json", exclude_none=True)


@transaction
def _move(link: PeerLink, **columns: Any) -> None:
    link.change(**columns)


@transaction
def _note(ctx: Context, link: PeerLink, problem: str) -> None:
    now = ctx.clock()
    link.change(tried_at=now, problem=problem, done_at=link.done_at if problem else now)
