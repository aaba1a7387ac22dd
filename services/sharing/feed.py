"""What others published and share, as a feed that never skips a step: a partner asks for what follows a cursor.

Steps are numbered when they are written and seen when their transaction ends, so a lower number may be seen later
than a higher one. A number that is missing may still come: what stands behind it waits until nothing can come any more.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.sharing import CallRefused
from models.db import transaction
from models.employer import Employer
from models.fields import utc_now
from models.partner import Partner
from models.post import Post, PostChange
from services.context import Context
from services.posts import shelf
from domain.hiring import STOPPED
from services.sharing import calls
from services.sharing.push import instance
from services.sharing.schema import Change, EmployerIn, Page, SharedPost

STEPS = 500  # looked at for one page
PATIENCE = timedelta(seconds=60)  # longer than any statement of ours may take
_LONGEST_CURSOR = 18
_BATCH = 200


def pull(ctx: Context, partner: Partner, nonce: str, cursor: str) -> Page:
    """A page for a partner. Raises CallRefused."""
    if cursor and (len(cursor) > _LONGEST_CURSOR or not (cursor.isascii() and cursor.isdigit())):
        raise CallRefused("bad_cursor", 422)
    calls.take(ctx, partner, nonce)
    page = page_for(ctx, partner, int(cursor or 0))
    calls.count_out(ctx, partner, sum(change.verb == "publish" for change in page.changes))
    return page


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
