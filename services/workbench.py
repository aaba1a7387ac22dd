"""辅导员工作平台: what a member of staff sees first, and how far the graduates linked with a counselor are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domain.desk_hours import CHINA
from models.graduate import Link
from models.org import Responsibility
from models.task import Assignment
from models.wechat_user import Binding
from services import seats
from services.agreements import queues
from services.context import Context
from services.sessions import Visitor
from services.tasks import desk
from services.tasks.course import windows_of

_CONFIRMED = ("confirmed", "locked")
_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of some linked graduates have done what."""

    linked: int
    wished: int  # 求职意愿 registered
    followed: int  # follow the official account
    bound: int  # 学信 account bound to a WeChat
    confirmed: int  # 生源信息 confirmed by the graduate, or locked by staff


@dataclass(frozen=True, slots=True)
class Progress:
    """All of a counselor's linked graduates, and the same by (层次, major), the largest first."""

    all: Standing
    groups: list[tuple[str, str, Standing]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A counselor's own figures; empty for other levels of staff."""

    duties: list[Responsibility]
    tasks: desk.Counts | None
    progress: Progress | None
    courses: list[Assignment]  # whose check-in is open or comes next
    signing: tuple[int, int] = (0, 0)  # agreements and releases that wait for the first review


_Row = tuple[str, str, str, int | None, int | None]


def desk_of(ctx: Context, visitor: Visitor) -> Desk:
    """What the visitor answers for, the tasks that wait, how far the linked graduates are, the next courses."""
    if visitor.counselor is None:
        return Desk([], None, None, [])
    return Desk(
        duties=Responsibility.of_staff(visitor.counselor.id),
        tasks=desk.counts(ctx, visitor),
        progress=progress_of(ctx, visitor),
        courses=courses_at_hand(ctx, visitor),
        signing=queues.number_waiting(ctx, seats.seat_for(visitor.actor, visitor.counselor)),
    )


def progress_of(ctx: Context, visitor: Visitor) -> Progress:
    """就业进展 of the graduates linked with a counselor. Raises NotAllowed for anybody else."""
    rows: list[_Row] = Link.standing_of_staff(desk.counselor(visitor).id)
    accounts = [row[4] for row in rows if row[4] is not None]
    bound, followed = Binding.reachable(ctx.settings.wechat_app_id, accounts)
    groups: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        groups.setdefault((row[0], row[1]), []).append(row)
    return Progress(
        all=_standing(rows, bound, followed),
        groups=[
            (education, major, _standing(members, bound, followed))
            for (education, major), members in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
        ],
    )


def courses_at_hand(ctx: Context, visitor: Visitor) -> list[Assignment]:
    """Live courses of today and the weeks to come with a check-in that is open or still to come, by their beginning.

    A course that was checked in to stands here as long as its window is open.
    """
    now = ctx.clock()
    months = dict.fromkeys(
        f"{moment.astimezone(CHINA):%Y-%m}" for moment in (now - timedelta(days=1), now, now + _AHEAD)
    )
    rows = [row for month in months for row in desk.calendar(ctx, visitor, month)]
    return [row for row in rows if any(now <= window.closes_at for window in windows_of(row.task))]


def _standing(rows: Iterable[_Row], bound: frozenset[int], followed: frozenset[int]) -> Standing:
    members = list(rows)
    return Standing(
        linked=len(members),
        wished=sum(wish is not None for *_, wish, _account in members),
        followed=sum(account in followed for *_, account in members),
        bound=sum(account in bound for *_, account in members),
        confirmed=sum(status in _CONFIRMED for _, _, status, *_ in members),
    )
