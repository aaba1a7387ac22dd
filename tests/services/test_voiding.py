"""作废: two people of the school and a picture of the proof, from the school's word on; nothing else binds after it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.refusals import Conflict, IllegalMove, Invalid
from models.agreement import Agreement
from models.agreement_papers import AgreementFile, SealedPaper
from services.agreements import chain, materials, paper_way, releases, reviews, sealing, stuck, voiding
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import fresh
from tests.cast import Cast
from tests.papers import pdf
from tests.services.tools import acts, refusal_of

pytestmark = pytest.mark.slow


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path: Path) -> Context:
    agreements.open_school(ctx, cast)
    return ways.with_seal(ctx, tmp_path)


def sealing_row(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.accepted(ctx, cast.graduate)[1])


def issuing_row(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.applied(ctx, cast.graduate)[1])


def issued_row(ctx: Context, cast: Cast) -> Agreement:
    return ways.issued(ctx, cast)[1]


@pytest.mark.parametrize("begin", [sealing_row, issuing_row, issued_row])
def test_what_the_school_has_passed_can_be_made_void_before_it_is_in_force(
    sealer: Context, cast: Cast, begin: Callable[[Context, Cast], Agreement]
) -> None:
    row = begin(sealer, cast)
    was = row.status
    ways.ask_void(sealer, cast.school, row)
    done = ways.confirm_void(sealer, ways.another(cast.school), row)
    assert (done.status, done.live_key, done.due_at) == ("voided", None, None)
    assert done.ended_at == sealer.clock()
    assert ("void", "school", was, "voided") in acts("agreement")
    assert sealing.sweep(sealer) == 0
    assert chain.broken_at(done) is None
    assert ways.accepted(sealer, cast.graduate)[1].status == "college_review"  # free again


def test_a_row_that_can_never_be_sealed_has_a_way_out(sealer: Context, cast: Cast) -> None:
    row = sealing_row(sealer, cast)
    Agreement.update(terms_digest="0" * 64).where(Agreement.id == row.id).execute()
    assert sealing.sweep(sealer) == 0
    assert stuck.is_stuck(fresh(row))
    ways.ask_void(sealer, cast.school, row)
    ways.confirm_void(sealer, ways.another(cast.school), row)
    assert (fresh(row).status, stuck.number()) == ("voided", 0)


def test_a_release_that_is_being_sealed_ends_with_it(sealer: Context, cast: Cast) -> None:
    party, (_unit, row) = ways.graduate_of(sealer, cast.graduate), ways.in_force(sealer, cast)
    release = releases.begin(sealer, party, row)
    ways.add_letter(sealer, party, release)
    release = ways.release_passed(sealer, cast, releases.file_offline(sealer, party, release, "升学"))
    assert release.status == "sealing"
    ways.ask_void(sealer, cast.school, row)
    ways.confirm_void(sealer, ways.another(cast.school), row)
    after = ways.release_of(release)
    assert (fresh(row).status, after.status, after.open_key) == ("voided", "cancelled", None)
    assert sealing.sweep(sealer) == 0
    assert not SealedPaper.select().where(SealedPaper.kind == "release").exists()


def test_what_is_still_reviewed_is_rejected_instead(sealer: Context, cast: Cast) -> None:
    _party, row = ways.accepted(sealer, cast.graduate)
    with pytest.raises(IllegalMove):
        ways.ask_void(sealer, cast.school, row)


def test_the_proof_is_needed_named_by_the_chain_and_the_schools_own(sealer: Context, cast: Cast) -> None:
    _party, row = ways.in_force(sealer, cast)
    sitting = ways.seat(sealer, cast.school)
    files = set(vault(sealer).names())
    for content in (b"", b"plain words", pdf()):
        held = reviews.one(sealer, sitting, row.code)
        with pytest.raises(Invalid) as refused:
            voiding.ask(sealer, sitting, ways.DESK, held, "冒用单位名义", iter([content] if content else []))
        assert voiding.PROOF in refused.value.fields
    assert set(vault(sealer).names()) == files
    assert fresh(row).void_asked_by is None
    ways.ask_void(sealer, cast.school, row)
    proof = voiding.proof_of(row)
    assert proof is not None
    event = chain.events(fresh(row))[-1]
    assert (event.kind, event.body["file"]) == ("agreement.void_asked", proof.digest)
    assert proof.kind not in {file.kind for file in materials.all_current(row)}
    assert f"{voiding.PROOF}.1" not in materials.digests(row)
    assert materials.content(sealer, proof)[0] == "image/jpeg"


def test_it_goes_when_the_asking_is_dropped_wherever_the_agreement_is_by_then(
    sealer: Context, cast: Cast
) -> None:
    party, row = ways.issued(sealer, cast)
    ways.ask_void(sealer, cast.school, row)
    proof = voiding.proof_of(row)
    assert proof is not None
    ways.add_scan(sealer, party, row)
    paper_way.upload(sealer, party, row, ways.SIGNED_ON)
    sitting = ways.seat(sealer, cast.school)
    assert (
        refusal_of(lambda: ways.confirm_void(sealer, ways.another(cast.school), row)).code == "illegal_move"
    )
    done = voiding.drop(sealer, sitting, ways.DESK, reviews.one(sealer, sitting, row.code))
    assert (done.void_asked_by, done.void_reason, done.status) == (None, "", "college_review")
    gone = AgreementFile.get_by_id(proof.id)
    assert (gone.file, gone.share, gone.shredded_at) == ("", None, sealer.clock())
    assert proof.file not in set(vault(sealer).names())
    assert voiding.proof_of(row) is None
    assert chain.broken_at(fresh(row)) is None


def test_no_side_gives_such_a_picture(sealer: Context, cast: Cast) -> None:
    party, row = ways.in_force(sealer, cast)
    for somebody in (party, ways.graduate_of(sealer, cast.graduate)):
        with pytest.raises(Conflict) as refused:
            materials.add(sealer, somebody, row, voiding.PROOF, iter([ways.LETTER]))
        assert refused.value.code == "material_not_asked"
