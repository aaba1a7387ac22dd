"""签约码: what a graduate shows or forwards, and a unit scans. It can be shown again, renewed and taken back.

The token is made from the row's code by a key of ours and never stored; its digest is, for finding the row.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from config.agreements import times
from documents.fonts import lacking
from domain import personal
from domain.actors import SYSTEM
from domain.agreements import TICKET, live_key
from domain.refusals import Conflict, NotFound, named
from models import journal
from models.agreement import Agreement, SigningTicket
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit
from services import throttle
from services.agreements import rules, standing
from services.agreements.parties import Party, own_graduate
from services.context import Context
from services.sessions import Visitor

_TOKEN = 16  # bytes: 128 bits
_KEY = "signing ticket"
_CONFIRMED = ("confirmed", "locked")  # of 生源信息


@dataclass(frozen=True, slots=True)
class Ticket:
    """The graduate's live code: where it leads, and by how many units it was opened."""

    url: str
    token: str
    expires_at: datetime
    opened: int
    row: SigningTicket


@dataclass(frozen=True, slots=True)
class Face:
    """All that whoever scans gets to know of the graduate."""

    name: str  # 李**
    school: str
    major: str


@transaction
def show(ctx: Context, party: Party, visitor: Visitor) -> Ticket:
    """The live code of the graduate, made now if there is none.

    Raises NotAllowed, and Conflict while the school is not open, 生源信息 is not confirmed, or an agreement binds.
    """
    graduate = _ready(visitor)
    row = _live(graduate)
    if row is not None and (row.expires_at <= ctx.clock() or not _token_of(ctx, row)):
        journal.step(row, TICKET, "expire", SYSTEM, live_key=None)
        row = None
    return _ticket(ctx, row or _made(ctx, party, graduate))


@transaction
def renew(ctx: Context, party: Party, visitor: Visitor) -> Ticket:
    """A new code in the place of the live one, which opens nothing more. Raises like ``show``."""
    graduate = _ready(visitor)
    row = _live(graduate)
    if row is not None:
        journal.step(row, TICKET, "revoke", party.actor, live_key=None)
    return _ticket(ctx, _made(ctx, party, graduate))


@transaction
def revoke(ctx: Context, party: Party, visitor: Visitor) -> None:
    """Takes the live code back; what units are writing by it cannot be sent any more. Twice is once."""
    graduate = own_graduate(visitor)
    graduate.hold()
    row = _live(graduate)
    if row is not None:
        journal.step(row, TICKET, "revoke", party.actor, live_key=None)


def live(ctx: Context, visitor: Visitor) -> Ticket | None:
    """The live code, if there is one; makes none."""
    row = _live(own_graduate(visitor))
    is_live = row is not None and row.expires_at > ctx.clock() and _token_of(ctx, row)
    return _ticket(ctx, row) if row is not None and is_live else None


def find(ctx: Context, token: str, address: str = "") -> SigningTicket:
    """The code behind a token, with its graduate; ``address`` is the network address that asks.

    Raises NotFound, Conflict ``ticket_over`` once it was taken back, renewed or has expired, TooMany.
    """
    if address:
        ctx.throttle.use(throttle.SIGNING_SCANS, address)
    found = SigningTicket.select(SigningTicket, Graduate, OrgUnit).join(Graduate)
    found = found.join(OrgUnit, on=(Graduate.school == OrgUnit.id), attr="school")
    row: SigningTicket | None = found.where(SigningTicket.token_digest == _digest(token)).first()
    if row is None:
        raise NotFound()
    if row.status != "live" or row.expires_at <= ctx.clock():
        raise Conflict("ticket_over")
    return row


def face(ticket: SigningTicket) -> Face:
    """What a scan shows."""
    graduate = ticket.graduate
    return Face(personal.mask_name(graduate.name), graduate.school.name, graduate.major_name)


@transaction
def expire(ctx: Context, ticket_id: int) -> bool:
    """Ends a code whose time is over; False where it has ended or is not over."""
    row = SigningTicket.get_by_id(ticket_id)
    if row.status != "live" or row.expires_at > ctx.clock():
        return False
    journal.step(row, TICKET, "expire", SYSTEM, live_key=None)
    return True


def _ready(visitor: Visitor) -> Graduate:
    graduate = own_graduate(visitor)
    rules.need_open(graduate.school_id)
    need_confirmed(graduate)
    if odd := unprintable(graduate):
        raise Conflict("person_glyph_lacking", hint=named(odd))
    graduate.hold()
    standing.need_no_other(graduate.id)
    return graduate


def need_confirmed(graduate: Graduate) -> None:
    """Raises Conflict ``source_first`` until 生源信息 is confirmed or locked: an agreement prints from it."""
    if graduate.status not in _CONFIRMED:
        raise Conflict("source_first")


def unprintable(graduate: Graduate) -> list[str]:
    """The characters of what an agreement prints of a graduate that the font lacks: online it could not be sealed.

    A form is printed all the same, and leaves to the hand what it cannot print.
    """
    own = (graduate.name, graduate.major_name, graduate.student_number, graduate.identity_number)
    return lacking("".join((*own, graduate.school.name, graduate.college.name)))


def _live(graduate: Graduate) -> SigningTicket | None:
    return SigningTicket.get_or_none(SigningTicket.live_key == live_key(graduate.id))


def _made(ctx: Context, party: Party, graduate: Graduate) -> SigningTicket:
    row = SigningTicket(
        graduate=graduate, live_key=live_key(graduate.id), expires_at=ctx.clock() + times().ticket
    )
    row.token_digest = _digest(_token(ctx.keyring.derive(_KEY), row.code))
    row.save(force_insert=True)
    journal.write(row, "issue_ticket", party.actor, after=row.status)
    return row


def _ticket(ctx: Context, row: SigningTicket) -> Ticket:
    token = _token_of(ctx, row)
    return Ticket(ctx.settings.url(f"/s/{token}"), token, row.expires_at, row.opened, row)


def _token_of(ctx: Context, row: SigningTicket) -> str:
    """The token that people hold, also made under a former key; empty where that key is gone."""
    tokens = (_token(key, row.code) for key in ctx.keyring.derive_all(_KEY))
    return next((token for token in tokens if _digest(token) == row.token_digest), "")


def _token(key: bytes, code: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, code.encode(), "sha256")[:_TOKEN]).decode().rstrip("=")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def agreements_of(ticket: SigningTicket) -> list[Agreement]:
    """What units have begun by a code, the newest first."""
    mine = Agreement.select().where(Agreement.ticket == ticket.id)
    return list(mine.order_by(Agreement.id.desc()).limit(50))
