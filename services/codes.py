"""One-time codes by SMS: single use, five minutes, a few a day."""

import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.refusals import Invalid, TooMany
from models.account import PHONE, OneTimeCode
from models.db import Keys, transaction
from services.context import Context
from services.outbox import owe_sms

LIFE = timedelta(minutes=5)
_PAUSE = timedelta(seconds=60)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_Limits = tuple[tuple[timedelta, int], ...]
# What the vendors of SMS deliver to one phone unless they are asked for more; nobody's phone is flooded.
_PER_PHONE: _Limits = ((_HOUR, 5), (_DAY, 10))
# Of these, what anybody may ask for without being able to use it: who is logged in has the rest to themselves.
_UNUSED: _Limits = ((_HOUR, 4), (_DAY, 8))
# And what may come from one network: nobody shuts somebody else out from a single place.
_UNUSED_FROM_ONE: _Limits = ((_HOUR, 3), (_DAY, 5))
_PER_ADDRESS: _Limits = ((_HOUR, 60),)  # a dormitory shares one address


class Purpose(StrEnum):
    """What a code may be used for; a code for one purpose opens nothing else."""

    REGISTER = "register"
    RESET = "reset"
    MOVE = "move"
    UNBIND = "unbind"
    SIGN = "sign"  # the unit's 经办人 shows whose the phone is
    ACCEPT = "accept"  # the graduate signs outside of the WeChat that is bound
    SIGN_BACK = "sign_back"  # the unit's 经办人 comes back to what was signed


_BY_THE_OWNER = (
    Purpose.MOVE,
    Purpose.UNBIND,
    Purpose.ACCEPT,
)  # asked for by whoever is logged in with this phone


def send(ctx: Context, phone: str, purpose: Purpose, address: str) -> int:
    """Owes the phone a fresh code and answers the seconds until another may be asked for.

    ``address`` is the asker's network address. Raises TooMany.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    _store(ctx, phone, purpose, address, code)
    return int(_PAUSE.total_seconds())


@transaction
def _store(ctx: Context, phone: str, purpose: Purpose, address: str, code: str) -> None:
    now = ctx.clock()
    index = Keys.ring.blind(phone, PHONE)
    last = OneTimeCode.newest(index, purpose)
    if last is not None and now - last.created_at < _PAUSE:
        raise TooMany("code_too_soon", int((_PAUSE - (now - last.created_at)).total_seconds()) + 1)
    mark = Keys.ring.mark(address)
    for which, limits in _limited(index, purpose, mark):
        _check(now, which, limits)
    minute = int(now.timestamp() // 60)
    OneTimeCode.create(
        phone_index=index,
        purpose=purpose,
        minute=minute,
        digest=_digest(index, purpose, code),
        address=mark,
        created_at=now,
        expires_at=now + LIFE,
    )
    params = {"code": code, "minutes": str(LIFE.seconds // 60)}
    owe_sms(ctx, "code", params, phone=phone, key=f"code:{index}:{purpose}:{minute}", useless_at=now + LIFE)


def _limited(index: str, purpose: Purpose, mark: str) -> Iterator[tuple[Any, _Limits]]:
    """Which codes count against which limits. A code that was used was its owner's, who is not kept from the next."""
    to_phone, from_here = OneTimeCode.phone_index == index, OneTimeCode.address == mark
    yield to_phone, _PER_PHONE
    yield from_here, _PER_ADDRESS
    if purpose not in _BY_THE_OWNER:
        in_vain = to_phone & OneTimeCode.used_at.is_null() & OneTimeCode.purpose.not_in(_BY_THE_OWNER)
        yield in_vain, _UNUSED
        yield in_vain & from_here, _UNUSED_FROM_ONE


def _check(now: datetime, which: Any, limits: _Limits) -> None:
    for window, most in limits:
        if OneTimeCode.count_since(now - window, which) >= most:
            raise TooMany("code_too_many", int(window.total_seconds()))


def expect(ctx: Context, phone: str, purpose: Purpose) -> None:
    """Raises Invalid, as for a wrong code, unless some code could still be used; takes no try.

    Asked before a password is hashed, so that nobody keeps the hashing slot busy with made-up codes.
    """
    if not _is_open(ctx, OneTimeCode.newest(Keys.ring.blind(phone, PHONE), purpose)):
        raise Invalid.field("code", "code_wrong")


def use(ctx: Context, phone: str, purpose: Purpose, code: str) -> None:
    """Uses up the code; raises Invalid when it is wrong, used, too old, or tried too often.

    A try is taken before the code is looked at, so that many at once get no more than one after the other. It
    stays taken when the caller gives up, so this runs in a transaction of its own.
    """
    if not spend(ctx, phone, purpose, code):
        raise Invalid.field("code", "code_wrong")


@transaction
def spend(ctx: Context, phone: str, purpose: Purpose, code: str) -> bool:
    """Whether the code was right, for a caller whose transaction goes on either way: a wrong one has cost a try."""
    code = code.strip()
    index = Keys.ring.blind(phone, PHONE)
    row = OneTimeCode.newest(index, purpose)
    if row is None or not _is_open(ctx, row) or not row.take_try():
        return False
    return hmac.compare_digest(row.digest, _digest(index, purpose, code)) and row.spend(ctx.clock())


def _is_open(ctx: Context, row: OneTimeCode | None) -> bool:
    return row is not None and row.used_at is None and row.expires_at > ctx.clock() and row.tries_left > 0


def _digest(index: str, purpose: str, code: str) -> str:
    key = Keys.ring.derive("one-time code")
    return hmac.new(key, f"{index}\0{purpose}\0{code}".encode(), "sha256").hexdigest()
