"""The second factor: enrolled once, no code twice, few tries, taken away by a superior alone."""

import threading
from collections.abc import Callable

import pyotp
import pytest

from domain.actors import Actor, Role
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal, TooMany
from models.account import Account, LoginSession
from models.db import connected
from models.journal import Journal
from models.message import Message
from models.org import OrgUnit, Staff
from services import seats, second_factor, sessions
from services.context import Context
from services.seats import Seat
from services.sessions import Visitor
from services.throttle import SECOND_FACTOR_TRIES, SECOND_FACTOR_WRONG
from tests.cast import Cast, Persona
from tests.fakes import FixedClock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
APP = pyotp.TOTP(SECRET)


@pytest.fixture
def come(ctx: Context) -> Callable[[Persona], Visitor]:
    """Somebody with a fresh session."""

    def make(persona: Persona) -> Visitor:
        assert persona.account is not None
        account = Account.get_by_id(persona.account.id)
        visitor = sessions.visitor_of(ctx, sessions.open_session(ctx, account, "console"))
        assert visitor is not None
        return visitor

    return make


@pytest.fixture
def enrolled(ctx: Context, cast: Cast, come: Callable[[Persona], Visitor], clock: FixedClock) -> Visitor:
    """周涛 of the school with a second factor, back in a new session a minute later."""
    second_factor.confirm(ctx, come(cast.school), SECRET, APP.at(clock()))
    clock.advance(minutes=1)
    return come(cast.school)


def shown(visitor: Visitor) -> bool:
    return LoginSession.get_by_id(visitor.session.id).second_factor_at is not None


def test_it_is_asked_from_the_school_upwards(cast: Cast, come: Callable[[Persona], Visitor]) -> None:
    people = (cast.ministry, cast.province, cast.school, cast.college, cast.counselor, cast.graduate)
    assert [second_factor.is_owed(come(persona)) for persona in people] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_any_capacity_that_needs_it_is_enough(cast: Cast, come: Callable[[Persona], Visitor]) -> None:
    Staff.create(account=cast.counselor.account, level="school", unit=cast.units["school"])
    assert second_factor.is_owed(come(cast.counselor))


def test_a_code_of_the_new_secret_puts_it_to_use(
    ctx: Context, cast: Cast, come: Callable[[Persona], Visitor], clock: FixedClock
) -> None:
    visitor = come(cast.school)
    with pytest.raises(Invalid):
        second_factor.confirm(ctx, visitor, SECRET, "000000")
    assert Account.get_by_id(visitor.account.id).totp_on_at is None
    second_factor.confirm(ctx, visitor, SECRET, f" {APP.at(clock())[:3]} {APP.at(clock())[3:]}")
    assert Account.get_by_id(visitor.account.id).totp_secret == SECRET
    assert shown(visitor)
    assert Journal.get(Journal.verb == "enrol_second_factor").record == cast.school.account.code


def test_nobody_puts_a_second_secret_over_the_first(
    ctx: Context, enrolled: Visitor, clock: FixedClock
) -> None:
    other = second_factor.new_secret()
    with pytest.raises(Conflict):
        second_factor.confirm(ctx, enrolled, other, pyotp.TOTP(other).at(clock()))
    assert Account.get_by_id(enrolled.account.id).totp_secret == SECRET
    assert not shown(enrolled)


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_phone_may_be_half_a_minute_off(
    ctx: Context, enrolled: Visitor, clock: FixedClock, seconds: int, is_good: bool
) -> None:
    clock.advance(seconds=-(clock().timestamp() % 30))
    code = APP.at(int(clock().timestamp()) + seconds)
    if is_good:
        second_factor.show(ctx, enrolled, code)
    else:
        with pytest.raises(Invalid):
            second_factor.show(ctx, enrolled, code)
    assert shown(enrolled) == is_good


def test_no_code_works_twice(
    ctx: Context, cast: Cast, enrolled: Visitor, come: Callable[[Persona], Visitor]
) -> None:
    code = APP.at(ctx.clock())
    second_factor.show(ctx, enrolled, code)
    thief = come(cast.school)
    with pytest.raises(Invalid, match="second_factor_used"):
        second_factor.show(ctx, thief, code)
    with pytest.raises(Invalid, match="second_factor_used"):
        second_factor.show(ctx, thief, APP.at(int(ctx.clock().timestamp()) - 30))
    assert not shown(thief)


def test_the_code_of_the_enrolment_is_used_up(
    ctx: Context, cast: Cast, come: Callable[[Persona], Visitor], clock: FixedClock
) -> None:
    second_factor.confirm(ctx, come(cast.school), SECRET, APP.at(clock()))
    with pytest.raises(Invalid, match="second_factor_used"):
        second_factor.show(ctx, come(cast.school), APP.at(clock()))


def test_of_two_at_once_with_one_code_one_comes_in(
    ctx: Context, cast: Cast, enrolled: Visitor, come: Callable[[Persona], Visitor]
) -> None:
    visitors, code, refused = [enrolled, come(cast.school)], APP.at(ctx.clock()), []

    def knock(visitor: Visitor) -> None:
        with connected():
            try:
                second_factor.show(ctx, visitor, code)
            except Refusal as refusal:
                refused.append(refusal.code)

    threads = [threading.Thread(target=knock, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["second_factor_used"]
    assert sorted(map(shown, visitors)) == [False, True]


def test_five_tries_then_a_wait_even_for_the_right_code(ctx: Context, enrolled: Visitor) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            second_factor.show(ctx, enrolled, "000000")
    with pytest.raises(TooMany):
        second_factor.show(ctx, enrolled, APP.at(ctx.clock()))
    assert not shown(enrolled)


def test_thirty_wrong_codes_are_enough_for_a_day(ctx: Context, enrolled: Visitor) -> None:
    for _ in range(30):
        with pytest.raises(Invalid):
            second_factor.show(ctx, enrolled, "000000")
        ctx.throttle.forget(SECOND_FACTOR_TRIES, enrolled.account.code)
    with pytest.raises(TooMany):
        second_factor.show(ctx, enrolled, APP.at(ctx.clock()))


def test_who_has_none_cannot_show_one(ctx: Context, cast: Cast, come: Callable[[Persona], Visitor]) -> None:
    with pytest.raises(Conflict):
        second_factor.show(ctx, come(cast.school), "000000")


def test_the_picture_holds_the_secret_and_no_name(enrolled: Visitor) -> None:
    made = second_factor.enrolment(enrolled, SECRET)
    read = pyotp.parse_uri(made.address)
    assert (read.secret, read.issuer) == (SECRET, "24365")
    assert enrolled.account.phone not in made.address


# -- taken away --------------------------------------------------------------------------------------------


def seat_of(persona: Persona) -> Seat:
    assert persona.account is not None
    assert persona.staff is not None
    actor = Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)
    return seats.seat_for(actor, Staff.get_by_id(persona.staff.id))


def test_the_level_above_takes_it_away(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    second_factor.reset(ctx, seat_of(cast.province), cast.school.staff.code)
    account = Account.get_by_id(enrolled.account.id)
    assert (account.totp_on_at, account.totp_secret) == (None, None)
    assert LoginSession.select().where(LoginSession.ended_at.is_null()).count() == 0
    line = Journal.get(Journal.verb == "reset_second_factor")
    assert (line.record, line.actor) == (cast.school.staff.code, cast.province.account.code)
    with pytest.raises(Conflict):
        second_factor.reset(ctx, seat_of(cast.province), cast.school.staff.code)


def test_nobody_else_may(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    code = cast.school.staff.code
    for persona in (cast.college, cast.counselor, cast.school):
        with pytest.raises(NotFound):
            second_factor.reset(ctx, seat_of(persona), code)
    with pytest.raises(NotAllowed):
        second_factor.reset(ctx, seat_of(cast.ministry), code)
    assert second_factor.is_on(enrolled)


def test_who_only_supervises_somebody_leaves_a_voluntary_one_alone(ctx: Context, cast: Cast) -> None:
    cast.counselor.account.change(totp_on_at=ctx.clock())
    with pytest.raises(NotAllowed):
        second_factor.reset(ctx, seat_of(cast.province), cast.counselor.staff.code)
    second_factor.reset(ctx, seat_of(cast.college), cast.counselor.staff.code)


def test_another_capacity_out_of_reach_protects_it(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    elsewhere = OrgUnit.add("province", "江苏省", cast.units["ministry"])
    school = OrgUnit.add("school", "金陵大学", elsewhere)
    Staff.create(account=cast.school.account, level="school", unit=school)
    with pytest.raises(NotAllowed):
        second_factor.reset(ctx, seat_of(cast.province), cast.school.staff.code)
    assert Account.get_by_id(enrolled.account.id).totp_on_at is not None


def test_the_command_line_does_it_for_the_top(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    second_factor.reset_by_phone(ctx, cast.school.phone)
    assert Account.get_by_id(enrolled.account.id).totp_on_at is None
    with pytest.raises(Conflict):
        second_factor.reset_by_phone(ctx, cast.school.phone)
    with pytest.raises(NotFound):
        second_factor.reset_by_phone(ctx, cast.stranger.phone)


def texts() -> list[tuple[str, str]]:
    """What the outbox owes, to whom."""
    rows = Message.select().where(Message.channel == "sms").order_by(Message.id)
    return [(row.template, row.phone) for row in rows]


def test_the_owner_is_told_by_text_message(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    assert texts() == [("second_factor_set", cast.school.phone)]
    second_factor.reset(ctx, seat_of(cast.province), cast.school.staff.code)
    assert texts()[1:] == [("second_factor_reset", cast.school.phone)]


def test_nobody_is_told_of_what_did_not_happen(ctx: Context, cast: Cast, enrolled: Visitor) -> None:
    with pytest.raises(NotFound):
        second_factor.reset(ctx, seat_of(cast.college), cast.school.staff.code)
    with pytest.raises(Conflict):
        second_factor.confirm(ctx, enrolled, SECRET, APP.at(ctx.clock()))
    assert len(texts()) == 1


@pytest.mark.parametrize("is_by_phone", [False, True])
def test_the_wrong_tries_of_before_do_not_hinder_the_next_enrolment(
    ctx: Context,
    cast: Cast,
    enrolled: Visitor,
    come: Callable[[Persona], Visitor],
    clock: FixedClock,
    is_by_phone: bool,
) -> None:
    for _ in range(5):
        ctx.throttle.use(SECOND_FACTOR_TRIES, enrolled.account.code)
    for _ in range(30):
        ctx.throttle.count(SECOND_FACTOR_WRONG, enrolled.account.code)
    if is_by_phone:
        second_factor.reset_by_phone(ctx, cast.school.phone)
    else:
        second_factor.reset(ctx, seat_of(cast.province), cast.school.staff.code)
    visitor = come(cast.school)
    second_factor.confirm(ctx, visitor, SECRET, APP.at(clock()))
    assert shown(visitor)
