"""Published posts as the index takes them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import structlog

from domain.desk_hours import CHINA
from matching import codes
from matching.columns import FULL, INTERN, Columns, Offer, gather, joined
from models.post import Post

log = structlog.get_logger()

BATCH = 5_000
_WORK = {"full": FULL, "intern": INTERN}
_FIELDS = (
    *(Post.id, Post.code, Post.employer, Post.published_at, Post.level_low, Post.level_high, Post.work_type),
    *(Post.year_low, Post.year_high, Post.majors, Post.places, Post.position, Post.industry, Post.nature),
    *(Post.pay_low, Post.pay_high, Post.headcount, Post.closes_on, Post.hold_until),
    *(Post.school_id, Post.province_id),
)


def all_columns() -> Columns:
    """Every published post, read in the order of ids, batch by batch."""
    parts, last = [gather(())], 0
    while rows := _rows((Post.status == "published") & (Post.id > last), BATCH):
        parts.append(gather(_offers(rows)))
        last = rows[-1].id
    return joined(parts)


def offers_of(ids: Iterable[int]) -> dict[int, Offer]:
    """Those of some posts that are published, by id."""
    wanted = list(ids)
    found: dict[int, Offer] = {}
    for start in range(0, len(wanted), BATCH // 10):
        some = wanted[start : start + BATCH // 10]
        rows = _rows((Post.status == "published") & Post.id.in_(some), len(some))
        found |= {offer.id: offer for offer in _offers(rows)}
    return found


def _rows(condition: Any, limit: int) -> list[Post]:
    return list(Post.select(*_FIELDS).where(condition).order_by(Post.id).limit(limit))


def _offers(rows: Iterable[Post]) -> Iterator[Offer]:
    for post in rows:
        majors = readable(post.majors, codes.major)
        if post.majors and not majors:
            # Open to all is not what it says: nobody is shown it rather than everybody.
            log.warning("post_without_readable_majors", post=post.code)
            continue
        yield _offer(post, majors)


def _offer(post: Post, majors: tuple[str, ...]) -> Offer:
    return Offer(
        id=post.id,
        employer=post.employer_id,
        published=_day(post.published_at),
        level_low=post.level_low,
        level_high=post.level_high,
        work_types=_WORK.get(post.work_type, FULL),
        year_from=post.year_low,
        year_to=post.year_high,
        majors=majors,
        places=readable(post.places, codes.place),
        kind=_small(post.position),
        industry=_small(post.industry),
        nature=_small(post.nature),
        pay_low=post.pay_low,
        pay_high=post.pay_high,
        headcount=post.headcount,
        expires=_day(post.closes_on),
        held_until=_day(post.hold_until),
        held_for=post.school_id or post.province_id or 0,
    )


def _day(moment: datetime | date | None) -> int:
    """The ordinal of a day in China; 0 for none."""
    if isinstance(moment, datetime):
        return moment.astimezone(CHINA).date().toordinal()
    return moment.toordinal() if moment else 0


def readable(names: Iterable[str] | None, read: Callable[[str], object]) -> tuple[str, ...]:
    """Those codes that can be read, in their order."""
    return tuple(name for name in names or () if _is_readable(name, read))


def _small(code: str) -> str:
    return code if _is_readable(code, codes.small) else ""


def _is_readable(name: str, read: Callable[[str], object]) -> bool:
    try:
        read(name)
    except ValueError:
        return False
    return True
