"""Recovery codes: kept as digests, each good once, void with the next set and with the second factor."""

from collections.abc import Callable

import pyotp
import pytest

from domain import recovery
from domain.refusals import Conflict, Invalid, TooMany
from models.account import LoginSession
from models.db import database
from models.journal import Journal
from models.recovery import RecoveryCode
from services import recovery_codes, second_factor
from services.context import Context
from services.sessions import Visitor
from services.throttle import SECOND_FACTOR_TRIES
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import Meet, codes_of, owed, together

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
APP = pyotp.TOTP(SECRET)


@pytest.fixture
def come(cast: Cast, meet: Meet) -> Callable[[], Visitor]:
    """周涛 of the school in a fresh session."""
    return lambda: meet(cast.school)


@pytest.fixture
def codes(ctx: Context, come: Callable[[], Visitor], clock: FixedClock) -> tuple[str, ...]:
    """The codes that come with the second factor, a minute ago."""
    made = second_factor.confirm(ctx, come(), SECRET, APP.at(clock()))
    clock.advance(minutes=1)
    return made


def shown(visitor: Visitor) -> bool:
    return LoginSession.get_by_id(visitor.session.id).second_factor_at is not None


def test_nothing_but_digests_is_kept(codes: tuple[str, ...], cast: Cast) -> None:
    kept = str(database.execute_sql("SELECT digest FROM recovery_code").fetchall())
    assert RecoveryCode.select().count() == len(set(codes)) == 10
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert recovery.digest(cast.school.account.code, codes[0]) != recovery.digest("another", codes[0])


def test_each_is_good_once_and_its_owner_hears_of_it(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], cast: Cast
) -> None:
    visitor = come()
    assert recovery_codes.show(ctx, visitor, codes[3]) == 9
    assert shown(visitor)
    thief = come()
    with pytest.raises(Invalid, match="recovery_code_wrong"):
        recovery_codes.show(ctx, thief, codes[3])
    assert not shown(thief)
    line = Journal.get(Journal.verb == "use_recovery_code")
    assert (line.record, line.note) == (cast.school.account.code, {"left": 9})
    (message,) = owed("recovery_code_used")
    assert (message.phone, message.payload) == (cast.school.phone, '{"left": "9"}')


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "bare", "full", "misread"])
def test_a_code_may_be_typed_as_it_is_read(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], typed: str
) -> None:
    code = next((one for one in codes if "0" in one or "1" in one), codes[0])
    forms = {
        "lower": code.lower(),
        "bare": code.replace("-", ""),
        "full": "".join(chr(ord(letter) + 0xFEE0) for letter in code),
        "misread": code.replace("0", "O").replace("1", "l"),
    }
    assert recovery_codes.show(ctx, come(), forms.get(typed, typed.format(code))) == 9


def test_of_two_at_once_with_one_code_one_comes_in(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor]
) -> None:
    visitors = [come(), come()]
    results = together(*(lambda one=one: recovery_codes.show(ctx, one, codes[0]) for one in visitors))
    assert codes_of(results) == ["ok", "recovery_code_wrong"]
    assert sorted(map(shown, visitors)) == [False, True]
    assert recovery_codes.left(visitors[0]) == 9


def test_five_tries_of_either_kind_then_a_wait(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], clock: FixedClock
) -> None:
    visitor = come()
    for number in range(5):
        verb = second_factor.show if number % 2 else recovery_codes.show
        with pytest.raises(Invalid):
            verb(ctx, visitor, "000000")
    with pytest.raises(TooMany):
        recovery_codes.show(ctx, visitor, codes[0])
    with pytest.raises(TooMany):
        second_factor.show(ctx, visitor, APP.at(clock()))
    ctx.throttle.forget(SECOND_FACTOR_TRIES, visitor.account.code)
    assert recovery_codes.show(ctx, visitor, codes[0]) == 9


def test_a_new_set_takes_the_place_of_the_former(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], clock: FixedClock, cast: Cast
) -> None:
    recovery_codes.show(ctx, come(), codes[0])
    fresh = recovery_codes.renew(ctx, come(), APP.at(clock()))
    assert recovery_codes.left(come()) == 10
    with pytest.raises(Invalid):
        recovery_codes.show(ctx, come(), codes[1])
    assert recovery_codes.show(ctx, come(), fresh[0]) == 9
    assert Journal.get(Journal.verb == "renew_recovery_codes").record == cast.school.account.code
    assert [message.phone for message in owed("recovery_codes_renewed")] == [cast.school.phone]


def test_a_new_set_takes_a_code_of_the_app_and_each_of_those_once(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], clock: FixedClock
) -> None:
    for typed in ("000000", codes[0]):
        with pytest.raises(Invalid, match="second_factor_wrong"):
            recovery_codes.renew(ctx, come(), typed)
    code = APP.at(clock())
    results = together(*[lambda: recovery_codes.renew(ctx, come(), code)] * 2)
    assert codes_of(results) == ["ok", "second_factor_used"]
    assert RecoveryCode.select().count() == 10


def test_they_go_with_the_second_factor(
    ctx: Context, codes: tuple[str, ...], come: Callable[[], Visitor], cast: Cast, clock: FixedClock
) -> None:
    second_factor.reset_by_phone(ctx, cast.school.phone)
    assert RecoveryCode.select().count() == 0
    for verb in (recovery_codes.show, recovery_codes.renew):
        with pytest.raises(Conflict, match="second_factor_off"):
            verb(ctx, come(), codes[0])
    clock.advance(minutes=1)
    second_factor.confirm(ctx, come(), SECRET, APP.at(clock()))
    with pytest.raises(Invalid):
        recovery_codes.show(ctx, come(), codes[0])
