"""Log-in by password: what was wrong is not told, tries are counted, and the hashing slot is shared."""

import pytest

from domain.refusals import NotAllowed
from models.account import Account
from providers.oidc import Identity
from services import codes, identity
from services.codes import Purpose
from services.context import Context
from services.throttle import WRONG_PER_ADDRESS
from tests.cast import PASSWORD, Cast
from tests.fakes import SmsInbox
from tests.services.hashing import HERE, THERE, BusyPasswords, ListeningPasswords, code_for, with_passwords
from tests.services.tools import refusal_of

pytestmark = pytest.mark.slow

NEW_PHONE = "13900000999"
ISSUER = "https://id.example.edu.cn"


# -- logging in --------------------------------------------------------------------------------------------


def test_the_right_password_opens(ctx: Context, cast: Cast) -> None:
    account = identity.log_in(ctx, f"+86 {cast.graduate.phone}", PASSWORD, HERE)
    assert account.id == cast.graduate.account.id


def test_what_was_wrong_is_not_told(ctx: Context, cast: Cast) -> None:
    Account.update(disabled_at=ctx.clock()).where(Account.id == cast.person.account.id).execute()
    wrong_password = refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, "wrong-password1", HERE))
    nobody = refusal_of(lambda: identity.log_in(ctx, cast.stranger.phone, PASSWORD, HERE))
    disabled = refusal_of(lambda: identity.log_in(ctx, cast.person.phone, PASSWORD, HERE))
    told = {
        (type(refusal), refusal.code, refusal.say, str(refusal.fields))
        for refusal in (wrong_password, nobody, disabled)
    }
    assert len(told) == 1
    assert wrong_password.code == "login_failed"


def test_a_phone_that_nobody_has_costs_the_same_work(ctx: Context, cast: Cast) -> None:
    ears = ListeningPasswords(ctx.settings.data_dir)
    listening = with_passwords(ctx, ears)
    for phone in (cast.graduate.phone, cast.stranger.phone):
        refusal_of(lambda phone=phone: identity.log_in(listening, phone, "wrong-password1", HERE))
    assert ears.compared == [cast.graduate.account.password_hash, ""]


def test_an_account_of_a_provider_has_no_password_here(ctx: Context, cast: Cast) -> None:
    identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    assert refusal_of(lambda: identity.log_in(ctx, NEW_PHONE, "", HERE)).code == "login_failed"


def test_one_account_cannot_keep_the_hashing_slot_busy_with_its_right_password(
    ctx: Context, cast: Cast
) -> None:
    ears = ListeningPasswords(ctx.settings.data_dir)
    listening = with_passwords(ctx, ears)
    for number in range(30):
        assert identity.log_in(listening, cast.graduate.phone, PASSWORD, f"203.0.113.{number}")
    refusal = refusal_of(lambda: identity.log_in(listening, cast.graduate.phone, PASSWORD, HERE))
    assert refusal.code == "too_many_tries"
    assert len(ears.compared) == 30
    assert identity.log_in(listening, cast.person.phone, PASSWORD, HERE)


def test_the_sixth_wrong_password_is_too_many_from_anywhere(ctx: Context, cast: Cast) -> None:
    for number in range(5):
        refusal_of(
            lambda number=number: identity.log_in(
                ctx, cast.graduate.phone, "wrong-password1", f"203.0.113.{number}"
            )
        )
    refusal = refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, PASSWORD, "198.51.100.7"))
    assert refusal.code == "too_many_tries"
    assert identity.log_in(ctx, cast.other_graduate.phone, PASSWORD, HERE)


def test_a_phone_that_nobody_has_is_throttled_alike(ctx: Context, cast: Cast) -> None:
    seen = [
        refusal_of(
            lambda number=number: identity.log_in(ctx, cast.stranger.phone, PASSWORD, f"203.0.113.{number}")
        ).code
        for number in range(6)
    ]
    assert seen == ["login_failed"] * 5 + ["too_many_tries"]


def test_an_address_that_tries_many_accounts_is_stopped(ctx: Context, cast: Cast) -> None:
    for _ in range(58):
        ctx.throttle.count(WRONG_PER_ADDRESS, HERE)
    for phone in (cast.stranger.phone, cast.other_graduate.phone):
        refusal_of(lambda phone=phone: identity.log_in(ctx, phone, "wrong-password1", HERE))
    assert (
        refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, PASSWORD, HERE)).code == "too_many_tries"
    )
    assert identity.log_in(ctx, cast.graduate.phone, PASSWORD, THERE)


def test_the_right_password_clears_the_account(ctx: Context, cast: Cast) -> None:
    for _ in range(2):
        for _ in range(4):
            refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, "wrong-password1", HERE))
        assert identity.log_in(ctx, cast.graduate.phone, PASSWORD, HERE)


def test_the_right_password_does_not_clear_the_address(ctx: Context, cast: Cast) -> None:
    """Else somebody with an account of their own could try all the others for ever."""
    for _ in range(59):
        ctx.throttle.count(WRONG_PER_ADDRESS, HERE)
    identity.log_in(ctx, cast.person.phone, PASSWORD, HERE)
    refusal_of(lambda: identity.log_in(ctx, cast.stranger.phone, PASSWORD, HERE))
    assert (
        refusal_of(lambda: identity.log_in(ctx, cast.person.phone, PASSWORD, HERE)).code == "too_many_tries"
    )


def test_a_busy_machine_counts_no_wrong_try(ctx: Context, cast: Cast) -> None:
    busy = with_passwords(ctx, BusyPasswords(ctx.settings.data_dir))
    for _ in range(10):
        assert (
            refusal_of(lambda: identity.log_in(busy, cast.graduate.phone, PASSWORD, HERE)).code
            == "login_busy"
        )
    assert identity.log_in(ctx, cast.graduate.phone, PASSWORD, HERE)


def test_a_bad_phone_number_is_a_wrong_field(ctx: Context) -> None:
    assert refusal_of(lambda: identity.log_in(ctx, "1390", PASSWORD, HERE)).fields.keys() == {"phone"}


@pytest.mark.parametrize("verb", ["register", "reset"])
def test_made_up_codes_cost_no_hash(ctx: Context, cast: Cast, inbox: SmsInbox, verb: str) -> None:
    """Or anybody could keep the only slot busy, and nobody could log in."""
    busy = with_passwords(ctx, BusyPasswords(ctx.settings.data_dir))

    def tries(code: str) -> str:
        if verb == "register":
            return refusal_of(lambda: identity.register(busy, "何路", NEW_PHONE, code, "another1pass")).code
        return refusal_of(lambda: identity.reset_password(busy, NEW_PHONE, code, "another1pass")).code

    assert tries("000000") == "code_wrong"
    code = code_for(ctx, inbox, NEW_PHONE, Purpose(verb))
    assert tries(code) == "login_busy"
    for _ in range(5):
        refusal_of(lambda: codes.use(ctx, NEW_PHONE, Purpose(verb), ""))
    assert tries(code) == "code_wrong"


def test_a_closed_account_gets_no_new_password(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    account = cast.person.account
    Account.update(disabled_at=ctx.clock()).where(Account.id == account.id).execute()
    code = code_for(ctx, inbox, cast.person.phone, Purpose.RESET)
    refusal = refusal_of(lambda: identity.reset_password(ctx, cast.person.phone, code, "another1pass"))
    assert (type(refusal), refusal.code) == (NotAllowed, "account_closed")
    assert Account.get_by_id(account.id).password_hash == account.password_hash
