"""丙方 signs with what its school had when it passed: whatever is set, changed or lost later shows on no paper."""

from pathlib import Path

import pytest

from domain.refusals import Conflict
from models.agreement import Agreement
from models.agreement_papers import AgreementEvent, AgreementFile, SealedPaper
from models.signing_rules import SchoolSigning
from services.agreements import (
    chain,
    materials,
    papers,
    proof,
    releases,
    reviews,
    rules,
    school_marks,
    sealing,
)
from services.agreements.proof import Tampered
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import fresh
from tests.cast import Cast
from tests.papers import photo

pytestmark = pytest.mark.slow


@pytest.fixture
def sealer(ctx: Context, cast: Cast, tmp_path: Path) -> Context:
    agreements.open_school(ctx, cast, mode="three")
    return ways.with_seal(ctx, tmp_path)


def passed(ctx: Context, cast: Cast) -> Agreement:
    return ways.passed(ctx, cast, ways.accepted(ctx, cast.graduate)[1])


def new_stamp(ctx: Context, cast: Cast, signer: str = "何新") -> None:
    rules.set_stamp(ctx, ways.seat(ctx, cast.school), iter([photo((320, 320))]), signer)


def test_the_paper_shows_what_the_school_passed_with(sealer: Context, cast: Cast) -> None:
    stamp = rules.stamp(sealer, cast.units["school"].id)
    row = passed(sealer, cast)
    event = chain.events(fresh(row))[-1]
    mark = materials.current(row, school_marks.KIND)
    assert mark is not None
    assert (event.kind, event.body["stamp"], event.body["signer"]) == (
        "party.school_signed",
        mark.digest,
        "周涛",
    )
    new_stamp(sealer, cast)
    school = papers.agreement_paper(sealer, fresh(row)).sides[2]
    assert (school.signer, school.stamp) == ("周涛", stamp)
    assert rules.stamp(sealer, cast.units["school"].id) != stamp
    assert sealing.sweep(sealer) == 1
    assert mark.kind not in {file.kind for file in materials.all_current(row)}


def test_a_stamp_that_was_lost_meanwhile_holds_nothing_up(sealer: Context, cast: Cast) -> None:
    passed(sealer, cast)
    signing = SchoolSigning.get()
    vault(sealer).delete(signing.stamp)
    SchoolSigning.update(stamp="", stamp_signer="").execute()
    assert sealing.sweep(sealer) == 1


def test_without_stamp_or_name_nobody_passes_and_no_file_is_left(sealer: Context, cast: Cast) -> None:
    _party, row = ways.accepted(sealer, cast.graduate)
    ways.pass_first(sealer, cast.counselor, row)
    files = set(vault(sealer).names())
    for columns in ({"stamp_signer": ""}, {"stamp": ""}, {"stamp": "there_is_no_such_file"}):
        right = SchoolSigning.get()
        SchoolSigning.update(columns).execute()
        with pytest.raises(Conflict) as refused:
            ways.pass_school(sealer, cast.school, row)
        assert refused.value.code == "stamp_needed"
        SchoolSigning.update(stamp=right.stamp, stamp_signer=right.stamp_signer).execute()
    seat = ways.seat(sealer, cast.school)
    stale = reviews.one(sealer, seat, row.code)
    Agreement.update(version=Agreement.version + 1).where(Agreement.id == row.id).execute()
    with pytest.raises(Conflict):  # what is refused for another reason leaves none either
        reviews.pass_school(sealer, seat, ways.DESK, stale)
    assert set(vault(sealer).names()) == files
    assert fresh(row).status == "school_review"


def test_another_picture_or_event_is_not_sealed(sealer: Context, cast: Cast) -> None:
    row = passed(sealer, cast)
    licence = AgreementFile.get(AgreementFile.kind == "licence")
    columns = {name: getattr(licence, name) for name in ("file", "share", "digest", "size")}
    AgreementFile.update(columns).where(AgreementFile.kind == school_marks.KIND).execute()
    with pytest.raises(Tampered):
        papers.agreement_paper(sealer, fresh(row))
    AgreementFile.delete().where(AgreementFile.kind == school_marks.KIND).execute()
    assert sealing.sweep(sealer) == 0
    assert not SealedPaper.select().exists()


def test_a_release_is_signed_with_what_the_school_has_by_then(sealer: Context, cast: Cast) -> None:
    party = ways.graduate_of(sealer, cast.graduate)
    row = ways.brought_into_force(sealer, passed(sealer, cast))
    new_stamp(sealer, cast)
    release = releases.begin(sealer, party, row)
    ways.add_letter(sealer, party, release)
    done = ways.release_passed(sealer, cast, releases.file_offline(sealer, party, release, "升学"))
    new_stamp(sealer, cast, "钱又新")
    paper = papers.release_paper(sealer, ways.release_of(done))
    assert paper.sides[2].signer == "何新"
    events = [event for event in chain.events(fresh(row)) if "signer" in event.body]
    assert [(event.kind, event.body["signer"]) for event in events] == [
        ("party.school_signed", "周涛"),
        ("term.school_signed", "何新"),
    ]
    proof.need(fresh(row), ways.release_of(done))
    assert sealing.sweep(sealer) == 1


def test_between_two_parties_the_school_signs_nothing(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    row = passed(ctx, cast)
    event = AgreementEvent.select().order_by(AgreementEvent.seq.desc()).first()
    assert event.kind == "review.passed"
    assert "signer" not in event.body
    assert materials.current(row, school_marks.KIND) is None
