"""What counselors answer for, year by year, what nobody answers for, and why a list is empty."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models.graduate import Graduate
from models.journal import Journal
from models.org import OrgUnit, Responsibility, Staff
from services import duties, links, people, staffing
from services.context import Context
from services.duties import Duty
from services.seats import Seat
from services.staffing import Reason
from tests.cast import YEAR, Cast
from tests.services.tools import Meet, acts

Sit = Callable[[str], Seat]


@pytest.fixture
def duty(cast: Cast) -> Duty:
    """One class of the first college."""
    return Duty(YEAR, cast.units["college"].code, "3", "软件工程2302")


def held(cast: Cast) -> set[tuple[int, str, str]]:
    """(届别, 层次, class) of what 王建国 answers for."""
    rows = Responsibility.of_staff(cast.counselor.staff.id)
    return {(row.year, row.education, row.class_name) for row in rows}


def test_duties_are_added_once_and_removed_once(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    code = cast.counselor.staff.code
    duties.add(ctx, sit("college"), code, replace(duty, class_name=" 软件工程2302 "))
    duties.add(ctx, sit("school"), code, duty)
    assert held(cast) == {(YEAR, "3", ""), (YEAR, "3", "软件工程2302")}
    duties.remove(ctx, sit("college"), code, duty)
    duties.remove(ctx, sit("college"), code, duty)
    assert held(cast) == {(YEAR, "3", "")}
    assert [verb for verb, *_ in acts("staff")] == ["add_duty", "remove_duty"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"year": 1999}, "year"),
        ({"education": "9"}, "education"),
        ({"class_name": "班" * 61}, "class_name"),
        ({"major_code": "08-09"}, "major_code"),
    ],
)
def test_fields_are_checked(
    changes: dict[str, object], field: str, ctx: Context, cast: Cast, sit: Sit, duty: Duty
) -> None:
    with pytest.raises(Invalid) as refused:
        duties.add(ctx, sit("school"), cast.counselor.staff.code, replace(duty, **changes))
    assert set(refused.value.fields) == {field}


def test_colleges_are_those_of_the_school_in_range(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    elsewhere = replace(duty, college=cast.units["other_college"].code)
    with pytest.raises(Invalid, match="duty_college"):
        duties.add(ctx, sit("college"), cast.counselor.staff.code, elsewhere)
    duties.add(ctx, sit("school"), cast.counselor.staff.code, elsewhere)
    assert len(duties.of_staff(sit("school"), cast.counselor.staff)) == 2
    assert len(duties.of_staff(sit("college"), cast.counselor.staff)) == 1
    with pytest.raises(NotFound):
        duties.remove(ctx, sit("college"), cast.counselor.staff.code, elsewhere)
    foreign = OrgUnit.add("college", "文学院", OrgUnit.add("school", "皖北大学", cast.units["province"]))
    with pytest.raises(Invalid, match="duty_college"):
        duties.add(ctx, sit("school"), cast.counselor.staff.code, replace(duty, college=foreign.code))


def test_only_counselors_at_work_of_ones_own(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    with pytest.raises(NotFound):
        duties.add(ctx, sit("college"), cast.other_counselor.staff.code, duty)
    with pytest.raises(NotAllowed):
        duties.add(ctx, sit("province"), cast.counselor.staff.code, duty)
    with pytest.raises(Conflict, match="not_of_counselors"):
        duties.add(ctx, sit("school"), cast.college.staff.code, duty)
    people.end(ctx, sit("school"), cast.counselor.staff.code)
    with pytest.raises(Conflict, match="account_ended"):
        duties.add(ctx, sit("school"), cast.counselor.staff.code, duty)


def test_one_duty_is_changed_in_place_with_its_history(
    ctx: Context, cast: Cast, sit: Sit, duty: Duty
) -> None:
    seat, code = sit("college"), cast.counselor.staff.code
    old = replace(duty, class_name="")
    duties.change(ctx, seat, code, old, replace(duty, year=2028))
    duties.change(ctx, seat, code, old, replace(duty, year=2028))
    assert held(cast) == {(2028, "3", "软件工程2302")}
    [act] = Journal.select().where(Journal.verb == "change_duty")
    assert (act.note["before"]["year"], act.note["after"]["year"]) == (YEAR, 2028)
    duties.add(ctx, seat, code, duty)
    with pytest.raises(Conflict, match="duty_exists"):
        duties.change(ctx, seat, code, duty, replace(duty, year=2028))
    with pytest.raises(NotFound):
        duties.change(ctx, seat, code, replace(duty, year=2020), replace(duty, year=2021))


def test_the_year_rolls_over_in_place(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    duties.add(ctx, seat, code, duty)
    duties.add(ctx, seat, code, replace(duty, year=2028))
    assert duties.change_year(ctx, seat, code, YEAR, 2028) == 2
    assert duties.change_year(ctx, seat, code, YEAR, 2028) == 0
    assert held(cast) == {(2028, "3", ""), (2028, "3", "软件工程2302")}
    [act] = Journal.select().where(Journal.verb == "change_year")
    assert act.note == {"before": YEAR, "after": 2028, "duties": 2}
    for year, code_of in [(1900, "bad_year"), (YEAR, "same_year")]:
        with pytest.raises(Invalid, match=code_of):
            duties.change_year(ctx, seat, code, YEAR, year)


def test_a_college_moves_only_what_is_its_own(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    elsewhere = replace(duty, college=cast.units["other_college"].code)
    duties.add(ctx, sit("school"), cast.counselor.staff.code, elsewhere)
    assert duties.change_year(ctx, sit("college"), cast.counselor.staff.code, YEAR, 2028) == 1
    assert held(cast) == {(2028, "3", ""), (YEAR, "3", "软件工程2302")}


def test_a_duty_for_one_major_is_for_that_major(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet, duty: Duty
) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    old = replace(duty, class_name="")
    duties.change(ctx, seat, code, old, replace(old, major_code="120203k"))
    assert links.candidates(meet(cast.graduate)) == []
    duties.add(ctx, seat, code, replace(old, major_code="080902"))
    assert len(links.candidates(meet(cast.graduate))) == 1


# -- 500:1 --------------------------------------------------------------------------------------------------------


def test_staffing_of_schools(ctx: Context, cast: Cast, sit: Sit) -> None:
    row = Graduate.get_by_id(cast.graduate.graduate.id).__data__
    many = [
        {**row, "id": None, "code": f"g{n}", "account": None, "student_number": f"S{n}"} for n in range(498)
    ]
    Graduate.insert_many(many).execute()
    for who in ("school", "province", "ministry"):
        [school] = staffing.of_schools(ctx, sit(who), YEAR).rows
        assert (school.graduates, school.staff, school.needed, school.lacking) == (501, 1, 2, 1)
    assert staffing.of_schools(ctx, sit("college"), YEAR).rows == []
    second = Staff.create(account=cast.person.account, level="school", unit=cast.units["school"])
    assert staffing.of_schools(ctx, sit("province"), YEAR).rows[0].lacking == 0
    second.change(ended_at=ctx.clock())
    assert staffing.of_schools(ctx, sit("province"), YEAR).rows[0].staff == 1
    assert staffing.of_schools(ctx, sit("province"), 2026).rows[0].needed == 0


def test_staffing_goes_on_page_by_page(ctx: Context, cast: Cast, sit: Sit) -> None:
    for number in range(55):
        OrgUnit.add("school", f"学校{number}", cast.units["province"])
    first = staffing.of_schools(ctx, sit("province"), YEAR)
    second = staffing.of_schools(ctx, sit("province"), YEAR, first.after)
    assert (len(first.rows), len(second.rows), second.after) == (50, 6, "")
    assert not {row.school.id for row in first.rows} & {row.school.id for row in second.rows}


# -- why a list is empty ------------------------------------------------------------------------------------------


def asked(emptiness: staffing.Emptiness) -> list[str]:
    return [staff.account.name for staff in emptiness.ask]


def test_the_three_reasons_of_an_empty_list(ctx: Context, cast: Cast, sit: Sit, duty: Duty) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    assert staffing.why_empty(ctx, sit("counselor")) is None
    assert staffing.why_empty(ctx, sit("counselor"), 2026).reason is Reason.NO_DUTY
    everything = replace(duty, class_name="")
    for new, reason in [
        (replace(everything, education="1"), Reason.WRONG_EDUCATION),
        (duty, Reason.NO_DUTY),
        (replace(everything, major_code="120203"), Reason.NO_DUTY),
        (replace(everything, year=2026), Reason.NO_ROSTER),
    ]:
        duties.change(ctx, seat, code, everything, new)
        found = staffing.why_empty(ctx, sit("counselor"))
        assert (found.reason, asked(found)) == (reason, ["孙丽", "周涛"])
        duties.change(ctx, seat, code, new, everything)
    duties.remove(ctx, seat, code, everything)
    assert staffing.why_empty(ctx, sit("counselor")).reason is Reason.NO_DUTY


def test_for_other_levels_only_the_roster_can_be_missing(ctx: Context, cast: Cast, sit: Sit) -> None:
    assert staffing.why_empty(ctx, sit("college"), YEAR) is None
    for who, ask in [("college", ["周涛"]), ("school", ["吴霞"]), ("province", ["郑强"]), ("ministry", [])]:
        found = staffing.why_empty(ctx, sit(who), 2026)
        assert (found.reason, asked(found)) == (Reason.NO_ROSTER, ask)
