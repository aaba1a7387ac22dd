"""专场招聘 as graduates see it: what is on, and the posts of one."""

from datetime import date

from domain.refusals import NotFound
from models.employer import Employer
from models.org import OrgUnit
from models.post import Fair, FairPost, Post
from services.listing import SLICE, Slice, place, place_of
from services.posts.search import PAGE


def current(today: date, after: str = "") -> Slice[Fair]:
    """Fairs whose last day has not passed, the one that ends first in front."""
    query = Fair.select(Fair, OrgUnit).join(OrgUnit)
    query = query.where((Fair.status == "published") & (Fair.ends_on >= today))
    if last := place_of(after, (str, int)):
        day, row_id = last
        query = query.where((Fair.ends_on > day) | ((Fair.ends_on == day) & (Fair.id > row_id)))
    rows = list(query.order_by(Fair.ends_on, Fair.id).limit(SLICE + 1))
    shown = rows[:SLICE]
    is_more = len(rows) > SLICE
    return Slice(shown, place(shown[-1].ends_on.isoformat(), shown[-1].id) if is_more else "")


def one(code: str) -> Fair:
    """A fair that is on or over. Raises NotFound."""
    seen = Fair.status.in_(("published", "ended"))
    fair = Fair.select(Fair, OrgUnit).join(OrgUnit).where((Fair.code == code) & seen).first()
    if fair is None:
        raise NotFound()
    return fair


def posts(fair: Fair, after: str = "") -> Slice[Post]:
    """A page of the fair's published posts, in the order in which they came."""
    query = FairPost.select(FairPost, Post, Employer).join(Post).join(Employer)
    query = query.where((FairPost.fair == fair) & Post.is_open())
    if last := place_of(after, (int,)):
        query = query.where(FairPost.id > last[0])
    rows = list(query.order_by(FairPost.id).limit(PAGE + 1))
    shown = rows[:PAGE]
    return Slice([row.post for row in shown], place(shown[-1].id) if len(rows) > PAGE else "")
