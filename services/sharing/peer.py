"""Keeping this system in step with another one: what is new there is taken in, what is new here is told there.

How far it came is in the database, so a break costs nothing but the page under way, which is done again.
"""

from datetime import timedelta
from typing import Any

import structlog
from pydantic import ValidationError

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
    claimed = PeerLink.update(problem=_AT_WORK, tried_at=now).where((PeerLink.id == link.id) & is_free)
    return bool(claimed.execute())


def _pull(ctx: Context, peer: Peer, link: PeerLink) -> int:
    count = 0
    for _ in range(_PAGES):
        page = Page.model_validate(peer.page(link.pulled))
        _take_in(ctx, link, page)
        count += len(page.changes)
        _move(link, pulled=page.cursor)
        if not page.more or ctx.stopping.is_set():
            break
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


def _json(post: SharedPost) -> dict[str, Any]:
    return post.model_dump(mode="json", exclude_none=True)


@transaction
def _move(link: PeerLink, **columns: Any) -> None:
    link.change(**columns)


@transaction
def _note(ctx: Context, link: PeerLink, problem: str) -> None:
    now = ctx.clock()
    link.change(tried_at=now, problem=problem, done_at=link.done_at if problem else now)
