"""The ways of agreements after both sides have signed: reviews, the seal, release; paper forms and registrations."""

import dataclasses
from pathlib import Path
from typing import Any

from documents import seal_keys
from documents.seal import FileSigner, roots_in
from models.account import PHONE
from models.agreement import Agreement, Release
from models.db import Keys
from models.org import Staff
from services.agreements import (
    drafting,
    feedback,
    materials,
    moves,
    paper_way,
    recording,
    release_reviews,
    releases,
    reviews,
    sealing,
    terms,
    voiding,
)
from services.agreements.consenting import Signed
from services.agreements.parties import CLOCK, Device, Party
from services.context import Context
from services.seals import Seals
from services.seats import Seat, seat_of
from tests import agreements
from tests.agreements import PHONE_OF_SIGNER, TERMS, strokes
from tests.cast import Cast, Persona, add_account
from tests.papers import photo
from tests.posts import visitor_of

DESK = Device("203.0.113.9", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
ALL = {"licence", "identity", "signature", "scan", "agrees", "school_stamp"}
ALL |= {"both_signed", "letter_sealed", "authorized"}  # of releases
SCAN = photo((400, 560))
SIGNED_ON = "2026-11-16"  # as the paper says
ON_PAPER = {terms.NUMBER: "皖就业 2027-00017", terms.SIGNED_ON: SIGNED_ON}
LETTER = photo((420, 560))


def with_seal(ctx: Context, folder: Path) -> Context:
    """The same with a seal of its own, whose keys lie in a folder."""
    files = seal_keys.create(folder, "网签测试")
    seals = Seals(FileSigner(files.key, files.certificate), roots_in([files.root]))
    return dataclasses.replace(ctx, seals=seals)


def seat(ctx: Context, persona: Persona) -> Seat:
    """Somebody of the staff at the desk, read afresh."""
    return seat_of(visitor_of(ctx, persona))


def know_signer(row: Agreement) -> None:
    """Who signs for the unit has shown whose the phone is."""
    row.change(
        signer_name="周敏",
        signer_position="招聘主管",
        signer_phone=PHONE_OF_SIGNER,
        signer_phone_index=Keys.ring.blind(PHONE_OF_SIGNER, PHONE),
    )


def offered(ctx: Context, persona: Persona) -> tuple[Party, Agreement]:
    """An offer of somebody whose phone is known already: as many as a test likes, without codes by text."""
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, persona).token)
    if row.status == "draft":
        know_signer(row)
        agreements.fill(ctx, party, row)
        row = drafting.submit(ctx, party, row, consent=True, strokes=strokes())
    return party, row


def accepted(ctx: Context, persona: Persona) -> tuple[Party, Agreement]:
    """An agreement that both sides have signed: the unit's side, and the agreement."""
    party, row = offered(ctx, persona)
    return party, agreements.accept(ctx, persona, row)


def pass_first(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """The first review is content with everything."""
    sitting = seat(ctx, persona)
    return reviews.pass_first(ctx, sitting, DESK, reviews.one(ctx, sitting, row.code), ALL)


def pass_school(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """The school's word."""
    sitting = seat(ctx, persona)
    return reviews.pass_school(ctx, sitting, DESK, reviews.one(ctx, sitting, row.code))


def passed(ctx: Context, cast: Cast, row: Agreement) -> Agreement:
    """Both reviews are content."""
    pass_first(ctx, cast.counselor, row)
    return pass_school(ctx, cast.school, row)


def give_back(ctx: Context, persona: Persona, row: Agreement, kind: str, side: str) -> Agreement:
    """A reviewer returns one kind of material."""
    sitting = seat(ctx, persona)
    held = reviews.one(ctx, sitting, row.code)
    return reviews.give_back(ctx, sitting, DESK, held, {kind: "看不清"}, side)


def reject(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """A reviewer refuses."""
    sitting = seat(ctx, persona)
    return reviews.reject(ctx, sitting, DESK, reviews.one(ctx, sitting, row.code), "与事实不符")


def ask_void(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """One of the school's people asks for it to be void."""
    sitting = seat(ctx, persona)
    held = reviews.one(ctx, sitting, row.code)
    return voiding.ask(ctx, sitting, DESK, held, "冒用单位名义", iter([LETTER]))


def confirm_void(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """Another one confirms."""
    sitting = seat(ctx, persona)
    return voiding.confirm(ctx, sitting, DESK, reviews.one(ctx, sitting, row.code))


def report(ctx: Context, persona: Persona, row: Agreement, text: str = "单位名称不存在") -> Agreement:
    """The national system finds something wrong, as the school takes it in."""
    found = feedback.Feedback("registration", text)
    return feedback.report(ctx, seat(ctx, persona), DESK, agreements.fresh(row), found)


def mend(ctx: Context, persona: Persona, row: Agreement) -> Agreement:
    """The school says that it is mended."""
    return feedback.mend(ctx, seat(ctx, persona), DESK, agreements.fresh(row))


def effective(ctx: Context, cast: Cast, persona: Persona | None = None) -> tuple[Party, Agreement]:
    """An agreement in force, sealed: the unit's side, and the agreement. ``ctx`` has a seal."""
    party, row = accepted(ctx, persona or cast.graduate)
    passed(ctx, cast, row)
    assert sealing.sweep(ctx) == 1
    return party, agreements.fresh(row)


def in_force(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    """The same without its paper, for tests that do not look at it: quick."""
    party, row = accepted(ctx, cast.graduate)
    passed(ctx, cast, row)
    return party, brought_into_force(ctx, row)


def brought_into_force(ctx: Context, row: Agreement) -> Agreement:
    """As the worker leaves it, only that there is no paper."""
    event = {"kind": "pdf.sealed"}
    moves.move(ctx, agreements.fresh(row), "seal", CLOCK, event, effective_at=ctx.clock())
    return agreements.fresh(row)


def graduate_of(ctx: Context, persona: Persona) -> Party:
    """The graduate's side."""
    return agreements.graduate_party(ctx, persona)[0]


def asked(ctx: Context, party: Party, row: Agreement, reason: str = "考取硕士研究生") -> Release:
    """A side asks for the release."""
    return releases.ask(ctx, party, row, reason, **ink(3))


def agreed(ctx: Context, party: Party, release: Release, shift: float = 5) -> Release:
    """The other side agrees to what it was shown."""
    return releases.agree(ctx, party, release, release_of(release).text_digest, **ink(shift))


def ink(shift: float = 0) -> Signed:
    """A signature, with both ticks."""
    return {"strokes": strokes(shift), "consent": True, "identity": True}


def add_letter(ctx: Context, party: Party, release: Release, kind: str = "letter") -> None:
    """The unit's stamped letter, or its authorization of somebody new."""
    materials.add(ctx, party, release.agreement, kind, iter([LETTER]), release=release)


def release_passed(ctx: Context, cast: Cast, release: Release) -> Release:
    """Both reviews of a release are content."""
    sitting = seat(ctx, cast.counselor)
    row = release_reviews.pass_first(ctx, sitting, DESK, release_reviews.one(ctx, sitting, release.code), ALL)
    sitting = seat(ctx, cast.school)
    return release_reviews.pass_school(ctx, sitting, DESK, release_reviews.one(ctx, sitting, row.code))


def applied(ctx: Context, persona: Persona, **changes: str) -> tuple[Party, Agreement]:
    """A graduate has applied for a form to be signed on paper."""
    party, visitor = agreements.graduate_party(ctx, persona)
    row = paper_way.begin(ctx, party, visitor)
    return party, paper_way.apply(ctx, party, row, TERMS | changes)


def issued(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    """A numbered form is out. ``ctx`` has a seal."""
    party, row = applied(ctx, cast.graduate)
    passed(ctx, cast, row)
    assert sealing.sweep(ctx) == 1
    return party, agreements.fresh(row)


def add_scan(ctx: Context, party: Party, row: Agreement, pages: int = 2) -> None:
    """What was signed and stamped on paper, page by page."""
    for part in range(1, pages + 1):
        materials.add(ctx, party, row, "scan", iter([SCAN]), part=part)


def recorded(ctx: Context, persona: Persona, **changes: Any) -> tuple[Party, Agreement]:
    """A graduate has registered what was signed on paper before."""
    party, visitor = agreements.graduate_party(ctx, persona)
    row = recording.begin(ctx, party, visitor)
    add_scan(ctx, party, row)
    typed = TERMS | ON_PAPER | changes
    return party, recording.submit(ctx, party, row, typed)


def release_of(row: Release) -> Release:
    """The row as it is in the database."""
    return releases.fresh(row.code)


def another(like: Persona, name: str = "钱芳", phone: str = "13900000901") -> Persona:
    """One more person of the staff, with the capacity of one of the cast."""
    assert like.staff is not None
    assert like.account is not None
    account = add_account(name, phone, like.account.password_hash)
    staff = Staff.create(account=account, level=like.staff.level, unit=like.staff.unit, office="")
    return Persona(f"other-{like.key}", name, phone, "", account=account, staff=staff)
