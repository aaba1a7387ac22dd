"""The second factor (动态验证码, TOTP of RFC 6238) that 校级 and above show before the console opens."""

import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote

import pyotp

from config.metrics import LOGINS
from domain import personal, recovery
from domain.actors import SYSTEM, Role
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.rights import SECOND_FACTOR, Right
from models import journal
from models.account import Account
from models.db import transaction
from models.org import OrgUnit, Staff
from models.recovery import RecoveryCode
from services.context import Context
from services.outbox import owe_sms
from services.seats import Seat
from services.sessions import Visitor
from services.throttle import SECOND_FACTOR_TRIES, SECOND_FACTOR_WRONG

_ISSUER = "24365"
_SECONDS = 30  # a step of RFC 6238
_DRIFT = 1  # steps that a phone's clock may be early or late


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret that is in use only once ``confirm`` has seen a code made from it."""

    secret: str
    address: str  # otpauth://…, what the QR code holds


def is_needed(visitor: Visitor) -> bool:
    """Whether one of the account's capacities asks for a second factor."""
    return any(Role(row.level) in SECOND_FACTOR for row in visitor.staff)


def is_owed(visitor: Visitor) -> bool:
    """Whether this session must still show it."""
    return is_needed(visitor) and visitor.session.second_factor_at is None


def is_on(visitor: Visitor) -> bool:
    """Whether the account has one."""
    return visitor.account.totp_on_at is not None


def new_secret() -> str:
    """A secret of 160 bits for an authenticator app, base32."""
    return pyotp.random_base32()


def enrolment(visitor: Visitor, secret: str) -> Enrolment:
    """How ``secret`` is put into an authenticator app."""
    # The account's code, not its phone: the app shows the label to whoever looks at the screen.
    label = quote(visitor.account.code[:6])
    address = f"otpauth://totp/{_ISSUER}:{label}?secret={secret}&issuer={_ISSUER}"
    return Enrolment(secret, address)


def confirm(ctx: Context, visitor: Visitor, secret: str, code: str) -> tuple[str, ...]:
    """Puts ``secret`` to use and lets the session in, by a code made from it; answers its recovery codes, this once.

    Raises Invalid for a wrong code, TooMany, or Conflict when the account has a second factor already.
    """
    step = step_of(ctx, visitor.account, secret, code)
    codes = recovery.fresh()
    _turn_on(ctx, visitor, secret, step, codes)
    forget_tries(ctx, visitor.account)
    return codes


@transaction
def _turn_on(ctx: Context, visitor: Visitor, secret: str, step: int, codes: tuple[str, ...]) -> None:
    if not visitor.account.turn_totp_on(secret, step, ctx.clock()):
        raise Conflict("second_factor_on")
    keep_codes(ctx, visitor.account, codes)
    visitor.session.note_second_factor(ctx.clock())
    journal.write(visitor.account, "enrol_second_factor", visitor.actor)
    tell(ctx, visitor.account, "second_factor_set")


def keep_codes(ctx: Context, account: Account, codes: tuple[str, ...]) -> None:
    """Makes these the account's only recovery codes, in the caller's transaction."""
    RecoveryCode.replace_all(account.id, [recovery.digest(account.code, code) for code in codes], ctx.clock())


def show(ctx: Context, visitor: Visitor, code: str) -> None:
    """Lets the session in by a code of the account's app. Raises Invalid for a wrong or used code, TooMany."""
    if not is_on(visitor):
        raise Conflict("second_factor_off")
    step = step_of(ctx, visitor.account, visitor.account.totp_secret, code)
    _let_in(ctx, visitor, step)
    forget_tries(ctx, visitor.account)


@transaction
def _let_in(ctx: Context, visitor: Visitor, step: int) -> None:
    use_step(visitor.account, step)
    visitor.session.note_second_factor(ctx.clock())


def use_step(account: Account, step: int) -> None:
    """Marks a step of the app used, in the caller's transaction. Raises Invalid when it has been used."""
    if not account.use_totp_step(step):
        raise Invalid.field("code", "second_factor_used")


def step_of(ctx: Context, account: Account, secret: str, code: str) -> int:
    """The step whose code this is; every try counts until one is right, and a wrong one all day."""
    take_try(ctx, account)
    typed = re.sub(r"\s", "", code)
    totp = pyotp.TOTP(secret)
    now = int(ctx.clock().timestamp()) // _SECONDS
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    count_wrong(ctx, account)
    raise Invalid.field("code", "second_factor_wrong")


def take_try(ctx: Context, account: Account) -> None:
    """Counts a try at the second factor. Raises TooMany."""
    ctx.throttle.check(SECOND_FACTOR_WRONG, account.code)
    ctx.throttle.use(SECOND_FACTOR_TRIES, account.code)


def forget_tries(ctx: Context, account: Account) -> None:
    """Clears the count of tries after a right one; wrong ones still count for the day."""
    ctx.throttle.forget(SECOND_FACTOR_TRIES, account.code)


def count_wrong(ctx: Context, account: Account) -> None:
    """Counts a try that was wrong."""
    ctx.throttle.count(SECOND_FACTOR_WRONG, account.code)
    LOGINS.labels("wrong_second_factor").inc()


def tell(ctx: Context, account: Account, text: str, **params: str) -> None:
    """Owes the owner's phone a word, for whoever did it may have had the password alone."""
    if account.phone:
        key = f"{text}:{account.code}:{ctx.clock():%Y%m%d%H%M%S%f}"
        owe_sms(ctx, text, params, phone=account.phone, key=key)


def reset(ctx: Context, seat: Seat, staff_code: str) -> None:
    """Takes away somebody's second factor, as after a lost phone, and logs them out; they enrol a new one.

    Raises NotFound outside the seat's range, NotAllowed unless the seat manages this capacity and every other of
    the account that asks for a second factor, Conflict when there is none to take away.
    """
    _forget_all_tries(ctx, _reset(ctx, seat, staff_code))


@transaction
def _reset(ctx: Context, seat: Seat, staff_code: str) -> Account:
    people = Staff.select(Staff, Account, OrgUnit).join(OrgUnit).switch(Staff).join(Account)
    staff = seat.scope.staff(people).where((Staff.code == staff_code) & Staff.ended_at.is_null()).first()
    if staff is None:
        raise NotFound()
    seat.need(Role(staff.level), Right.MANAGE)
    for capacity in Staff.active_of(staff.account_id):
        level = Role(capacity.level)
        if level not in SECOND_FACTOR:
            continue
        seat.need(level, Right.MANAGE)
        if not capacity.unit.path.startswith(seat.scope.unit.path):
            raise NotAllowed()
    account: Account = staff.account
    _take_away(ctx, account)
    journal.write(staff, "reset_second_factor", seat.actor)
    return account


def reset_by_phone(ctx: Context, phone: str) -> None:
    """The same from the command line, for the top level, which has nobody above. Raises NotFound, Conflict."""
    _forget_all_tries(ctx, _reset_by_phone(ctx, phone))


@transaction
def _reset_by_phone(ctx: Context, phone: str) -> Account:
    account = Account.by_phone(personal.mobile(phone))
    if account is None:
        raise NotFound()
    _take_away(ctx, account)
    journal.write(account, "reset_second_factor", SYSTEM)
    return account


def _take_away(ctx: Context, account: Account) -> None:
    if not account.turn_totp_off(ctx.clock()):
        raise Conflict("second_factor_off")
    keep_codes(ctx, account, ())
    tell(ctx, account, "second_factor_reset")


def _forget_all_tries(ctx: Context, account: Account) -> None:
    """Whoever made wrong tries at the former one leaves its owner free to set up the next."""
    for rule in (SECOND_FACTOR_TRIES, SECOND_FACTOR_WRONG):
        ctx.throttle.forget(rule, account.code)
