"""Who may change which field of 生源信息: the rule of the roster, and what a school has set instead (灰色背景字段)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from config.roster import RosterField, roster_fields
from domain.actors import Role
from domain.refusals import Conflict, Invalid, NotAllowed
from models import journal
from models.db import transaction
from models.people import FieldRight
from services import units
from services.context import Context
from services.seats import Seat

# Those whose rights a school sets. Levels above it look on.
WRITERS = (Role.GRADUATE, Role.COUNSELOR, Role.COLLEGE, Role.SCHOOL)


@dataclass(frozen=True, slots=True)
class FieldRights:
    """The rights in one school; ``set_by_school`` holds what differs from the rule."""

    set_by_school: Mapping[tuple[str, str], bool]

    def may(self, role: Role, field: RosterField) -> bool:
        """Whether a role may change a field; nobody changes one that must stay as 学籍 has it."""
        if field.locked or role not in WRITERS:
            return False
        return self.set_by_school.get((role.value, field.name), role.value in field.writers)

    @property
    def digest(self) -> str:
        """Alike for the same rights and for no others: what a form carries to say which rights it was made from."""
        given = [[role, field.name] for role in WRITERS for field in roster_fields() if self.may(role, field)]
        return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32]


def rights_in(school_id: int) -> FieldRights:
    """The rights in a school."""
    return FieldRights(FieldRight.of_school(school_id))


def rights_here(ctx: Context, seat: Seat) -> FieldRights:
    """The rights in the seat's own school; raises NotAllowed for other levels."""
    _check(seat)
    return rights_in(seat.staff.unit_id)


@transaction
def set_rights(
    ctx: Context, seat: Seat, wanted: Mapping[tuple[str, str], bool], seen: str | None = None
) -> int:
    """Sets what (role, field) may be written in the seat's school; answers how many changed.

    What is not named stays. ``seen`` is the digest of the rights that a person had before the eyes; None asks
    whatever they are. Raises Conflict ``stale`` when they have become others, NotAllowed for other levels, Invalid
    for a locked field or a role that never writes.
    """
    _check(seat)
    fields = {field.name: field for field in roster_fields()}
    wrong = {
        name for role, name in wanted if name not in fields or fields[name].locked or role not in WRITERS
    }
    if wrong:
        raise Invalid("field_locked", fields=dict.fromkeys(sorted(wrong), "field_locked"))
    # Two who save at the same time come one after the other, so that the second sees what the first set.
    school = units.hold(seat.staff.unit)
    present = rights_in(school.id)
    if seen is not None and seen != present.digest:
        raise Conflict("stale")
    changed = {
        (role, name): may
        for (role, name), may in wanted.items()
        if present.may(Role(role), fields[name]) != may
    }
    for (role, name), may in changed.items():
        keys = {"school": seat.staff.unit_id, "role": role, "field": name}
        right, is_new = FieldRight.add_or_get(keys, {"may_write": may})
        if not is_new:
            FieldRight.update(may_write=may).where(FieldRight.id == right.id).execute()
    if changed:
        journal.write(seat.staff.unit, "set_field_rights", seat.actor, note=_note(changed))
    return len(changed)


def _note(changed: Mapping[tuple[str, str], bool]) -> dict[str, dict[str, list[str]]]:
    """Role → the fields given to it and taken from it."""
    note: dict[str, dict[str, list[str]]] = {}
    for (role, name), may in sorted(changed.items()):
        note.setdefault(role, {}).setdefault("given" if may else "taken", []).append(name)
    return note


def _check(seat: Seat) -> None:
    if seat.level is not Role.SCHOOL:
        raise NotAllowed("school_only")
