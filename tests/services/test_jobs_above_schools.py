"""部 and 省 import the graduates of a school they choose, within their range; and a dry run that may no longer be
applied."""

from collections.abc import Callable

import pytest

from config.imports import import_kinds
from domain.actors import STAFF_LEVELS
from domain.refusals import Conflict, Invalid, NotFound
from models.graduate import Graduate
from models.job import Job
from models.journal import Journal
from models.org import OrgUnit
from services import code_editions, field_rights, seats
from services.code_shelf import Entry
from services.context import Context
from services.jobs import desk, runner
from services.jobs.desk import Wanted
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.fakes import FixedClock
from tests.services.sheets_of_graduates import add_regions, row, xlsx
from tests.services.tools import Meet

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _regions(ctx: Context) -> None:
    add_regions(ctx)


@pytest.fixture
def seat_of(meet: Meet) -> Callable[[Persona], Seat]:
    return lambda persona: seats.seat_of(meet(persona))


def start(ctx: Context, seat: Seat, school: str, rows: list[list[str]], **choices: bool) -> Job:
    return desk.start_import(
        ctx, seat, Wanted("import.graduates", "a.xlsx", [xlsx(rows)], school=school, **choices)
    )


def test_every_level_of_staff_imports_graduates() -> None:
    """《辅导员平台使用说明》 tells which level creates accounts of which; of rosters it forbids nobody anything."""
    assert import_kinds()["import.graduates"].levels == {level.value for level in STAFF_LEVELS}


@pytest.mark.parametrize("who", ["ministry", "province"])
def test_above_schools_a_school_is_chosen(
    who: str, ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat, school = seat_of(getattr(cast, who)), cast.units["school"]
    assert school.code in {unit.code for unit in desk.schools_for(seat)}
    job = start(
        ctx, seat, school.code, [row(1), row(2, 院系名称="外国语学院"), row(3, 院系名称="没有的学院")]
    )
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.unit_id, job.added, job.bad) == ("done", school.id, 2, 1)
    stored = Graduate.get(Graduate.student_number == "20279000001")
    assert (stored.school_id, stored.province_id) == (school.id, cast.units["province"].id)
    act = Journal.get((Journal.kind == "job") & (Journal.verb == "import"))
    assert (act.role, act.school_id) == (who, school.id)


def test_a_school_outside_the_range_is_no_choice(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    elsewhere = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    other = OrgUnit.add("school", "钱塘大学", elsewhere)
    closed = OrgUnit.add("school", "旧校", cast.units["province"])
    closed.change(closed_at=ctx.clock())
    seat = seat_of(cast.province)
    assert [unit.name for unit in desk.schools_for(seat)] == ["江淮大学"]
    units = (other.code, closed.code, cast.units["college"].code, cast.units["province"].code, "", "nothing")
    for code in units:
        with pytest.raises(Invalid) as refused:
            start(ctx, seat, code, [row(1)])
        assert refused.value.code == "import_where"
    assert not Job.select().exists()


@pytest.mark.parametrize("who", ["school", "college", "counselor"])
def test_within_a_school_there_is_no_choice(
    who: str, ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    other = OrgUnit.add("school", "淮北大学", cast.units["province"])
    seat = seat_of(getattr(cast, who))
    assert desk.schools_for(seat) == []
    assert start(ctx, seat, other.code, [row(1)]).unit_id == cast.units["school"].id


def test_a_school_taken_out_of_the_range_meanwhile_gets_nobody(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    before = Graduate.select().count()
    job = start(ctx, seat_of(cast.province), cast.units["school"].code, [row(1)])
    elsewhere = OrgUnit.add("province", "浙江省", cast.units["ministry"])
    school = cast.units["school"]
    school.change(parent=elsewhere, path=f"{elsewhere.path}{school.id}/")
    runner.work(ctx)
    job = Job.get_by_id(job.id)
    assert (job.status, job.problem) == ("failed", "not_found")
    assert Graduate.select().count() == before


def test_an_import_from_above_changes_what_a_college_may_not(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    field_rights.set_rights(ctx, seat_of(cast.school), {("college", "class_name"): False})
    for rows in ([row(1)], [row(1, 班级名称="软件2399")]):
        start(ctx, seat_of(cast.province), cast.units["school"].code, rows)
        runner.work(ctx)
    assert Graduate.get(Graduate.student_number == "20279000001").class_name == "软件2399"


def checked(ctx: Context, seat: Seat) -> Job:
    job = start(ctx, seat, "", [row(1)], is_dry_run=True)
    runner.work(ctx)
    assert desk.may_apply(Job.get_by_id(job.id))
    return job


def test_applying_twice_is_applying_once(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat = seat_of(cast.school)
    job = checked(ctx, seat)
    for _ in range(2):
        assert desk.apply(ctx, seat, job.code).status == "applying"
    runner.work(ctx)
    assert desk.apply(ctx, seat, job.code).status == "done"
    assert Job.get_by_id(job.id).added == 1


def test_after_the_file_is_gone_nothing_is_applied(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat], clock: FixedClock
) -> None:
    seat = seat_of(cast.school)
    job = checked(ctx, seat)
    Job.update(updated_at=ctx.clock() - desk.KEPT * 2).execute()
    assert desk.tidy(ctx) == 1
    assert not desk.may_apply(Job.get_by_id(job.id))
    with pytest.raises(Conflict) as refused:
        desk.apply(ctx, seat, job.code)
    assert refused.value.code == "import_file_gone"
    assert Job.get_by_id(job.id).status == "checked"


def test_after_a_code_table_was_replaced_the_file_is_checked_anew(
    ctx: Context, cast: Cast, seat_of: Callable[[Persona], Seat]
) -> None:
    seat, keeper = seat_of(cast.school), seat_of(cast.province)
    job = checked(ctx, seat)
    rows = [Entry(code, name) for code, name in ctx.codes.edition("gender", 2027, ctx.clock()).names.items()]
    proposal = code_editions.propose(
        ctx,
        keeper,
        "gender",
        2027,
        [["代码", "名称"], *([one.code, one.name] for one in rows), ["9", "未说明的"]],
    )
    desk_before = Job.get_by_id(job.id).version
    code_editions.take_effect(ctx, keeper, proposal.edition.code)
    with pytest.raises(Conflict) as refused:
        desk.apply(ctx, seat, job.code)
    assert (refused.value.code, Job.get_by_id(job.id).version) == ("import_codes_moved", desk_before)
    with pytest.raises(NotFound):
        desk.apply(ctx, keeper, job.code)
