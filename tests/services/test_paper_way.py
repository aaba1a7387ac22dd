"""线下签约: applied for, numbered, signed on paper, scanned, reviewed; its number void when nothing comes."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.agreements import live_key
from domain.refusals import Invalid
from models.agreement import Agreement
from models.agreement_papers import SealedPaper
from models.graduate import Graduate
from services.agreements import chain, looking, moves, paper_way, reviews, sealing, terms, timers
from services.agreements.parties import CLOCK, Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import add_scan, pass_first, pass_school
from tests.agreements import TERMS
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import owed, refusal_of


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path: Path) -> Context:
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, tmp_path)


@pytest.fixture
def issued(sealer: Context, cast: Cast) -> tuple[Party, Agreement]:
    """A form whose number is out, without its paper."""
    party, row = ways.applied(sealer, cast.graduate)
    ways.passed(sealer, cast, row)
    due = sealer.clock() + timedelta(days=30)
    moves.move(sealer, agreements.fresh(row), "issue", CLOCK, {"kind": "paper.issued"}, due_at=due)
    return party, agreements.fresh(row)


def test_one_application_at_a_time_kept_as_typed(sealer: Context, cast: Cast) -> None:
    party, visitor = agreements.graduate_party(sealer, cast.graduate)
    row = paper_way.begin(sealer, party, visitor)
    assert paper_way.begin(sealer, party, visitor).id == row.id
    paper_way.save(sealer, party, row, {"unit_name": "某单位", "pay": "很多"})
    assert terms.of(agreements.fresh(row))["pay"] == "很多"
    with pytest.raises(Invalid):
        paper_way.apply(sealer, party, row, {"unit_name": "某单位", "pay": "很多"})
    done = paper_way.apply(sealer, party, row, TERMS)
    assert (done.status, done.mode, done.terms_version) == ("form_college", "two", 1)
    assert done.terms_digest == terms.digest_of(done.terms)
    assert terms.clauses_in(done.terms)
    assert refusal_of(lambda: paper_way.save(sealer, party, row, TERMS)).code == "terms_frozen"


def test_a_graduate_begins_only_when_ready(sealer: Context, cast: Cast) -> None:
    party, visitor = agreements.graduate_party(sealer, cast.graduate)
    Graduate.update(status="open").execute()
    _party, visitor = agreements.graduate_party(sealer, cast.graduate)
    assert refusal_of(lambda: paper_way.begin(sealer, party, visitor)).code == "source_first"
    Graduate.update(status="confirmed").execute()
    ways.accepted(sealer, cast.graduate)
    party, visitor = agreements.graduate_party(sealer, cast.graduate)
    assert refusal_of(lambda: paper_way.begin(sealer, party, visitor)).code == "agreement_other_live"


def test_an_application_is_taken_back_and_changed(sealer: Context, cast: Cast) -> None:
    party, row = ways.applied(sealer, cast.graduate)
    assert paper_way.recall(sealer, party, row).status == "draft"
    again = paper_way.apply(sealer, party, row, TERMS | {"pay": "9000"})
    assert (again.status, again.terms_version) == ("form_college", 2)
    assert terms.of(again)["pay"] == "9000"


def test_a_returned_application_is_mended(sealer: Context, cast: Cast) -> None:
    party, row = ways.applied(sealer, cast.graduate)
    assert reviews.criteria_of(row) == {}
    assert reviews.faultable(row, "graduate") == ["terms"]
    ways.give_back(sealer, cast.counselor, row, "terms", "graduate")
    paper_way.save(sealer, party, row, TERMS | {"pay": "7000"})
    done = paper_way.apply(sealer, party, row, TERMS | {"pay": "7000"})
    assert (done.status, done.faults, done.fix_side) == ("form_college", None, "")


def test_the_schools_word_gives_number_and_binds(sealer: Context, cast: Cast) -> None:
    _party, row = ways.applied(sealer, cast.graduate)
    done = ways.passed(sealer, cast, row)
    assert (done.status, done.number) == ("issuing", "2027-4134010359-000001")
    assert done.live_key == live_key(done.graduate_id)
    assert done.draft_key is None


def test_a_number_is_not_given_beside_an_agreement_that_binds(sealer: Context, cast: Cast) -> None:
    _party, row = ways.applied(sealer, cast.graduate)
    pass_first(sealer, cast.counselor, row)
    ways.accepted(sealer, cast.graduate)
    code = refusal_of(lambda: pass_school(sealer, cast.school, row)).code
    assert code == "agreement_other_live"


@pytest.mark.slow
def test_the_form_is_sealed_numbered_and_waits_for_its_scan(sealer: Context, cast: Cast) -> None:
    party, row = ways.issued(sealer, cast)
    assert (row.status, row.due_at) == ("issued", sealer.clock() + timedelta(days=30))
    assert SealedPaper.get().key == f"form:{row.code}"
    assert looking.public(sealer, row.verify_code).state == "unsigned"
    assert refusal_of(lambda: paper_way.upload(sealer, party, row, ways.SIGNED_ON)).code == "scan_needed"
    add_scan(sealer, party, row)
    assert paper_way.upload(sealer, party, row, ways.SIGNED_ON).status == "college_review"
    assert list(reviews.criteria_of(agreements.fresh(row))) == ["scan", "agrees"]
    done = ways.passed(sealer, cast, row)
    assert (done.number, done.verify_code) == (row.number, row.verify_code)
    assert sealing.sweep(sealer) == 1
    assert [paper.kind for paper in looking.papers(row)] == ["form", "receipt", "record"]
    assert looking.public(sealer, row.verify_code).state == "effective"
    assert chain.broken_at(agreements.fresh(row)) is None


def test_a_returned_scan_is_replaced_by_a_newer_one(
    sealer: Context, cast: Cast, issued: tuple[Party, Agreement], clock: FixedClock
) -> None:
    party, row = issued
    add_scan(sealer, party, row)
    paper_way.upload(sealer, party, row, ways.SIGNED_ON)
    clock.advance(hours=1)
    ways.give_back(sealer, cast.counselor, row, "scan", "graduate")
    assert refusal_of(lambda: paper_way.upload(sealer, party, row, ways.SIGNED_ON)).code == "scan_needed"
    clock.advance(minutes=1)
    add_scan(sealer, party, row, pages=1)
    assert paper_way.upload(sealer, party, row, ways.SIGNED_ON).status == "college_review"


def test_the_number_is_void_without_a_scan(
    sealer: Context, cast: Cast, issued: tuple[Party, Agreement], clock: FixedClock
) -> None:
    _party, row = issued
    told = []
    for days in range(31):
        before = len(owed())
        timers.sweep(sealer)
        told += [days] * (len(owed()) > before)
        clock.advance(days=1)
    assert told == [23, 27, 29, 30]
    gone = agreements.fresh(row)
    assert (gone.status, gone.live_key, gone.number) == ("expired", None, row.number)
    assert looking.public(sealer, row.verify_code).state == "number_void"


def test_a_form_is_given_up(sealer: Context, cast: Cast, issued: tuple[Party, Agreement]) -> None:
    party, row = issued
    done = paper_way.cancel(sealer, party, row, "单位不再录用")
    assert (done.status, done.live_key) == ("cancelled", None)
    ways.applied(sealer, cast.graduate)


def test_three_parties_need_the_schools_stamp_on_the_scan(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast, mode="three")
    _party, row = ways.recorded(ctx, cast.graduate)
    assert list(reviews.criteria_of(row)) == ["scan", "agrees", "school_stamp"]
    sitting = ways.seat(ctx, cast.counselor)
    with pytest.raises(Invalid):
        reviews.pass_first(ctx, sitting, ways.DESK, row, {"scan", "agrees"})
