"""Of a form that is signed on paper the stamped scan may come from the graduate or from the unit itself.

Whoever of the unit holds the printed form proves a phone and types the form's number and the unit's code. They get
nothing by that but to give the pages of the scan and to hand them in; the graduate hears of it, and reviewers look.
"""

from dataclasses import dataclass

from domain import personal
from domain.actors import Actor, Role
from domain.agreements import PAPER, UNIT_SIDE, WITH_SCAN
from domain.employers import unit_code
from domain.refusals import Conflict, NotFound
from models.account import PHONE
from models.agreement import Agreement
from models.db import Keys, transaction
from services import codes, throttle
from services.agreements import moves, standing
from services.agreements.parties import Device, Party
from services.context import Context


@dataclass(frozen=True, slots=True)
class ScanGiver:
    """What somebody types: number and unit's code as they are printed, and the code sent to the phone."""

    number: str
    credit_code: str
    phone: str
    code: str


def party(agreement_code: str, device: Device) -> Party:
    """Whoever gives a form's scan for the unit; the door has made sure that they may."""
    actor = Actor(code=f"{standing.SCAN_GIVER}{agreement_code}"[:24], roles=frozenset({Role.SIGNER}))
    return Party(actor, UNIT_SIDE, device)


def begin(ctx: Context, device: Device, typed: ScanGiver) -> Agreement:
    """The form whose scan this person may give; whoever has proved the phone for it before may look how it stands.

    Raises Invalid, TooMany, NotFound where no form has this number and unit, Conflict while no scan is asked for.
    """
    ctx.throttle.use(throttle.SIGNING_SCANS, device.address)
    phone, unit = personal.mobile(typed.phone), unit_code(typed.credit_code)
    codes.use(ctx, phone, codes.Purpose.SIGN, typed.code)
    return _begin(ctx, device, (typed.number, unit), phone)


@transaction
def _begin(ctx: Context, device: Device, known: tuple[str, str], phone: str) -> Agreement:
    number, unit = known
    form = (Agreement.number == personal.clean(number)) & (Agreement.credit_code == unit)
    found = Agreement.get_or_none(form & (Agreement.kind == PAPER))
    if found is None:
        raise NotFound()
    if found.signer_phone_index in Keys.ring.blinds(phone, PHONE):
        return found
    if found.status not in WITH_SCAN:
        raise Conflict("material_not_asked")
    giver = party(found.code, device)
    row = standing.held(giver, found)
    row.change(signer_phone=phone, signer_phone_index=Keys.ring.blind(phone, PHONE))
    moves.note(ctx, row, giver, {"kind": "signer.proven", "phone": row.signer_phone_index})
    return row


def fresh(code: str) -> Agreement:
    """A form as it is now, with its graduate; raises NotFound."""
    row = Agreement.by_code(code)
    if row is None or row.kind != PAPER:
        raise NotFound()
    return row
