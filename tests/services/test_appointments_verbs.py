"""Accounts for the levels below: who is there already, who must recover first, who gets a first password."""

import json
from collections.abc import Callable

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from models.account import Account
from models.journal import Journal
from models.org import Staff
from services import appointments, binding, identity, people, units
from services.appointments import Entry
from services.context import Context
from services.seats import Seat
from services.sessions import open_session, visitor_of
from tests.cast import Cast, add_account
from tests.fakes import FixedClock
from tests.services.tools import Meet, acts, codes_of, owed, together

Sit = Callable[[str], Seat]
PHONE = "13812345678"


def entry(cast: Cast, **changes: str) -> Entry:
    """冯雪 as a counselor of 计算机学院."""
    values = {"name": "冯雪", "phone": PHONE, "level": "counselor", "unit": cast.units["college"].code}
    return Entry(**values | changes)


def sent_password(nth: int = -1) -> str:
    """The first password in a text message that is owed."""
    message = owed("account_created")[nth]
    assert message.phone == json.loads(message.payload)["phone"]
    return json.loads(message.payload)["password"]


@pytest.mark.parametrize(
    ("who", "level", "unit"),
    [
        ("ministry", "province", "province"),
        ("province", "school", "school"),
        ("school", "college", "college"),
        ("school", "counselor", "college"),
        ("school", "counselor", "school"),
        ("college", "counselor", "college"),
    ],
)
def test_nobody_yet_gets_an_account_and_a_password_to_be_changed(
    who: str, level: str, unit: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    made = appointments.create(ctx, sit(who), entry(cast, level=level, unit=cast.units[unit].code))
    assert made.is_new_account
    account = Account.by_phone(PHONE)
    assert account is not None
    assert (account.name, account.must_change_password) == ("冯雪", True)
    assert (made.staff.level, made.staff.unit_id, made.staff.invited_at) == (
        level,
        cast.units[unit].id,
        ctx.clock(),
    )
    assert identity.log_in(ctx, PHONE, sent_password(), "203.0.113.1").id == account.id
    assert acts("staff") == [("create", who, "", "")]
    assert PHONE not in json.dumps([row.note for row in Journal.select()])


@pytest.mark.parametrize(
    ("who", "level"),
    [
        ("ministry", "ministry"),
        ("ministry", "school"),
        ("ministry", "counselor"),
        ("province", "college"),
        ("school", "school"),
        ("college", "college"),
        ("counselor", "counselor"),
        ("school", "graduate"),
    ],
)
def test_other_levels_are_not_anybodys_to_create(
    who: str, level: str, ctx: Context, cast: Cast, sit: Sit
) -> None:
    with pytest.raises(NotAllowed):
        appointments.create(ctx, sit(who), entry(cast, level=level))
    assert (Staff.select().count(), owed()) == (6, [])


def test_units_out_of_range_of_another_level_or_closed_take_nobody(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    closed = units.close(ctx, sit("school"), units.create(ctx, sit("school"), "旧学院").code)
    for who, changes in [
        ("college", {"unit": cast.units["other_college"].code}),
        ("college", {"unit": cast.units["school"].code}),
        ("school", {"unit": cast.units["school"].code, "level": "college"}),
        ("school", {"unit": closed.code}),
        ("school", {"unit": "nowhere"}),
    ]:
        with pytest.raises(Invalid, match="wrong_unit"):
            appointments.create(ctx, sit(who), entry(cast, **changes))
    assert Account.by_phone(PHONE) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "冯"}, "bad_name"),
        ({"phone": "1381234567"}, "bad_phone"),
        ({"office": "室" * 61}, "too_long"),
        ({"level": "dean"}, "bad_choice"),
    ],
)
def test_fields_are_checked(changes: dict[str, str], code: str, ctx: Context, cast: Cast, sit: Sit) -> None:
    with pytest.raises(Invalid, match=code):
        appointments.create(ctx, sit("school"), entry(cast, **changes))


def test_whoever_can_log_in_gets_the_capacity_on_top(ctx: Context, cast: Cast, sit: Sit, meet: Meet) -> None:
    before = Account.select().count()
    made = appointments.create(ctx, sit("school"), entry(cast, name="何 路", phone=cast.person.phone))
    assert (made.is_new_account, made.staff.account_id) == (False, cast.person.account.id)
    assert Account.select().count() == before
    assert [(message.template, message.phone) for message in owed()] == [("role_added", cast.person.phone)]
    assert not Account.get_by_id(cast.person.account.id).must_change_password
    assert meet(cast.person).counselor is not None


def test_whoever_cannot_log_in_recovers_first(ctx: Context, cast: Cast, sit: Sit) -> None:
    cast.person.account.change(disabled_at=ctx.clock())
    with pytest.raises(Conflict, match="recover_first"):
        appointments.create(ctx, sit("school"), entry(cast, name="何路", phone=cast.person.phone))
    with pytest.raises(Conflict, match="phone_other_name") as refused:
        appointments.create(ctx, sit("school"), entry(cast, phone=cast.graduate.phone))
    assert "name" in refused.value.fields
    assert (Staff.select().count(), owed()) == (6, [])


def test_an_account_of_the_identity_provider_counts_too(
    ctx: Context, cast: Cast, sit: Sit, password_hash: str
) -> None:
    account = add_account("冯雪", PHONE, "")
    account.change(directory="https://id.example.invalid")
    made = appointments.create(ctx, sit("school"), entry(cast))
    assert made.staff.account_id == account.id
    assert not people.one(ctx, sit("school"), made.staff.code).has_first_password


def test_a_double_tap_gets_the_first_answer_and_a_duplicate_is_told(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    first = appointments.create(ctx, sit("school"), entry(cast))
    again = appointments.create(ctx, sit("school"), entry(cast))
    assert (again.staff.id, again.is_new_account) == (first.staff.id, True)
    assert len(owed()) == 1
    clock.advance(minutes=2)
    with pytest.raises(Conflict, match="role_exists"):
        appointments.create(ctx, sit("school"), entry(cast))


def test_many_at_once_make_one_account(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    ready = appointments.prepare(ctx, seat, entry(cast))
    made = together(*[lambda: appointments.appoint(ctx, seat, ready)] * 4)
    assert len({one.staff.id for one in made}) == 1
    assert (Account.select().where(Account.name == "冯雪").count(), len(owed())) == (1, 1)


def test_two_units_do_not_appoint_the_same_counselor(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    readies = [
        appointments.prepare(
            ctx, seat, entry(cast, name="何路", phone=cast.person.phone, unit=cast.units[unit].code)
        )
        for unit in ("college", "other_college")
    ]
    made = together(*[lambda ready=ready: appointments.appoint(ctx, seat, ready) for ready in readies])
    assert codes_of(made) == ["counselor_elsewhere", "ok"]
    assert Staff.select().where(Staff.account == cast.person.account).count() == 1


def test_somebody_of_another_level_may_be_a_counselor_too(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet
) -> None:
    appointments.create(ctx, sit("school"), entry(cast, name="孙丽", phone=cast.college.phone))
    assert {row.level for row in meet(cast.college).staff} == {"college", "counselor"}


def test_an_ended_capacity_comes_back_when_it_is_created_again(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    people.end(ctx, seat, cast.counselor.staff.code)
    made = appointments.create(
        ctx, seat, entry(cast, name="王建国", phone=cast.counselor.phone, office="逸夫楼 305")
    )
    assert made.staff.id == cast.counselor.staff.id
    row = Staff.get_by_id(made.staff.id)
    assert (row.ended_at, row.office) == (None, "逸夫楼 305")
    assert [verb for verb, *_ in acts("staff")] == ["end", "restore"]


def test_a_bound_persons_card_knows_the_new_capacity(ctx: Context, cast: Cast, sit: Sit) -> None:
    binding.bind(ctx, cast.person.account, cast.person.openid)
    appointments.create(ctx, sit("school"), entry(cast, name="何路", phone=cast.person.phone))
    assert any(b"c" in (ctx.redis.get(key) or b"") for key in ctx.redis.scan_iter("*card*"))


# -- the first password again --------------------------------------------------------------------------------


def test_the_first_password_is_sent_again_and_the_old_one_opens_nothing(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    staff = appointments.create(ctx, seat, entry(cast)).staff
    token = open_session(ctx, Account.by_phone(PHONE), "desktop")
    with pytest.raises(TooMany) as refused:
        appointments.send_password_again(ctx, seat, staff.code)
    assert (refused.value.code, refused.value.retry_after) == ("first_password_too_soon", 601)
    clock.advance(minutes=11)
    appointments.send_password_again(ctx, seat, staff.code)
    assert len(owed("account_created")) == 2
    old, new = sent_password(0), sent_password(1)
    with pytest.raises(Invalid, match="login_failed"):
        identity.log_in(ctx, PHONE, old, "203.0.113.1")
    assert identity.log_in(ctx, PHONE, new, "203.0.113.1").must_change_password
    assert visitor_of(ctx, token) is None


def test_two_superiors_at_once_send_one_password(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seats = sit("school"), sit("college")
    staff = appointments.create(ctx, seats[0], entry(cast)).staff
    clock.advance(hours=1)
    hashed = ctx.passwords.hash("abcdefgh2345")
    results = together(
        *[lambda s=s: appointments._send_again(ctx, s, staff.code, "abcdefgh2345", hashed) for s in seats]
    )
    assert codes_of(results) == ["first_password_too_soon", "ok"]


def test_a_password_of_ones_own_is_nobody_elses_to_replace(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    seat = sit("school")
    staff = appointments.create(ctx, seat, entry(cast)).staff
    clock.advance(hours=1)
    identity.change_password(ctx, Account.by_phone(PHONE), sent_password(), "Zuoye2027x")
    with pytest.raises(Conflict, match="first_password_used"):
        appointments.send_password_again(ctx, seat, staff.code)
    with pytest.raises(Conflict, match="name_is_theirs"):
        appointments.correct(ctx, seat, staff.code, "冯雪梅", PHONE)
    with pytest.raises(Conflict, match="first_password_used"):
        appointments.send_password_again(ctx, seat, cast.counselor.staff.code)


def test_passwords_of_others_are_out_of_reach(ctx: Context, cast: Cast, sit: Sit, clock: FixedClock) -> None:
    staff = appointments.create(ctx, sit("school"), entry(cast)).staff
    clock.advance(hours=1)
    with pytest.raises(NotAllowed):
        appointments.send_password_again(ctx, sit("province"), staff.code)
    with pytest.raises(NotFound):
        appointments.send_password_again(ctx, sit("college"), cast.other_counselor.staff.code)
    people.end(ctx, sit("school"), staff.code)
    with pytest.raises(Conflict, match="account_ended"):
        appointments.send_password_again(ctx, sit("school"), staff.code)


# -- a slip in name or phone ----------------------------------------------------------------------------------


def test_a_wrong_phone_is_corrected_while_nobody_came_in(ctx: Context, cast: Cast, sit: Sit) -> None:
    seat = sit("school")
    staff = appointments.create(ctx, seat, entry(cast, name="冯学")).staff
    appointments.correct(ctx, seat, staff.code, "冯雪", "13812345679")
    appointments.correct(ctx, seat, staff.code, "冯雪", "13812345679")
    assert Account.by_phone(PHONE) is None
    with pytest.raises(Invalid, match="login_failed"):
        identity.log_in(ctx, "13812345679", sent_password(0), "203.0.113.1")
    assert identity.log_in(ctx, "13812345679", sent_password(1), "203.0.113.1").name == "冯雪"
    assert Journal.get(Journal.verb == "correct").note == {"fields": ["name", "phone"]}
    with pytest.raises(Conflict, match="phone_has_account"):
        appointments.correct(ctx, seat, staff.code, "冯雪", cast.graduate.phone)


def test_nobody_redirects_the_password_of_a_capacity_that_is_not_theirs(
    ctx: Context, cast: Cast, sit: Sit
) -> None:
    """Else a college would name its own phone and log in as somebody of the school's level."""
    appointments.create(ctx, sit("province"), entry(cast, level="school", unit=cast.units["school"].code))
    mine = appointments.create(ctx, sit("college"), entry(cast)).staff
    for who in ("college", "school"):
        with pytest.raises(Conflict, match="shared_account"):
            appointments.correct(ctx, sit(who), mine.code, "冯雪", "13812345679")
    assert Account.by_phone(PHONE) is not None


def test_a_wrong_name_alone_sends_no_new_password(ctx: Context, cast: Cast, sit: Sit) -> None:
    staff = appointments.create(ctx, sit("school"), entry(cast, name="冯学")).staff
    appointments.correct(ctx, sit("college"), staff.code, "冯雪", PHONE)
    assert len(owed()) == 1
    assert identity.log_in(ctx, PHONE, sent_password(), "203.0.113.1").name == "冯雪"


def test_first_passwords_differ_and_can_be_typed() -> None:
    made = {appointments.first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(word) == 12 and not set(word) & set("01ilo") for word in made)
