"""The sub-site (分站) of a province or school: what it shows, its own first."""

from dataclasses import dataclass
from typing import Any

from domain.refusals import NotFound
from models.employer import Employer
from models.partner import Partner
from models.post import Post
from services.context import Context
from services.posts import search
from services.posts.search import Asked
from services.sharing import calls

OWN = 20  # posts of one's own before the others


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a sub-site."""

    own: list[Post]
    others: list[Post]
    after: str
    is_cut: bool


def tenant(name: str) -> Partner:
    """The partner whose sub-site has this name; raises NotFound unless it is open."""
    row = Partner.get_or_none(
        (Partner.tenant == name) & (Partner.kind == "embed") & (Partner.status == "live")
    )
    if row is None:
        raise NotFound()
    return row


def sites(partner: Partner) -> list[str]:
    """The origins that may frame the sub-site."""
    return str(partner.sites).split()


def listed(ctx: Context, partner: Partner, asked: Asked, after: str = "") -> Shown:
    """Published posts that one asks for; on the first page those of the partner's own place or school come first."""
    found = search.search(asked, after)
    others = [post for post in found.rows if _is_for(ctx, partner, post)]
    own = [] if after else [post for post in others if _is_own(partner, post)]
    if not after and asked == Asked():
        own = _newest_own(partner)
    shown = {post.id for post in own}
    return Shown(own, [post for post in others if post.id not in shown], found.after, found.is_cut)


def one(ctx: Context, partner: Partner, code: str) -> Post:
    """A published post; raises NotFound."""
    found = Post.select(Post, Employer).join(Employer)
    post = found.where((Post.code == code) & Post.is_open()).first()
    if post is None or not _is_for(ctx, partner, post):
        raise NotFound()
    return post


def _range(partner: Partner) -> Any:
    if partner.school_id is not None:
        return Post.school_id == partner.school_id
    return Post.province_id == partner.province_id


def _is_own(partner: Partner, post: Post) -> bool:
    if partner.school_id is not None:
        return bool(post.school_id == partner.school_id)
    return bool(post.province_id == partner.province_id)


def _is_for(ctx: Context, partner: Partner, post: Post) -> bool:
    """Posts kept for their own place first are not shown by others' sub-sites."""
    is_held = post.hold_until is not None and post.hold_until >= calls.china_day(ctx)
    return not is_held or bool(post.province_id == partner.province_id)


def _newest_own(partner: Partner) -> list[Post]:
    query = Post.select(Post, Employer).join(Employer).where(_range(partner) & Post.is_open())
    return list(query.order_by(Post.id.desc()).limit(OWN))
