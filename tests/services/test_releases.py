"""解约: asked, answered, reviewed, sealed; with a letter where one side keeps silent or signed on paper."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.refusals import Invalid, NotAllowed, NotFound
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementFile, SealedPaper
from services.agreements import (
    chain,
    looking,
    materials,
    new_signers,
    parties,
    queues,
    release_reviews,
    releases,
    sealing,
    timers,
)
from services.agreements.parties import Device, Party
from services.agreements.queues import Asked
from services.context import Context
from services.jobs.steps import vault
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import ALL, DESK, add_letter, asked, graduate_of, release_of, release_passed, seat
from tests.cast import CREDIT_CODE, Cast
from tests.fakes import FixedClock
from tests.services.tools import owed, refusal_of

Held = tuple[Party, Agreement]


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Held:
    """An agreement in force, and the unit's side."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)


def status(row: Agreement, release: Release) -> tuple[str, str]:
    return agreements.fresh(row).status, release_of(release).status


def test_one_asks_the_other_agrees_two_review(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = asked(ctx, graduate_of(ctx, cast.graduate), row)
    assert status(row, release) == ("releasing", "asked")
    assert release.due_at == ctx.clock() + timedelta(days=7)
    agreed = ways.agreed(ctx, unit, release)
    assert (agreed.status, agreed.agreed_at) == ("college_review", ctx.clock())
    done = release_passed(ctx, cast, release)
    assert (done.status, done.due_at) == ("sealing", ctx.clock())
    kinds = [event.kind for event in chain.events(agreements.fresh(row))]
    assert kinds[-7:] == [
        "term.opened",
        "consent.signing.given",
        "term.requested",
        "consent.signing.given",
        "term.agreed",
        "term.college_passed",
        "term.passed",
    ]
    assert chain.broken_at(agreements.fresh(row)) is None


@pytest.mark.slow
def test_the_release_has_a_paper_of_its_own_and_the_first_stays(
    ctx: Context, cast: Cast, tmp_path: Path
) -> None:
    agreements.open_school(ctx, cast, mode="three")
    sealer = ways.with_seal(ctx, tmp_path)
    unit, row = ways.effective(sealer, cast)
    first = SealedPaper.get()
    data = b"".join(vault(ctx).pieces(first.file))
    release = asked(ctx, unit, row, "公司业务调整")
    ways.agreed(ctx, graduate_of(ctx, cast.graduate), release)
    release_passed(ctx, cast, release)
    assert [event.kind for event in chain.events(agreements.fresh(row))][-1] == "term.school_signed"
    assert sealing.sweep(sealer) == 1
    assert status(row, release) == ("released", "released")
    done = agreements.fresh(row)
    assert (done.live_key, release_of(release).open_key) == (None, None)
    assert [paper.kind for paper in looking.papers(done)] == [
        "agreement",
        "record",
        "release",
        "record",
    ]
    assert b"".join(vault(ctx).pieces(first.file)) == data
    assert looking.public(ctx, done.verify_code).state == "released"
    assert chain.broken_at(done) is None
    ways.offered(ctx, cast.graduate)


def test_the_other_side_may_refuse_and_whoever_asked_may_go_back(
    ctx: Context, cast: Cast, held: Held
) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, graduate, row)
    with pytest.raises(Invalid):
        releases.refuse(ctx, unit, release, "")
    releases.refuse(ctx, unit, release, "岗位没有变化")
    assert status(row, release) == ("effective", "refused")
    second = asked(ctx, unit, agreements.fresh(row))
    assert second.id != release.id
    releases.cancel(ctx, unit, second)
    assert status(row, second) == ("effective", "cancelled")
    assert len(releases.of_agreement(row)) == 2


def test_nobody_answers_for_the_other_side(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, graduate, row)
    for verb in (
        lambda: ways.agreed(ctx, graduate, release),
        lambda: releases.refuse(ctx, graduate, release, "不"),
        lambda: releases.cancel(ctx, unit, release),
        lambda: releases.add_proof(ctx, unit, release),
        lambda: ways.agreed(ctx, graduate_of(ctx, cast.other_graduate), release),
        lambda: releases.cancel(ctx, parties.signer_party("somebody-else", DESK), release),
    ):
        with pytest.raises(NotFound):
            verb()
    assert status(row, release) == ("releasing", "asked")


def test_asking_twice_is_once_and_the_other_side_is_told_to_answer(
    ctx: Context, cast: Cast, held: Held
) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, graduate, row)
    assert asked(ctx, graduate, row).id == release.id
    assert refusal_of(lambda: asked(ctx, unit, row)).code == "release_answer"
    ways.agreed(ctx, unit, release)
    assert refusal_of(lambda: asked(ctx, unit, row)).code == "release_under_way"


def test_an_unanswered_one_is_over_and_can_go_on_with_a_letter(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock
) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, graduate, row)
    clock.advance(days=7, seconds=-1)
    timers.sweep(ctx)
    assert status(row, release) == ("releasing", "asked")
    clock.advance(seconds=1)
    timers.sweep(ctx)
    assert status(row, release) == ("effective", "expired")
    assert refusal_of(lambda: releases.add_proof(ctx, graduate, release)).code == "letter_needed"
    assert status(row, release) == ("effective", "expired")
    add_letter(ctx, graduate, release)
    releases.add_proof(ctx, graduate, release)
    assert status(row, release) == ("releasing", "college_review")
    assert refusal_of(lambda: asked(ctx, unit, row)).code == "release_under_way"


def test_an_old_one_does_not_push_a_new_one_aside(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock
) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    old = asked(ctx, graduate, row)
    clock.advance(days=7)
    timers.sweep(ctx)
    add_letter(ctx, graduate, old)
    new = asked(ctx, unit, agreements.fresh(row))
    assert refusal_of(lambda: releases.add_proof(ctx, graduate, old)).code == "release_under_way"
    assert status(row, new) == ("releasing", "asked")


def test_a_silent_side_is_replaced_by_the_letter(ctx: Context, cast: Cast, held: Held) -> None:
    _unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = asked(ctx, graduate, row)
    assert refusal_of(lambda: releases.add_proof(ctx, graduate, release)).code == "letter_needed"
    add_letter(ctx, graduate, release)
    assert releases.add_proof(ctx, graduate, release).status == "college_review"


@pytest.mark.parametrize("is_over", [False, True])
def test_a_letter_of_the_unit_is_no_answer_of_the_graduate(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock, is_over: bool
) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    clock.advance(days=7 if is_over else 0)
    timers.sweep(ctx)
    stands = ("effective", "expired") if is_over else ("releasing", "asked")
    assert refusal_of(lambda: add_letter(ctx, unit, release)).code == "material_not_asked"
    AgreementFile.create(
        agreement=row,
        release=release,
        kind="letter",
        side="unit",
        file="x",
        media_type="",
        digest="x",
        size=1,
    )
    with pytest.raises(NotAllowed):
        releases.add_proof(ctx, unit, release)
    assert status(row, release) == stands
    if is_over:
        assert asked(ctx, unit, agreements.fresh(row)).id != release.id


def test_a_graduate_files_what_was_agreed_on_paper(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    graduate = graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, graduate, row)
    assert releases.begin(ctx, graduate, row).id == release.id
    assert agreements.fresh(row).status == "effective"
    assert queues.releases(ctx, seat(ctx, cast.school), Asked(state="")).rows == []
    assert refusal_of(lambda: releases.file_offline(ctx, graduate, release, "升学")).code == "letter_needed"
    add_letter(ctx, graduate, release)
    done = releases.file_offline(ctx, graduate, release, "升学")
    assert (done.status, done.is_online) == ("college_review", False)
    with pytest.raises(NotFound):
        releases.file_offline(ctx, unit, release, "升学")


def test_a_unit_does_not_file_by_itself(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = releases.begin(ctx, unit, row)
    add_letter(ctx, unit, release)
    with pytest.raises(NotAllowed):
        releases.file_offline(ctx, unit, release, "裁员")
    assert agreements.fresh(row).status == "effective"


def test_who_brings_the_papers_for_a_graduate_does_not_review_them(
    ctx: Context, cast: Cast, held: Held
) -> None:
    _unit, row = held
    with pytest.raises(NotFound):
        releases.begin_for(ctx, seat(ctx, cast.other_counselor), DESK, row)
    clerk = seat(ctx, cast.counselor)
    party = parties.staff_party(clerk, DESK)
    release = releases.begin_for(ctx, clerk, DESK, row)
    add_letter(ctx, party, release)
    other = parties.staff_party(seat(ctx, cast.college), DESK)
    with pytest.raises(NotFound):
        releases.file_offline(ctx, other, release, "毕业生已升学")
    releases.file_offline(ctx, party, release, "毕业生已升学")
    for refused in (
        lambda: release_reviews.pass_first(ctx, clerk, DESK, release_of(release), ALL),
        lambda: release_reviews.reject(ctx, clerk, DESK, release_of(release), "不"),
    ):
        assert refusal_of(refused).code == "same_reviewer"
    done = release_reviews.pass_first(ctx, seat(ctx, cast.college), DESK, release_of(release), ALL)
    assert done.status == "school_review"
    assert done.uploader_id == clerk.staff.id


def test_what_was_signed_on_paper_is_released_by_letter(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    party, row = ways.recorded(ctx, cast.graduate)
    ways.passed(ctx, cast, row)
    ways.brought_into_force(ctx, row)
    assert refusal_of(lambda: asked(ctx, party, row)).code == "release_by_letter"


def test_reviewers_see_their_range_and_two_people_decide(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    ways.agreed(ctx, graduate_of(ctx, cast.graduate), release)
    seen = {
        who: [one.code for one in queues.releases(ctx, seat(ctx, getattr(cast, who)), Asked()).rows]
        for who in ("counselor", "other_counselor", "college", "school", "province")
    }
    assert seen == {
        "counselor": [release.code],
        "college": [release.code],
        "other_counselor": [],
        "school": [],
        "province": [],
    }
    found = queues.releases(ctx, seat(ctx, cast.school), Asked(state="", keyword="李晓雨", year=2027))
    assert [one.code for one in found.rows] == [release.code]
    with pytest.raises(NotFound):
        release_reviews.one(ctx, seat(ctx, cast.other_counselor), release.code)
    both = seat(ctx, cast.college)
    first = release_reviews.pass_first(ctx, both, DESK, release_of(release), ALL)
    Release.update(first_reviewer_id=seat(ctx, cast.school).staff.id).execute()
    sitting = seat(ctx, cast.school)
    assert refusal_of(lambda: release_reviews.pass_school(ctx, sitting, DESK, first)).code == "same_reviewer"


def test_a_rejected_release_leaves_the_agreement_in_force(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = asked(ctx, unit, row)
    ways.agreed(ctx, graduate_of(ctx, cast.graduate), release)
    rejected = release_reviews.reject(ctx, seat(ctx, cast.counselor), DESK, release_of(release), "材料不符")
    assert (rejected.status, rejected.answer) == ("rejected", "材料不符")
    assert status(row, release) == ("effective", "rejected")
    assert owed("release_decided")


# -- somebody new of the unit ------------------------------------------------------------------------------

PHONE = "13900000311"
DEVICE = Device("203.0.113.77", "Mozilla/5.0")


def newcomer(ctx: Context, row: Agreement, **typed: str) -> Release:
    new_signers.send_code(ctx, PHONE, DEVICE.address)
    known = {"number": row.number, "credit_code": CREDIT_CODE, "name": "吴新", "phone": PHONE}
    known |= {"code": agreements.sms_code(PHONE)} | typed
    return new_signers.begin(ctx, DEVICE, new_signers.NewSigner(**known))


def test_somebody_new_of_the_unit_asks_with_two_papers(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock
) -> None:
    _unit, row = held
    release = newcomer(ctx, row)
    clock.advance(minutes=2)
    assert newcomer(ctx, row).id == release.id
    party = new_signers.party(release.code, DEVICE)

    def ask() -> Release:
        return new_signers.ask(ctx, party, release, "原经办人已离职，单位裁撤岗位", **ways.ink(2))

    assert refusal_of(ask).code == "letter_needed"
    add_letter(ctx, party, release)
    assert refusal_of(ask).code == "authorization_needed"
    add_letter(ctx, party, release, "authorization")
    done = ask()
    assert (done.status, done.is_new_signer, done.signer_name) == ("asked", True, "吴新")
    assert status(row, release) == ("releasing", "asked")
    assert ways.agreed(ctx, graduate_of(ctx, cast.graduate), done).status == "college_review"
    assert [message.phone for message in owed("signer_told")][-1] == PHONE
    clock.advance(minutes=2)
    assert newcomer(ctx, row).id == release.id


def test_somebody_new_whose_question_is_over_asks_anew(
    ctx: Context, cast: Cast, held: Held, clock: FixedClock
) -> None:
    _unit, row = held
    release = newcomer(ctx, row)
    party = new_signers.party(release.code, DEVICE)
    for kind in ("letter", "authorization"):
        add_letter(ctx, party, release, kind)
    new_signers.ask(ctx, party, release, "原经办人已离职", **ways.ink(2))
    assert refusal_of(lambda: add_letter(ctx, party, release)).code == "material_not_asked"
    clock.advance(days=7)
    timers.sweep(ctx)
    with pytest.raises(NotAllowed):
        releases.add_proof(ctx, party, release)
    again = newcomer(ctx, row)
    assert (again.id != release.id, again.status) == (True, "opened")
    assert release_of(release).status == "expired"


def test_somebody_new_gets_nothing_else(ctx: Context, cast: Cast, held: Held) -> None:
    unit, row = held
    release = newcomer(ctx, row)
    party = new_signers.party(release.code, DEVICE)
    for verb in (
        lambda: asked(ctx, party, row),
        lambda: releases.begin(ctx, party, row),
        lambda: materials.add(
            ctx, new_signers.party("unheard-of", DEVICE), row, "letter", iter([ways.LETTER])
        ),
    ):
        with pytest.raises(NotFound):
            verb()
    by_graduate = asked(ctx, graduate_of(ctx, cast.graduate), row)
    for refused in (
        lambda: ways.agreed(ctx, party, by_graduate),
        lambda: releases.refuse(ctx, party, by_graduate, "不"),
    ):
        with pytest.raises(NotFound):
            refused()
    assert ways.agreed(ctx, unit, by_graduate).status == "college_review"


@pytest.mark.parametrize(
    "wrong", [{"number": "2027-4134010359-000009"}, {"credit_code": agreements.OTHER_CREDIT_CODE}]
)
def test_somebody_new_has_to_know_number_and_unit(
    ctx: Context, cast: Cast, held: Held, wrong: dict[str, str]
) -> None:
    _unit, row = held
    with pytest.raises(NotFound):
        newcomer(ctx, row, **wrong)


def test_somebody_new_has_to_have_the_phone(ctx: Context, cast: Cast, held: Held) -> None:
    _unit, row = held
    assert refusal_of(lambda: newcomer(ctx, row, code="000000")).code == "code_wrong"
    assert Release.select().count() == 0
