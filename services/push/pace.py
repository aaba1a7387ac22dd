"""When posts are pushed, and how many messages the day's quota still has room for."""

from datetime import date

from config.messages import DIGEST
from config.push import Hours
from domain.desk_hours import CHINA
from services.context import Context
from services.quota.ledger import allowance, backlog, kept_from, limit


def open_day(ctx: Context, hours: Hours) -> date | None:
    """The day in China on which to push now; None outside the hours."""
    local = ctx.clock().astimezone(CHINA)
    return local.date() if hours.begins <= local.time() < hours.ends else None


def room(ctx: Context, owed: int, most: int) -> int:
    """How many more digests would go out today, ``most`` at the highest; ``owed`` are those nobody has counted yet.

    What waits for quota goes first, whatever its priority: digests beyond the day's quota would only grow old.
    """
    a_day, left = limit(ctx), allowance(ctx)
    if a_day is None or left is None:
        return most
    ahead = sum(backlog(ctx).values()) + owed
    return max(0, min(most, left - kept_from(DIGEST, a_day) - ahead))
