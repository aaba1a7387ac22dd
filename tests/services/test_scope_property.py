"""No sequence of allowed calls lets anybody read or change a row outside the own range.

Random people of a small country call random verbs on random rows of it. After each call every row that changed must
be the caller's to change, and every row that was shown the caller's to see, by an oracle of its own.
"""

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.refusals import Refusal
from models.account import Account
from models.graduate import Graduate, Link
from models.message import Message
from models.org import OrgUnit, Staff
from models.people import AccountRequest
from services import (
    account_requests,
    appointments,
    duties,
    field_rights,
    journals,
    people,
    roster,
    roster_list,
    second_factor,
    staffing,
    uncovered,
    units,
)
from services.appointments import Entry
from services.context import Context
from services.duties import Duty
from services.journals import Asked
from services.people import StaffFilter
from services.roster_list import RosterFilter
from services.seats import Seat, seat_for
from services.sessions import actor_of
from services.units import UnitFilter
from tests import databases
from tests.services.country import RANK, YEARS, Oracle, Rows, build, changes, snapshot

NUMBERS = itertools.count()
CLASSES = ("", "甲班", "乙班")
NEAR = 0.7
CALLS = 150


class QuickPasswords:
    """Hashes that cost nothing and are never the same twice."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def hash(self, password: str) -> str:
        return f"{next(self._numbers)}:{password}"


@dataclass
class Call:
    """One call: by whom, in which country, and the dice that choose what it is about."""

    ctx: Context
    seat: Seat
    oracle: Oracle
    dice: Random

    def pick(self, model: type[Any], **where: object) -> Any:
        """A row of the table, more often than not one in the caller's own range."""
        rows = list(model.filter(**where).order_by(model.id)) or list(model.select())
        mine = self.oracle.seen(model.__name__)
        near = [row for row in rows if row.id in mine]
        return self.dice.choice(near if near and self.dice.random() < NEAR else rows)

    def code(self, model: type[Any], **where: object) -> str:
        """The public code of such a row, or of none."""
        return self.pick(model, **where).code if model.filter(**where).exists() else "nothing"

    def counselor(self) -> str:
        return self.code(Staff, level="counselor")

    def duty(self) -> Duty:
        college = self.code(OrgUnit, level="college")
        return Duty(self.dice.choice(YEARS), college, "3", self.dice.choice(CLASSES))


# -- what is shown: (what kind, ids shown, whether nothing that is in range may be missing) -------------------------

Shown = tuple[str, set[int], bool]


def see_people(call: Call) -> Shown:
    page = people.listed(call.ctx, call.seat, StaffFilter(state=""))
    return "Staff", {line.staff.id for line in page.rows}, True


def see_people_of_unit(call: Call) -> Shown:
    page = people.listed(call.ctx, call.seat, StaffFilter(unit=call.code(OrgUnit), state="", year=2027))
    return "Staff", {line.staff.id for line in page.rows}, False


def see_person(call: Call) -> Shown:
    return "Staff", {people.one(call.ctx, call.seat, call.code(Staff)).staff.id}, False


def see_units(call: Call) -> Shown:
    rows = units.listed(call.ctx, call.seat, UnitFilter(state="")).rows
    return "OrgUnit", {row.id for row in rows} | {call.seat.staff.unit_id}, True


def see_choices(call: Call) -> Shown:
    rows = units.open_units(call.seat, call.seat.level)
    return "OrgUnit", {row.id for row in rows}, False


def see_duties(call: Call) -> Shown:
    staff = people.find(call.seat, call.code(Staff, level="counselor"))
    return "OrgUnit", {college.id for _, college in duties.of_staff(call.seat, staff)}, False


def see_uncovered(call: Call) -> Shown:
    rows = uncovered.classes(call.ctx, call.seat, call.code(OrgUnit), call.dice.choice(YEARS))
    return "OrgUnit", {row.college.id for row in rows}, False


def see_staffing(call: Call) -> Shown:
    rows = staffing.of_schools(call.ctx, call.seat, 2027).rows
    return "OrgUnit", {row.school.id for row in rows}, False


def see_requests(call: Call) -> Shown:
    return "AccountRequest", {row.id for row in account_requests.inbox(call.ctx, call.seat, "").rows}, True


def see_graduates(call: Call) -> Shown:
    wanted = RosterFilter(
        year=call.dice.choice((0, *YEARS)),
        school=call.dice.choice(("", call.code(OrgUnit, level="school"))),
        college=call.dice.choice(("", call.code(OrgUnit, level="college"))),
        keyword=call.dice.choice(("", "毕业", "G0000")),
    )
    return "Graduate", {row.id for row in roster_list.listed(call.ctx, call.seat, wanted).rows}, False


def see_graduate(call: Call) -> Shown:
    return "Graduate", {roster.record(call.ctx, call.seat, call.code(Graduate)).graduate.id}, False


def see_taken_out(call: Call) -> Shown:
    batches = people.every(call.ctx, call.seat, StaffFilter(state=""))
    return "Staff", {line.staff.id for lines in batches for line in lines}, True


def see_journal(call: Call) -> Shown:
    """What befell which records: where those stand, and for a counselor which graduates, but for own acts."""
    rows = [act.row for act in journals.acts(call.ctx, call.seat, Asked(), "").rows]
    if call.seat.level == "counselor":
        others = [row.record for row in rows if row.actor != call.seat.actor.code]
        return "Graduate", {Graduate.get(Graduate.code == code).id for code in others}, False
    places = {
        "org_unit": lambda code: OrgUnit.get(OrgUnit.code == code).id,
        "staff": lambda code: Staff.get(Staff.code == code).unit_id,
        "graduate": lambda code: Graduate.get(Graduate.code == code).college_id,
        "account_request": lambda code: AccountRequest.get(AccountRequest.code == code).unit_id,
        "link": lambda code: Link.get(Link.code == code).staff.unit_id,
    }
    return "OrgUnit", {places[row.kind](row.record) for row in rows}, False


READS = (
    see_taken_out,
    see_journal,
    see_people,
    see_people_of_unit,
    see_person,
    see_units,
    see_choices,
    see_duties,
    see_uncovered,
    see_staffing,
    see_requests,
    see_graduates,
    see_graduate,
)

# -- what is changed ------------------------------------------------------------------------------------------------


def appoint(call: Call) -> object:
    known = call.pick(Account)
    new = ("新人", f"138{next(NUMBERS):08}")
    name, phone = call.dice.choice(((known.name, known.phone), new))
    level = call.dice.choice(RANK)
    unit = call.code(OrgUnit, level=call.dice.choice(("school", "college")) if level == RANK[-1] else level)
    return appointments.create(call.ctx, call.seat, Entry(name, phone, level, unit))


def grant(call: Call) -> object:
    return account_requests.grant(call.ctx, call.seat, call.code(AccountRequest, status="filed"))


def file(call: Call) -> object:
    known = call.pick(Account)
    act = call.dice.choice(("add", "remove"))
    return account_requests.file(call.ctx, call.seat, act, known.name, known.phone)


def change_graduate(call: Call) -> object:
    row = call.pick(Graduate)
    college = call.pick(OrgUnit, level="college").name
    values = call.dice.choice(({"class_name": "乙班"}, {"college": college}))
    return roster.change(call.ctx, call.seat, row.code, row.version, values)


def unlock_graduate(call: Call) -> object:
    row = call.pick(Graduate, status="locked")
    return roster.unlock(call.ctx, call.seat, row.code, row.version)


WRITES: tuple[Callable[[Call], object], ...] = (
    appoint,
    file,
    grant,
    change_graduate,
    unlock_graduate,
    lambda it: account_requests.decline(it.ctx, it.seat, it.code(AccountRequest, status="filed"), "不同意"),
    lambda it: account_requests.withdraw(it.ctx, it.seat, it.code(AccountRequest)),
    lambda it: appointments.send_password_again(it.ctx, it.seat, it.code(Staff)),
    lambda it: appointments.correct(it.ctx, it.seat, it.code(Staff), "新名", f"137{next(NUMBERS):08}"),
    lambda it: people.end(it.ctx, it.seat, it.code(Staff)),
    lambda it: people.end_many(it.ctx, it.seat, [it.code(Staff), it.code(Staff)]),
    lambda it: people.restore(it.ctx, it.seat, it.code(Staff)),
    lambda it: people.restore(it.ctx, it.seat, it.code(Staff)),
    lambda it: people.change(it.ctx, it.seat, it.code(Staff), f"{next(NUMBERS)} 室"),
    lambda it: second_factor.reset(it.ctx, it.seat, it.code(Staff)),
    lambda it: people.remind(it.ctx, it.seat, it.code(Staff)),
    lambda it: units.create(it.ctx, it.seat, f"新单位{next(NUMBERS)}", ""),
    lambda it: units.rename(it.ctx, it.seat, it.code(OrgUnit), f"新名称{next(NUMBERS)}", ""),
    lambda it: units.close(it.ctx, it.seat, it.code(OrgUnit)),
    lambda it: units.reopen(it.ctx, it.seat, it.code(OrgUnit)),
    lambda it: duties.add(it.ctx, it.seat, it.counselor(), it.duty()),
    lambda it: duties.remove(it.ctx, it.seat, it.counselor(), it.duty()),
    lambda it: duties.change(it.ctx, it.seat, it.counselor(), it.duty(), it.duty()),
    lambda it: duties.change_year(it.ctx, it.seat, it.counselor(), 2027, 2026),
    lambda it: duties.change_year_of(it.ctx, it.seat, [it.counselor(), it.counselor()], 2027, 2026),
    lambda it: field_rights.set_rights(
        it.ctx, it.seat, {("counselor", "class_name"): it.dice.random() < 0.5}
    ),
)


VERBS = (*READS, *WRITES)


@pytest.mark.slow
@settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # a shorter run of the same dice says nothing more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_nobody_leaves_the_own_range(ctx: Context, seed: int) -> None:
    databases.empty()
    build()
    ctx = dataclasses.replace(ctx, passwords=QuickPasswords())
    dice, done, rows = Random(seed), set(), snapshot()
    for _ in range(CALLS):
        level = dice.choice(RANK)
        at_work = Staff.select().where((Staff.level == level) & Staff.ended_at.is_null()).order_by(Staff.id)
        staff = dice.choice(list(at_work) or list(Staff.select().where(Staff.level == RANK[0])))
        seat = seat_for(actor_of(staff.account, None, (staff,)), staff)
        verb = dice.choice(VERBS)
        rows, is_allowed = check_one(Call(ctx, seat, Oracle(rows, staff.id), dice), verb)
        if is_allowed:
            done.add(verb)
    assert len(done) > len(VERBS) / 3  # much of what was asked for was allowed to somebody


def check_one(call: Call, verb: Callable[[Call], Any]) -> tuple[Rows, bool]:
    """Makes the call and lets the oracle judge it; answers the rows afterwards and whether it was allowed."""
    told, before = Message.select().count(), call.oracle.rows
    try:
        answer = verb(call)
    except Refusal:
        answer = None
    after = snapshot()
    oracle = Oracle(after, call.seat.staff.id)
    said = f"{call.seat.level} of unit {call.seat.staff.unit_id}: {verb.__name__}"
    if verb in READS:
        assert before == after, said
        if answer is not None:
            check_shown(oracle, *answer)
    for change in changes(before, after):
        assert oracle.may_change(*change), (said, change)
    for message in Message.select().order_by(Message.id).offset(told):
        assert message.phone in phones_in_range(oracle), said
    return after, answer is not None


def check_shown(oracle: Oracle, kind: str, shown: set[int], is_whole: bool) -> None:
    """What was shown is in range, and where the list is a whole one, nothing in range is missing."""
    allowed = oracle.seen(kind)
    assert shown <= allowed
    assert not is_whole or shown == allowed


def phones_in_range(oracle: Oracle) -> set[str]:
    held = {oracle.rows["Staff"][staff_id]["account"] for staff_id in oracle.staff}
    return {account.phone for account in Account.select().where(Account.id.in_(held))}


def test_the_oracle_can_say_no(ctx: Context) -> None:
    """A school's hand on another school's people, and an eye on another class, are caught."""
    build()
    first, second = Staff.select().where(Staff.level == "school").order_by(Staff.id).limit(2)
    before = snapshot()
    theirs = Staff.get((Staff.level == "college") & (Staff.unit.in_(_children(second.unit))))
    theirs.change(office="偷改")
    oracle = Oracle(snapshot(), first.id)
    assert [oracle.may_change(*change) for change in changes(before, oracle.rows)] == [False]
    assert Oracle(oracle.rows, second.id).may_change(*changes(before, oracle.rows)[0])
    counselor = Staff.get(Staff.level == "counselor")
    seen = Oracle(oracle.rows, counselor.id).graduates
    assert [(row.year, row.class_name) for row in Graduate.select().where(Graduate.id.in_(seen))] == [
        (2027, "甲班")
    ]


def _children(unit: OrgUnit) -> list[int]:
    return [row.id for row in OrgUnit.select(OrgUnit.id).where(OrgUnit.parent == unit)]
