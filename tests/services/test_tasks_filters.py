"""Whom a dispatcher may choose: every level with every filter, and units of one's own range alone."""

from collections.abc import Callable
from itertools import combinations

import pytest

from domain.actors import Role
from domain.refusals import Invalid, NotAllowed
from domain.tasks import Filter
from models.org import OrgUnit, Responsibility, Staff
from models.task import Assignment
from services.context import Context
from services.seats import Seat
from services.tasks import compose, progress
from tests.cast import Cast, add_account
from tests.services.tasks import notice, sent
from tests.services.tools import refusal_of

Sit = Callable[[str], Seat]

# 《辅导员平台使用说明》, written out once more.
# 省级 「分学校、学院、届别、层次」, 校级 「分学院、届别、层次」, 院级 「分届别、层次」.
MAY = {
    "ministry": {"provinces", "schools", "colleges", "years", "educations"},
    "province": {"schools", "colleges", "years", "educations"},
    "school": {"colleges", "years", "educations"},
    "college": {"years", "educations"},
}
ALL = sorted(MAY["ministry"])
CHOICES = [set(some) for size in range(len(ALL) + 1) for some in combinations(ALL, size)]


def values(cast: Cast) -> dict[str, list[str]]:
    units = cast.units
    return {
        "provinces": [units["province"].code],
        "schools": [units["school"].code],
        "colleges": [units["college"].code],
        "years": ["2027"],
        "educations": ["3"],
    }


@pytest.mark.parametrize("level", MAY)
def test_each_level_narrows_by_its_own_filters_alone(ctx: Context, cast: Cast, sit: Sit, level: str) -> None:
    seat, offered = sit(level), values(cast)
    for choice in CHOICES:
        draft = notice(audience={name: offered[name] for name in choice})
        if choice <= MAY[level]:
            assert set(compose.save(ctx, seat, draft).audience) == choice
        else:
            assert (
                refusal_of(lambda draft=draft: compose.save(ctx, seat, draft)).code == "task_filter_not_yours"
            )


def test_a_counselor_dispatches_nothing(ctx: Context, cast: Cast, sit: Sit) -> None:
    with pytest.raises(NotAllowed):
        compose.save(ctx, sit("counselor"), notice())


def test_the_filters_of_the_form_are_all_there() -> None:
    assert {filter_.value for filter_ in Filter} == set(ALL)
    assert set(MAY) | {"counselor"} == {
        role.value for role in (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE, Role.COUNSELOR)
    }


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"colleges": ["nowhere"]}, "task_unit_outside"),
        ({"years": ["20a7"]}, "bad_year"),
        ({"years": ["９９９９"]}, "bad_year"),
        ({"years": ["27"]}, "bad_year"),
        ({"educations": ["9"]}, "bad_choice"),
        ({"majors": ["0809"]}, "task_filter_not_yours"),
    ],
)
def test_what_does_not_exist_is_refused(
    ctx: Context, cast: Cast, sit: Sit, chosen: dict[str, list[str]], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        compose.save(ctx, sit("school"), notice(audience=chosen))
    assert refused.value.code == code


def test_a_unit_must_be_in_range_and_of_its_level(ctx: Context, cast: Cast, sit: Sit) -> None:
    elsewhere = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    school = OrgUnit.add("school", "钱塘大学", elsewhere)
    college = OrgUnit.add("college", "文学院", school)
    for seat, chosen in (
        (sit("province"), {"schools": [school.code]}),
        (sit("province"), {"colleges": [college.code]}),
        (sit("school"), {"colleges": [college.code]}),
        (sit("school"), {"colleges": [cast.units["school"].code]}),  # a school is no college
        (sit("ministry"), {"provinces": [cast.units["school"].code]}),
    ):
        refused = refusal_of(
            lambda seat=seat, chosen=chosen: compose.save(ctx, seat, notice(audience=chosen))
        )
        assert refused.code == "task_unit_outside"


def test_a_range_that_has_changed_since_is_refused_at_dispatch(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("province")
    task = compose.save(ctx, seat, notice(audience={"schools": [cast.units["school"].code]}))
    other = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    cast.units["school"].change(path=f"{other.path}{cast.units['school'].id}/")
    assert refusal_of(lambda: compose.dispatch(ctx, seat, task.code)).code == "task_unit_outside"


def _counselor(cast: Cast, unit: OrgUnit, *duties: tuple[int, str, OrgUnit]) -> Staff:
    number = Staff.select().count()
    account = add_account(f"辅导员{number}", f"1380000{number:04}", "x")
    staff = Staff.create(account=account, level="counselor", unit=unit)
    rows = [{"year": year, "education": education, "college": college} for year, education, college in duties]
    Responsibility.add_many(staff, rows)
    return staff


def test_who_is_reached(ctx: Context, cast: Cast, sit: Sit) -> None:
    """王建国 and 赵敏 answer for undergraduates of 2027 in the first and the second college."""
    school, first, second = (cast.units[name] for name in ("school", "college", "other_college"))
    far = OrgUnit.add("school", "皖南学院", cast.units["province"])
    far_college = OrgUnit.add("college", "文学院", far)
    wang, zhao = cast.counselor.staff, cast.other_counselor.staff
    old = _counselor(cast, first, (2026, "3", first))
    master = _counselor(cast, first, (2027, "1", first), (2026, "3", first))
    idle = _counselor(cast, second)
    central = _counselor(cast, school, (2027, "3", second))
    away = _counselor(cast, far_college, (2027, "3", far_college))
    _counselor(cast, first, (2027, "3", first)).change(ended_at=ctx.clock())
    names = {
        row.id: name
        for name, row in (
            ("wang", wang),
            ("zhao", zhao),
            ("old", old),
            ("master", master),
            ("idle", idle),
            ("central", central),
            ("away", away),
        )
    }
    everybody_here = {"wang", "zhao", "old", "master", "idle", "central"}
    cases: list[tuple[str, dict[str, list[str]], set[str]]] = [
        ("ministry", {}, everybody_here | {"away"}),
        ("ministry", {"provinces": [cast.units["province"].code]}, everybody_here | {"away"}),
        ("province", {"schools": [far.code]}, {"away"}),
        ("province", {"schools": [school.code], "colleges": [far_college.code]}, everybody_here | {"away"}),
        ("province", {"schools": [school.code], "colleges": [second.code]}, {"zhao", "idle", "central"}),
        ("school", {}, everybody_here),
        ("school", {"colleges": [first.code]}, {"wang", "old", "master"}),
        ("school", {"colleges": [second.code]}, {"zhao", "idle", "central"}),
        ("school", {"colleges": [second.code], "years": ["2027"]}, {"zhao", "central"}),
        ("school", {"years": ["2027"]}, {"wang", "zhao", "master", "central"}),
        ("school", {"years": ["2027"], "educations": ["3"]}, {"wang", "zhao", "central"}),
        ("school", {"educations": ["1", "4"]}, {"master"}),
        ("college", {}, {"wang", "old", "master"}),
        ("college", {"years": ["2026"]}, {"old", "master"}),
        ("college", {"years": ["2026"], "educations": ["1"]}, set()),
    ]
    for level, audience, expected in cases:
        task = sent(ctx, sit(level), notice(audience=audience))
        found = {names[row.staff_id] for row in Assignment.select().where(Assignment.task == task.id)}
        assert (level, audience, found) == (level, audience, expected)


def test_a_college_reaches_those_of_its_school_who_answer_for_it_and_sees_how_far_they_are(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    school, college = cast.units["school"], cast.units["college"]
    mine = _counselor(cast, school, (2027, "3", college))
    older = _counselor(cast, school, (2026, "3", college))
    _counselor(cast, school, (2027, "3", cast.units["other_college"]))
    _counselor(cast, school)
    task = sent(ctx, sit("college"), notice(audience={"years": ["2027"]}))
    rows = Assignment.select().where(Assignment.task == task.id).order_by(Assignment.staff)
    assert [(row.staff_id, row.unit_id) for row in rows] == [
        (cast.counselor.staff.id, college.id),
        (mine.id, college.id),
    ]
    for who in ("college", "school"):
        assert progress.of(ctx, sit(who), task.code).total.assigned == 2, who
    names = [row.staff_id for row in progress.counselors(ctx, sit("college"), task.code).rows]
    assert names == [cast.counselor.staff.id, mine.id]
    every = sent(ctx, sit("college"), notice())
    reached = {row.staff_id for row in Assignment.select().where(Assignment.task == every.id)}
    assert reached == {cast.counselor.staff.id, mine.id, older.id}
    above = sent(ctx, sit("school"), notice(audience={"colleges": [college.code]}))
    there = Assignment.get((Assignment.task == above.id) & (Assignment.staff == mine.id))
    assert there.unit_id == school.id
