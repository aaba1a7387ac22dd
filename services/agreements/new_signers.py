"""A unit whose 经办人 has left: another person of it may ask for 解约, with its stamped authorization and letter.

They prove a phone and know the agreement's number and the unit's code, and get nothing by that but a release of their
own to put papers to; the graduate answers it, and reviewers look at the papers.
"""

from dataclasses import dataclass
from typing import Unpack

from config.agreements import times
from domain import personal
from domain.actors import Actor, Role
from domain.agreements import IN_FORCE, ONLINE, RELEASE, UNIT_SIDE
from domain.employers import unit_code
from domain.refusals import Conflict, NotFound
from models.account import PHONE
from models.agreement import Agreement, Release
from models.db import Keys, transaction
from models.graduate import Graduate
from services import codes, throttle
from services.agreements import consenting, materials, releases, rules, standing, terms
from services.agreements.consenting import Signed
from services.agreements.materials import Given
from services.agreements.parties import Device, Party
from services.context import Context


@dataclass(frozen=True, slots=True)
class NewSigner:
    """What somebody types: the agreement's number, the unit's code, who they are, and the code sent to the phone."""

    number: str
    credit_code: str
    name: str
    phone: str
    code: str


def party(release_code: str, device: Device) -> Party:
    """Whoever began a release as a new signer; the door has made sure that the link is theirs."""
    actor = Actor(code=f"{standing.NEWCOMER}{release_code}"[:24], roles=frozenset({Role.SIGNER}))
    return Party(actor, UNIT_SIDE, device)


def send_code(ctx: Context, phone: str, address: str) -> int:
    """Sends the code that proves the phone; answers the seconds until another one. Raises Invalid, TooMany."""
    return codes.send(ctx, personal.mobile(phone), codes.Purpose.SIGN, address)


def begin(ctx: Context, device: Device, typed: NewSigner) -> Release:
    """A release that the new signer adds papers to and then asks for; the one that they have begun, while it goes on.

    Raises Invalid, TooMany, NotFound where no agreement in force has this number and unit, Conflict while a release
    is under way.
    """
    ctx.throttle.use(throttle.SIGNING_SCANS, device.address)
    name, phone = personal.person_name(typed.name), personal.mobile(typed.phone)
    terms.need_printable(name=name)
    codes.use(ctx, phone, codes.Purpose.SIGN, typed.code)
    return _begin(ctx, device, (typed.number, unit_code(typed.credit_code)), (name, phone))


@transaction
def _begin(ctx: Context, device: Device, known: tuple[str, str], who: tuple[str, str]) -> Release:
    number, unit = known
    found = (Agreement.number == personal.clean(number)) & (Agreement.credit_code == unit)
    in_force = found & Agreement.status.in_(IN_FORCE) & (Agreement.kind == ONLINE)
    agreement = Agreement.select(Agreement, Graduate).join(Graduate).where(in_force).first()
    if agreement is None:
        raise NotFound()
    rules.need_open(agreement.school_id)
    name, phone = who
    begun = _begun(agreement, phone)
    if begun is not None:
        return begun
    releases.need_none_open(agreement)
    _need_few(ctx, agreement)
    return releases.opened(
        ctx,
        agreement,
        Party(Actor("", frozenset({Role.SIGNER})), UNIT_SIDE, device),
        is_new_signer=True,
        signer_name=name,
        signer_phone=phone,
        signer_phone_index=Keys.ring.blind(phone, PHONE),
        signer_openid=device.openid,
    )


def _need_few(ctx: Context, agreement: Agreement) -> None:
    """Raises Conflict once new signers have asked about an agreement as often as they may, whoever they were.

    Number and code are printed on the paper: with them alone nobody shall trouble the graduate again and again.
    """
    asked = Release.is_new_signer & (Release.asked_at > ctx.clock() - times().new_signer_window)
    if (
        Release.select().where((Release.agreement == agreement.id) & asked).count()
        >= times().new_signer_questions
    ):
        raise Conflict("new_signers_enough")


def _begun(agreement: Agreement, phone: str) -> Release | None:
    """What somebody with this phone has begun and what is not over."""
    theirs = Release.is_new_signer & Release.signer_phone_index.in_(Keys.ring.blinds(phone, PHONE))
    may_go_on = Release.open_key.is_null(False) | (Release.status == RELEASE.initial)
    found = Release.select().where((Release.agreement == agreement.id) & theirs & may_go_on)
    row: Release | None = found.order_by(Release.id.desc()).first()
    return row


def ask(ctx: Context, party: Party, release: Release, reason: str, **signed: Unpack[Signed]) -> Release:
    """Asks the graduate to release the agreement. Raises Invalid, Conflict without authorization or letter."""
    consenting.need(party, release.agreement, signed)
    drawn = materials.judged(ctx, party, release.agreement, signed["strokes"])
    with materials.shelved(ctx, drawn.pieces) as names:
        return _ask(ctx, party, release, reason, (names, drawn))


@transaction
def _ask(ctx: Context, party: Party, release: Release, reason: str, given: Given) -> Release:
    row = releases.read(party, release, is_asker=True)
    text = releases.printed(reason)
    if row.status != "opened":
        return row  # a second tap
    releases.need_none_open(row.agreement)
    _need_few(ctx, row.agreement)
    releases.letters(row)
    if materials.current(row.agreement, "authorization", row) is None:
        raise Conflict("authorization_needed")
    return releases.put(ctx, party, row, text, given)
