"""Agreements for tests: an open school, a code, a draft with real pictures and strokes, an offer, a signature."""

import json
from typing import Any

from domain.agreements import THREE_PARTY
from models.account import PHONE
from models.agreement import Agreement
from models.db import Keys
from models.graduate import Graduate
from models.message import Message
from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services import binding
from services.agreements import answering, chain, drafting, materials, parties, tickets
from services.agreements.parties import Device, Party
from services.agreements.tickets import Ticket
from services.context import Context
from services.jobs.steps import vault
from services.sessions import Visitor
from tests.cast import CREDIT_CODE, Cast, Persona
from tests.papers import photo
from tests.posts import visitor_of
from tests.rosters import hold_places

PHONE_OF_SIGNER = "13900000309"
SIGNER = {"name": "周敏", "position": "招聘主管", "phone": PHONE_OF_SIGNER}
UNIT_DEVICE = Device(
    "203.0.113.7", "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0", "oSigner00000000000000000001"
)
GRADUATE_DEVICE = Device("203.0.113.8", "Mozilla/5.0 (iPhone) MicroMessenger/8.0")
BROWSER = "a word that this browser alone holds"
TERMS = {
    "unit_name": "合肥创新软件有限公司",
    "credit_code": CREDIT_CODE,
    "unit_place": "340104",
    "unit_nature": "39",
    "unit_industry": "34",
    "position": "13",
    "unit_address": "高新区创新大道 88 号",
    "postcode": "230088",
    "contact_name": "周敏",
    "contact_phone": "0551-65000000",
    "contact_mobile": PHONE_OF_SIGNER,
    "contact_email": "hr@example.com",
    "post": "软件开发工程师",
    "work_place": "合肥市蜀山区",
    "pay": "8000",
    "starts_on": "2027-07-01",
    "months": "36",
    "trial_months": "3",
    "penalty": "5000",
    "other": "提供住宿",
}
# A second right code, of another invented unit.
OTHER_CREDIT_CODE = "91110108000000001A"
_PICTURE = photo((300, 400))

Line = list[tuple[float, float]]
# Three strokes and a hook, as somebody writes 周 in a hurry.
_NAME: list[Line] = [
    [(60, 40), (58, 80), (50, 120), (40, 150)],
    [(60, 40), (140, 38), (142, 100), (140, 150), (128, 142)],
    [(75, 70), (100, 68), (125, 70)],
    [(180, 60), (230, 58), (205, 58), (206, 140), (180, 138), (232, 140)],
]


def strokes(shift: float = 0.0) -> str:
    """A signature as the pad sends it; another ``shift`` is another one."""
    groups, moment = [], 1_000_000
    for line in _NAME:
        points = []
        for x, y in line:
            moment += 120
            points.append({"x": x + shift, "y": y, "time": moment, "pressure": 0.5})
        groups.append({"points": points})
    return json.dumps({"width": 390, "height": 200, "turn": 0, "strokes": groups})


def open_school(ctx: Context, cast: Cast, mode: str = "two", **others: Any) -> SigningRules:
    """The cast's school is open for 网上签约, by its province's rules; its graduates' 生源信息 is confirmed."""
    province, school = cast.units["province"], cast.units["school"]
    hold_places(ctx)
    rules = SigningRules.create(unit=province, mode=mode, **others)
    stamp = ""
    if mode == THREE_PARTY:
        stamp = vault(ctx).store([_PICTURE])
    columns = {"stamp": stamp, "stamp_signer": "周涛" if stamp else "", "backlog_done_at": ctx.clock()}
    SchoolSigning.create(unit=school, opened_at=ctx.clock(), **columns)
    OrgUnit.update(number="4134010359").where(OrgUnit.id == school).execute()
    Graduate.update(status="confirmed").execute()
    return rules


def graduate_party(ctx: Context, persona: Persona, *, in_wechat: bool = True) -> tuple[Party, Visitor]:
    """The graduate at the door, in the WeChat that their account is bound to, or at a desk."""
    openid = persona.openid if in_wechat else None
    if openid and persona.account is not None:
        binding.bind(ctx, persona.account, openid)
    visitor = visitor_of(ctx, persona)
    device = Device(GRADUATE_DEVICE.address, GRADUATE_DEVICE.agent, openid)
    return parties.graduate_party(visitor, device), visitor


def show_ticket(ctx: Context, persona: Persona) -> Ticket:
    """The graduate's live code."""
    return tickets.show(ctx, *graduate_party(ctx, persona, in_wechat=False))


def device_of(openid: str | None) -> Device:
    """The unit's device, in some WeChat or in a browser."""
    return Device(UNIT_DEVICE.address, UNIT_DEVICE.agent, openid)


def scan(
    ctx: Context, token: str, openid: str | None = UNIT_DEVICE.openid, browser: str = BROWSER
) -> tuple[Party, Agreement]:
    """A unit scans a code: whoever holds the draft, and the draft."""
    device = device_of(openid)
    row = drafting.open_draft(ctx, tickets.find(ctx, token), device, browser)
    return parties.signer_party(row.code, device), row


def sms_code(phone: str) -> str:
    """The newest one-time code that was owed to a phone."""
    owed = Message.select().where(Message.template == "code").order_by(Message.id.desc())
    return next(str(json.loads(row.payload)["code"]) for row in owed if row.phone == phone)


def prove(ctx: Context, party: Party, row: Agreement, **person: str) -> Agreement:
    """The signer shows whose the phone is; for a second agreement of theirs it is written down alone, since a phone
    gets one code a minute."""
    who = SIGNER | person
    index = Keys.ring.blind(who["phone"], PHONE)
    if Agreement.select().where(Agreement.signer_phone_index == index).exists():
        names = {f"signer_{name}": value for name, value in who.items()}
        Agreement.get_by_id(row.id).change(**names, signer_phone_index=index)
        return fresh(row)
    drafting.send_code(ctx, row, who["phone"], party.device.address)
    return drafting.prove_phone(ctx, party, row, who, sms_code(who["phone"]))


def add_papers(ctx: Context, party: Party, row: Agreement) -> None:
    """营业执照 and both sides of the 身份证, with the consent that they need."""
    materials.consent(ctx, party, row)
    for kind in drafting.NEEDED:
        materials.add(ctx, party, row, kind, iter([_PICTURE]))


def fill(ctx: Context, party: Party, row: Agreement, **changes: str) -> Agreement:
    """A draft that may be sent: every field, every paper, the phone."""
    drafting.save(ctx, party, row, TERMS | changes)
    add_papers(ctx, party, row)
    known = Agreement.get_by_id(row.id)
    return known if drafting.is_proven(known) else prove(ctx, party, row)


def offer(
    ctx: Context, persona: Persona, openid: str | None = UNIT_DEVICE.openid, **changes: str
) -> tuple[Party, Agreement]:
    """An offer by the graduate's code: the unit's side, and the agreement."""
    party, row = scan(ctx, show_ticket(ctx, persona).token, openid)
    fill(ctx, party, row, **changes)
    return party, drafting.submit(ctx, party, row, consent=True, strokes=strokes())


def signed_for(row: Agreement, **changes: Any) -> Any:
    """What the graduate's page sends for the terms as they are."""
    known = {"digest": row.terms_digest, "version": row.terms_version, "strokes": strokes(9)}
    return known | {"consent": True, "identity": True} | changes


def accept(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """The graduate signs, in WeChat."""
    party, visitor = graduate_party(ctx, persona)
    return answering.accept(ctx, party, visitor, row.code, **signed_for(row))


def accepted(ctx: Context, persona: Persona) -> tuple[Party, Agreement]:
    """An agreement that both sides have signed: the unit's side, and the agreement."""
    party, row = offer(ctx, persona)
    return party, accept(ctx, persona, row)


def fresh(row: Agreement) -> Agreement:
    """The row as it is in the database."""
    found = Agreement.by_code(row.code)
    assert found is not None
    return found


def chain_of(row: Agreement) -> list[str]:
    """What the chain of events says happened, in order; it holds."""
    assert chain.broken_at(fresh(row)) is None
    return [event.kind for event in chain.events(row)]
