"""The tree of units (部、省、校、院): each level keeps the units right below its own."""

import re
from dataclasses import dataclass

from domain import personal
from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.rights import UNIT_LEVELS, Right, creates
from domain.years import current_year
from models import journal
from models.db import transaction
from models.graduate import Graduate
from models.org import OrgUnit, Staff
from services import listing
from services.context import Context
from services.listing import SLICE, Slice
from services.seats import Seat

_NUMBER = re.compile(r"[0-9A-Z]{1,20}")


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What a list of units shows. ``state`` is open or closed, empty for both; ``keyword`` a part of the name."""

    keyword: str = ""
    level: str = ""
    state: str = "open"


def level_below(seat: Seat) -> Role | None:
    """The level of the units that this seat creates, or None: counselors are people, not units."""
    return next((level for level in creates(seat.level) if level is not Role.COUNSELOR), None)


def listed(ctx: Context, seat: Seat, wanted: UnitFilter, after: str = "") -> Slice[OrgUnit]:
    """Units below one's own, the oldest first."""
    query = seat.scope.units(OrgUnit.select()).where(OrgUnit.id != seat.staff.unit_id)
    if wanted.keyword:
        query = query.where(OrgUnit.name.contains(personal.clean(wanted.keyword)))
    if wanted.level:
        query = query.where(OrgUnit.level == wanted.level)
    if wanted.state:
        query = query.where(OrgUnit.closed_at.is_null(wanted.state == "open"))
    total = listing.count(query)
    if after:
        query = query.where(OrgUnit.id > unit_of(seat, after).id)
    rows = list(query.order_by(OrgUnit.id).limit(SLICE + 1))
    return Slice(rows[:SLICE], rows[SLICE - 1].code if len(rows) > SLICE else "", total)


def unit_of(seat: Seat, code: str) -> OrgUnit:
    """A unit in the seat's range, one's own included; raises NotFound."""
    unit = seat.scope.units(OrgUnit.select()).where(OrgUnit.code == code).first()
    if unit is None:
        raise NotFound()
    return unit


def open_units(seat: Seat, level: Role, most: int = 500) -> list[OrgUnit]:
    """Units in the range where an account of ``level`` may stand, for a form to choose from; by name."""
    levels = [unit_level.value for unit_level in UNIT_LEVELS[level]]
    query = seat.scope.units(OrgUnit.select())
    query = query.where(OrgUnit.level.in_(levels) & OrgUnit.closed_at.is_null())
    return list(query.order_by(OrgUnit.level.desc(), OrgUnit.name).limit(most))


@transaction
def create(ctx: Context, seat: Seat, name: str, number: str = "") -> OrgUnit:
    """Creates the unit right below one's own; asked again it answers the one that is there.

    Raises NotAllowed for a level without units below, Invalid for a bad name or number, Conflict when the number
    is another's.
    """
    level = level_below(seat)
    if level is None:
        raise NotAllowed()
    name, number = _name(name), _number(number)
    parent = hold(seat.staff.unit)
    known = OrgUnit.get_or_none((OrgUnit.parent == parent) & (OrgUnit.name == name))
    if known is not None:
        if known.number != number or known.closed_at is not None:
            raise _taken("name", "unit_name_taken")
        return known
    _check_number(parent, number)
    unit = OrgUnit.add(level, name, parent)
    unit.change(number=number)
    journal.write(unit, "create", seat.actor, note={"name": name, "number": number})
    return unit


@transaction
def rename(ctx: Context, seat: Seat, code: str, name: str, number: str, seen: str = "") -> OrgUnit:
    """Changes name and number of a unit right below; ``seen`` is the version on the page.

    Raises NotFound, Invalid, Conflict.
    """
    unit = _managed(seat, code)
    name, number = _name(name), _number(number)
    old = {"name": unit.name, "number": unit.number}
    new = {"name": name, "number": number}
    if old == new:
        return unit
    hold(unit.parent)
    twin = OrgUnit.parent == unit.parent_id
    if OrgUnit.select().where(twin & (OrgUnit.name == name) & (OrgUnit.id != unit.id)).exists():
        raise _taken("name", "unit_name_taken")
    _check_number(unit.parent, number, but=unit.id)
    unit.edit(seen, new)
    journal.write(unit, "rename", seat.actor, note={"before": old, "after": new})
    return unit


@transaction
def close(ctx: Context, seat: Seat, code: str) -> OrgUnit:
    """Closes a unit right below that nobody uses: no open unit below it, no account, no graduate of this 届别 on.

    Closing it again changes nothing. Raises NotFound, Conflict.
    """
    unit = _managed(seat, code)
    if unit.closed_at is not None:
        return unit
    hold(unit)
    children = (OrgUnit.parent == unit.id) & OrgUnit.closed_at.is_null()
    if OrgUnit.select().where(children).exists():
        raise Conflict("unit_has_units")
    if Staff.select().where((Staff.unit == unit.id) & Staff.ended_at.is_null()).exists():
        raise Conflict("unit_has_staff")
    column = Graduate.school if unit.level == Role.SCHOOL else Graduate.college
    if unit.level == Role.PROVINCE:
        column = Graduate.province
    year = current_year(ctx.clock())
    if Graduate.select().where((column == unit.id) & (Graduate.year >= year)).exists():
        raise Conflict("unit_has_graduates")
    unit.change(closed_at=ctx.clock())
    journal.write(unit, "close", seat.actor)
    return unit


@transaction
def reopen(ctx: Context, seat: Seat, code: str) -> OrgUnit:
    """Opens a closed unit right below again; an open one stays as it is. Raises NotFound."""
    unit = _managed(seat, code)
    if unit.closed_at is not None:
        unit.change(closed_at=None)
        journal.write(unit, "reopen", seat.actor)
    return unit


def may_manage(seat: Seat, unit: OrgUnit) -> bool:
    """Whether this seat keeps that unit: it stands right below the seat's own."""
    return unit.level == level_below(seat) and unit.parent_id == seat.staff.unit_id


def _managed(seat: Seat, code: str) -> OrgUnit:
    unit = unit_of(seat, code)
    seat.need(Role(unit.level), Right.MANAGE)
    return unit


def hold(unit: OrgUnit) -> OrgUnit:
    """Takes the row's lock until the transaction ends, and answers the row as it is now.

    Whoever else changes what stands below it waits, so that a unit is not closed while an account is put in.
    """
    unit.hold()
    return OrgUnit.get_by_id(unit.id)


def _name(text: str) -> str:
    name = personal.clean(text)
    if not 2 <= len(name) <= 100:
        raise Invalid.field("name", "bad_unit_name")
    return name


def _number(text: str) -> str:
    number = personal.clean(text).upper()
    if number and not _NUMBER.fullmatch(number):
        raise Invalid.field("number", "bad_unit_number")
    return number


def _check_number(parent: OrgUnit, number: str, but: int = 0) -> None:
    """Raises Conflict when another unit under the same parent has this number."""
    same = (OrgUnit.parent == parent.id) & (OrgUnit.number == number) & (OrgUnit.id != but)
    if number and OrgUnit.select().where(same).exists():
        raise _taken("number", "unit_number_taken")


def _taken(field: str, code: str) -> Conflict:
    return Conflict(code, fields={field: code})
