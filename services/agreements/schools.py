"""The schools of a province, or of the country: which have opened 网上签约, which are ready, which are not."""

from dataclasses import dataclass
from datetime import datetime

from domain import personal
from domain.actors import Role
from domain.refusals import NotAllowed
from models.org import OrgUnit
from models.signing_rules import SchoolSigning
from services import listing
from services.agreements import rules
from services.context import Context
from services.listing import SLICE, Slice
from services.seats import Seat

STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list shows. ``state``: one of STATES, empty for all. ``keyword``: a part of a name, or 院校标识码."""

    state: str = ""
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class School:
    """How far one school is. ``missing``: the steps that are not done, by name; nothing of an open one."""

    unit: OrgUnit
    opened_at: datetime | None
    missing: tuple[str, ...]


def listed(ctx: Context, seat: Seat, asked: Asked, after: str = "") -> Slice[School]:
    """Schools of the seat's range, those entered first first. Raises NotAllowed below a province."""
    if seat.level not in (Role.MINISTRY, Role.PROVINCE):
        raise NotAllowed()
    here = seat.scope.units(OrgUnit.select()).where(
        (OrgUnit.level == Role.SCHOOL.value) & OrgUnit.closed_at.is_null()
    )
    if asked.state:
        opened = SchoolSigning.select(SchoolSigning.unit).where(SchoolSigning.opened_at.is_null(False))
        here = here.where(OrgUnit.id.in_(opened) if asked.state == "open" else OrgUnit.id.not_in(opened))
    if word := personal.clean(asked.keyword):
        here = here.where(OrgUnit.name.contains(word) | (OrgUnit.number == word))
    total = listing.count(here)
    if last := listing.place_of(after, (int,)):
        here = here.where(OrgUnit.id > last[0])
    units = list(here.order_by(OrgUnit.id).limit(SLICE + 1))
    rows = [_school(ctx, unit) for unit in units[:SLICE]]
    return Slice(rows, listing.place(units[SLICE - 1].id) if len(units) > SLICE else "", total)


def _school(ctx: Context, unit: OrgUnit) -> School:
    signing = rules.signing_of(unit)
    if signing is not None and signing.opened_at is not None:
        return School(unit, signing.opened_at, ())
    missing = tuple(step.name for step in rules.readiness(ctx, unit) if not step.is_done)
    return School(unit, None, missing)
