"""What the clock does to releases: a question without an answer is over, and one that was never asked."""

from config.agreements import times
from domain.agreements import RELEASE
from models.agreement import Release
from models.db import transaction
from services.agreements import endings, moves, telling
from services.agreements.parties import CLOCK
from services.agreements.releases import come_to_nothing, fresh
from services.context import Context


@transaction
def expire(ctx: Context, release_id: int) -> bool:
    """A question that nobody answered in time is over, the agreement goes on; False where there is none any more."""
    row = Release.get_by_id(release_id)
    if row.status != "asked" or row.due_at is None or row.due_at > ctx.clock():
        return False
    row = fresh(row.code)
    come_to_nothing(ctx, row, "expire", CLOCK, {"kind": "term.expired"})
    telling.release_expired(ctx, row)
    return True


@transaction
def drop(ctx: Context, release_id: int) -> bool:
    """A release that was begun and never asked for is over; False where there is none any more.

    Who began it for the unit is forgotten, and its papers stay until ``due_at``.
    """
    row = Release.get_by_id(release_id)
    if row.status != RELEASE.initial or row.due_at is None or row.due_at > ctx.clock():
        return False
    row = fresh(row.code)
    columns = endings.NOBODY | {"due_at": ctx.clock() + times().keep_draft}
    moves.move_release(ctx, row, "expire", CLOCK, {"kind": "term.draft_expired"}, **columns)
    return True
