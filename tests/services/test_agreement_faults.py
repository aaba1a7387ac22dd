"""What somebody could do to an agreement in another's place, or to others by way of it; none of it works."""

import pytest

from domain.refusals import TooMany
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from models.codes import CodeRow, CodeSet
from models.graduate import Graduate
from services import throttle
from services.agreements import materials, new_signers, offers, parties, releases, terms
from services.agreements.new_signers import NewSigner
from services.agreements.parties import Device, Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import PHONE_OF_SIGNER, sms_code, strokes
from tests.cast import CREDIT_CODE, Cast
from tests.fakes import FixedClock
from tests.papers import photo
from tests.services.tools import fields_of, owed, refusal_of

PHONE = "13900000402"
DEVICE = Device("203.0.113.40", "Mozilla/5.0")
Held = tuple[Party, Agreement]


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Held:
    """An agreement in force, and the unit's side."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)


def add(ctx: Context, party: Party, release: Release, kind: str = "letter") -> None:
    materials.add(ctx, party, release.agreement, kind, iter([photo((300, 400))]), release=release)


def phones() -> list[str]:
    """Whom a text has told of an agreement."""
    return [str(message.phone) for message in owed("signer_told")]


def test_nobody_puts_a_letter_in_place_of_the_graduates(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    assert refusal_of(lambda: add(ctx, unit, release)).code == "material_not_asked"
    [letter] = AgreementFile.select().where(AgreementFile.kind == "letter")
    assert (letter.side, letter.replaced_at) == ("graduate", None)
    releases.cancel(ctx, graduate, release)
    theirs = ways.asked(ctx, unit, agreements.fresh(row))
    ways.add_letter(ctx, graduate, theirs)  # an answer for who cannot draw
    assert refusal_of(lambda: add(ctx, unit, theirs)).code == "material_not_asked"


def test_what_belongs_to_no_release_is_not_put_into_one(ctx: Context, held: Held) -> None:
    unit, row = held
    release = ways.asked(ctx, unit, row)
    assert refusal_of(lambda: add(ctx, unit, release, "licence")).code == "material_not_asked"


def test_who_signed_hears_that_somebody_else_asks_in_the_name_of_the_unit(
    ctx: Context, cast: Cast, held: Held
) -> None:
    _unit, row = held
    new_signers.send_code(ctx, PHONE, DEVICE.address)
    typed = NewSigner(row.number or "", CREDIT_CODE, "吴新", PHONE, sms_code(PHONE))
    release = new_signers.begin(ctx, DEVICE, typed)
    party = new_signers.party(release.code, DEVICE)
    for kind in ("letter", "authorization"):
        ways.add_letter(ctx, party, release, kind)
    before = phones().count(PHONE_OF_SIGNER)
    asked = new_signers.ask(ctx, party, release, "原经办人已离职", **ways.ink(2))
    assert phones().count(PHONE_OF_SIGNER) == before + 1
    releases.refuse(ctx, ways.graduate_of(ctx, cast.graduate), asked, "不认识这个人")
    told = phones()
    assert (told.count(PHONE_OF_SIGNER), told.count(PHONE)) == (before + 2, 1)


def test_nothing_is_taken_in_that_the_sealed_paper_could_not_show(
    ctx: Context, cast: Cast, held: Held
) -> None:
    graduate, (_unit, row) = ways.graduate_of(ctx, cast.graduate), held
    wrong = "家里有事\U0001f62d\U000f0001"
    assert fields_of(lambda: releases.ask(ctx, graduate, row, wrong, **ways.ink())) == {"reason"}
    typed = NewSigner(row.number or "", CREDIT_CODE, "吴\U000f0001", PHONE, "000000")
    assert fields_of(lambda: new_signers.begin(ctx, DEVICE, typed)) == {"name"}
    release = releases.begin_for(ctx, ways.seat(ctx, cast.college), DEVICE, row)
    staff = parties.staff_party(ways.seat(ctx, cast.college), DEVICE)
    ways.add_letter(ctx, staff, release)
    assert fields_of(lambda: releases.file_offline(ctx, staff, release, wrong)) == {"reason"}


def test_who_cannot_be_printed_is_told_before_anybody_signs(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    Graduate.get_by_id(cast.graduate.graduate.id).change(name="李\U000f0001")
    assert refusal_of(lambda: agreements.show_ticket(ctx, cast.graduate)).code == "person_glyph_lacking"


def test_a_code_that_gets_another_name_says_what_was_signed(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    agreements.open_school(ctx, cast)
    _unit, row = agreements.offer(ctx, cast.graduate)
    before = terms.shown(ctx, row)
    assert "蜀山区" in str(before)
    edition = CodeSet.create(name="region", year=2021, rows=1, digest="", in_force_at=clock())
    CodeRow.create(edition=edition, code="340104", name="改了名的区")
    clock.advance(hours=1)
    ctx.codes.forget()
    assert terms.shown(ctx, agreements.fresh(row)) == before


def test_nobody_is_told_of_other_terms_without_end(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    unit, row = agreements.offer(ctx, cast.graduate)
    most = throttle.SIGNING_INK.limit.amount
    for pay in range(most):
        refusal = None
        try:
            offers.revise(ctx, unit, row, agreements.TERMS | {"pay": f"{8001 + pay}"}, **ways.ink())
        except TooMany as answer:
            refusal = answer
    assert refusal is not None
    assert len(owed("signing_decided")) <= most
    graduate = ways.graduate_of(ctx, cast.graduate)
    assert materials.judged(ctx, graduate, row, strokes()).picture  # the other side signs all the same
