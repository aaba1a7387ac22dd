"""One-time codes: single use, five minutes, a few an hour, and no more however many ask or guess at once."""

from collections.abc import Callable

import pytest

from domain.refusals import Invalid, Refusal, TooMany
from models.account import OneTimeCode
from models.db import database
from services import codes, housekeeping
from services.codes import Purpose
from services.context import Context
from tests.fakes import FixedClock, SmsInbox
from tests.pumps import pump
from tests.services.tools import codes_of, owed, together

PHONE, OTHER = "13900000101", "13900000102"
HERE = "203.0.113.1"


@pytest.fixture
def sent(ctx: Context, inbox: SmsInbox) -> Callable[..., str]:
    """Sends a code and answers what the phone got."""

    def send(phone: str = PHONE, purpose: Purpose = Purpose.RESET) -> str:
        codes.send(ctx, phone, purpose, HERE)
        pump(ctx)
        return inbox.code_for(phone)

    return send


def refusal_of(verb: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_six_digits_and_tells_how_long_it_lasts(ctx: Context, inbox: SmsInbox) -> None:
    assert codes.send(ctx, PHONE, Purpose.RESET, HERE) == 60
    pump(ctx)
    [(phone, template, params)] = inbox.messages
    assert (phone, template, params["minutes"]) == (PHONE, "code", "5")
    assert len(params["code"]) == 6
    assert params["code"].isdecimal()


def test_neither_code_nor_phone_nor_address_lies_in_the_database(
    ctx: Context, sent: Callable[..., str], inbox: SmsInbox
) -> None:
    code = sent()
    for table in ("one_time_code", "message"):
        row = database.execute_sql(f"SELECT * FROM {table}").fetchone()
        texts = [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row]
        assert not any(secret.encode() in text for text in texts for secret in (code, PHONE, HERE))


def test_a_code_opens_once(ctx: Context, sent: Callable[..., str]) -> None:
    code = sent()
    codes.use(ctx, PHONE, Purpose.RESET, f" {code} ")
    refusal = refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, code))
    assert (type(refusal), refusal.code, set(refusal.fields)) == (Invalid, "code_wrong", {"code"})


def test_used_by_eight_at_once_it_opens_once(ctx: Context, sent: Callable[..., str]) -> None:
    code = sent()
    results = together(*[lambda: codes.use(ctx, PHONE, Purpose.RESET, code)] * 8)
    assert codes_of(results) == ["code_wrong"] * 7 + ["ok"]


def test_of_two_who_read_the_code_unused_one_spends_it(ctx: Context, sent: Callable[..., str]) -> None:
    sent()
    first, second = OneTimeCode.get(), OneTimeCode.get()
    assert first.spend(ctx.clock())
    assert not second.spend(ctx.clock())


def test_a_code_lives_five_minutes(ctx: Context, sent: Callable[..., str], clock: FixedClock) -> None:
    code = sent()
    clock.advance(minutes=5)
    assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, code)).code == "code_wrong"


def test_a_code_lives_almost_five_minutes(ctx: Context, sent: Callable[..., str], clock: FixedClock) -> None:
    code = sent()
    clock.advance(minutes=5, microseconds=-1)
    codes.use(ctx, PHONE, Purpose.RESET, code)


@pytest.mark.parametrize("purpose", [Purpose.REGISTER, Purpose.MOVE])
def test_a_code_opens_only_what_it_is_for(ctx: Context, sent: Callable[..., str], purpose: Purpose) -> None:
    code = sent()
    assert refusal_of(lambda: codes.use(ctx, PHONE, purpose, code)).code == "code_wrong"
    codes.use(ctx, PHONE, Purpose.RESET, code)


def test_a_code_opens_for_its_phone_only(ctx: Context, sent: Callable[..., str]) -> None:
    code, others = sent(PHONE), sent(OTHER)
    if code != others:  # one pair in a million is alike
        assert refusal_of(lambda: codes.use(ctx, OTHER, Purpose.RESET, code)).code == "code_wrong"
    codes.use(ctx, PHONE, Purpose.RESET, code)


def test_only_the_newest_code_opens(ctx: Context, sent: Callable[..., str], clock: FixedClock) -> None:
    first = sent()
    clock.advance(seconds=61)
    second = sent()
    if first != second:
        assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, first)).code == "code_wrong"
    codes.use(ctx, PHONE, Purpose.RESET, second)


def test_the_fifth_try_may_still_be_right(ctx: Context, sent: Callable[..., str]) -> None:
    code = sent()
    for _ in range(4):
        refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, wrong(code)))
    codes.use(ctx, PHONE, Purpose.RESET, code)


def test_after_five_wrong_tries_the_right_one_is_refused(ctx: Context, sent: Callable[..., str]) -> None:
    code = sent()
    for _ in range(5):
        refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, wrong(code)))
    assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, code)).code == "code_wrong"


def test_guessing_at_once_gets_five_tries_too(ctx: Context, sent: Callable[..., str]) -> None:
    code = sent()
    together(*[lambda: codes.use(ctx, PHONE, Purpose.RESET, wrong(code))] * 12)
    assert OneTimeCode.get().tries_left == 0
    assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, code)).code == "code_wrong"


def test_without_any_code_nothing_opens(ctx: Context) -> None:
    assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, "000000")).code == "code_wrong"


@pytest.mark.parametrize("code", ["", "abc", "验证码", "0" * 10_000, "\x00"])
def test_odd_codes_are_wrong_codes(ctx: Context, sent: Callable[..., str], code: str) -> None:
    sent()
    assert refusal_of(lambda: codes.use(ctx, PHONE, Purpose.RESET, code)).code == "code_wrong"


# -- how often ---------------------------------------------------------------------------------------------


def test_a_second_code_must_wait_a_minute(ctx: Context, clock: FixedClock) -> None:
    codes.send(ctx, PHONE, Purpose.RESET, HERE)
    clock.advance(seconds=18)
    refusal = refusal_of(lambda: codes.send(ctx, PHONE, Purpose.RESET, HERE))
    assert isinstance(refusal, TooMany)
    assert (refusal.code, refusal.retry_after) == ("code_too_soon", 43)
    clock.advance(seconds=42)
    codes.send(ctx, PHONE, Purpose.RESET, HERE)


def test_eight_who_ask_at_once_get_one_code(ctx: Context) -> None:
    results = together(*[lambda: codes.send(ctx, PHONE, Purpose.RESET, HERE)] * 8)
    assert codes_of(results) == ["code_too_soon"] * 7 + ["ok"]
    assert len(owed("code")) == 1


def asked(ctx: Context, clock: FixedClock, purpose: Purpose, times: int, address: str = HERE) -> list[str]:
    """Asks for codes, a minute apart each; what was answered."""
    told = []
    for _ in range(times):
        clock.advance(seconds=61)
        try:
            codes.send(ctx, PHONE, purpose, address)
            told.append("ok")
        except TooMany as refusal:
            told.append(refusal.code)
    return told


def test_five_an_hour_and_ten_a_day_for_a_phone(ctx: Context, clock: FixedClock) -> None:
    def hour() -> list[str]:
        return asked(ctx, clock, Purpose.ACCEPT, 6)

    assert hour() == ["ok"] * 5 + ["code_too_many"]
    clock.advance(hours=1)
    assert hour() == ["ok"] * 5 + ["code_too_many"]
    clock.advance(hours=1)
    assert hour() == ["code_too_many"] * 6
    clock.advance(days=1)
    assert hour() == ["ok"] * 5 + ["code_too_many"]


def test_who_asks_in_vain_leaves_some_to_other_networks_and_to_the_owner(
    ctx: Context, clock: FixedClock
) -> None:
    there, elsewhere = "203.0.113.2", "203.0.113.3"
    assert asked(ctx, clock, Purpose.SIGN_BACK, 2) == ["ok"] * 2
    assert asked(ctx, clock, Purpose.RESET, 2) == ["ok", "code_too_many"]
    assert asked(ctx, clock, Purpose.SIGN_BACK, 2, there) == ["ok", "code_too_many"]
    assert asked(ctx, clock, Purpose.REGISTER, 1, elsewhere) == ["code_too_many"]
    assert asked(ctx, clock, Purpose.ACCEPT, 2, elsewhere) == ["ok", "code_too_many"]


def test_in_a_day_a_network_asks_in_vain_five_times(ctx: Context, clock: FixedClock) -> None:
    there = "203.0.113.2"
    assert asked(ctx, clock, Purpose.RESET, 3) == ["ok"] * 3
    clock.advance(hours=1)
    assert asked(ctx, clock, Purpose.SIGN, 3) == ["ok", "ok", "code_too_many"]
    clock.advance(hours=1)
    assert asked(ctx, clock, Purpose.SIGN_BACK, 1) == ["code_too_many"]
    assert asked(ctx, clock, Purpose.SIGN_BACK, 3, there) == ["ok"] * 3
    clock.advance(hours=1)
    assert asked(ctx, clock, Purpose.SIGN_BACK, 1, there) == ["code_too_many"]
    assert asked(ctx, clock, Purpose.UNBIND, 3) == ["ok", "ok", "code_too_many"]


def test_who_uses_the_codes_gets_the_next(ctx: Context, sent: Callable[..., str], clock: FixedClock) -> None:
    """As somebody does who signs with one graduate after the other at a fair."""
    for _ in range(5):
        clock.advance(seconds=61)
        codes.use(ctx, PHONE, Purpose.SIGN, sent(PHONE, Purpose.SIGN))
    assert asked(ctx, clock, Purpose.SIGN, 1) == ["code_too_many"]


def test_purposes_share_the_phones_hourly_limit(ctx: Context, clock: FixedClock) -> None:
    for purpose in [Purpose.RESET, Purpose.REGISTER, Purpose.MOVE, Purpose.UNBIND, Purpose.MOVE]:
        clock.advance(seconds=61)
        codes.send(ctx, PHONE, purpose, HERE)
    clock.advance(seconds=61)
    assert refusal_of(lambda: codes.send(ctx, PHONE, Purpose.MOVE, HERE)).code == "code_too_many"


def test_sixty_an_hour_for_an_address(ctx: Context) -> None:
    for number in range(60):
        codes.send(ctx, f"139111{number:05d}", Purpose.RESET, HERE)
    assert refusal_of(lambda: codes.send(ctx, PHONE, Purpose.RESET, HERE)).code == "code_too_many"
    codes.send(ctx, PHONE, Purpose.RESET, "203.0.113.2")


def test_a_refused_code_owes_no_message(ctx: Context) -> None:
    codes.send(ctx, PHONE, Purpose.RESET, HERE)
    refusal_of(lambda: codes.send(ctx, PHONE, Purpose.RESET, HERE))
    assert len(owed()) == 1


def test_a_code_that_has_run_out_is_not_sent(ctx: Context, inbox: SmsInbox, clock: FixedClock) -> None:
    codes.send(ctx, PHONE, Purpose.RESET, HERE)
    clock.advance(minutes=5)
    assert pump(ctx) == 0
    assert inbox.messages == []
    assert owed()[0].status == "skipped"


def test_codes_are_sent_after_old_ones_were_tidied_away(
    ctx: Context, sent: Callable[..., str], inbox: SmsInbox, clock: FixedClock
) -> None:
    """Row ids may be given out again; the key of the message must not be made of one."""
    sent()
    clock.advance(days=3)
    housekeeping.tidy(ctx)
    assert OneTimeCode.select().count() == 0
    sent()
    assert len(inbox.messages) == 2
