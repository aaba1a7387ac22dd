"""调动: a person goes from one unit to another, by a superior who governs both, and may be brought back.

The capacity stays the same one, with its history; whatever a counselor answers for outside the new unit is either
kept or handed over, as the superior chose, and links go with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.actors import Role
from domain.machines import LINK
from domain.refusals import Conflict, Invalid, NotFound, Stale
from domain.rights import UNIT_LEVELS
from models import journal
from models.account import Account
from models.db import transaction
from models.graduate import Link
from models.journal import Journal
from models.org import OrgUnit, Staff
from models.staffing import links_of
from services import duties, duties_undone, people, units
from services.context import Context
from services.duties import Duty
from services.outbox import owe_sms
from services.seats import Seat
from templates_msg.links import MOVED_AWAY

_THERE, _BACK = "transfer", "transfer_back"
_MOST_UNITS = 5_000


@dataclass(frozen=True, slots=True)
class Outside:
    """What a counselor answers for outside the new unit; ``others`` are colleagues at work with just the same."""

    duty: Duty
    college: OrgUnit
    others: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a transfer would touch: duties and the number of links with graduates outside the new unit."""

    staff: Staff
    unit: OrgUnit
    duties: Sequence[Outside]
    links: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where to, from where as the superior saw it (both codes of units), and whether duties and links outside the
    new unit are handed over."""

    unit: str
    leaves: str
    hands_over: bool = False


def targets(seat: Seat, staff: Staff) -> list[OrgUnit]:
    """The units to which this seat may move somebody; by level and name."""
    return [
        unit for unit in units.open_units(seat, Role(staff.level), _MOST_UNITS) if unit.id != staff.unit_id
    ]


def plan(ctx: Context, seat: Seat, code: str, unit_code: str) -> Plan:
    """What would become of somebody's duties and links. Raises NotFound, NotAllowed, Invalid, Conflict."""
    staff = _movable(seat, code)
    unit = _target(seat, staff, unit_code)
    return Plan(staff, unit, _duties_outside(seat, staff, unit), len(_links_outside(staff, unit)))


def transfer(ctx: Context, seat: Seat, code: str, wanted: Transfer) -> Staff:
    """Moves somebody; asked again it changes nothing.

    Raises NotFound, NotAllowed for somebody whom the seat does not manage, Invalid for a unit that is not in range,
    open and of the right level, Conflict for somebody who has ended, has a capacity of this level there, or has been
    moved elsewhere since.
    """
    staff, touched = _transfer(ctx, seat, code, wanted)
    people.renew_cards(ctx, touched)
    return staff


@transaction
def _transfer(ctx: Context, seat: Seat, code: str, wanted: Transfer) -> tuple[Staff, list[Account]]:
    staff = _locked(seat, code)
    if staff.unit.code == wanted.unit:
        return staff, []
    if staff.unit.code != wanted.leaves:
        raise Conflict("stale")
    unit = _target(seat, staff, wanted.unit)
    links: list[Link] = []
    given: Sequence[Outside] = ()
    if wanted.hands_over:
        given, links = _duties_outside(seat, staff, unit), _links_outside(staff, unit)
        for outside in given:
            duties.remove(ctx, seat, code, outside.duty, why=_THERE)
        for link in links:
            journal.step(link, LINK, "end", seat.actor, reason=MOVED_AWAY)
            people.tell_graduate(ctx, staff, link, MOVED_AWAY)
    _stand_in(ctx, seat, staff, unit, _THERE, (len(given), len(links)))
    return staff, [staff.account, *people.accounts_of(links)]


def way_back(seat: Seat, staff: Staff) -> OrgUnit | None:
    """The unit to which somebody's last transfer may be taken back by this seat; None where it may not."""
    acts = _acts(staff)
    if staff.ended_at is not None or not acts or acts[0].verb != _THERE:
        return None
    before, after = acts[0].note["before"]["unit"], acts[0].note["after"]["unit"]
    if after != staff.unit.code:
        return None
    return next((unit for unit in targets(seat, staff) if unit.code == before), None)


def transfer_back(ctx: Context, seat: Seat, code: str) -> int:
    """Takes the last transfer back, with the duties and links that it ended; one taken back already stays so.

    Answers how many duties did not come back, since somebody else has been given them or the college was closed.
    Raises NotFound where there is nothing to take back, NotAllowed, Conflict, Invalid.
    """
    left, touched = _transfer_back(ctx, seat, code)
    people.renew_cards(ctx, touched)
    return left


@transaction
def _transfer_back(ctx: Context, seat: Seat, code: str) -> tuple[int, list[Account]]:
    staff = _locked(seat, code)
    acts = _acts(staff)
    if acts and acts[0].verb == _BACK:
        return 0, []
    former = way_back(seat, staff)
    if former is None:
        raise NotFound()
    since = acts[1].id if len(acts) > 1 else 0
    unit = _target(seat, staff, former.code)
    handed, links = _handed_over(staff, since, acts[0].id), _links_ended(staff, since, acts[0].id)
    _stand_in(ctx, seat, staff, unit, _BACK, (len(handed), len(links)))
    left = 0
    for duty in handed:
        try:
            duties_undone.restore(ctx, seat, code, duty)
        except (Conflict, Invalid, NotFound):  # which it raises before it writes
            left += 1
    for link in links:
        journal.step(link, LINK, "restore", seat.actor, reason="")
    return left, [staff.account, *people.accounts_of(links)]


def _movable(seat: Seat, code: str) -> Staff:
    staff = people.managed(seat, code)
    if staff.ended_at is not None:
        raise Conflict("account_ended")
    return staff


def _locked(seat: Seat, code: str) -> Staff:
    """The same, read again behind the account's lock: two superiors at once, or one who appoints the person."""
    _movable(seat, code).account.change()
    return _movable(seat, code)


def _target(seat: Seat, staff: Staff, code: str) -> OrgUnit:
    """The unit to move somebody to, held until the transaction ends. Raises Invalid, Conflict."""
    try:
        unit = units.unit_of(seat, code)
    except NotFound:
        raise Invalid.field("unit", "wrong_unit") from None
    if Role(unit.level) not in UNIT_LEVELS[Role(staff.level)] or unit.closed_at is not None:
        raise Invalid.field("unit", "wrong_unit")
    if unit.id == staff.unit_id:
        raise Invalid.field("unit", "same_unit")
    same = (Staff.account == staff.account_id) & (Staff.level == staff.level) & (Staff.unit == unit.id)
    there = Staff.get_or_none(same)
    if there is not None:
        code = "role_exists" if there.ended_at is None else "role_was_there"
        raise Conflict(code, fields={"unit": code})
    return unit


def _stand_in(
    ctx: Context, seat: Seat, staff: Staff, unit: OrgUnit, verb: str, moved: tuple[int, int]
) -> None:
    """Puts the capacity into a unit and tells its holder; the act lies where they stood before."""
    if units.hold(unit).closed_at is not None:
        raise Stale()
    duties_moved, links = moved
    note = {"before": {"unit": staff.unit.code}, "after": {"unit": unit.code}}
    journal.write(staff, verb, seat.actor, note=note | {"duties": duties_moved, "links": links})
    staff.change(unit=unit)
    if staff.account.phone:
        key = f"unit_changed:{staff.code}:{staff.version}"
        owe_sms(ctx, "unit_changed", {}, phone=staff.account.phone, key=key)


def _duties_outside(seat: Seat, staff: Staff, unit: OrgUnit) -> list[Outside]:
    if staff.level != Role.COUNSELOR:
        return []
    return [
        Outside(duty, college, duties.others_with(staff, college, duty))
        for duty, college in duties.of_staff(seat, staff)
        if not college.path.startswith(unit.path)
    ]


def _links_outside(staff: Staff, unit: OrgUnit) -> list[Link]:
    inside = {row.id for row in OrgUnit.select(OrgUnit.id).where(OrgUnit.path.startswith(unit.path))}
    return [link for link in links_of(staff.id, "linked") if link.graduate.college_id not in inside]


def _acts(staff: Staff) -> list[Journal]:
    """The last two transfers, the latest first."""
    mine = (Journal.kind == Staff._meta.table_name) & (Journal.record == staff.code)
    return list(
        Journal.select().where(mine & Journal.verb.in_((_THERE, _BACK))).order_by(Journal.id.desc()).limit(2)
    )


def _handed_over(staff: Staff, since: int, until: int) -> list[Duty]:
    """What the transfer between two acts took away."""
    mine = (Journal.kind == Staff._meta.table_name) & (Journal.record == staff.code)
    taken = mine & (Journal.verb == "remove_duty") & (Journal.id > since) & (Journal.id < until)
    names = tuple(Duty.__dataclass_fields__)
    return [
        Duty(**{name: act.note[name] for name in names})
        for act in Journal.select().where(taken).order_by(Journal.id)
        if act.note.get("why") == _THERE
    ]


def _links_ended(staff: Staff, since: int, until: int) -> list[Link]:
    """The links that the transfer between two acts ended and nobody has touched since."""
    links = {link.code: link for link in links_of(staff.id, "unlinked") if link.reason == MOVED_AWAY}
    ended = (
        (Journal.kind == Link._meta.table_name) & Journal.record.in_(list(links)) & (Journal.verb == "end")
    )
    acts = Journal.select(Journal.record).where(ended & (Journal.id > since) & (Journal.id < until))
    return [links[act.record] for act in acts] if links else []
