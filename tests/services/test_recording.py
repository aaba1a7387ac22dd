"""已签协议信息登记: fields, scan and the paper's number; a receipt is sealed, the scan stays what it is."""

import pytest

from domain.agreements import live_key
from domain.refusals import Invalid
from services.agreements import papers, recording, terms
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import refusal_of


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def test_fields_number_and_scan_are_needed(ctx: Context, cast: Cast) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = recording.begin(ctx, party, visitor)
    assert recording.begin(ctx, party, visitor).id == row.id
    typed = TERMS | ways.ON_PAPER
    assert refusal_of(lambda: recording.submit(ctx, party, row, typed)).code == "scan_needed"
    ways.add_scan(ctx, party, row)
    for wrong in ({terms.NUMBER: ""}, {"unit_name": ""}, {terms.SIGNED_ON: ""}, {terms.SIGNED_ON: "昨天"}):
        with pytest.raises(Invalid):
            recording.submit(ctx, party, row, typed | wrong)
    assert agreements.fresh(row).live_key is None
    recording.save(ctx, party, row, typed)
    done = recording.submit(ctx, party, row, typed)
    assert (done.status, done.live_key) == ("college_review", live_key(done.graduate_id))
    assert terms.paper_number(done) == "皖就业 2027-00017"
    assert done.number is None


def test_the_receipt_tells_paper_number_and_scan(ctx: Context, cast: Cast) -> None:
    _party, row = ways.recorded(ctx, cast.graduate)
    done = ways.passed(ctx, cast, row)
    assert (done.status, done.number) == ("sealing", "2027-4134010359-000001")
    paper = papers.receipt_paper(ctx, agreements.fresh(row))
    assert ("纸质协议书号", "皖就业 2027-00017") in paper.terms
    assert [label for label, _digest in paper.digests][2:] == [
        "扫描件第 1 页 SHA-256",
        "扫描件第 2 页 SHA-256",
    ]
    assert all(not side.ink for side in paper.sides)


def test_it_is_returned_mended_withdrawn_and_begun_anew(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, row = ways.recorded(ctx, cast.graduate)
    ways.give_back(ctx, cast.counselor, row, "terms", "graduate")
    typed = TERMS | ways.ON_PAPER | {"pay": "8500"}
    done = recording.submit(ctx, party, row, typed)
    assert (done.status, done.terms_version) == ("college_review", 2)
    ways.pass_first(ctx, cast.counselor, row)
    with pytest.raises(Invalid):
        recording.withdraw(ctx, party, row, "")
    gone = recording.withdraw(ctx, party, row, "填错单位")
    assert (gone.status, gone.live_key, gone.draft_key) == ("withdrawn", None, None)
    _party, second = ways.recorded(ctx, cast.graduate)
    assert second.id != row.id


def test_a_returned_scan_has_to_be_a_newer_one(ctx: Context, cast: Cast, clock: FixedClock) -> None:
    party, row = ways.recorded(ctx, cast.graduate)
    clock.advance(minutes=5)
    ways.give_back(ctx, cast.counselor, row, "scan", "graduate")
    typed = TERMS | ways.ON_PAPER | {terms.NUMBER: "17"}
    assert refusal_of(lambda: recording.submit(ctx, party, row, typed)).code == "scan_needed"
    clock.advance(minutes=5)
    ways.add_scan(ctx, party, row, pages=1)
    assert refusal_of(lambda: recording.submit(ctx, party, row, typed)).code == "terms_frozen"
    other_day = TERMS | ways.ON_PAPER | {terms.SIGNED_ON: "2026-11-17"}
    assert refusal_of(lambda: recording.submit(ctx, party, row, other_day)).code == "terms_frozen"
    assert recording.submit(ctx, party, row, recording.as_typed(row)).status == "college_review"


def test_a_draft_is_thrown_away(ctx: Context, cast: Cast) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = recording.begin(ctx, party, visitor)
    assert recording.discard(ctx, party, row).status == "discarded"
    assert recording.begin(ctx, party, visitor).id != row.id
