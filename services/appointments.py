"""Accounts for the levels below: the three cases of 《辅导员平台使用说明》, and the first password by text message.

Whoever has an account that can log in gets the capacity on top of it; whoever has one that cannot must recover it
first; for anybody else an account is made, with a first password that the first log-in makes them change.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import personal
from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from domain.rights import UNIT_LEVELS, Right
from models import journal
from models.account import PHONE, Account, LoginSession
from models.db import Keys, transaction
from models.org import OrgUnit, Staff
from models.staffing import accounts_with_phone
from services import people, units
from services.context import Context
from services.identity import BUILTIN
from services.outbox import owe_sms
from services.seats import Seat

AGAIN_AFTER = timedelta(minutes=10)  # between two first passwords for one person
_ONE_TAP = timedelta(minutes=1)  # the same request within it is a double tap, not a mistake
_USELESS_AFTER = timedelta(days=1)
# Nothing that one takes for another when typing from a phone's screen.
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom to appoint to what; ``unit`` is the unit's code."""

    name: str
    phone: str
    level: str
    unit: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry that has been read, with the hash of a first password where somebody needs one."""

    name: str
    phone: str
    level: Role
    unit: str
    office: str
    password: str = ""
    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class Appointed:
    """The capacity, and whether an account was made for it."""

    staff: Staff
    is_new_account: bool
    touched: tuple[Account, ...] = ()  # whose cards change


def create(ctx: Context, seat: Seat, entry: Entry) -> Appointed:
    """Appoints somebody below. A second tap gets the first one's answer.

    Raises NotAllowed for a level that the seat does not create, Invalid for a bad field or a unit that is not in
    range, open and of the right level, Conflict for a capacity that is there already, a phone that is another's,
    an account that must be recovered first, or a counselor of another unit.
    """
    appointed = appoint(ctx, seat, prepare(ctx, seat, entry))
    people.renew_cards(ctx, appointed.touched)
    return appointed


def prepare(ctx: Context, seat: Seat, entry: Entry) -> Ready:
    """Reads an entry and, where nobody has the phone, hashes a first password; outside every transaction."""
    level = _level(entry.level)
    seat.need(level, Right.CREATE)
    ready = Ready(
        personal.person_name(entry.name),
        personal.mobile(entry.phone),
        level,
        entry.unit,
        people.tidy_office(entry.office),
    )
    if accounts_with_phone(ready.phone):
        return ready
    password = first_password()
    return Ready(
        ready.name,
        ready.phone,
        ready.level,
        ready.unit,
        ready.office,
        password,
        ctx.passwords.hash(password),
    )


def first_password() -> str:
    """A password that can be read from a text message and typed: eight letters and four digits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return letters + "".join(secrets.choice(_DIGITS) for _ in range(4))


@transaction
def appoint(ctx: Context, seat: Seat, ready: Ready) -> Appointed:
    """Writes what ``prepare`` made ready; joins the caller's transaction, who calls
    ``people.renew_cards`` after it."""
    unit = _unit(seat, ready)
    account = _existing(ready)
    if account is None:
        return _with_new_account(ctx, seat, ready, unit)
    former = Staff.get_or_none(
        (Staff.account == account) & (Staff.level == ready.level) & (Staff.unit == unit)
    )
    if former is not None and former.ended_at is None:
        if ctx.clock() - former.created_at > _ONE_TAP:
            raise Conflict("role_exists")
        return Appointed(former, people.has_first_password(account))
    people.check_single_counselor(account, ready.level)
    if former is not None:
        touched = people.bring_back(former, seat)
        former.change(office=ready.office)
        return Appointed(former, False, tuple(touched))
    staff = _capacity(ctx, seat, ready, account, unit)
    owe_sms(ctx, "role_added", {}, phone=ready.phone, key=f"role_added:{staff.code}")
    return Appointed(staff, False, (account,))


def send_password_again(ctx: Context, seat: Seat, code: str) -> datetime:
    """Owes a new first password to somebody who has not changed theirs yet; the former one opens nothing more.

    Answers when it was owed. Raises NotFound, NotAllowed, Conflict once it was changed or the account ended,
    TooMany within ten minutes of the last one.
    """
    _may_send(ctx, people.managed(seat, code))
    password = first_password()
    return _send_again(ctx, seat, code, password, ctx.passwords.hash(password))


@transaction
def _send_again(ctx: Context, seat: Seat, code: str, password: str, password_hash: str) -> datetime:
    staff = people.managed(seat, code)
    account = staff.account
    account.change()  # its lock: two superiors at once
    _may_send(ctx, staff)
    now = ctx.clock()
    account.change(password_hash=password_hash)
    LoginSession.end_all(account.id, now)
    staff.change(invited_at=now)
    _owe_password(ctx, staff, account.phone, password)
    journal.write(staff, "send_password", seat.actor)
    return now


def correct(ctx: Context, seat: Seat, code: str, name: str, phone: str) -> Staff:
    """Corrects a name or phone that was typed wrongly, while nobody has come in with the first password.

    A new phone gets a new first password, and the one sent to the wrong phone opens nothing more. Raises NotFound,
    NotAllowed, Invalid, Conflict once the account is in use, when the new phone has an account of its own, or when
    the person has a capacity that is somebody else's to manage: whoever names the phone gets the password.
    """
    name, phone = personal.person_name(name), personal.mobile(phone)
    account = people.managed(seat, code).account
    if (account.name, account.phone) == (name, phone):
        return people.find(seat, code)
    password = first_password()
    return _correct(ctx, seat, code, (name, phone), (password, ctx.passwords.hash(password)))


@transaction
def _correct(
    ctx: Context, seat: Seat, code: str, person: tuple[str, str], password: tuple[str, str]
) -> Staff:
    staff = people.managed(seat, code)
    account, (name, phone) = staff.account, person
    account.change()
    if staff.ended_at is not None:
        raise Conflict("account_ended")
    if not people.has_first_password(Account.get_by_id(account.id)):
        raise Conflict("name_is_theirs")
    if any(not _manages(seat, row) for row in Staff.select().where(Staff.account == account.id)):
        raise Conflict("shared_account")
    if any(other.id != account.id for other in accounts_with_phone(phone)):
        raise Conflict("phone_has_account", fields={"phone": "phone_has_account"})
    changed = [word for word, new in (("name", name), ("phone", phone)) if getattr(account, word) != new]
    account.change(name=name, phone=phone, phone_index=Keys.ring.blind(phone, PHONE))
    if "phone" in changed:
        account.change(password_hash=password[1])
        LoginSession.end_all(account.id, ctx.clock())
        staff.change(invited_at=ctx.clock())
        _owe_password(ctx, staff, phone, password[0])
    journal.write(staff, "correct", seat.actor, note={"fields": changed})
    return staff


def _manages(seat: Seat, staff: Staff) -> bool:
    try:
        return bool(people.managed(seat, staff.code))
    except (NotFound, NotAllowed):
        return False


def _may_send(ctx: Context, staff: Staff) -> None:
    account = Account.get_by_id(staff.account_id)
    if staff.ended_at is not None:
        raise Conflict("account_ended")
    if account.disabled_at is not None:
        raise Conflict("recover_first")
    if not people.has_first_password(account):
        raise Conflict("first_password_used")
    if not account.phone:
        raise Conflict("no_phone")
    sent = [row.invited_at for row in Staff.active_of(account.id) if row.invited_at is not None]
    left = max(sent, default=ctx.clock() - AGAIN_AFTER) + AGAIN_AFTER - ctx.clock()
    if left > timedelta(0):
        raise TooMany("first_password_too_soon", int(left.total_seconds()) + 1)


def _with_new_account(ctx: Context, seat: Seat, ready: Ready, unit: OrgUnit) -> Appointed:
    if not ready.password_hash:
        raise Conflict("stale")  # whoever had the phone a moment ago has it no more
    account = Account.create(
        directory=BUILTIN,
        subject=secrets.token_urlsafe(12),
        name=ready.name,
        phone=ready.phone,
        phone_index=Keys.ring.blind(ready.phone, PHONE),
        password_hash=ready.password_hash,
        must_change_password=True,
    )
    staff = _capacity(ctx, seat, ready, account, unit)
    staff.change(invited_at=ctx.clock())
    _owe_password(ctx, staff, ready.phone, ready.password)
    return Appointed(staff, True, (account,))


def _capacity(ctx: Context, seat: Seat, ready: Ready, account: Account, unit: OrgUnit) -> Staff:
    staff = Staff.create(
        account=account, level=ready.level, unit=unit, office=ready.office, created_at=ctx.clock()
    )
    journal.write(staff, "create", seat.actor, note={"level": ready.level, "unit": unit.code})
    return staff


def _owe_password(ctx: Context, staff: Staff, phone: str, password: str) -> None:
    owe_sms(
        ctx,
        "account_created",
        {"phone": phone, "password": password},
        phone=phone,
        key=f"first_password:{staff.code}:{staff.version}",
        useless_at=ctx.clock() + _USELESS_AFTER,
    )


def _existing(ready: Ready) -> Account | None:
    """The account to put the capacity on, or None where nobody has the phone; raises Conflict."""
    accounts = accounts_with_phone(ready.phone)
    named = [account for account in accounts if personal.fold_name(account.name) == ready.name]
    usable = [account for account in named if account.disabled_at is None]
    if usable:
        return usable[0]
    if named:
        raise Conflict("recover_first")
    if accounts:
        raise Conflict("phone_other_name", fields={"name": "phone_other_name"})
    return None


def _unit(seat: Seat, ready: Ready) -> OrgUnit:
    try:
        unit = units.hold(units.unit_of(seat, ready.unit))
    except NotFound:
        raise Invalid.field("unit", "wrong_unit") from None
    if Role(unit.level) not in UNIT_LEVELS[ready.level] or unit.closed_at is not None:
        raise Invalid.field("unit", "wrong_unit")
    return unit


def _level(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Invalid.field("level", "bad_choice") from None
