"""The identity directory: registering, passwords, and people of a provider."""

import pytest

from domain.refusals import Conflict, Invalid, NotAllowed
from models.account import Account
from providers.oidc import Identity
from services import identity, sessions
from services.codes import Purpose
from services.context import Context
from tests.cast import PASSWORD, Cast
from tests.fakes import SmsInbox
from tests.services.hashing import HERE, THERE, BusyPasswords, code_for, with_passwords
from tests.services.tools import acts, codes_of, refusal_of, together

NEW_PHONE = "13900000999"
ISSUER = "https://id.example.edu.cn"


# -- registering -------------------------------------------------------------------------------------------


def test_registering(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    code = code_for(ctx, inbox, NEW_PHONE, Purpose.REGISTER)
    account = identity.register(ctx, " 张𠮷 ", NEW_PHONE, code, "another1pass")
    assert (account.name, account.phone, account.directory) == ("张𠮷", NEW_PHONE, "builtin")
    assert identity.log_in(ctx, NEW_PHONE, "another1pass", HERE).id == account.id
    assert ("register", "person", "", "") in acts("account")


def test_the_phones_holder_alone_is_told_that_it_has_an_account(
    ctx: Context, cast: Cast, inbox: SmsInbox
) -> None:
    wrong = refusal_of(lambda: identity.register(ctx, "何路", cast.graduate.phone, "000000", "another1pass"))
    assert wrong.code == "code_wrong"
    code = code_for(ctx, inbox, cast.graduate.phone, Purpose.REGISTER)
    right = refusal_of(lambda: identity.register(ctx, "何路", cast.graduate.phone, code, "another1pass"))
    assert (type(right), right.code) == (Conflict, "phone_registered")


@pytest.mark.parametrize(
    ("name", "phone", "password", "field"),
    [
        ("李", NEW_PHONE, "another1pass", "name"),
        ("何路", "139", "another1pass", "phone"),
        ("何路", NEW_PHONE, "short1", "password"),
        ("何路", NEW_PHONE, "lettersonly", "password"),
        ("何路", NEW_PHONE, "1234567890", "password"),
        ("何路", NEW_PHONE, "a1" * 33, "password"),
    ],
)
def test_a_bad_field_does_not_use_the_code_up(
    ctx: Context, inbox: SmsInbox, name: str, phone: str, password: str, field: str
) -> None:
    code = code_for(ctx, inbox, NEW_PHONE, Purpose.REGISTER)
    refusal = refusal_of(lambda: identity.register(ctx, name, phone, code, password))
    assert (type(refusal), set(refusal.fields)) == (Invalid, {field})
    assert identity.register(ctx, "何路", NEW_PHONE, code, "another1pass")


def test_a_busy_machine_does_not_use_the_code_up(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    busy = with_passwords(ctx, BusyPasswords(ctx.settings.data_dir))
    register = code_for(ctx, inbox, NEW_PHONE, Purpose.REGISTER)
    reset = code_for(ctx, inbox, cast.graduate.phone, Purpose.RESET)
    assert (
        refusal_of(lambda: identity.register(busy, "何路", NEW_PHONE, register, "another1pass")).code
        == "login_busy"
    )
    assert (
        refusal_of(lambda: identity.reset_password(busy, cast.graduate.phone, reset, "another1pass")).code
        == "login_busy"
    )
    assert identity.register(ctx, "何路", NEW_PHONE, register, "another1pass")
    assert identity.reset_password(ctx, cast.graduate.phone, reset, "another1pass")


def test_two_taps_register_one_account(ctx: Context, inbox: SmsInbox) -> None:
    code = code_for(ctx, inbox, NEW_PHONE, Purpose.REGISTER)
    results = together(*[lambda: identity.register(ctx, "何路", NEW_PHONE, code, "another1pass")] * 4)
    told = codes_of(results)
    assert told.count("ok") == 1
    assert set(told) <= {"ok", "code_wrong", "login_busy"}
    assert Account.select().where(Account.phone_index == ctx.keyring.blind(NEW_PHONE, "phone")).count() == 1


# -- passwords ---------------------------------------------------------------------------------------------


def test_resetting_ends_every_session_and_opens_with_the_new_one(
    ctx: Context, cast: Cast, inbox: SmsInbox
) -> None:
    tokens = [sessions.open_session(ctx, cast.graduate.account, "desktop") for _ in range(2)]
    code = code_for(ctx, inbox, cast.graduate.phone, Purpose.RESET)
    identity.reset_password(ctx, cast.graduate.phone, code, "another1pass")
    assert [sessions.visitor_of(ctx, token) for token in tokens] == [None, None]
    assert identity.log_in(ctx, cast.graduate.phone, "another1pass", HERE)
    assert (
        refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, PASSWORD, HERE)).code == "login_failed"
    )
    assert acts("account") == [("reset_password", "person", "", "")]


def test_resetting_frees_whom_a_stranger_has_locked_out(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    for _ in range(5):
        refusal_of(lambda: identity.log_in(ctx, cast.graduate.phone, "wrong-password1", THERE))
    code = code_for(ctx, inbox, cast.graduate.phone, Purpose.RESET)
    identity.reset_password(ctx, cast.graduate.phone, code, "another1pass")
    assert identity.log_in(ctx, cast.graduate.phone, "another1pass", HERE)


def test_resetting_for_a_phone_without_account_looks_like_a_wrong_code(
    ctx: Context, cast: Cast, inbox: SmsInbox
) -> None:
    code = code_for(ctx, inbox, cast.stranger.phone, Purpose.RESET)
    nobody = refusal_of(lambda: identity.reset_password(ctx, cast.stranger.phone, code, "another1pass"))
    wrong = refusal_of(lambda: identity.reset_password(ctx, cast.graduate.phone, "000000", "another1pass"))
    assert (nobody.code, nobody.fields) == (wrong.code, wrong.fields) == ("code_wrong", {"code": wrong.say})


def test_a_register_code_resets_nothing(ctx: Context, cast: Cast, inbox: SmsInbox) -> None:
    code = code_for(ctx, inbox, cast.graduate.phone, Purpose.REGISTER)
    assert (
        refusal_of(lambda: identity.reset_password(ctx, cast.graduate.phone, code, "another1pass")).code
        == "code_wrong"
    )


def test_changing_the_password(ctx: Context, cast: Cast) -> None:
    account = cast.graduate.account
    account.change(must_change_password=True)
    token = sessions.open_session(ctx, account, "desktop")
    identity.change_password(ctx, account, PASSWORD, "another1pass")
    assert identity.log_in(ctx, cast.graduate.phone, "another1pass", HERE).must_change_password is False
    assert sessions.visitor_of(ctx, token) is None
    assert acts("account") == [("change_password", "person", "", "")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong-password1", "another1pass", "login_failed"),
        (PASSWORD, PASSWORD, "same_password"),
        (PASSWORD, "weak", "weak_password"),
    ],
)
def test_a_change_refused_changes_nothing(ctx: Context, cast: Cast, old: str, new: str, code: str) -> None:
    assert refusal_of(lambda: identity.change_password(ctx, cast.graduate.account, old, new)).code == code
    assert identity.log_in(ctx, cast.graduate.phone, PASSWORD, HERE)


def test_guessing_the_old_password_is_throttled(ctx: Context, cast: Cast) -> None:
    seen = [
        refusal_of(
            lambda: identity.change_password(ctx, cast.graduate.account, "wrong-password1", "another1pass")
        ).code
        for _ in range(6)
    ]
    assert seen == ["login_failed"] * 5 + ["too_many_tries"]


def test_a_providers_password_is_changed_at_the_provider(ctx: Context) -> None:
    account = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    assert (
        refusal_of(lambda: identity.change_password(ctx, account, "", "another1pass")).code
        == "external_account"
    )


# -- people of a provider ----------------------------------------------------------------------------------


def test_a_person_is_admitted_once_and_kept_in_step(ctx: Context) -> None:
    first = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    again = identity.admit(Identity(ISSUER, "sub-1", "李晓宇", "13900000998"))
    stored = Account.get_by_id(first.id)
    assert again.id == first.id
    assert (stored.name, stored.phone) == ("李晓宇", "13900000998")
    assert Account.by_phone("13900000998", ISSUER).id == first.id
    assert Account.by_phone(NEW_PHONE, ISSUER) is None
    assert acts("account") == [("register", "person", "", "")]


def test_a_visit_without_news_writes_nothing(ctx: Context) -> None:
    before = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    after = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    assert Account.get_by_id(after.id).version == before.version


def test_what_the_provider_does_not_tell_is_kept(ctx: Context) -> None:
    identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    account = identity.admit(Identity(ISSUER, "sub-1", "", None))
    assert (account.name, account.phone) == ("李晓雨", NEW_PHONE)


def test_a_number_that_was_given_out_again_goes_to_its_new_holder(ctx: Context) -> None:
    former = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    present = identity.admit(Identity(ISSUER, "sub-2", "陈浩然", NEW_PHONE))
    assert Account.by_phone(NEW_PHONE, ISSUER).id == present.id
    assert Account.get_by_id(former.id).phone is None


def test_the_same_phone_in_two_directories_is_two_people(ctx: Context, cast: Cast) -> None:
    account = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", cast.graduate.phone))
    assert account.id != cast.graduate.account.id
    assert Account.by_phone(cast.graduate.phone).id == cast.graduate.account.id


def test_the_longest_subject_that_a_provider_may_give(ctx: Context) -> None:
    subject = "s" * 255
    assert (
        identity.admit(Identity(ISSUER, subject, "李晓雨", None)).id
        == identity.admit(Identity(ISSUER, subject, "李晓雨", None)).id
    )


def test_a_person_who_comes_in_by_four_doors_at_once_is_one(ctx: Context) -> None:
    results = together(*[lambda: identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE)).id] * 4)
    assert len(set(results)) == 1
    assert Account.select().count() == 1


def test_a_disabled_person_of_a_provider_stays_outside(ctx: Context) -> None:
    account = identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    account.change(disabled_at=ctx.clock())
    with pytest.raises(NotAllowed) as refused:
        identity.admit(Identity(ISSUER, "sub-1", "李晓雨", NEW_PHONE))
    assert refused.value.code == "account_closed"
