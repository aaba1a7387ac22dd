"""Who acts on an agreement, on whose side, and from what device: what the chain of events must be able to tell."""

from dataclasses import dataclass

from domain.actors import SYSTEM, Actor, Role
from domain.agreements import GRADUATE_SIDE, UNIT_SIDE
from domain.hiring import WORKING
from domain.refusals import NotAllowed, NotFound
from models.agreement import Agreement
from models.graduate import Graduate
from services.seats import Seat
from services.sessions import Visitor


@dataclass(frozen=True, slots=True)
class Device:
    """What a request came from. ``openid`` is that of the WeChat it was made in, if any."""

    address: str = ""
    agent: str = ""
    openid: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """An actor on one side of an agreement: ``graduate``, ``unit``, ``staff`` or ``system``."""

    actor: Actor
    side: str
    device: Device = Device()


CLOCK = Party(SYSTEM, "system")


def graduate_party(visitor: Visitor, device: Device) -> Party:
    """The graduate on their own side; raises NotAllowed for somebody who is none."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    return Party(visitor.actor, GRADUATE_SIDE, device)


def signer_party(agreement_code: str, device: Device) -> Party:
    """Whoever holds the signing link of one agreement; the door has made sure that the link is theirs."""
    actor = Actor(code=f"signer-{agreement_code}"[:24], roles=frozenset({Role.SIGNER}))
    return Party(actor, UNIT_SIDE, device)


def recruiter_party(visitor: Visitor, device: Device) -> Party:
    """A registered recruiter of an approved unit; raises NotAllowed."""
    if visitor.recruiter is None:
        raise NotAllowed("recruiter_first")
    if visitor.recruiter.employer.status not in WORKING:
        raise NotAllowed("employer_not_approved")
    return Party(visitor.actor, UNIT_SIDE, device)


def staff_party(seat: Seat, device: Device) -> Party:
    """A member of staff at the console or at the workbench."""
    return Party(seat.actor, "staff", device)


def own_graduate(visitor: Visitor) -> Graduate:
    """The visitor's row on the roster; raises NotAllowed."""
    if visitor.graduate is None:
        raise NotAllowed("identify_first")
    return visitor.graduate


def own_agreement(visitor: Visitor, code: str) -> Agreement:
    """One of the graduate's agreements; raises NotAllowed, NotFound. What a unit is still writing is not theirs yet."""
    graduate = own_graduate(visitor)
    row = Agreement.by_code(code)
    is_mine = row is not None and row.graduate_id == graduate.id
    if row is None or not is_mine or (row.kind == "online" and row.offered_at is None):
        raise NotFound()
    return row
