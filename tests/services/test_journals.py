"""Reading the journal: what lies in whose range, and finding one's way in it."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.refusals import Invalid
from models import journal
from models.graduate import Graduate
from models.journal import Journal
from models.org import OrgUnit, Staff
from models.wechat_user import Binding
from services import binding, journals, seats
from services.context import Context
from services.journals import Asked
from services.listing import SLICE
from services.seats import Seat
from tests.cast import Cast, Persona
from tests.fakes import FixedClock


def actor(persona: Persona) -> Actor:
    assert persona.account is not None
    return Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)


@pytest.fixture
def seat_in() -> Callable[[Persona], Seat]:
    def make(persona: Persona) -> Seat:
        assert persona.staff is not None
        return seats.seat_for(actor(persona), Staff.get_by_id(persona.staff.id))

    return make


@pytest.fixture
def written(cast: Cast, clock: FixedClock) -> Cast:
    """One act on each of: a graduate, a counselor of another college, the school, the own account of 赵敏, nobody."""
    journal.write(cast.graduate.graduate, "change", actor(cast.school))
    journal.write(cast.other_counselor.staff, "create", actor(cast.school))
    journal.write(cast.units["school"], "rename", actor(cast.province))
    journal.write(cast.other_counselor.account, "change_password", actor(cast.other_counselor))
    journal.write(cast.employer.account, "register", actor(cast.employer))
    clock.now = Journal.select().order_by(Journal.id.desc()).get().at
    return cast


def seen(ctx: Context, seat: Seat, asked: Asked | None = None) -> list[str]:
    return [act.row.verb for act in journals.acts(ctx, seat, asked or Asked()).rows]


EVERYTHING = ["register", "change_password", "rename", "create", "change"]


@pytest.mark.parametrize(
    ("who", "verbs"),
    [
        ("ministry", EVERYTHING),
        ("province", EVERYTHING[1:]),
        ("school", EVERYTHING[1:]),
        ("college", ["change"]),
        ("counselor", ["change"]),
        ("other_counselor", ["change_password"]),
    ],
)
def test_each_level_sees_the_acts_of_its_range(
    written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat], who: str, verbs: list[str]
) -> None:
    assert seen(ctx, seat_in(getattr(written, who))) == verbs


def test_another_school_sees_nothing_of_it(
    written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    elsewhere = OrgUnit.add("school", "淮北大学", written.units["province"])
    stranger = Staff.create(account=written.person.account, level="school", unit=elsewhere)
    seat = seats.seat_for(actor(written.person), stranger)
    assert seen(ctx, seat) == []
    record = written.graduate.graduate.code
    assert seen(ctx, seat, Asked(kind="graduate", record=record)) == []
    assert seen(ctx, seat, Asked(who=written.other_counselor.account.code)) == []
    assert seen(ctx, seat, Asked(person=written.other_counselor.phone)) == []


def test_an_act_stays_where_the_record_was(
    written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    moved = Graduate.update(college=written.units["other_college"])
    moved.where(Graduate.id == written.graduate.graduate.id).execute()
    assert seen(ctx, seat_in(written.college)) == ["change"]


def test_what_the_platform_does_to_a_binding_lies_where_its_person_is(
    cast: Cast, ctx: Context, clock: FixedClock, seat_in: Callable[[Persona], Seat]
) -> None:
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    row = Binding.get()
    journal.write(row, "erase", SYSTEM)
    clock.now = Journal.select().order_by(Journal.id.desc()).get().at
    assert seen(ctx, seat_in(cast.college)) == ["erase", "bind"]
    assert seen(ctx, seat_in(cast.counselor)) == []


def test_people_are_found_by_name_phone_and_student_number(
    written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    journal.write(written.graduate.account, "bind", actor(written.graduate))
    seat = seat_in(written.school)
    assert seen(ctx, seat, Asked(person=written.other_counselor.name)) == ["change_password"]
    assert seen(ctx, seat, Asked(person=written.other_counselor.phone)) == ["change_password"]
    assert seen(ctx, seat, Asked(person=written.graduate.student_number)) == ["bind"]
    assert seen(ctx, seat, Asked(person="查无此人")) == []


def test_records_and_verbs_are_found(written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]) -> None:
    seat = seat_in(written.ministry)
    assert seen(ctx, seat, Asked(kind="org_unit", record=written.units["school"].code)) == ["rename"]
    assert seen(ctx, seat, Asked(verb="create")) == ["create"]


def test_days_are_days_of_china(
    written: Cast, ctx: Context, clock: FixedClock, seat_in: Callable[[Persona], Seat]
) -> None:
    """22:30 UTC on the first is half past six in the morning of the second."""
    seat = seat_in(written.ministry)
    verbs = ["change", "create", "rename", "change_password", "register"]
    at = clock.now.replace(month=3, hour=22, minute=30)
    for number, verb in enumerate(verbs, start=1):
        Journal.update(at=at.replace(day=number)).where(Journal.verb == verb).execute()
    assert seen(ctx, seat, Asked(first=date(2026, 3, 3), last=date(2026, 3, 4))) == ["rename", "create"]
    assert seen(ctx, seat, Asked(first=date(2026, 3, 7))) == []
    assert seen(ctx, seat, Asked(last=date(2026, 3, 1))) == []
    assert seen(ctx, seat) == []  # all of it is older than what is shown unasked
    assert seen(ctx, seat, Asked(verb="rename", person=written.province.name)) == ["rename"]
    with pytest.raises(Invalid):
        journals.acts(ctx, seat, Asked(first=date(2026, 3, 3), last=date(2026, 3, 2)))


def test_pages_follow_each_other_without_gaps(
    cast: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    for number in range(SLICE + 3):
        journal.write(cast.units["school"], f"verb{number}", SYSTEM)
    seat = seat_in(cast.province)
    asked = Asked(kind="org_unit", record=cast.units["school"].code)
    first = journals.acts(ctx, seat, asked)
    second = journals.acts(ctx, seat, asked, first.after)
    assert [act.row.verb for act in (*first.rows, *second.rows)] == [
        f"verb{n}" for n in reversed(range(SLICE + 3))
    ]
    assert second.after == ""
    assert len(journals.acts(ctx, seat, asked, "nonsense").rows) == SLICE


def test_codes_are_named_when_they_are_shown(
    written: Cast, ctx: Context, seat_in: Callable[[Persona], Seat]
) -> None:
    college = written.units["college"]
    duty = {"college": college.code, "year": 2027}
    journal.write(
        written.counselor.staff, "change_duty", actor(written.college), note={"before": duty, "after": duty}
    )
    act = journals.acts(ctx, seat_in(written.school), Asked(verb="change_duty")).rows[0]
    assert (act.actor, act.record) == ("孙丽", "王建国")
    assert act.units == {college.code: "计算机学院"}
