"""解约 of people who cannot sign by hand: the unit's stamped letter as the answer, also brought by staff for them."""

from typing import cast as typed

import pytest

from domain.refusals import IllegalMove, NotAllowed, NotFound
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile
from services.agreements import chain, materials, new_signers, parties, release_reviews, releases, timers
from services.agreements.parties import Device, Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import ALL, DESK, add_letter, asked, graduate_of, release_of, seat
from tests.cast import CREDIT_CODE, Cast
from tests.fakes import FixedClock
from tests.services.tools import owed, refusal_of

Held = tuple[Party, Agreement]
NEWCOMER = Device("203.0.113.78", "Mozilla/5.0")
PHONE = "13900000312"


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Held:
    """An agreement in force, and the unit's side."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)


def told(template: str, **words: str) -> list[str]:
    return [one.payload for one in owed(template) if all(word in one.payload for word in words.values())]


def test_a_graduate_answers_with_the_letter(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, unit, row)
    before = len(owed("signer_told"))
    assert refusal_of(lambda: releases.add_proof(ctx, graduate, release)).code == "letter_needed"
    refused = refusal_of(lambda: add_letter(ctx, graduate, release, "authorization"))
    assert refused.code == "material_not_asked"
    add_letter(ctx, graduate, release)
    done = releases.add_proof(ctx, graduate, release)
    assert (done.status, done.agreed_at, done.uploader_id) == ("college_review", ctx.clock(), None)
    assert agreements.fresh(row).status == "releasing"
    last = chain.events(agreements.fresh(row))[-1]
    assert (last.kind, last.body["side"], len(last.body["files"])) == ("term.proof_added", "graduate", 1)
    assert len(owed("signer_told")) == before + 1  # the unit hears of it
    assert set(release_reviews.criteria_of(release_of(release))) == {"letter_sealed"}
    assert chain.broken_at(agreements.fresh(row)) is None


def test_a_letter_answers_also_when_the_question_is_over(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock
) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    clock.advance(days=7)
    timers.sweep(ctx)
    graduate = graduate_of(ctx, cast.graduate)
    add_letter(ctx, graduate, release)
    assert releases.add_proof(ctx, graduate, release).status == "college_review"
    assert agreements.fresh(row).status == "releasing"


def test_nobody_elses_letter_answers(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    stranger = graduate_of(ctx, cast.other_graduate)
    helper = parties.staff_party(seat(ctx, cast.college), DESK)  # who has not taken it over
    with pytest.raises(NotFound):
        add_letter(ctx, stranger, release)
    assert refusal_of(lambda: add_letter(ctx, helper, release)).code == "material_not_asked"
    for party in (stranger, helper):
        with pytest.raises(NotFound):
            releases.add_proof(ctx, party, release)
    with pytest.raises(NotAllowed):
        releases.add_proof(ctx, unit, release)
    assert release_of(release).status == "asked"


@pytest.mark.parametrize("asker", ["unit", "graduate"])
def test_staff_bring_the_letter_for_a_graduate_and_do_not_review_it(
    ctx: Context, cast: Cast, held: Held, asker: str
) -> None:
    unit, row = held
    release = asked(ctx, unit if asker == "unit" else graduate_of(ctx, cast.graduate), row)
    for wrong, refusal in ((cast.other_counselor, NotFound), (cast.school, NotAllowed)):
        with pytest.raises(refusal):
            releases.begin_for(ctx, seat(ctx, wrong), DESK, row)
    clerk = seat(ctx, cast.counselor)
    assert typed(Release, releases.begun_for(ctx, clerk, DESK, row)).uploader_id is None  # a look alone
    taken = releases.begin_for(ctx, clerk, DESK, row)
    assert (taken.id, taken.uploader_id) == (release.id, clerk.staff.id)
    assert releases.begin_for(ctx, clerk, DESK, row).id == release.id
    other = seat(ctx, cast.college)
    assert refusal_of(lambda: releases.begin_for(ctx, other, DESK, row)).code == "release_helped"
    party = parties.staff_party(clerk, DESK)
    add_letter(ctx, party, taken)
    done = releases.add_proof(ctx, party, taken)
    assert done.status == "college_review"
    assert done.agreed_at is None
    assert told("release_decided", word="学校代您提交解约函")
    refused = refusal_of(lambda: release_reviews.pass_first(ctx, clerk, DESK, release_of(release), ALL))
    assert refused.code == "same_reviewer"
    passed = release_reviews.pass_first(ctx, other, DESK, release_of(release), ALL)
    assert passed.status == "school_review"


def test_what_staff_took_over_the_graduate_may_still_answer(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    clerk = seat(ctx, cast.counselor)
    taken = releases.begin_for(ctx, clerk, DESK, row)
    add_letter(ctx, parties.staff_party(clerk, DESK), taken)
    graduate = graduate_of(ctx, cast.graduate)
    assert ways.agreed(ctx, graduate, release).status == "college_review"
    refused = refusal_of(lambda: release_reviews.pass_first(ctx, clerk, DESK, release_of(release), ALL))
    assert refused.code == "same_reviewer"


def test_what_is_over_is_not_taken_over(ctx: Context, cast: Cast, held: Held, clock: FixedClock) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    clerk = seat(ctx, cast.counselor)
    releases.begin_for(ctx, clerk, DESK, row)
    clock.advance(days=7)
    timers.sweep(ctx)
    party = parties.staff_party(clerk, DESK)
    with pytest.raises((NotAllowed, IllegalMove)):
        releases.add_proof(ctx, party, release)
    own = releases.begin_for(ctx, clerk, DESK, row)
    assert (own.id != release.id, own.status) == (True, "opened")


def test_the_letter_of_somebody_new_is_not_replaced(ctx: Context, cast: Cast, held: Held) -> None:
    """It came with their question: the graduate sees it through without a page of their own."""
    _unit, row = held
    new_signers.send_code(ctx, PHONE, NEWCOMER.address)
    known = {"number": row.number or "", "credit_code": CREDIT_CODE, "name": "吴新", "phone": PHONE}
    release = new_signers.begin(
        ctx, NEWCOMER, new_signers.NewSigner(**known, code=agreements.sms_code(PHONE))
    )
    party = new_signers.party(release.code, NEWCOMER)
    for kind in ("letter", "authorization"):
        add_letter(ctx, party, release, kind)
    release = new_signers.ask(ctx, party, release, "原经办人已离职", **ways.ink(2))
    graduate = graduate_of(ctx, cast.graduate)
    assert refusal_of(lambda: add_letter(ctx, graduate, release)).code == "material_not_asked"
    assert releases.add_proof(ctx, graduate, release).status == "college_review"
    letters = AgreementFile.select().where(AgreementFile.kind == "letter")
    assert [(file.side, file.replaced_at) for file in letters] == [("unit", None)]
    wanted = release_reviews.criteria_of(release_of(release))
    assert set(wanted) == {"letter_sealed", "authorized"}
    assert materials.current(row, "authorization", release) is not None
