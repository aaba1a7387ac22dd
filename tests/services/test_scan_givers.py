"""The stamped scan of a form on paper may come from the unit: by what is printed on the form, and a phone."""

from functools import partial
from pathlib import Path

import pytest

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from services.agreements import (
    chain,
    lists,
    looking,
    materials,
    moves,
    new_signers,
    paper_way,
    releases,
    retention,
    scan_givers,
)
from services.agreements.consenting import Signed
from services.agreements.parties import CLOCK, Device, Party
from services.agreements.scan_givers import ScanGiver
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import DESK, SIGNED_ON, add_scan
from tests.agreements import TERMS, fresh, sms_code
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import owed, refusal_of

PHONE = "13900000721"
OTHER_PHONE = "13900000722"


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path: Path) -> Context:
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, tmp_path)


def numbered(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    """A form whose number is out, without its paper: the graduate, and the form."""
    party, row = ways.applied(ctx, cast.graduate)
    ways.passed(ctx, cast, row)
    moves.move(ctx, fresh(row), "issue", CLOCK, {"kind": "paper.issued"})
    return party, fresh(row)


def begun(ctx: Context, row: Agreement, phone: str = PHONE, **wrong: str) -> Agreement:
    """Somebody with a phone, who holds the form."""
    new_signers.send_code(ctx, phone, f"203.0.113.{phone[-2:]}")
    typed = {"number": row.number or "", "credit_code": row.credit_code} | wrong
    return scan_givers.begin(ctx, DESK, ScanGiver(**typed, phone=phone, code=sms_code(phone)))


def giver(row: Agreement) -> Party:
    return scan_givers.party(row.code, DESK)


def told(row: Agreement, phone: str) -> int:
    """How many texts about agreements a phone is owed."""
    return sum(one.phone == phone and one.template != "code" for one in owed())


def test_the_unit_hands_the_scan_in_and_the_graduate_hears(sealer: Context, cast: Cast) -> None:
    _graduate, row = numbered(sealer, cast)
    assert looking.public(sealer, row.verify_code).wants_scan
    unit = giver(begun(sealer, row))
    assert refusal_of(lambda: paper_way.upload(sealer, unit, row, SIGNED_ON)).code == "scan_needed"
    add_scan(sealer, unit, row)
    before = len(owed("signing_decided"))
    done = paper_way.upload(sealer, unit, row, SIGNED_ON)
    assert (done.status, done.signed_on.isoformat()) == ("college_review", SIGNED_ON)
    assert "单位已上传扫描件" in "".join(one.payload for one in owed("signing_decided")[before:])
    assert paper_way.upload(sealer, unit, row, SIGNED_ON).status == "college_review"  # a second tap
    link = next(one for one in chain.events(fresh(row)) if one.kind == "scan.uploaded")
    assert (link.body["side"], link.body["actor"]) == ("unit", f"scan-{row.code}"[:24])
    assert {file.side for file in AgreementFile.select().where(AgreementFile.kind == "scan")} == {"unit"}
    assert not looking.public(sealer, row.verify_code).wants_scan
    assert chain.broken_at(fresh(row)) is None


def test_a_returned_scan_is_replaced_by_the_unit(sealer: Context, cast: Cast, clock: FixedClock) -> None:
    graduate, row = numbered(sealer, cast)
    unit = giver(begun(sealer, row))
    add_scan(sealer, graduate, row)
    paper_way.upload(sealer, graduate, row, SIGNED_ON)
    before = told(row, PHONE)
    clock.advance(minutes=1)
    ways.give_back(sealer, cast.counselor, row, "scan", "graduate")
    assert told(row, PHONE) == before + 1
    clock.advance(minutes=1)
    assert refusal_of(lambda: paper_way.upload(sealer, unit, row, SIGNED_ON)).code == "scan_needed"
    add_scan(sealer, unit, row, pages=1)
    assert paper_way.upload(sealer, unit, row, SIGNED_ON).status == "college_review"


def test_a_form_that_nobody_else_knows_tells_the_graduate_alone(sealer: Context, cast: Cast) -> None:
    graduate, row = numbered(sealer, cast)
    add_scan(sealer, graduate, row)
    paper_way.upload(sealer, graduate, row, SIGNED_ON)
    before = len(owed())
    ways.give_back(sealer, cast.counselor, row, "scan", "graduate")
    assert len(owed()) == before + 1


@pytest.mark.parametrize(
    "wrong", [{"number": "2027-4134010359-999999"}, {"credit_code": agreements.OTHER_CREDIT_CODE}]
)
def test_number_and_unit_have_to_be_right(sealer: Context, cast: Cast, wrong: dict[str, str]) -> None:
    _graduate, row = numbered(sealer, cast)
    assert refusal_of(lambda: begun(sealer, row, **wrong)).status == 404
    assert fresh(row).signer_phone is None


def test_the_code_has_to_be_that_of_the_phone(sealer: Context, cast: Cast) -> None:
    _graduate, row = numbered(sealer, cast)
    new_signers.send_code(sealer, PHONE, "203.0.113.21")
    typed = ScanGiver(row.number or "", row.credit_code, OTHER_PHONE, sms_code(PHONE))
    assert refusal_of(lambda: scan_givers.begin(sealer, DESK, typed)).code.startswith("code_")
    assert fresh(row).signer_phone is None


def test_nothing_is_begun_once_the_scan_is_there(sealer: Context, cast: Cast, clock: FixedClock) -> None:
    graduate, row = numbered(sealer, cast)
    begun(sealer, row)
    add_scan(sealer, graduate, row)
    paper_way.upload(sealer, graduate, row, SIGNED_ON)
    assert refusal_of(lambda: begun(sealer, row, OTHER_PHONE)).code == "material_not_asked"
    clock.advance(minutes=2)
    assert begun(sealer, row).id == row.id  # who has begun before comes back and looks


def test_they_give_the_scan_and_nothing_else(sealer: Context, cast: Cast) -> None:
    _graduate, row = numbered(sealer, cast)
    unit = giver(begun(sealer, row))
    for kind in ("proof", "licence", "letter"):
        given = partial(materials.add, sealer, unit, row, kind, iter([ways.SCAN]))
        assert refusal_of(given).code == "material_not_asked"
    for verb in (
        lambda: paper_way.cancel(sealer, unit, row, "不再录用"),
        lambda: paper_way.save(sealer, unit, row, TERMS),
        lambda: paper_way.apply(sealer, unit, row, TERMS),
    ):
        assert refusal_of(verb).status in (403, 409)
    stranger = scan_givers.party("another", Device())
    assert refusal_of(lambda: paper_way.upload(sealer, stranger, row, SIGNED_ON)).status == 404
    add_scan(sealer, unit, row)
    paper_way.upload(sealer, unit, row, SIGNED_ON)
    ways.passed(sealer, cast, row)
    assert ways.brought_into_force(sealer, row).status == "effective"
    signed = Signed(consent=True, identity=True, strokes=agreements.strokes())
    assert refusal_of(lambda: releases.ask(sealer, unit, fresh(row), "原因", **signed)).status == 404


def test_the_phone_is_no_way_to_what_signers_may_do(sealer: Context, cast: Cast) -> None:
    _graduate, row = numbered(sealer, cast)
    begun(sealer, row)
    lists.send_back_code(sealer, PHONE, "203.0.113.22")
    code = refusal_of(lambda: lists.come_back(sealer, PHONE, sms_code(PHONE))).code
    assert code == "nothing_signed"


def test_the_phone_is_sealed_and_its_pages_are_shredded(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    graduate, row = numbered(sealer, cast)
    unit = giver(begun(sealer, row))
    add_scan(sealer, unit, row)
    stored = Agreement.select(Agreement.signer_phone_index).where(Agreement.id == row.id).scalar()
    bodies = "".join(str(one.body) for one in chain.events(fresh(row)))
    assert (fresh(row).signer_phone, PHONE in bodies, stored in bodies) == (PHONE, False, True)
    paper_way.cancel(sealer, graduate, row, "单位不再录用")
    clock.advance(days=400)
    retention.sweep(sealer)
    assert not AgreementFile.select().where(AgreementFile.shredded_at.is_null()).count()
