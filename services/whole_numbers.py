"""Searching by whole numbers: what is shown in part must not be guessed whole, one search after the other."""

from collections.abc import Callable

from domain import personal
from domain.actors import Role
from domain.refusals import Invalid
from services.context import Context
from services.roster_values import WHOLE_IDENTITY_NUMBER, WHOLE_PHONE
from services.seats import Seat
from services.throttle import WHOLE_NUMBERS

_KINDS: tuple[tuple[Callable[[str], str], frozenset[Role]], ...] = (
    (personal.identity_number, WHOLE_IDENTITY_NUMBER),
    (personal.mobile, WHOLE_PHONE),
)


def count_search(ctx: Context, seat: Seat, keyword: str) -> None:
    """Counts a search by a whole identity number or phone for a seat that sees such numbers in part only.

    Every other search is free. Raises TooMany.
    """
    if any(seat.level not in seen_by and _is_one(read, keyword) for read, seen_by in _KINDS):
        ctx.throttle.use(WHOLE_NUMBERS, seat.actor.code)


def _is_one(read: Callable[[str], str], keyword: str) -> bool:
    try:
        read(keyword)
    except Invalid:
        return False
    return True
