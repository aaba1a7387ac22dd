"""调动: somebody goes to another unit with or without classes and graduates, and may be brought back."""

from collections.abc import Callable

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models.graduate import Graduate, Link
from models.journal import Journal
from models.org import OrgUnit, Responsibility, Staff
from services import binding, duties, duties_undone, links, people, transfers
from services.context import Context
from services.duties import Duty
from services.seats import Seat, seat_of, sit_down
from services.sessions import open_session, visitor_of
from services.transfers import Transfer
from tests.cast import YEAR, Cast, add_account
from tests.services.tools import Meet, acts, codes_of, owed, together

Sit = Callable[[str], Seat]


def move(ctx: Context, seat: Seat, cast: Cast, *, hands_over: bool, who: str = "counselor") -> Staff:
    wanted = Transfer(cast.units["other_college"].code, cast.units["college"].code, hands_over)
    return transfers.transfer(ctx, seat, getattr(cast, who).staff.code, wanted)


def held(cast: Cast) -> list[tuple[str, str]]:
    return [(row.college.name, row.class_name) for row in Responsibility.of_staff(cast.counselor.staff.id)]


@pytest.fixture
def link(ctx: Context, cast: Cast, meet: Meet) -> Link:
    """李晓雨 of the first college, linked with its counselor."""
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    return links.link(ctx, meet(cast.graduate), [cast.counselor.staff.code])[0]


def test_what_it_would_touch_is_told_before(ctx: Context, cast: Cast, sit: Sit, link: Link) -> None:
    seat, there = sit("school"), cast.units["other_college"]
    duties.add(ctx, seat, cast.counselor.staff.code, Duty(YEAR, there.code, "3", "英语2301"))
    colleague = Staff.create(account=cast.person.account, level="counselor", unit=cast.units["college"])
    duties.add(ctx, seat, colleague.code, Duty(YEAR, cast.units["college"].code, "3"))
    before = acts()
    plan = transfers.plan(ctx, seat, cast.counselor.staff.code, there.code)
    assert [(row.duty.class_name, row.college.name, row.others) for row in plan.duties] == [
        ("", "计算机学院", 1)
    ]
    assert (plan.unit.id, plan.links, acts()) == (there.id, 1, before)
    whole = transfers.plan(ctx, seat, cast.counselor.staff.code, cast.units["school"].code)
    assert (whole.duties, whole.links) == ([], 0)


def test_keeping_classes_leaves_everything_but_the_unit(
    ctx: Context, cast: Cast, sit: Sit, link: Link
) -> None:
    token = open_session(ctx, cast.counselor.account, "desktop")
    sit_down(visitor_of(ctx, token), cast.counselor.staff.code)
    moved = move(ctx, sit("school"), cast, hands_over=False)
    assert (moved.id, moved.code, moved.unit.name) == (
        cast.counselor.staff.id,
        cast.counselor.staff.code,
        "外国语学院",
    )
    assert held(cast) == [("计算机学院", "")]
    assert Link.get_by_id(link.id).status == "linked"
    assert seat_of(visitor_of(ctx, token)).scope.unit.name == "外国语学院"
    assert [row.phone for row in owed("unit_changed")] == [cast.counselor.phone]
    assert owed("link_ended") == []
    [act] = Journal.select().where(Journal.kind == "staff")
    assert (act.verb, act.role, act.college_id) == ("transfer", "school", cast.units["college"].id)
    assert act.note == {
        "before": {"unit": cast.units["college"].code},
        "after": {"unit": cast.units["other_college"].code},
        "duties": 0,
        "links": 0,
    }


def test_the_former_college_sees_the_person_no_more_and_the_new_one_does(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    theirs = Staff.create(account=cast.person.account, level="college", unit=cast.units["other_college"])
    move(ctx, sit("school"), cast, hands_over=False)
    with pytest.raises(NotFound):
        people.find(sit("college"), cast.counselor.staff.code)
    seat = seat_of(visitor_of(ctx, open_session(ctx, theirs.account, "desktop")))
    assert people.managed(seat, cast.counselor.staff.code).id == cast.counselor.staff.id


def test_handing_over_ends_duties_and_links_outside_the_new_unit_alone(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet, link: Link
) -> None:
    seat, there = sit("school"), cast.units["other_college"]
    duties.add(ctx, seat, cast.counselor.staff.code, Duty(YEAR, there.code, "3", "英语2301"))
    stays = links.link(ctx, meet(cast.other_graduate), [cast.counselor.staff.code])[0]
    Graduate.update(college=there).where(Graduate.id == cast.other_graduate.graduate.id).execute()
    move(ctx, seat, cast, hands_over=True)
    assert held(cast) == [("外国语学院", "英语2301")]
    assert Link.get_by_id(link.id).status == "unlinked"
    assert Link.get_by_id(stays.id).status == "linked"
    [told] = owed("link_ended")
    assert (told.openid, "辅导员已调到其他单位" in told.payload) == (cast.graduate.openid, True)
    removed = duties_undone.removed_from(seat, people.find(seat, cast.counselor.staff.code))
    assert [row.college.name for row in removed] == ["计算机学院"]
    note = Journal.get(Journal.verb == "transfer").note
    assert (note["duties"], note["links"]) == (1, 1)


@pytest.mark.parametrize("hands_over", [True, False])
def test_it_is_taken_back_whole(ctx: Context, cast: Cast, sit: Sit, link: Link, hands_over: bool) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    assert transfers.way_back(seat, people.find(seat, code)) is None
    move(ctx, seat, cast, hands_over=hands_over)
    assert transfers.way_back(seat, people.find(seat, code)).name == "计算机学院"
    for _ in range(2):
        assert transfers.transfer_back(ctx, seat, code) == 0
    staff = people.find(seat, code)
    assert (staff.unit.name, held(cast)) == ("计算机学院", [("计算机学院", "")])
    assert Link.get_by_id(link.id).status == "linked"
    assert transfers.way_back(seat, staff) is None
    verbs = [verb for verb, *_ in acts("staff")]
    assert (verbs.count("transfer"), verbs.count("transfer_back")) == (1, 1)


def test_what_somebody_else_was_given_meanwhile_does_not_come_back(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    seat = sit("school")
    move(ctx, seat, cast, hands_over=True)
    colleague = Staff.create(account=cast.person.account, level="counselor", unit=cast.units["college"])
    duties.add(ctx, seat, colleague.code, Duty(YEAR, cast.units["college"].code, "3"))
    assert transfers.transfer_back(ctx, seat, cast.counselor.staff.code) == 1
    assert held(cast) == []
    assert people.find(seat, cast.counselor.staff.code).unit.name == "计算机学院"


def test_only_the_last_transfer_is_taken_back(ctx: Context, cast: Cast, sit: Sit, link: Link) -> None:
    """What the first one handed over stays handed over when the second is taken back."""
    seat, code = sit("school"), cast.counselor.staff.code
    move(ctx, seat, cast, hands_over=True)
    away = OrgUnit.add("college", "数学学院", cast.units["school"])
    transfers.transfer(ctx, seat, code, Transfer(away.code, cast.units["other_college"].code, True))
    transfers.transfer_back(ctx, seat, code)
    staff = people.find(seat, code)
    assert (staff.unit.name, held(cast)) == ("外国语学院", [])
    assert Link.get_by_id(link.id).status == "unlinked"
    assert transfers.way_back(seat, staff) is None


def test_a_college_that_was_closed_takes_nobody_back(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    move(ctx, seat, cast, hands_over=False)
    cast.units["college"].change(closed_at=ctx.clock())
    assert transfers.way_back(seat, people.find(seat, cast.counselor.staff.code)) is None
    with pytest.raises(NotFound):
        transfers.transfer_back(ctx, seat, cast.counselor.staff.code)


def test_staff_of_a_college_move_too(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    assert transfers.plan(ctx, seat, cast.college.staff.code, cast.units["other_college"].code).duties == []
    assert move(ctx, seat, cast, hands_over=True, who="college").unit.name == "外国语学院"
    assert people.find(seat, cast.college.staff.code).unit.name == "外国语学院"


def test_where_to(ctx: Context, cast: Cast, sit: Sit) -> None:
    closed = OrgUnit.add("college", "旧学院", cast.units["school"])
    closed.change(closed_at=ctx.clock())
    elsewhere = OrgUnit.add("school", "淮北大学", cast.units["province"])
    far = OrgUnit.add("college", "物理学院", elsewhere)
    seat, code = sit("school"), cast.counselor.staff.code
    assert {unit.name for unit in transfers.targets(seat, people.find(seat, code))} == {
        "江淮大学",
        "外国语学院",
    }
    here = cast.units["college"].code
    for unit in (closed.code, far.code, elsewhere.code, cast.units["province"].code, "nothing", ""):
        with pytest.raises(Invalid):
            transfers.transfer(ctx, seat, code, Transfer(unit, here))
    with pytest.raises(Invalid):  # 院级 stands in a college alone
        transfers.transfer(ctx, seat, cast.college.staff.code, Transfer(cast.units["school"].code, here))
    assert acts("staff") == []
    assert people.find(seat, code).unit_id == cast.units["college"].id


@pytest.mark.parametrize(
    ("who", "target", "refusal"),
    [
        ("college", "counselor", Invalid),  # governs one of the two units
        ("college", "other_counselor", NotFound),
        ("province", "counselor", NotAllowed),  # watches them and manages them not
        ("ministry", "counselor", NotAllowed),
        ("counselor", "counselor", NotFound),
        ("school", "school", NotFound),
    ],
)
def test_who_does_not_govern_both_moves_nobody(
    who: str, target: str, refusal: type[Exception], ctx: Context, cast: Cast, sit: Sit
) -> None:
    code = getattr(cast, target).staff.code
    wanted = Transfer(cast.units["other_college"].code, cast.units["college"].code)
    for verb in (
        lambda: transfers.plan(ctx, sit(who), code, wanted.unit),
        lambda: transfers.transfer(ctx, sit(who), code, wanted),
    ):
        with pytest.raises(refusal):
            verb()
    assert acts("staff") == []


def test_a_province_moves_staff_between_its_schools(ctx: Context, cast: Cast, sit: Sit) -> None:
    other = OrgUnit.add("school", "淮北大学", cast.units["province"])
    wanted = Transfer(other.code, cast.units["school"].code)
    assert transfers.transfer(ctx, sit("province"), cast.school.staff.code, wanted).unit.name == "淮北大学"
    assert transfers.transfer_back(ctx, sit("province"), cast.school.staff.code) == 0


def test_the_ended_and_those_who_are_there_already_are_refused(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat, there = sit("school"), cast.units["other_college"]
    twin = Staff.create(account=cast.counselor.account, level="counselor", unit=there, ended_at=ctx.clock())
    for code, row in (("role_was_there", {"ended_at": ctx.clock()}), ("role_exists", {"ended_at": None})):
        twin.change(**row)
        with pytest.raises(Conflict) as refused:
            move(ctx, seat, cast, hands_over=False)
        assert refused.value.code == code
    people.end(ctx, seat, cast.college.staff.code)
    with pytest.raises(Conflict) as refused:
        move(ctx, seat, cast, hands_over=False, who="college")
    assert refused.value.code == "account_ended"


def test_a_double_tap_moves_once_and_a_late_form_not_at_all(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat, code = sit("school"), cast.counselor.staff.code
    away = OrgUnit.add("college", "数学学院", cast.units["school"])
    assert codes_of(together(*[lambda: move(ctx, seat, cast, hands_over=True)] * 4)) == ["ok"] * 4
    assert [verb for verb, *_ in acts("staff")] == ["remove_duty", "transfer"]
    assert len(owed("unit_changed")) == 1
    with pytest.raises(Conflict) as refused:
        transfers.transfer(ctx, seat, code, Transfer(away.code, cast.units["college"].code))
    assert refused.value.code == "stale"
    assert people.find(seat, code).unit.name == "外国语学院"


def test_an_account_without_phone_is_moved_and_not_told(ctx: Context, cast: Cast, sit: Sit) -> None:
    account = add_account("冯雪", "13812340000", "")
    account.change(phone=None, phone_index=None)
    staff = Staff.create(account=account, level="counselor", unit=cast.units["college"])
    wanted = Transfer(cast.units["other_college"].code, cast.units["college"].code)
    assert transfers.transfer(ctx, sit("school"), staff.code, wanted).unit.name == "外国语学院"
    assert owed("unit_changed") == []
