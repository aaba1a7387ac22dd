"""Employers in the hands of the offices that look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import personal
from domain.actors import Role
from domain.employers import is_code, name_key
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
MOST_WALKED = 2_000  # units
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


def listed(
    ctx: Context, seat: Seat, wanted: EmployerFilter, after: str = "", most: int = MOST_WALKED
) -> Slice[Employer]:
    """Employers that have been handed in, the one handed in last first.

    A whole 统一社会信用代码 is looked up. For a part of a name, or a place, a slice looks through ``most`` of them and
    leads on: no index knows parts of words.
    """
    condition = within(seat) & Employer.filed_at.is_null(False)
    if wanted.status:
        condition &= Employer.status == wanted.status
    if wanted.keyword and is_code(code := personal.clean(wanted.keyword).upper()):
        return Slice(_with_offices(Employer.select().where(condition & (Employer.credit_code == code))))
    last = listing.place_of(after, (type(ctx.clock()), int))
    start = condition & _behind(*last) if last else condition
    if not (wanted.keyword or wanted.place):
        rows = _with_offices(ordered(start).limit(SLICE + 1))
        total = listing.count(Employer.select(Employer.id).where(condition))
        return Slice(rows[:SLICE], _place(rows[SLICE - 1]) if len(rows) > SLICE else "", total)
    floor = ordered(start, Employer.id, Employer.filed_at).offset(most - 1).limit(1).first()
    if floor is not None:
        start &= _not_behind(floor.filed_at, floor.id)
    rows = _with_offices(ordered(start & _meant(wanted)).limit(SLICE + 1))
    if len(rows) > SLICE:
        return Slice(rows[:SLICE], _place(rows[SLICE - 1]))
    return Slice(rows, _place(floor) if floor is not None else "")


def ordered(condition: Any, *columns: Any) -> Any:
    """Employers that meet a condition, the one handed in last first."""
    return Employer.select(*columns).where(condition).order_by(Employer.filed_at.desc(), Employer.id.desc())


def _behind(at: datetime, row_id: int) -> Any:
    return (Employer.filed_at <= at) & ((Employer.filed_at < at) | (Employer.id < row_id))


def _not_behind(at: datetime, row_id: int) -> Any:
    return (Employer.filed_at >= at) & ((Employer.filed_at > at) | (Employer.id >= row_id))


def _place(row: Employer) -> str:
    return listing.place(row.filed_at, row.id)


def _meant(wanted: EmployerFilter) -> Any:
    """What a keyword and a place ask for, which no index knows."""
    meant = Employer.id > 0
    if wanted.keyword:
        key = name_key(wanted.keyword)
        meant &= Employer.name_key.contains(key) if key else Employer.id < 0
    return meant & Employer.region.startswith(_stem(wanted.place)) if wanted.place else meant


def _with_offices(query: Any) -> list[Employer]:
    """The rows with their offices, which are fetched apart: joined, the database might begin with those."""
    rows = list(query)
    offices = {
        unit.id: unit for unit in OrgUnit.select().where(OrgUnit.id.in_({row.unit_id for row in rows}))
    }
    for row in rows:
        row.unit = offices.get(row.unit_id)
    return rows


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
