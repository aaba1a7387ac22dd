"""The digest for counselors: new posts that name the majors of the graduates they answer for, at their levels.

教学厅函〔2022〕8号 四(三): 「主动推送给毕业班辅导员」. Posts that are open to any major are in everybody's lists
and not in this one.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from config.push import ForCounselors, push_plan
from domain.actors import Role
from domain.desk_hours import CHINA
from domain.disciplines import major_of
from domain.posts import major_codes, rank_of
from domain.years import current_year
from models.db import connected, transaction
from models.employer import Employer
from models.graduate import Graduate
from models.org import OrgUnit, Responsibility, Staff
from models.post import Post
from models.pushing import Digested
from models.wechat_user import Binding
from services.context import Context
from services.outbox import Owed, owe_many
from services.push.pace import open_day, room
from services.quota.calm import with_room
from templates_msg.fields import Span
from templates_msg.jobs import JobsForCounselor

PAGE = "/h5/post-digest"
BATCH = 50  # counselors to a transaction
TURN_SECONDS = 20.0
MOST_NEW = 20_000  # posts of one period that are looked through, the newest
LONGEST = timedelta(days=14)  # what a counselor is told of who had no digest for long
_ENLISTED = 500
_COLUMNS = (
    *(Post.id, Post.unit, Post.majors, Post.level_low, Post.level_high, Post.year_low, Post.year_high),
    *(Post.published_at, Post.hold_until),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Graduates of one major, level and 届别 that a counselor answers for."""

    major: str
    name: str
    rank: int
    year: int
    count: int


@dataclass(slots=True)
class Digest:
    """What one counselor is told: posts, the best first, for which majors, and how many graduates they suit."""

    posts: list[int] = field(default_factory=list)
    majors: list[str] = field(default_factory=list)
    graduates: int = 0


class Fresh:
    """Posts published from one moment to another, by the codes of majors that they name."""

    def __init__(self, since: datetime, until: datetime) -> None:
        lately = Post.is_open() & (Post.published_at >= since) & (Post.published_at < until)
        self._posts: dict[str, list[Post]] = defaultdict(list)
        found = Post.select(*_COLUMNS).join(Employer).where(lately).order_by(Post.published_at.desc())
        for post in found.limit(MOST_NEW):
            for code in post.majors or ():
                self._posts[code].append(post)

    def for_groups(
        self, groups: Sequence[Group], units: Sequence[int], since: datetime, today: date
    ) -> Digest:
        """The posts published since a moment that suit some groups; those for most graduates come first.

        ``units`` are the offices to whose graduates a post may be held.
        """
        digest, suits = Digest(), defaultdict[int, int](int)
        for group in groups:
            found = {
                post.id
                for code in major_codes(group.major)
                for post in self._posts.get(code, ())
                if post.published_at >= since and _fits(post, group) and _is_free(post, units, today)
            }
            for post_id in found:
                suits[post_id] += group.count
            if found:
                digest.majors.append(group.name)
                digest.graduates += group.count
        digest.posts = sorted(suits, key=lambda post_id: (-suits[post_id], -post_id))
        return digest


def _fits(post: Post, group: Group) -> bool:
    is_high_enough = post.level_low <= group.rank and (not post.level_high or group.rank <= post.level_high)
    return is_high_enough and (not post.year_low or post.year_low <= group.year <= post.year_high)


def _is_free(post: Post, units: Sequence[int], today: date) -> bool:
    return post.hold_until is None or post.hold_until < today or post.unit_id in units


def sweep(ctx: Context) -> int:
    """Sends the digests of this day or week to whoever had none yet; returns how many. Any number of workers may."""
    plan = push_plan().counselors
    day = open_day(ctx, plan)
    if day is None:
        return 0
    begins = period_start(day, plan)
    owed, give_up_at = 0, time.monotonic() + TURN_SECONDS
    with connected():
        Digested.enlist(Role.COUNSELOR.value, _ENLISTED)
        fresh = None
        while time.monotonic() < give_up_at and not ctx.stopping.is_set():
            size = room(ctx, owed, BATCH)
            if not size or not Digested.is_any_due(begins):
                break
            fresh = fresh or Fresh(_morning(day) - LONGEST, _morning(day))
            looked_at, told = _batch(ctx, day, size, fresh)
            owed += told
            if not looked_at:
                break
    return owed


def period_start(day: date, plan: ForCounselors) -> date:
    """The first day of the period that a day lies in: the day itself, or the weekday of weekly digests before it."""
    if plan.every == "day":
        return day
    return day - timedelta(days=(day.isoweekday() - plan.weekday) % 7)


@transaction
def _batch(ctx: Context, day: date, size: int, fresh: Fresh) -> tuple[int, int]:
    """The next counselors: how many were looked at, and how many of them are told something."""
    plan = push_plan().counselors
    rows = Digested.due(period_start(day, plan), size)
    staff = _at_work([row.staff_id for row in rows if not row.is_off])
    openids = Binding.openids_of(ctx.settings.wechat_app_id, [row.account_id for row in staff.values()])
    free = with_room(ctx, openids.values())
    owed = []
    for row in rows:
        counselor = staff.get(row.staff_id)
        openid = openids.get(counselor.account_id) if counselor else None
        if counselor is None or openid not in free:
            continue
        since = _since(row, day, plan)
        digest = fresh.for_groups(groups_of(ctx, counselor), _units(counselor.unit), _morning(since), day)
        if digest.posts:
            row.note(digest.posts[: plan.most])
            owed.append(_message(counselor, openid, digest, Span(since, day), day))
    Digested.look_at([row.id for row in rows], day)
    owe_many(ctx, owed)
    return len(rows), len(owed)


def _at_work(staff_ids: Sequence[int]) -> dict[int, Staff]:
    query = Staff.select(Staff, OrgUnit).join(OrgUnit)
    chosen = Staff.id.in_(list(staff_ids)) & Staff.ended_at.is_null()
    return {row.id: row for row in query.where(chosen)}


def groups_of(ctx: Context, counselor: Staff) -> list[Group]:
    """The graduates whom a counselor answers for, from this 届别 on, by major; most graduates first."""
    duties = [
        duty for duty in Responsibility.of_staff(counselor.id) if duty.year >= current_year(ctx.clock())
    ]
    if not duties:
        return []
    groups = [
        Group(major_of(code, education), name, rank_of(education), year, count)
        for code, name, education, year, count in Graduate.by_major(reduce(or_, map(_held, duties)))
        if code
    ]
    return sorted(groups, key=lambda group: -group.count)


def _held(duty: Responsibility) -> Any:
    """The graduates whom one duty covers, as a condition."""
    held = (Graduate.college == duty.college_id) & (Graduate.year == duty.year)
    held &= Graduate.education == duty.education
    if duty.class_name:
        held &= Graduate.class_name == duty.class_name
    return held & (Graduate.major_code == duty.major_code) if duty.major_code else held


def _units(unit: OrgUnit) -> list[int]:
    return [int(part) for part in unit.path.strip("/").split("/")]


def _since(row: Digested, day: date, plan: ForCounselors) -> date:
    """From which day on posts are new to a counselor."""
    usual = day - timedelta(days=1 if plan.every == "day" else 7)
    return max(row.digested_on or usual, day - LONGEST)


def _morning(day: date) -> datetime:
    """When digests begin on a day: what is published later comes with the next one."""
    return datetime.combine(day, push_plan().counselors.begins, CHINA)


def _message(counselor: Staff, openid: str, digest: Digest, days: Span, day: date) -> Owed:
    names = "、".join(_each_once(digest.majors))
    message = JobsForCounselor(names, len(digest.posts), digest.graduates, days)
    key = f"posts:{counselor.code}:{day}"
    useless_at = _morning(day + timedelta(days=2))
    return Owed(message, openid, key, PAGE, account_id=counselor.account_id, useless_at=useless_at)


def _each_once(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]
