"""What is sealed is what the chain of events says: what was changed behind us is held up, and its school is told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, AgreementFile, SealedPaper
from services import health
from services.agreements import chain, materials, moves, offers, proof, releases, sealing, stuck, terms
from services.agreements.proof import Tampered
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS, fresh, strokes
from tests.cast import Cast
from tests.fakes import FixedClock

pytestmark = pytest.mark.slow
Change = Callable[[Agreement], None]


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path: Path) -> Context:
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, tmp_path)


def online(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.accepted(ctx, cast.graduate)[1])


def recorded(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.recorded(ctx, cast.graduate)[1])


def form(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.applied(ctx, cast.graduate)[1])


def set_columns(row: Agreement, **columns: object) -> None:
    Agreement.update(columns).where(Agreement.id == row.id).execute()


def other_pay(row: Agreement) -> None:
    """Terms and digest together, as somebody in the database would."""
    text = terms.frozen(json.loads(row.terms) | {"pay": "80000"})
    set_columns(row, terms=text, terms_digest=terms.digest_of(text))


def other_event(row: Agreement, kind: str, **says: object) -> None:
    """What an event says, without the hashes after it."""
    event = AgreementEvent.get((AgreementEvent.agreement == row.id) & (AgreementEvent.kind == kind))
    body = chain.canonical(json.loads(event.body) | says)
    AgreementEvent.update(body=body).where(AgreementEvent.id == event.id).execute()


def other_kind(row: Agreement) -> None:
    """The event's row is of another kind than what was hashed."""
    mine = (AgreementEvent.agreement == row.id) & (AgreementEvent.kind == "review.college_passed")
    AgreementEvent.update(kind="review.rejected").where(mine).execute()


def other_ink(row: Agreement, kind: str) -> None:
    """Another picture for a signature: a right file with its right digest."""
    mine = AgreementFile.agreement == row.id
    source = AgreementFile.get(mine & (AgreementFile.kind == "licence"))
    columns = {name: getattr(source, name) for name in ("file", "share", "digest", "size")}
    AgreementFile.update(columns).where(mine & (AgreementFile.kind == kind)).execute()


def other_page(row: Agreement) -> None:
    mine = (AgreementFile.agreement == row.id) & (AgreementFile.kind == "scan") & (AgreementFile.part == 2)
    AgreementFile.update(digest="0" * 64).where(mine).execute()


def lost_page(row: Agreement) -> None:
    mine = (AgreementFile.agreement == row.id) & (AgreementFile.kind == "scan") & (AgreementFile.part == 2)
    AgreementFile.update(replaced_at=row.passed_at).where(mine).execute()


def end_taken_away(row: Agreement) -> None:
    """The last event is gone, and the head says so: whole, but nobody has passed it."""
    last = AgreementEvent.get((AgreementEvent.agreement == row.id) & (AgreementEvent.seq == row.head_seq))
    AgreementEvent.delete().where(AgreementEvent.id == last.id).execute()


CHANGES: dict[str, tuple[Callable[[Context, Cast], Agreement], Change, str]] = {
    "terms and digest": (online, other_pay, "Tampered: terms"),
    "version": (online, lambda row: set_columns(row, terms_version=2), "Tampered: version"),
    "mode": (online, lambda row: set_columns(row, mode="three"), "Tampered: mode"),
    "unit": (online, lambda row: set_columns(row, unit_name="别的单位"), "Tampered: unit_name"),
    "number": (online, lambda row: set_columns(row, number="2027-4134010359-000002"), "Tampered: number"),
    "an event": (
        online,
        lambda row: other_event(row, "offer.submitted", terms="0" * 64),
        "Tampered: chain 7",
    ),
    "an event's kind": (online, other_kind, "Tampered: chain 11"),
    "the end": (online, end_taken_away, "Tampered: chain 12"),
    "graduate's ink": (online, lambda row: other_ink(row, "graduate_ink"), "Tampered: graduate_ink"),
    "unit's ink": (online, lambda row: other_ink(row, "unit_ink"), "Tampered: unit_ink"),
    "strokes": (online, lambda row: other_ink(row, "unit_strokes"), "Tampered: unit_strokes"),
    "terms of a form": (form, other_pay, "Tampered: terms"),
    "terms of a registration": (recorded, other_pay, "Tampered: terms"),
    "a page": (recorded, other_page, "Tampered: scan"),
    "a page is lost": (recorded, lost_page, "Tampered: scan"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_behind_us_is_not_sealed(sealer: Context, cast: Cast, name: str) -> None:
    begin, change, why = CHANGES[name]
    row = begin(sealer, cast)
    proof.need(fresh(row))
    change(fresh(row))
    with capture_logs() as logs:
        assert sealing.sweep(sealer) == 0
    failed = [(entry["why"], entry["log_level"]) for entry in logs if entry["event"] == "sealing_failed"]
    assert failed == [(why, "error")]
    assert not SealedPaper.select().exists()
    assert fresh(row).status == row.status


def test_it_is_counted_and_tried_again_every_hour_until_it_is_right(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    row = online(sealer, cast)
    right = fresh(row)
    other_pay(right)
    assert health.papers_stuck(sealer) == 0
    assert sealing.sweep(sealer) == 0
    assert health.papers_stuck(sealer) == 1
    assert stuck.is_stuck(fresh(row))
    assert stuck.is_tampered(fresh(row))
    clock.advance(minutes=59)
    with capture_logs() as logs:
        assert sealing.sweep(sealer) == 0
    assert logs == []
    clock.advance(minutes=2)
    assert sealing.sweep(sealer) == 0
    assert stuck.is_stuck(fresh(row))
    set_columns(row, terms=right.terms, terms_digest=right.terms_digest)
    clock.advance(minutes=61)
    assert sealing.sweep(sealer) == 1
    assert (fresh(row).status, fresh(row).reminders) == ("effective", 0)
    assert health.papers_stuck(sealer) == 0


def test_a_fault_that_may_pass_is_tried_some_more_before_anybody_is_troubled(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    row = online(sealer, cast)
    set_columns(row, school_id=0)  # a fault of ours
    for tries in (1, 2, 3):
        assert sealing.sweep(sealer) == 0
        assert stuck.is_stuck(fresh(row)) is (tries == 3)
        clock.advance(seconds=61)
    set_columns(row, school_id=row.school_id)
    assert sealing.sweep(sealer) == 0, "not before the hour is over"
    clock.advance(minutes=60)
    assert sealing.sweep(sealer) == 1


def test_what_was_revised_and_mended_on_the_way_is_sealed(
    sealer: Context, cast: Cast, clock: FixedClock
) -> None:
    party, row = ways.offered(sealer, cast.graduate)
    offers.revise(sealer, party, row, TERMS | {"pay": "9000"}, **ways.ink(2))
    row = agreements.accept(sealer, cast.graduate, fresh(row))
    ways.give_back(sealer, cast.counselor, row, "unit_ink", "unit")
    clock.advance(minutes=1)
    materials.add_ink(sealer, party, row, strokes(30))
    offers.replace(sealer, party, row)
    ways.passed(sealer, cast, row)
    assert sealing.sweep(sealer) == 1


def test_a_form_that_was_changed_before_the_schools_word_gets_no_digest_of_its_own(
    sealer: Context, cast: Cast
) -> None:
    _party, row = ways.applied(sealer, cast.graduate)
    ways.pass_first(sealer, cast.counselor, row)
    other_pay(fresh(row))
    ways.pass_school(sealer, cast.school, row)
    assert "terms" not in chain.events(fresh(row))[-1].body
    assert sealing.sweep(sealer) == 0
    assert stuck.is_stuck(fresh(row))


def asked(ctx: Context, cast: Cast) -> Release:
    """A release that both have signed and the school has passed."""
    unit, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, unit, row)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    return ways.release_passed(ctx, cast, release)


def filed(ctx: Context, cast: Cast) -> Release:
    """One with the unit's letter."""
    party, row = ways.graduate_of(ctx, cast.graduate), ways.in_force(ctx, cast)[1]
    release = releases.begin(ctx, party, row)
    ways.add_letter(ctx, party, release)
    return ways.release_passed(ctx, cast, releases.file_offline(ctx, party, release, "升学"))


@pytest.mark.parametrize("begin", [asked, filed])
def test_of_a_release_too(
    sealer: Context, cast: Cast, clock: FixedClock, begin: Callable[[Context, Cast], Release]
) -> None:
    release = begin(sealer, cast)
    reason = release.reason
    Release.update(reason="另有原因").execute()
    assert sealing.sweep(sealer) == 0
    assert stuck.number() == 1
    assert [row.code for row in stuck.within(ways.seat(sealer, cast.school))] == [release.agreement.code]
    assert stuck.within(ways.seat(sealer, cast.other_counselor)) == []
    Release.update(reason=reason).execute()
    of_release = (AgreementFile.release == release.id) & (
        AgreementFile.kind == ("letter" if begin is filed else "unit_ink")
    )
    file = AgreementFile.get(of_release)
    AgreementFile.update(digest="0" * 64).where(of_release).execute()
    with pytest.raises(Tampered):
        proof.need(fresh(release.agreement), ways.release_of(release))
    AgreementFile.update(digest=file.digest).where(of_release).execute()
    clock.advance(minutes=61)
    assert sealing.sweep(sealer) == 1
    assert ways.release_of(release).status == "released"


def test_what_is_added_to_the_chain_while_it_is_looked_at_is_no_fault(sealer: Context, cast: Cast) -> None:
    row = online(sealer, cast)
    before = fresh(row)
    party = ways.graduate_of(sealer, cast.graduate)
    moves.note(sealer, fresh(row), party, {"kind": "terms.viewed"})
    with pytest.raises(Tampered):
        proof.need(before)  # as it was read a moment too early
    assert sealing.sweep(sealer) == 1
