"""Searches by whole numbers are counted for those who see such numbers in part only."""

from collections.abc import Callable

import pytest

from domain.refusals import TooMany
from services import journals, people, roster_list
from services.context import Context
from services.journals import Asked
from services.people import StaffFilter
from services.roster_list import RosterFilter
from services.seats import Seat
from services.throttle import WHOLE_NUMBERS
from tests.cast import Cast

pytestmark = pytest.mark.slow

Sit = Callable[[str], Seat]
LISTS: dict[str, Callable[[Context, Seat, str], object]] = {
    "graduates": lambda ctx, seat, word: roster_list.listed(ctx, seat, RosterFilter(keyword=word)),
    "people": lambda ctx, seat, word: people.listed(ctx, seat, StaffFilter(keyword=word)),
    "journal": lambda ctx, seat, word: journals.acts(ctx, seat, Asked(person=word)),
}


@pytest.fixture
def spent(ctx: Context, cast: Cast, sit: Sit) -> None:
    """Everybody has searched as often as an hour allows."""
    for who in ("counselor", "college", "school", "province", "ministry"):
        code = sit(who).actor.code
        for _ in range(WHOLE_NUMBERS.limit.amount):
            ctx.throttle.count(WHOLE_NUMBERS, code)


def is_refused(look_up: Callable[[], object]) -> bool:
    try:
        look_up()
    except TooMany:
        return True
    return False


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("phone", {"province", "ministry"}),
        ("identity_number", {"counselor", "college", "province", "ministry"}),
    ],
)
def test_who_sees_a_part_is_counted(
    name: str, kind: str, counted: set[str], ctx: Context, cast: Cast, sit: Sit, spent: None
) -> None:
    word = f" {getattr(cast.graduate, kind)} "
    refused = {
        who
        for who in ("counselor", "college", "school", "province", "ministry")
        if is_refused(lambda who=who: LISTS[name](ctx, sit(who), word))
    }
    assert refused == counted


@pytest.mark.parametrize("name", LISTS)
def test_names_and_parts_of_numbers_are_free(
    name: str, ctx: Context, cast: Cast, sit: Sit, spent: None
) -> None:
    for word in ("", "李晓雨", cast.graduate.identity_number[:10], cast.graduate.phone[:7]):
        LISTS[name](ctx, sit("province"), word)


def test_an_hour_allows_sixty(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat, word = sit("province"), cast.graduate.identity_number
    tries = [is_refused(lambda: LISTS["graduates"](ctx, seat, word)) for _ in range(61)]
    assert tries == [False] * 60 + [True]
