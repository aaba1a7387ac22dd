"""Employers in the hands of the offices that look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain import personal
from domain.actors import Role
from domain.employers import name_key
from domain.hiring import EMPLOYER
from domain.refusals import Conflict, Invalid, NotFound
from models import journal
from models.db import transaction
from models.employer import Employer, Recruiter
from models.org import OrgUnit
from services import listing
from services.context import Context
from services.employers import amending, registering, stopping, telling
from services.jobs.steps import vault
from services.listing import SLICE, Slice
from services.seats import Seat

LONGEST_REASON = 200
# The posts of a unit are stopped with it; each is published again by hand.
_STOPS = ("suspend", "decline")
_COLUMN = {Role.PROVINCE: Employer.province_id, Role.SCHOOL: Employer.school_id}
_DONE = {
    "approve": "approved",
    "return": "returned",
    "decline": "declined",
    "suspend": "suspended",
    "restore": "approved",
    "adopt": "approved",
    "keep": "approved",
}
_UNEXPLAINED = ("approve", "restore", "adopt")


@dataclass(frozen=True, slots=True)
class EmployerFilter:
    """What a list shows: a status, a part of the name or a whole 统一社会信用代码, a place and all below it."""

    status: str = ""
    keyword: str = ""
    place: str = ""


def within(seat: Seat) -> Any:
    """The employers that an office answers for, as a condition: those that chose it or an office below it."""
    if seat.level is Role.MINISTRY:
        return Employer.unit.is_null(False)
    column = _COLUMN.get(seat.level)
    return Employer.id < 0 if column is None else column == seat.scope.unit.id


def listed(ctx: Context, seat: Seat, wanted: EmployerFilter, after: str = "") -> Slice[Employer]:
    """Employers that have been handed in, the one handed in last first."""
    query = Employer.select(Employer, OrgUnit).join(OrgUnit).where(within(seat))
    query = query.where(Employer.filed_at.is_null(False))
    if wanted.status:
        query = query.where(Employer.status == wanted.status)
    if wanted.keyword:
        key = name_key(wanted.keyword)
        is_code = Employer.credit_code == personal.clean(wanted.keyword).upper()
        query = query.where(is_code | Employer.name_key.contains(key) if key else is_code)
    if wanted.place:
        query = query.where(Employer.region.startswith(_stem(wanted.place)))
    total = listing.count(query)
    if last := listing.place_of(after, (type(ctx.clock()), int)):
        at, row_id = last
        query = query.where((Employer.filed_at < at) | ((Employer.filed_at == at) & (Employer.id < row_id)))
    rows = list(query.order_by(Employer.filed_at.desc(), Employer.id.desc()).limit(SLICE + 1))
    shown = rows[:SLICE]
    is_more = len(rows) > SLICE
    return Slice(shown, listing.place(shown[-1].filed_at, shown[-1].id) if is_more else "", total)


def _stem(place: str) -> str:
    """The digits that a place shares with all below it."""
    digits = "".join(char for char in place if char.isdigit())[:6]
    for tail in ("0000", "00"):
        if len(digits) == 6 and digits.endswith(tail):
            return digits.removesuffix(tail)
    return digits


def one(seat: Seat, code: str) -> Employer:
    """An employer of the office's range, with its office; raises NotFound."""
    found = Employer.select(Employer, OrgUnit).join(OrgUnit).where((Employer.code == code) & within(seat))
    row = found.where(Employer.filed_at.is_null(False)).first()
    if row is None:
        raise NotFound()
    return row


def recruiters(employer: Employer) -> list[Recruiter]:
    """Who acts for an employer."""
    return Recruiter.of_employer(employer.id)


@transaction
def licence(ctx: Context, seat: Seat, code: str, *, is_new: bool = False) -> tuple[str, Iterator[bytes]]:
    """Media type and content of the 营业执照, or of the one that is proposed; that somebody looked is written down.

    Raises NotFound.
    """
    employer = one(seat, code)
    found = registering.content(ctx, employer, is_new=is_new)
    journal.write(employer, "view", seat.actor)
    return found


def approve(ctx: Context, seat: Seat, code: str) -> Employer:
    """Lets an employer in."""
    return _moved(ctx, seat, code, "approve", "")


def return_(ctx: Context, seat: Seat, code: str, reason: str) -> Employer:
    """Sends a registration back to be mended; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "return", reason)


def decline(ctx: Context, seat: Seat, code: str, reason: str) -> Employer:
    """Refuses a registration for good; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "decline", reason)


def suspend(ctx: Context, seat: Seat, code: str, reason: str) -> Employer:
    """Stops an employer until it is restored; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "suspend", reason)


def restore(ctx: Context, seat: Seat, code: str) -> Employer:
    """Lets a suspended employer go on."""
    return _moved(ctx, seat, code, "restore", "")


def adopt(ctx: Context, seat: Seat, code: str, seen: str = "") -> Employer:
    """Lets a unit be what it proposed; ``seen`` is the version that the office looked at. Raises Conflict."""
    return _moved(ctx, seat, code, "adopt", "", seen)


def keep(ctx: Context, seat: Seat, code: str, reason: str) -> Employer:
    """Leaves a unit as it was; raises Invalid without a reason."""
    return _moved(ctx, seat, code, "keep", reason)


def _explained(text: str) -> str:
    reason = personal.prose(text)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", "too_long" if reason else "review_reason_needed")
    return reason


def _moved(ctx: Context, seat: Seat, code: str, verb: str, reason: str, seen: str = "") -> Employer:
    employer, orphan = _move(ctx, seat, (code, seen), verb, reason)
    if orphan:
        vault(ctx).delete(orphan)
    return employer


@transaction
def _move(ctx: Context, seat: Seat, which: tuple[str, str], verb: str, reason: str) -> tuple[Employer, str]:
    code, seen = which
    employer, orphan = one(seat, code), ""
    reason = "" if verb in _UNEXPLAINED else _explained(reason)
    if employer.status != _DONE[verb]:
        if seen not in ("", str(employer.version)):
            raise Conflict("stale")
        columns: dict[str, Any] = {"reviewed_at": ctx.clock(), "reviewer_id": seat.staff.id}
        if verb == "adopt":
            changes, orphan = amending.adopted(employer)
            columns |= changes
        elif employer.status == "amending":
            columns |= amending.NOTHING
            orphan = employer.new_licence
        journal.step(employer, EMPLOYER, verb, seat.actor, **columns, reason=reason)
        telling.employer_reviewed(ctx, employer, verb, reason)
        if verb in _STOPS:
            stopping.take_some_off([employer.id], seat.actor)
    return employer, orphan
