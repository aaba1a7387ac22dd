"""What was taken away from a counselor is given back, unless somebody else answers for it by now."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.refusals import Conflict, Invalid, NotFound
from models.journal import Journal
from models.org import OrgUnit, Responsibility, Staff
from services import duties, duties_undone, people
from services.context import Context
from services.duties import Duty
from services.seats import Seat
from tests.cast import YEAR, Cast
from tests.services.tools import acts, codes_of, together

Sit = Callable[[str], Seat]


@pytest.fixture
def duty(cast: Cast) -> Duty:
    """What 王建国 answers for: everybody of one 届别 and 层次 of the first college."""
    return Duty(YEAR, cast.units["college"].code, "3")


@pytest.fixture
def colleague(cast: Cast) -> Staff:
    """Another counselor of the same college."""
    staff: Staff = Staff.create(
        account=cast.person.account, level="counselor", unit=cast.counselor.staff.unit_id
    )
    return staff


@pytest.fixture
def taken(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> Duty:
    """The same, taken away."""
    duties.remove(ctx, sit("college"), cast.counselor.staff.code, duty)
    return duty


def held(cast: Cast) -> list[tuple[int, str]]:
    return [(row.year, row.education) for row in Responsibility.of_staff(cast.counselor.staff.id)]


def offered(cast: Cast, seat: Seat) -> list[Duty]:
    return [row.duty for row in duties_undone.removed_from(seat, cast.counselor.staff)]


def test_it_comes_back_once_and_is_offered_no_more(ctx: Context, cast: Cast, sit: Sit, taken: Duty) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    assert (held(cast), offered(cast, seat)) == ([], [taken])
    duties_undone.restore(ctx, seat, code, taken)
    duties_undone.restore(ctx, seat, code, taken)
    assert (held(cast), offered(cast, seat)) == ([(YEAR, "3")], [])
    assert [verb for verb, *_ in acts("staff")] == ["remove_duty", "restore_duty"]
    assert Journal.get(Journal.verb == "restore_duty").note["college"] == taken.college


def test_two_at_once_give_it_back_once(ctx: Context, cast: Cast, sit: Sit, taken: Duty) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    results = together(*[lambda: duties_undone.restore(ctx, seat, code, taken)] * 2)
    assert codes_of(results) == ["ok", "ok"]
    assert Journal.select().where(Journal.verb == "restore_duty").count() == 1


def test_not_when_somebody_else_has_it_by_now(
    ctx: Context, cast: Cast, sit: Sit, taken: Duty, colleague: Staff
) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    duties.add(ctx, seat, colleague.code, taken)
    with pytest.raises(Conflict, match="duty_taken"):
        duties_undone.restore(ctx, seat, code, taken)
    assert held(cast) == []
    duties.remove(ctx, seat, colleague.code, taken)
    duties_undone.restore(ctx, seat, code, taken)
    assert held(cast) == [(YEAR, "3")]


def test_who_shared_it_before_does_not_stand_in_the_way(
    ctx: Context, cast: Cast, sit: Sit, duty: Duty, colleague: Staff
) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    duties.add(ctx, seat, colleague.code, duty)
    duties.remove(ctx, seat, code, duty)
    assert Journal.get(Journal.verb == "remove_duty").note["others"] == 1
    duties_undone.restore(ctx, seat, code, duty)
    assert held(cast) == [(YEAR, "3")]


def test_only_what_was_taken_away_comes_back(ctx: Context, cast: Cast, sit: Sit, taken: Duty) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    for other in (replace(taken, year=YEAR + 1), replace(taken, class_name="软件工程2302")):
        with pytest.raises(NotFound):
            duties_undone.restore(ctx, seat, code, other)
    duties.add(ctx, seat, code, taken)
    duties.change_year(ctx, seat, code, YEAR, YEAR + 1)
    assert offered(cast, seat) == []
    with pytest.raises(NotFound):
        duties_undone.restore(ctx, seat, code, taken)
    assert held(cast) == [(YEAR + 1, "3")]


def test_a_closed_college_and_an_ended_counselor_get_nothing_back(
    ctx: Context, cast: Cast, sit: Sit, taken: Duty
) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    OrgUnit.update(closed_at=ctx.clock()).where(OrgUnit.code == taken.college).execute()
    assert offered(cast, seat) == []
    with pytest.raises(Invalid, match="duty_college"):
        duties_undone.restore(ctx, seat, code, taken)
    OrgUnit.update(closed_at=None).execute()
    people.end(ctx, seat, code)
    with pytest.raises(Conflict, match="account_ended"):
        duties_undone.restore(ctx, seat, code, taken)


def test_another_college_does_not_see_what_is_not_its_own(ctx: Context, cast: Cast, sit: Sit) -> None:
    elsewhere = Duty(YEAR, cast.units["other_college"].code, "3")
    code = cast.counselor.staff.code
    duties.add(ctx, sit("school"), code, elsewhere)
    duties.remove(ctx, sit("school"), code, elsewhere)
    assert (offered(cast, sit("college")), offered(cast, sit("school"))) == ([], [elsewhere])
    with pytest.raises(Invalid):
        duties_undone.restore(ctx, sit("college"), code, elsewhere)
