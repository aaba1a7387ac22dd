"""A member of staff at work: one capacity, and the range that comes with it."""

from dataclasses import dataclass

from domain.actors import Actor, Role
from domain.refusals import NotAllowed
from domain.rights import Right, check
from models.db import transaction
from models.org import Staff
from models.scope import Scope
from services.sessions import Visitor


@dataclass(frozen=True, slots=True)
class Seat:
    """Who acts, in which capacity, over which range. Every staff verb takes one, and every staff query its scope."""

    actor: Actor
    staff: Staff
    scope: Scope

    @property
    def level(self) -> Role:
        return self.scope.level

    def need(self, target: Role, right: Right) -> None:
        """Raises NotAllowed unless this level has ``right`` over accounts of level ``target``."""
        check(self.level, target, right)


def seat_of(visitor: Visitor) -> Seat:
    """The capacity chosen in this session, or the weightiest one. Raises NotAllowed for somebody without any."""
    if not visitor.staff:
        raise NotAllowed("staff_only")
    order = list(Role)
    weightiest = max(visitor.staff, key=lambda row: order.index(Role(row.level)))
    staff = next((row for row in visitor.staff if row.id == visitor.session.staff_id), weightiest)
    return seat_for(visitor.actor, staff)


def seat_for(actor: Actor, staff: Staff) -> Seat:
    """The seat of one capacity: the actor keeps that role alone, so that no other capacity lends its rights."""
    level = Role(staff.level)
    return Seat(
        Actor(actor.code, frozenset({Role.PERSON, level}), actor.account_id, staff_id=staff.id),
        staff,
        Scope.of(staff),
    )


@transaction
def sit_down(visitor: Visitor, staff_code: str) -> Staff:
    """Chooses the capacity for the rest of the session. Raises NotAllowed when it is not one of the visitor's."""
    staff = next((row for row in visitor.staff if row.code == staff_code), None)
    if staff is None:
        raise NotAllowed()
    visitor.session.choose_staff(staff.id)
    return staff
