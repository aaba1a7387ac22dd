"""生源信息, one record: reading it, changing it within one's rights, locking and unlocking it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.roster import RosterField, roster_field, roster_fields
from domain.actors import Actor, Role
from domain.machines import ROSTER
from domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from domain.roster import REGION, Row, check_row, is_county
from models import journal, rosters
from models.account import PHONE
from models.agreement import Agreement
from models.db import Keys, transaction
from models.graduate import Graduate
from models.org import OrgUnit, Staff
from models.staffing import staff_rows
from services import code_tables, field_rights, roster_values
from services.code_tables import CodeName
from services.context import Context
from services.roster_values import FieldView
from services.seats import Seat
from services.sessions import Visitor

_LOCKERS = frozenset({Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL})
_UNLOCKERS = frozenset({Role.COLLEGE, Role.SCHOOL})
# What is judged again when the other one is changed.
_PAIRS = {"enrolled_on": "graduates_on"}
_PLACES_SEARCHED, _PLACES_SHOWN, _MOST_NAMED = 100, 20, 3


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """A record as one person sees it."""

    graduate: Graduate
    fields: list[FieldView]
    may_lock: bool
    may_unlock: bool

    @property
    def differences(self) -> list[FieldView]:
        """The fields that are no longer as they were imported."""
        return [view for view in self.fields if view.imported is not None]


def record(ctx: Context, seat: Seat, code: str) -> RosterRecord:
    """One record in the seat's range; raises NotFound."""
    graduate = _in_range(seat, code)
    may_lock = seat.level in _LOCKERS
    return RosterRecord(
        graduate,
        roster_values.views(ctx, graduate, seat.level, _writable(graduate, seat.level)),
        may_lock,
        graduate.status == "locked" and seat.level in _UNLOCKERS,
    )


def own_record(ctx: Context, visitor: Visitor) -> RosterRecord:
    """The visitor's own record; raises NotAllowed for somebody who has none."""
    graduate = _own(visitor)
    is_open = graduate.status != "locked"
    writable = _writable(graduate, Role.GRADUATE) if is_open else {}
    return RosterRecord(
        graduate,
        roster_values.views(ctx, graduate, Role.GRADUATE, writable),
        may_lock=False,
        may_unlock=False,
    )


def differences(ctx: Context, seat: Seat, codes: list[str]) -> dict[str, list[FieldView]]:
    """Record → the fields that are no longer as they were imported, for some records in the range."""
    rows = rosters.several(seat.scope.holds_graduate(), codes)
    return {
        row.code: [
            view for view in roster_values.views(ctx, row, seat.level, {}) if view.imported is not None
        ]
        for row in rows
    }


@transaction
def change(ctx: Context, seat: Seat, code: str, version: int, values: Mapping[str, str]) -> Graduate:
    """Changes fields of a record and locks it for the graduate, also when nothing is changed.

    ``values`` are texts by field name; ``version`` is the one that the person saw. Raises NotFound, Conflict
    (``stale``), NotAllowed for a level that only looks on, Invalid naming each field that is not the seat's to
    change or whose value cannot be taken.
    """
    graduate = _in_range(seat, code)
    if seat.level not in _LOCKERS:
        raise NotAllowed()
    _check_version(graduate, version)
    changed = _changed(graduate, seat.level, values)
    row = _checked(ctx, graduate, values, judged=set(changed) | {_PAIRS.get(name, name) for name in changed})
    _move(ctx, graduate, "lock", seat.actor, _columns(graduate, changed, row))
    return graduate


@transaction
def confirm(ctx: Context, visitor: Visitor, version: int, values: Mapping[str, str]) -> Graduate:
    """学生确认: the graduate's own changes, and the word that the record is right.

    Raises Conflict (``roster_locked`` after staff have locked it, ``stale``), Invalid naming each field that is not
    the graduate's to change, is still empty or cannot be taken.
    """
    graduate = _own(visitor)
    if graduate.status == "locked":
        raise Conflict("roster_locked")
    _check_version(graduate, version)
    changed = _changed(graduate, Role.GRADUATE, values)
    mine = {name for name, may in _writable(graduate, Role.GRADUATE).items() if may}
    row = _checked(ctx, graduate, values, judged=mine)
    _move(ctx, graduate, "confirm", visitor.actor, _columns(graduate, changed, row))
    return graduate


@transaction
def unlock(ctx: Context, seat: Seat, code: str, version: int) -> Graduate:
    """解锁: the graduate may change and confirm again. Raises NotFound, Conflict, IllegalMove, NotAllowed."""
    graduate = _in_range(seat, code)
    _check_version(graduate, version)
    journal.step(graduate, ROSTER, "unlock", seat.actor)
    return graduate


def choices(ctx: Context, seen: RosterRecord) -> dict[str, list[tuple[str, str]]]:
    """Field → (value, words) of what a form offers, for fields that the person may change and that are chosen."""
    found: dict[str, list[tuple[str, str]]] = {}
    for view in seen.fields:
        if not view.may_write:
            continue
        if view.field.name == "college":
            found["college"] = [(name, name) for name in _college_names(seen.graduate)]
        elif view.field.kind == "code" and view.field.table != REGION:
            found[view.field.name] = list(
                code_tables.names(ctx, view.field.table, seen.graduate.year).items()
            )
    return found


def places(ctx: Context, seen: RosterRecord, field: str, word: str) -> list[CodeName]:
    """行政区划 whose code or name fits a word, for 生源所在地 those of county level alone; a few of them."""
    found = code_tables.search(ctx, REGION, seen.graduate.year, word, _PLACES_SEARCHED)
    return [place for place in found if field != "origin" or is_county(place.code)][:_PLACES_SHOWN]


def whom_to_ask(graduate: Graduate) -> list[Staff]:
    """Those who may unlock a record: its college's and then its school's people, a few of each."""
    units = (graduate.college_id, graduate.school_id)
    levels = (Role.COLLEGE.value, Role.SCHOOL.value)
    query = staff_rows().where(Staff.unit.in_(units) & Staff.level.in_(levels) & Staff.ended_at.is_null())
    return list(query.order_by(OrgUnit.path.desc(), Staff.id).limit(_MOST_NAMED))


def _in_range(seat: Seat, code: str) -> Graduate:
    graduate = rosters.one(seat.scope.holds_graduate(), code)
    if graduate is None:
        raise NotFound()
    return graduate


def _own(visitor: Visitor) -> Graduate:
    graduate = rosters.of_account(visitor.account.id)
    if graduate is None:
        raise NotAllowed("identify_first")
    return graduate


def _check_version(graduate: Graduate, version: int) -> None:
    if graduate.version != version:
        raise Conflict("stale")


def _writable(graduate: Graduate, role: Role) -> dict[str, bool]:
    rights = field_rights.rights_in(graduate.school_id)
    return {field.name: rights.may(role, field) for field in roster_fields()}


def _changed(graduate: Graduate, role: Role, values: Mapping[str, str]) -> dict[str, RosterField]:
    """The fields whose text is another now; raises Invalid naming those that the role may not change."""
    present, writable = roster_values.texts(graduate), _writable(graduate, role)
    changed = {
        name: roster_field(name)
        for name in present
        if name in values and values[name].strip() != present[name]
    }
    wrong = {
        name: "field_locked" if field.locked else "field_not_yours"
        for name, field in changed.items()
        if not writable[name]
    }
    if wrong:
        raise Invalid("form", fields=wrong)
    return changed


def _checked(ctx: Context, graduate: Graduate, values: Mapping[str, str], judged: set[str]) -> Row:
    """The row with the new values; raises Invalid for the troubles of the judged fields.

    The others are as the import brought them, and not this person's to mend.
    """
    tables = code_tables.tables_for(ctx, graduate.year)
    row, troubles = check_row(roster_values.texts(graduate) | dict(values), tables)
    wrong = {found.column: found.reason for found in troubles if found.column in judged}
    if "college" in judged and "college" not in wrong and _college(graduate, str(row["college"])) is None:
        wrong["college"] = "no_such_college"
    if wrong:
        raise Invalid("form", fields=wrong)
    return row


def _college_names(graduate: Graduate) -> list[str]:
    colleges = OrgUnit.select(OrgUnit.name).where(
        (OrgUnit.parent == graduate.school_id)
        & (OrgUnit.level == Role.COLLEGE.value)
        & OrgUnit.closed_at.is_null()
    )
    return [name for (name,) in colleges.order_by(OrgUnit.name).tuples()]


def _college(graduate: Graduate, name: str) -> OrgUnit | None:
    college = OrgUnit.get_or_none((OrgUnit.parent == graduate.school_id) & (OrgUnit.name == name))
    return college if college is not None and college.closed_at is None else None


def _columns(graduate: Graduate, changed: Mapping[str, RosterField], row: Row) -> dict[str, Any]:
    """The columns to write for the changed fields, with what is remembered of the import."""
    present, edits = roster_values.texts(graduate), roster_values.imported_values(graduate)
    columns: dict[str, Any] = {}
    for name in changed:
        value = row[name]
        columns[name] = _college(graduate, str(value)) if name == "college" else value
        now = "" if value is None else str(value)
        if edits.setdefault(name, present[name]) == now:
            del edits[name]
    if "phone" in columns:
        phone = columns["phone"]
        columns["phone_index"] = Keys.ring.blind(phone, PHONE) if phone else None
    if columns:
        columns["edits"] = json.dumps(edits, ensure_ascii=False, sort_keys=True) if edits else None
    return columns


def _move(ctx: Context, graduate: Graduate, verb: str, by: Actor, columns: dict[str, Any]) -> None:
    """Moves the record; the journal keeps which fields were changed, never what stood in them."""
    names = [field.name for field in roster_fields() if field.name in columns]
    if columns:
        columns["edited_at"] = ctx.clock() if columns["edits"] else None
    journal.step(graduate, ROSTER, verb, by, note={"fields": names} if names else None, **columns)
    if "college" in columns:
        Agreement.follow(graduate.id, columns["college"].id)
