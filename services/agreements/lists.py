"""Lists of agreements: a graduate's, a signer's and an employer's. Those of staff are queues."""

from collections.abc import Collection
from typing import Any

from domain import personal
from domain.agreements import ONLINE
from domain.refusals import Invalid, NotFound
from models.account import PHONE
from models.agreement import Agreement
from models.db import Keys
from models.employer import Recruiter
from models.graduate import Graduate
from services import codes, listing
from services.agreements.parties import own_graduate
from services.context import Context
from services.listing import SLICE, Slice
from services.sessions import Visitor

MOST_BACK = 60  # whoever recruits at a fair signs with a class; a cookie has room for about twice as many
# What a unit has never sent is nobody else's, also once it has run out.
_SENT = (Agreement.kind != ONLINE) | Agreement.offered_at.is_null(False)


def of_graduate(visitor: Visitor, after: str = "") -> Slice[Agreement]:
    """The graduate's agreements, the newest first; what a unit is still writing is not among them."""
    mine = (Agreement.graduate == own_graduate(visitor).id) & _SENT
    return _slice(Agreement.select().where(mine), after)


def of_employer(recruiter: Recruiter, status: str = "", after: str = "") -> Slice[Agreement]:
    """What a registered unit has begun, with the graduates, the newest first."""
    query = _joined().where(Agreement.employer == recruiter.employer_id)
    if status:
        query = query.where(Agreement.status == status)
    return _slice(query, after)


def one_of_employer(recruiter: Recruiter, code: str) -> Agreement:
    """One of them; raises NotFound."""
    mine = (Agreement.code == code) & (Agreement.employer == recruiter.employer_id)
    return _found(_joined().where(mine).first())


def of_signer(held: Collection[str]) -> list[Agreement]:
    """The agreements whose codes a browser holds, with the graduates, the newest first."""
    rows = _joined().where(Agreement.code.in_(list(held)[-MOST_BACK:])) if held else []
    return sorted(rows, key=lambda row: int(row.id), reverse=True)


def one_of_signer(held: Collection[str], code: str) -> Agreement:
    """One of them; raises NotFound for a code that the browser does not hold."""
    if code not in held:
        raise NotFound()
    return _found(Agreement.by_code(code))


def send_back_code(ctx: Context, phone: str, address: str) -> int:
    """Owes a code to a phone by which somebody has signed, or says to; answers the seconds until the next.

    It is sent whether or not the phone is known: nobody learns from it who has signed. Raises Invalid, TooMany.
    """
    return codes.send(ctx, personal.mobile(phone), codes.Purpose.SIGN_BACK, address)


def come_back(ctx: Context, phone: str, code: str) -> list[Agreement]:
    """What the holder of a phone has signed or begun without an account, the newest first. Raises Invalid."""
    number = personal.mobile(phone)
    codes.use(ctx, number, codes.Purpose.SIGN_BACK, code)
    index = Keys.ring.blinds(number, PHONE)
    mine = Agreement.signer_phone_index.in_(index) & Agreement.employer.is_null()
    mine &= Agreement.kind == ONLINE  # of a form on paper the phone is that of who sent its scan
    rows = _joined().where(mine).order_by(Agreement.id.desc()).limit(MOST_BACK)
    found = list(rows)
    if not found:
        raise Invalid.field("phone", "nothing_signed")
    return found


def _joined() -> Any:
    return Agreement.select(Agreement, Graduate).join(Graduate)


def _found(row: Agreement | None) -> Agreement:
    if row is None:
        raise NotFound()
    return row


def _slice(query: Any, after: str) -> Slice[Agreement]:
    if last := listing.place_of(after, (int,)):
        query = query.where(Agreement.id < last[0])
    rows = list(query.order_by(Agreement.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "")
