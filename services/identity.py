"""The identity directory (学信账号): registering, logging in, changing and resetting a password.

Two directories stand behind one table of accounts: the built-in one here, and an OAuth2/OIDC provider whose
people are admitted by ``admit``.
"""

import secrets

from config.metrics import LOGINS
from domain import personal
from domain.actors import Actor, Role
from domain.refusals import Conflict, Invalid, NotAllowed
from models import journal
from models.account import PHONE, Account, LoginSession
from models.db import Keys, transaction
from providers.oidc import Identity
from services import codes
from services.context import Context
from services.passwords import strong_enough
from services.throttle import LOGINS_PER_ACCOUNT, WRONG_PER_ACCOUNT, WRONG_PER_ADDRESS

BUILTIN = "builtin"


def log_in(ctx: Context, phone: str, password: str, address: str) -> Account:
    """The account with this phone and password; raises Invalid without saying which part was wrong, or TooMany.

    Counters are asked before anything is hashed, and the same work is done for a phone that nobody has. In a storm
    most people are turned away before they cost anything.
    """
    number = personal.mobile(phone)
    ctx.passwords.ask()
    who = Keys.ring.blind(number, PHONE)
    ctx.throttle.check(WRONG_PER_ADDRESS, address)
    ctx.throttle.check(WRONG_PER_ACCOUNT, who)
    ctx.throttle.use(LOGINS_PER_ACCOUNT, who)
    account = Account.by_phone(number)
    stored = account.password_hash if account is not None and account.disabled_at is None else ""
    good = ctx.passwords.matches(stored, password)
    if account is None or not good:
        ctx.throttle.count(WRONG_PER_ADDRESS, address)
        ctx.throttle.count(WRONG_PER_ACCOUNT, who)
        LOGINS.labels("wrong").inc()
        raise Invalid("login_failed")
    ctx.throttle.forget(WRONG_PER_ACCOUNT, who)
    LOGINS.labels("ok").inc()
    return account


def register(ctx: Context, name: str, phone: str, code: str, password: str) -> Account:
    """A new account of the built-in directory, for whoever holds the phone.

    Raises Invalid for a bad field or code, Conflict when the phone has an account: told only to its holder.
    """
    name, number = personal.person_name(name), personal.mobile(phone)
    strong_enough(password)
    codes.expect(ctx, number, codes.Purpose.REGISTER)
    password_hash = ctx.passwords.hash(password)  # may be too busy, and then the code is still good
    codes.use(ctx, number, codes.Purpose.REGISTER, code)
    return _create(name, number, password_hash)


@transaction
def _create(name: str, number: str, password_hash: str) -> Account:
    if Account.by_phone(number) is not None:
        raise Conflict("phone_registered")
    account = Account.create(
        directory=BUILTIN,
        subject=secrets.token_urlsafe(12),
        name=name,
        phone=number,
        phone_index=Keys.ring.blind(number, PHONE),
        password_hash=password_hash,
    )
    journal.write(account, "register", _self(account))
    return account


def reset_password(ctx: Context, phone: str, code: str, password: str) -> Account:
    """Sets a new password for the holder of the phone and ends the account's sessions.

    A phone without an account gets the same refusal as a wrong code. Raises NotAllowed for a closed account.
    """
    number = personal.mobile(phone)
    strong_enough(password)
    codes.expect(ctx, number, codes.Purpose.RESET)
    password_hash = ctx.passwords.hash(password)  # may be too busy, and then the code is still good
    codes.use(ctx, number, codes.Purpose.RESET, code)
    account = Account.by_phone(number)
    if account is None:
        raise Invalid.field("code", "code_wrong")
    if account.disabled_at is not None:
        raise NotAllowed("account_closed")
    _set_password(ctx, account, password_hash, "reset_password")
    ctx.throttle.forget(WRONG_PER_ACCOUNT, Keys.ring.blind(number, PHONE))
    return account


def change_password(ctx: Context, account: Account, old: str, new: str) -> None:
    """Changes the password of somebody who knows the old one; ends the account's sessions."""
    if account.directory != BUILTIN:
        raise Conflict("external_account")
    strong_enough(new)
    check_password(ctx, account, old)
    if old == new:
        raise Invalid.field("password", "same_password")
    _set_password(ctx, account, ctx.passwords.hash(new), "change_password")


def check_password(ctx: Context, account: Account, password: str) -> None:
    """Raises Invalid unless the password is the account's; counted like a log-in."""
    who = Keys.ring.blind(account.phone, PHONE) if account.phone else account.code
    ctx.throttle.check(WRONG_PER_ACCOUNT, who)
    if not ctx.passwords.matches(account.password_hash, password):
        ctx.throttle.count(WRONG_PER_ACCOUNT, who)
        raise Invalid.field("password", "login_failed")


@transaction
def _set_password(ctx: Context, account: Account, password_hash: str, verb: str) -> None:
    account.change(password_hash=password_hash, must_change_password=False)
    LoginSession.end_all(account.id, ctx.clock())
    journal.write(account, verb, _self(account))


@transaction
def admit(identity: Identity) -> Account:
    """The account of somebody whom an OIDC provider vouches for, made at the first visit, kept in step later.

    A phone that the provider now vouches for is no longer its former holder's: numbers are given out again.
    Raises NotAllowed when the account has been closed here.
    """
    known = {"name": identity.name} if identity.name else {}
    if identity.phone:
        known |= {"phone": identity.phone, "phone_index": Keys.ring.blind(identity.phone, PHONE)}
        former = Account.by_phone(identity.phone, identity.issuer)
        if former is not None and former.subject != identity.subject:
            former.change(phone=None, phone_index=None)
    keys = {"directory": identity.issuer, "subject": identity.subject}
    account, is_new = Account.add_or_get(keys, {"name": "", **known})
    if account.disabled_at is not None:
        raise NotAllowed("account_closed")
    if is_new:
        journal.write(account, "register", _self(account))
    elif known != {name: getattr(account, name) for name in known}:
        account.change(**known)
    return account


def _self(account: Account) -> Actor:
    return Actor(code=account.code, roles=frozenset({Role.PERSON}), account_id=account.id)
