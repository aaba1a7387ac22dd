"""Who is left in peace for now: the frequency cap of a person, the quiet hours, and what digests leave for tasks."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from config.messages import DIGEST, manner_of, manners
from domain.desk_hours import CHINA
from models.message import Message
from models.sending import SendQuota
from services.context import Context
from services.quota.ledger import allowance, kept_from, limit, today

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def postponed(ctx: Context, rows: Sequence[Message]) -> dict[int, datetime]:
    """Which of some messages about to be claimed must wait, by row id, and until when.

    Inside the claiming transaction. What was perhaps sent already is never put off: a repeat that the platform
    recognises must come in time.
    """
    fresh = [row for row in rows if row.doubtful_since is None]
    rules, now = (_capped(ctx, fresh), _kept_back(ctx, fresh)), ctx.clock()
    waiting = {}
    for row in fresh:
        moment = max(rule.get(row.id, now) for rule in rules)
        if manner_of(row.template).quiet:
            moment = quiet_until(moment)
        if moment > now:
            waiting[row.id] = moment
    return waiting


def quiet_until(moment: datetime) -> datetime:
    """The end of the quiet hours that a moment lies in; the moment itself outside of them."""
    hours = manners().quiet
    local = moment.astimezone(CHINA)
    clock = local.time().replace(tzinfo=None)
    over_midnight = hours.begins > hours.ends
    is_late, is_early = clock >= hours.begins, clock < hours.ends
    if not (is_late or is_early if over_midnight else is_late and is_early):
        return moment
    day = local.date() + (_DAY if over_midnight and is_late else timedelta())
    return _at(day, hours.ends)


def _capped(ctx: Context, rows: Iterable[Message]) -> dict[int, datetime]:
    """Messages beyond what one person gets, and the day on which there is room again."""
    capped = [row for row in rows if manner_of(row.template).capped and row.openid]
    if not capped:
        return {}
    # Two workers must not both give a person the last message of the day.
    SendQuota.hold(ctx.settings.wechat_app_id, today(ctx))
    first = _at(today(ctx) - WEEK + _DAY)
    names = [name for name, manner in manners().message.items() if manner.capped]
    had: dict[str, list[date]] = {}
    for openid, moment in Message.had_since({row.openid or "" for row in capped}, names, first):
        had.setdefault(openid, []).append((moment or ctx.clock()).astimezone(CHINA).date())
    waiting = {}
    for row in capped:
        days = had.setdefault(row.openid or "", [])
        free = _free_day(days, today(ctx))
        if free > today(ctx):
            waiting[row.id] = _at(free)
        else:
            days.append(free)
    return waiting


def with_room(ctx: Context, openids: Collection[str]) -> set[str]:
    """Those of some people who have not yet had as many capped messages as one person gets."""
    names = [name for name, manner in manners().message.items() if manner.capped]
    had: dict[str, list[date]] = {openid: [] for openid in openids}
    for openid, moment in Message.had_since(had, names, _at(today(ctx) - WEEK + _DAY)):
        had[openid].append((moment or ctx.clock()).astimezone(CHINA).date())
    return {openid for openid, days in had.items() if _free_day(days, today(ctx)) == today(ctx)}


def _free_day(had: Sequence[date], now: date) -> date:
    """The first day, today or later, on which a person who had messages on these days may get one more."""
    cap, day = manners().cap, now
    while had.count(day) >= cap.a_day or sum(day - WEEK < theirs <= day for theirs in had) >= cap.a_week:
        day += _DAY
    return day


def _kept_back(ctx: Context, rows: Iterable[Message]) -> dict[int, datetime]:
    """Digests that would eat what is kept for tasks and results: they wait for the next day's quota."""
    digests = [row for row in rows if row.priority >= DIGEST and row.channel == "template"]
    if not digests:
        return {}
    most, left = limit(ctx), allowance(ctx)
    if most is None or left is None:
        return {}
    room = max(0, left - kept_from(DIGEST, most))
    tomorrow = _at(today(ctx) + _DAY)
    return {row.id: tomorrow for row in digests[room:]}


def _at(day: date, clock: time = time()) -> datetime:
    return datetime.combine(day, clock, CHINA)
