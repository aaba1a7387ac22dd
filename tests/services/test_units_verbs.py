"""The tree of units: who makes, names and closes which."""

from collections.abc import Callable

import pytest

from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal
from models.org import OrgUnit
from services import people, units
from services.context import Context
from services.seats import Seat
from services.units import UnitFilter
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import acts, codes_of, together

Sit = Callable[[str], Seat]


@pytest.mark.parametrize(
    ("who", "level"), [("ministry", "province"), ("province", "school"), ("school", "college")]
)
def test_a_level_creates_the_unit_right_below_its_own(
    who: str, level: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    seat = sit(who)
    unit = units.create(ctx, seat, " 新 单位 ", "4134010001")
    assert (unit.level, unit.name, unit.number, unit.parent_id) == (
        level,
        "新 单位",
        "4134010001",
        seat.staff.unit_id,
    )
    assert unit.path == f"{seat.staff.unit.path}{unit.id}/"
    assert acts("org_unit") == [("create", who, "", "")]
    assert units.create(ctx, seat, "新 单位", "4134010001").id == unit.id
    assert len(acts("org_unit")) == 1


@pytest.mark.parametrize("who", ["college", "counselor"])
def test_levels_without_units_below_create_none(who: str, ctx: Context, cast: Cast, sit: Sit) -> None:
    with pytest.raises(NotAllowed):
        units.create(ctx, sit(who), "教研室")


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        ("院", "", "bad_unit_name"),
        ("院" * 101, "", "bad_unit_name"),
        ("法学院", "A-1", "bad_unit_number"),
        ("法学院", "1" * 21, "bad_unit_number"),
        ("计算机学院", "77", "unit_name_taken"),
        ("法学院", "88", "unit_number_taken"),
    ],
)
def test_names_and_numbers_are_checked(
    name: str, number: str, code: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    cast.units["other_college"].change(number="88")
    with pytest.raises(Refusal) as refused:
        units.create(ctx, sit("school"), name, number)
    assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        units.rename(ctx, sit("school"), units.create(ctx, sit("school"), "理学院").code, name, number)
    assert refused.value.code == code


def test_two_at_once_make_one_unit(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    made = together(*[lambda: units.create(ctx, seat, "法学院", "03")] * 4)
    assert len({unit.id for unit in made}) == 1
    rivals = together(
        lambda: units.create(ctx, seat, "理学院", "9"), lambda: units.create(ctx, seat, "文学院", "9")
    )
    assert codes_of(rivals) == ["ok", "unit_number_taken"]


def test_a_unit_is_renamed_by_the_level_right_above_alone(ctx: Context, cast: Cast, sit: Sit) -> None:
    college = cast.units["college"]
    units.rename(ctx, sit("school"), college.code, "计算机与人工智能学院", "01")
    units.rename(ctx, sit("school"), college.code, "计算机与人工智能学院", "01")
    assert OrgUnit.get_by_id(college.id).name == "计算机与人工智能学院"
    assert acts("org_unit") == [("rename", "school", "", "")]
    for who in ("province", "ministry"):
        with pytest.raises(NotAllowed):
            units.rename(ctx, sit(who), college.code, "别的名称", "")
    with pytest.raises(NotAllowed):
        units.rename(ctx, sit("college"), college.code, "别的名称", "")
    with pytest.raises(NotFound):
        units.rename(ctx, sit("college"), cast.units["school"].code, "别的名称", "")


def test_a_unit_in_use_is_not_closed(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    seat, college = sit("school"), cast.units["college"]
    with pytest.raises(Conflict, match="unit_has_units"):
        units.close(ctx, sit("province"), cast.units["school"].code)
    with pytest.raises(Conflict, match="unit_has_staff"):
        units.close(ctx, seat, college.code)
    for who in ("counselor", "college"):
        people.end(ctx, seat, getattr(cast, who).staff.code)
    with pytest.raises(Conflict, match="unit_has_graduates"):
        units.close(ctx, seat, college.code)
    clock.advance(days=300)  # a new school year: its graduates are history
    units.close(ctx, seat, college.code)
    units.close(ctx, seat, college.code)
    assert OrgUnit.get_by_id(college.id).closed_at == clock()
    with pytest.raises(Invalid, match="wrong_unit"):
        people.restore(ctx, seat, cast.counselor.staff.code)
    units.reopen(ctx, seat, college.code)
    units.reopen(ctx, seat, college.code)
    people.restore(ctx, seat, cast.counselor.staff.code)
    assert acts("org_unit") == [("close", "school", "", ""), ("reopen", "school", "", "")]


def test_a_closed_name_is_not_taken_again_in_silence(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    units.close(ctx, seat, units.create(ctx, seat, "法学院").code)
    with pytest.raises(Conflict, match="unit_name_taken"):
        units.create(ctx, seat, "法学院")


def test_the_list_shows_what_stands_below_page_by_page(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    for number in range(65):
        units.create(ctx, seat, f"学院{number:02}")
    names, after = [], ""
    while True:
        page = units.listed(ctx, seat, UnitFilter(), after)
        assert page.total == 67
        names += [row.name for row in page.rows]
        after = page.after
        if not after:
            break
    assert names == ["计算机学院", "外国语学院", *(f"学院{number:02}" for number in range(65))]
    found = units.listed(ctx, seat, UnitFilter(keyword="语"))
    assert [row.name for row in found.rows] == ["外国语学院"]
    units.close(ctx, seat, units.create(ctx, seat, "旧学院").code)
    assert [row.name for row in units.listed(ctx, seat, UnitFilter(state="closed")).rows] == ["旧学院"]
    assert units.listed(ctx, sit("college"), UnitFilter()).rows == []
    whole = units.listed(ctx, sit("ministry"), UnitFilter(level="school"))
    assert [row.name for row in whole.rows] == ["江淮大学"]
    with pytest.raises(NotFound):
        units.listed(ctx, sit("college"), UnitFilter(), cast.units["other_college"].code)


def test_where_an_account_may_stand(ctx: Context, cast: Cast, sit: Sit) -> None:
    names = [unit.name for unit in units.open_units(sit("school"), Role.COUNSELOR)]
    assert names == ["江淮大学", "外国语学院", "计算机学院"]
    assert [unit.name for unit in units.open_units(sit("college"), Role.COUNSELOR)] == ["计算机学院"]
    assert [unit.name for unit in units.open_units(sit("province"), Role.SCHOOL)] == ["江淮大学"]
