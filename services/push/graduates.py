"""The daily push: each graduate with a 求职意愿 is told of what is new among the best posts for them.

教学厅函〔2022〕8号 四(三): 「结合毕业生专业、求职意愿等主动推送」. A turn goes by batches, each in one transaction that
marks its graduates as looked at and owes their messages; whatever is interrupted leaves them as they were.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from config.codes import code_table
from config.push import ForGraduates, push_plan
from domain.desk_hours import CHINA
from domain.posts import ANYWHERE, RECOMMENDED
from domain.years import current_year
from matching.index import NoIndex
from models.db import connected, transaction
from models.fields import SealedField
from models.graduate import Graduate
from models.post import Post
from models.pushing import Offered, Pushed
from models.wechat_user import Binding
from services import code_tables
from services.context import Context
from services.outbox import Owed, owe_many
from services.push.pace import open_day, room
from services.quota.calm import with_room
from services.recommend import recommend
from services.recommend.recommend import Recommended
from templates_msg.jobs import JobsForGraduate

log = structlog.get_logger()

Advise = Callable[[Context, Sequence[Graduate], int], Mapping[int, Sequence[Recommended]]]

PAGE = "/h5/recommended?show=new"
BATCH = 200  # graduates to a transaction
_ENLISTED = 500
KEPT = 200  # posts that nobody is told of twice
TURN_SECONDS = 20.0
_NO_HARDSHIP = ("", "0")
_OPEN_COLUMNS = [field for field in Graduate._meta.sorted_fields if not isinstance(field, SealedField)]


@dataclass(frozen=True, slots=True)
class Listener:
    """A graduate who may be told today, and what is new and good enough for them, the best first."""

    row: Pushed
    graduate: Graduate
    openid: str
    found: Sequence[Recommended]

    def rank_for(self, one: Recommended) -> tuple[int, bool, int]:
        """Who gets a scarce post first: whom it fits better, and of equals those in hardship."""
        is_hard = self.graduate.hardship not in _NO_HARDSHIP or bool(self.graduate.special_group)
        return -one.score, not is_hard, self.graduate.id


def sweep(ctx: Context, advise: Advise = recommend.for_graduates) -> int:
    """Tells graduates of their new posts; returns how many messages that made. Any number of workers may."""
    plan = push_plan().graduates
    day = open_day(ctx, plan)
    if day is None:
        return 0
    owed, give_up_at = 0, time.monotonic() + TURN_SECONDS
    with connected():
        Pushed.enlist(_ENLISTED)
        while time.monotonic() < give_up_at and not ctx.stopping.is_set():
            size = room(ctx, owed, BATCH)
            try:
                looked_at, told = _batch(ctx, day, size, advise) if size else (0, 0)
            except NoIndex:
                log.warning("push_waits_for_index")
                break
            owed += told
            if not looked_at:
                break
    return owed


@transaction
def _batch(ctx: Context, day: date, size: int, advise: Advise) -> tuple[int, int]:
    """The next graduates: how many were looked at, and how many of them are told something."""
    plan = push_plan().graduates
    rows = Pushed.due(day, size)
    listeners = _listeners(ctx, rows, plan, advise)
    posts = Post.brief({one.post_id for row in listeners for one in row.found})
    won = _shared(listeners, posts, day, plan)
    owed = []
    for listener in listeners:
        told = _told(listener, posts, won, plan)
        if told:
            listener.row.note([post.id for post in told], KEPT)
            owed.append(_message(ctx, listener, told, day))
    Pushed.look_at([row.id for row in rows], day)
    owe_many(ctx, owed)
    return len(rows), len(owed)


def _listeners(ctx: Context, rows: Sequence[Pushed], plan: ForGraduates, advise: Advise) -> list[Listener]:
    """Those who want to be told, can be, have not had their share of messages, and have something to be told of."""
    willing = {row.graduate_id: row for row in rows if not row.is_off}
    graduates = {row.id: row for row in Graduate.select(*_OPEN_COLUMNS).where(Graduate.id.in_(list(willing)))}
    openids = _openids(ctx, graduates.values())
    free = with_room(ctx, openids.values())
    reached = [row for row in graduates.values() if openids.get(row.account_id) in free]
    best = advise(ctx, reached, RECOMMENDED) if reached else {}
    listeners = []
    for graduate in reached:
        row = willing[graduate.id]
        known = set(row.posts or ())
        found = [
            one for one in best[graduate.id] if one.score >= plan.least_score and one.post_id not in known
        ]
        if found:
            listeners.append(Listener(row, graduate, openids[graduate.account_id], found))
    return listeners


def _openids(ctx: Context, graduates: Iterable[Graduate]) -> dict[int, str]:
    accounts = [row.account_id for row in graduates if row.account_id is not None]
    return Binding.openids_of(ctx.settings.wechat_app_id, accounts)


def _shared(
    listeners: Sequence[Listener], posts: dict[int, Post], day: date, plan: ForGraduates
) -> set[tuple[int, int]]:
    """(graduate, scarce post) of those whom a scarce post is offered to today."""
    asking: dict[int, list[tuple[int, bool, int]]] = {}
    for listener in listeners:
        for one in listener.found[: plan.most]:
            if _is_scarce(posts.get(one.post_id), plan):
                asking.setdefault(one.post_id, []).append(listener.rank_for(one))
    granted = Offered.take({post: len(ranks) for post, ranks in asking.items()}, day, plan.scarce_offers)
    return {
        (graduate_id, post_id)
        for post_id, ranks in asking.items()
        for _score, _hardship, graduate_id in sorted(ranks)[: granted[post_id]]
    }


def _told(
    listener: Listener, posts: dict[int, Post], won: set[tuple[int, int]], plan: ForGraduates
) -> list[Post]:
    found = [posts[one.post_id] for one in listener.found if one.post_id in posts]
    mine = [post for post in found if not _is_scarce(post, plan) or (listener.graduate.id, post.id) in won]
    return mine[: plan.most]


def _is_scarce(post: Post | None, plan: ForGraduates) -> bool:
    return post is not None and post.headcount <= plan.scarce_heads


def _message(ctx: Context, listener: Listener, told: Sequence[Post], day: date) -> Owed:
    best = told[0]
    message = JobsForGraduate(best.title, best.employer.name, _place(ctx, best), len(told))
    return Owed(
        message,
        listener.openid,
        f"jobs:{listener.graduate.code}:{day}",
        PAGE,
        account_id=listener.graduate.account_id,
        useless_at=_end_of(day),
    )


def _place(ctx: Context, post: Post) -> str:
    code = (post.places or [ANYWHERE])[0]
    if code == ANYWHERE:
        return code_table("province")[ANYWHERE]
    return code_tables.place_of(ctx, "region", current_year(ctx.clock()), code)


def _end_of(day: date) -> datetime:
    """Tomorrow's push tells of what is new then."""
    return datetime.combine(day + timedelta(days=1), push_plan().graduates.begins, CHINA)
