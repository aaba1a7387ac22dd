"""合作单位 from their application to the day they share: who applies, who connects them, their keys and their days."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from domain import personal
from domain.actors import Role
from domain.hiring import PARTNER
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from models import journal
from models.db import transaction
from models.org import OrgUnit
from models.partner import Partner, PartnerDay
from services import listing
from services.context import Context
from services.listing import SLICE, Slice
from services.seats import Seat
from services.sharing import calls
from services.sharing.partner_form import KINDS, PartnerForm, checked, widened

OVERLAP = timedelta(days=7)  # both keys hold after a change
DAYS = 30  # of figures
LONGEST_REASON = 200
_COLUMN = {Role.PROVINCE: Partner.province_id, Role.SCHOOL: Partner.school_id}
_TENANT = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
CORRECTABLE = ("applied", "assigned", "testing", "live", "suspended")
_OPENED = ("live", "suspended")
_DONE = {
    "assign": "assigned",
    "test": "testing",
    "open": "live",
    "suspend": "suspended",
    "decline": "declined",
    "withdraw": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a partner may bring a day, how many days its posts stay at home, and whether they need a look.

    The numbers are as they were typed.
    """

    daily_quota: str
    hold_days: str
    is_trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done with a partner, why, and under which name for its sub-site; ``seen`` is the version on the page."""

    verb: str
    reason: str = ""
    tenant: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """What a list shows; ``keyword`` is a part of the name."""

    status: str = ""
    kind: str = ""
    keyword: str = ""


def within(seat: Seat) -> Any:
    """The partners that an office sees: its own and those below it, the ministry all."""
    if seat.level is Role.MINISTRY:
        return Partner.kind.in_(KINDS)
    column = _COLUMN.get(seat.level)
    return Partner.id < 0 if column is None else (column == seat.scope.unit.id) & Partner.kind.in_(KINDS)


def listed(seat: Seat, wanted: PartnerFilter, after: str = "") -> Slice[Partner]:
    """A page of them, the newest first."""
    query = Partner.select(Partner, OrgUnit).join(OrgUnit).where(within(seat))
    if wanted.status:
        query = query.where(Partner.status == wanted.status)
    if wanted.kind:
        query = query.where(Partner.kind == wanted.kind)
    if wanted.keyword:
        query = query.where(Partner.name.contains(personal.clean(wanted.keyword)))
    total = listing.count(query)
    if last := listing.place_of(after, (int,)):
        query = query.where(Partner.id < last[0])
    rows = list(query.order_by(Partner.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    return Slice(shown, listing.place(shown[-1].id) if len(rows) > SLICE else "", total)


def one(seat: Seat, code: str) -> Partner:
    """A partner of the office's range; raises NotFound."""
    row = Partner.select(Partner, OrgUnit).join(OrgUnit).where((Partner.code == code) & within(seat)).first()
    if row is None:
        raise NotFound()
    return row


def is_own(seat: Seat, partner: Partner) -> bool:
    """Whether the office itself is the partner."""
    return bool(partner.unit_id == seat.scope.unit.id)


@transaction
def apply(ctx: Context, seat: Seat, form: PartnerForm, code: str = "") -> Partner:
    """Hands an application in, or once more after it was declined. Raises Invalid, NotAllowed, NotFound, Conflict."""
    if seat.level not in (Role.PROVINCE, Role.SCHOOL):
        raise NotAllowed()
    columns = checked(form)
    if code:
        partner = own(seat, code)
        if partner.status == "applied":
            return partner
        journal.step(partner, PARTNER, "apply", seat.actor, reason="", **columns)
        return partner
    unit = seat.scope.unit
    again = (Partner.unit == unit) & (Partner.kind == form.kind) & (Partner.name == columns["name"])
    partner = Partner.select().where(again & Partner.status.not_in(("withdrawn", "declined"))).first()
    if partner is not None:
        return partner
    ids = [int(part) for part in unit.path.split("/") if part][1:]
    province_id, school_id = (*ids, None, None)[:2]
    partner = Partner.create(**columns, unit=unit, province_id=province_id, school_id=school_id)
    journal.write(partner, "file", seat.actor, after=partner.status)
    return partner


@transaction
def correct(ctx: Context, seat: Seat, code: str, form: PartnerForm, seen: str = "") -> Partner:
    """Changes the table of one's own partnership, or of any as the ministry; ``seen`` is the version on the page.

    Once it is open, more addresses and sites are the ministry's to let in; fewer are anybody's to ask for. Raises
    Invalid, NotFound, Conflict.
    """
    is_ministry = seat.level is Role.MINISTRY
    partner = one(seat, code) if is_ministry else own(seat, code)
    if partner.status not in CORRECTABLE:
        raise Conflict("illegal_move")
    columns = checked(replace(form, kind=partner.kind))
    if partner.status in _OPENED and not is_ministry and (wider := widened(partner, columns)):
        raise Invalid.field(wider, "partner_narrow_only")
    changed = sorted(name for name, value in columns.items() if getattr(partner, name) != value)
    if partner.edit(seen, columns):
        journal.write(partner, "change", seat.actor, note={"fields": changed})
    return partner


def own(seat: Seat, code: str) -> Partner:
    """One's own partnership; raises NotFound."""
    partner = one(seat, code)
    if not is_own(seat, partner):
        raise NotFound()
    return partner


@transaction
def move(ctx: Context, seat: Seat, code: str, step: Step) -> Partner:
    """One step towards sharing or away from it.

    Raises Invalid without a reason where one is needed, Conflict ``stale`` when the table was changed since it was
    looked at.
    """
    verb = step.verb
    partner = own(seat, code) if verb == "withdraw" else one(seat, code)
    if partner.status == _DONE[verb]:
        return partner
    if step.seen not in ("", str(partner.version)):
        raise Conflict("stale")
    columns: dict[str, Any] = {"reason": ""}
    if verb in ("suspend", "decline"):
        columns["reason"] = _explained(step.reason)
    if verb == "assign":
        columns["handler"] = seat.staff
    if verb == "test" and partner.kind == "interface" and partner.secret is None:
        columns |= {
            "key_id": secrets.token_urlsafe(12),
            "secret": secrets.token_urlsafe(32),
            "shown_at": None,
        }
    if verb in ("test", "open") and partner.kind == "embed" and not partner.tenant:
        columns["tenant"] = _tenant(step.tenant, partner)
    journal.step(partner, PARTNER, verb, seat.actor, **columns)
    return partner


@transaction
def settle(ctx: Context, seat: Seat, code: str, terms: Terms, seen: str = "") -> Partner:
    """Sets a partner's terms; ``seen`` is the version on the page. Raises Invalid, NotAllowed, NotFound, Conflict."""
    if seat.level is not Role.MINISTRY:
        raise NotAllowed()
    partner = one(seat, code)
    numbers = {
        "daily_quota": _number(terms.daily_quota, 1_000_000),
        "hold_days": _number(terms.hold_days, 60),
    }
    wrong = {name: "partner_number" for name, value in numbers.items() if value is None}
    if wrong:
        raise Invalid("form", fields=wrong)
    changes = {
        name: value
        for name, value in (numbers | {"is_trusted": terms.is_trusted}).items()
        if getattr(partner, name) != value
    }
    if partner.edit(seen, changes):
        journal.write(partner, "change", seat.actor, note=changes)
    return partner


@transaction
def show_key(ctx: Context, seat: Seat, code: str) -> tuple[str, str]:
    """Key id and secret, to the applicant and once only; that it was shown is written down. Raises Conflict."""
    partner = own(seat, code)
    if partner.secret is None:
        raise Conflict("partner_no_key")
    shown = Partner.update(shown_at=ctx.clock()).where(
        (Partner.id == partner.id) & Partner.shown_at.is_null()
    )
    if not shown.execute():
        raise Conflict("partner_key_shown")
    journal.write(partner, "show_key", seat.actor)
    return partner.key_id, partner.secret


@transaction
def rotate_key(ctx: Context, seat: Seat, code: str) -> Partner:
    """A new secret; the one before it holds for a while. One that nobody has seen yet is not changed again."""
    partner = own(seat, code)
    if partner.secret is None:
        raise Conflict("partner_no_key")
    if partner.shown_at is None:
        return partner
    partner.change(
        secret=secrets.token_urlsafe(32),
        former_secret=partner.secret,
        former_until=ctx.clock() + OVERLAP,
        shown_at=None,
    )
    journal.write(partner, "rotate_key", seat.actor)
    return partner


def figures(ctx: Context, partner: Partner) -> list[PartnerDay]:
    """What the partner did on each of the last days, the oldest first; days without a call are there too."""
    today = calls.china_day(ctx)
    first = today - timedelta(days=DAYS - 1)
    rows = PartnerDay.select().where((PartnerDay.partner == partner) & (PartnerDay.day >= first))
    found = {row.day: row for row in rows}
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [found.get(day) or PartnerDay(partner=partner, day=day) for day in days]


def _tenant(text: str, partner: Partner) -> str:
    name = personal.clean(text).lower() or f"p{partner.id}"
    if not _TENANT.fullmatch(name) and name != f"p{partner.id}":
        raise Invalid.field("tenant", "partner_tenant")
    if Partner.select().where((Partner.tenant == name) & (Partner.id != partner.id)).exists():
        raise Invalid.field("tenant", "partner_tenant_taken")
    return name


def _explained(text: str) -> str:
    reason = personal.prose(text)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", "too_long" if reason else "review_reason_needed")
    return reason


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most else None
