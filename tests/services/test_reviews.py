"""The reviews of agreements: who sees what, three criteria, two people, numbers, returns, rejections, voids."""

import dataclasses
from datetime import timedelta

import pytest

from domain.agreements import live_key
from domain.refusals import Invalid, NotAllowed, NotFound
from models.agreement import Agreement
from models.org import OrgUnit
from models.signing_rules import SchoolSigning, SigningRules
from services.agreements import chain, queues, reviews, voiding
from services.agreements.queues import Asked
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreement_ways import ALL, DESK, pass_first, pass_school, seat
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import acts, owed, refusal_of


@pytest.fixture
def waiting(ctx: Context, cast: Cast) -> Agreement:
    """An agreement that both sides have signed."""
    agreements.open_school(ctx, cast)
    return ways.accepted(ctx, cast.graduate)[1]


def codes(ctx: Context, cast: Cast, who: str, asked: Asked | None = None) -> list[str]:
    return [row.code for row in queues.agreements(ctx, seat(ctx, getattr(cast, who)), asked or Asked()).rows]


def test_first_reviewers_have_it_in_their_queue_and_others_not(
    ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    assert codes(ctx, cast, "counselor") == codes(ctx, cast, "college") == [waiting.code]
    for who in ("other_counselor", "school", "province", "ministry"):
        assert codes(ctx, cast, who) == []
    for who in ("school", "province", "ministry"):
        assert codes(ctx, cast, who, Asked(state="")) == [waiting.code]
    assert codes(ctx, cast, "other_counselor", Asked(state="")) == []
    pass_first(ctx, cast.counselor, waiting)
    assert codes(ctx, cast, "counselor") == []
    assert codes(ctx, cast, "school") == [waiting.code]


@pytest.mark.parametrize("word", ["李晓雨", "20230001", agreements.TERMS["credit_code"], "创新软件"])
def test_a_list_is_found_by_a_keyword(ctx: Context, cast: Cast, waiting: Agreement, word: str) -> None:
    assert codes(ctx, cast, "school", Asked(state="", keyword=word)) == [waiting.code]
    assert codes(ctx, cast, "school", Asked(state="", keyword=word + "甲")) == []


def test_lists_narrow_by_kind_and_year(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    assert codes(ctx, cast, "school", Asked(state="", kind="online", year=2027)) == [waiting.code]
    assert codes(ctx, cast, "school", Asked(state="", kind="paper")) == []
    assert codes(ctx, cast, "school", Asked(state="", year=2026)) == []


def test_what_nobody_has_accepted_is_nobody_elses_business(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.offered(ctx, cast.graduate)
    assert codes(ctx, cast, "counselor", Asked(state="")) == []
    with pytest.raises(NotFound):
        reviews.one(ctx, seat(ctx, cast.school), row.code)


def test_outside_the_scope_it_does_not_exist(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    other = seat(ctx, cast.other_counselor)
    with pytest.raises(NotFound):
        reviews.one(ctx, other, waiting.code)
    with pytest.raises(NotFound):
        reviews.pass_first(ctx, other, DESK, waiting, ALL)


def test_all_three_criteria_are_ticked_or_it_does_not_pass(
    ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    sitting = seat(ctx, cast.counselor)
    assert list(reviews.criteria_of(waiting)) == ["licence", "identity", "signature"]
    for missing in ("licence", "identity", "signature"):
        with pytest.raises(Invalid):
            reviews.pass_first(ctx, sitting, DESK, waiting, ALL - {missing})
    row = pass_first(ctx, cast.counselor, waiting)
    assert row.status == "school_review"
    assert row.criteria == dict.fromkeys(("identity", "licence", "signature"), sitting.staff.code)
    assert chain.events(row)[-1].body["items"] == ["identity", "licence", "signature"]


def test_only_the_right_level_passes(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    with pytest.raises(NotAllowed):
        pass_first(ctx, cast.school, waiting)
    with pytest.raises(NotAllowed):
        pass_first(ctx, cast.province, waiting)
    assert refusal_of(lambda: pass_school(ctx, cast.school, waiting)).code == "illegal_move"
    pass_first(ctx, cast.college, waiting)
    with pytest.raises(NotAllowed):
        pass_school(ctx, cast.counselor, waiting)


def test_the_school_gives_number_code_and_day(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    row = ways.passed(ctx, cast, waiting)
    assert (row.status, row.number) == ("sealing", "2027-4134010359-000001")
    assert len(row.verify_code) == 16
    assert row.effective_on.isoformat() == "2026-11-20"
    assert row.due_at == ctx.clock()
    assert [event.kind for event in chain.events(row)][-2:] == ["review.college_passed", "review.passed"]
    assert chain.broken_at(row) is None


def test_numbers_go_on_within_a_school_and_year(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    ways.passed(ctx, cast, waiting)
    _party, second = ways.accepted(ctx, cast.other_graduate)
    assert ways.passed(ctx, cast, second).number == "2027-4134010359-000002"


def test_it_takes_effect_on_the_day_that_the_province_said_when_it_was_offered(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    agreements.open_school(ctx, cast, effective_by="acceptance")
    _party, row = ways.accepted(ctx, cast.graduate)
    SigningRules.update(effective_by="school").execute()
    clock.advance(days=3)
    assert ways.passed(ctx, cast, row).effective_on.isoformat() == "2026-11-20"
    _party, other = ways.accepted(ctx, cast.other_graduate)
    SigningRules.update(effective_by="acceptance").execute()
    clock.advance(days=1)
    assert ways.passed(ctx, cast, other).effective_on.isoformat() == "2026-11-24"


def test_the_school_is_another_person_than_the_first_reviewer(
    ctx: Context, cast: Cast, waiting: Agreement
) -> None:
    both = ways.another(cast.school)
    college = ways.another(cast.college, phone="13900000902")
    assert college.staff is not None
    college.staff.account = both.account
    college.staff.save()
    sitting = seat(ctx, both)
    assert sitting.level == "school"
    first = dataclasses.replace(
        seat(ctx, cast.college), staff=college.staff, actor=seat(ctx, cast.college).actor
    )
    row = reviews.pass_first(ctx, first, DESK, waiting, ALL)
    assert refusal_of(lambda: pass_school(ctx, both, row)).code == "same_reviewer"
    assert pass_school(ctx, cast.school, row).status == "sealing"


def test_three_parties_have_the_school_sign_under_its_stamp(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast, mode="three")
    _party, row = ways.accepted(ctx, cast.graduate)
    pass_first(ctx, cast.counselor, row)
    stamp = SchoolSigning.get().stamp
    SchoolSigning.update(stamp="").execute()
    assert refusal_of(lambda: pass_school(ctx, cast.school, row)).code == "stamp_needed"
    SchoolSigning.update(stamp=stamp).execute()
    assert chain.events(pass_school(ctx, cast.school, row))[-1].kind == "party.school_signed"


def test_a_school_without_its_number_gives_none(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    OrgUnit.update(number="").execute()
    pass_first(ctx, cast.counselor, waiting)
    assert refusal_of(lambda: pass_school(ctx, cast.school, waiting)).code == "school_number_needed"


def test_material_goes_back_with_a_reason_for_each(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    sitting = seat(ctx, cast.counselor)
    assert reviews.faultable(waiting, "unit") == ["licence", "id_front", "id_back", "unit_ink"]
    assert reviews.faultable(waiting, "graduate") == ["graduate_ink"]
    for faults, side in (({}, "unit"), ({"licence": " "}, "unit"), ({"licence": "模糊"}, "graduate")):
        with pytest.raises(Invalid):
            reviews.give_back(ctx, sitting, DESK, waiting, faults, side)
    row = reviews.give_back(
        ctx, sitting, DESK, waiting, {"licence": "公章不清", "id_back": "没有反面"}, "unit"
    )
    assert (row.status, row.fix_side, row.reason) == ("returned", "unit", "公章不清 / 没有反面")
    assert row.faults == {"licence": "公章不清", "id_back": "没有反面"}
    assert row.due_at == ctx.clock() + timedelta(days=7)
    assert row.live_key == live_key(row.graduate_id)
    assert owed("signer_told"), "the unit hears of it"


def test_the_school_returns_as_well(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    pass_first(ctx, cast.counselor, waiting)
    assert ways.give_back(ctx, cast.school, waiting, "graduate_ink", "graduate").status == "returned"


def test_a_rejection_lets_the_graduate_go(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    sitting = seat(ctx, cast.counselor)
    with pytest.raises(Invalid):
        reviews.reject(ctx, sitting, DESK, waiting, "  ")
    row = ways.reject(ctx, cast.counselor, waiting)
    assert (row.status, row.live_key, row.reason) == ("rejected", None, "与事实不符")
    assert row.ended_at == ctx.clock()
    _party, again = ways.accepted(ctx, cast.graduate)
    assert again.status == "college_review"


def test_what_has_changed_since_the_page_is_not_passed(ctx: Context, cast: Cast, waiting: Agreement) -> None:
    sitting = seat(ctx, cast.counselor)
    seen = reviews.one(ctx, sitting, waiting.code)
    assert refusal_of(lambda: reviews.one(ctx, sitting, waiting.code, str(seen.version - 1))).code == "stale"
    ways.give_back(ctx, cast.college, waiting, "licence", "unit")
    assert refusal_of(lambda: reviews.pass_first(ctx, sitting, DESK, seen, ALL)).code == "stale"


def test_void_needs_two_people_of_the_school(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.in_force(ctx, cast)
    other = ways.another(cast.school)
    for who in (cast.counselor, cast.college, cast.province):
        with pytest.raises(NotAllowed):
            ways.ask_void(ctx, who, row)
    assert refusal_of(lambda: ways.confirm_void(ctx, other, row)).code == "void_not_asked"
    ways.ask_void(ctx, cast.school, row)
    assert refusal_of(lambda: ways.ask_void(ctx, other, row)).code == "void_asked"
    assert refusal_of(lambda: ways.confirm_void(ctx, cast.school, row)).code == "same_reviewer"
    done = ways.confirm_void(ctx, other, row)
    assert (done.status, done.live_key, done.ended_at) == ("voided", None, ctx.clock())
    assert ("void", "school", "effective", "voided") in acts("agreement")
    assert chain.broken_at(done) is None


def test_a_void_that_was_asked_can_be_dropped(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.in_force(ctx, cast)
    ways.ask_void(ctx, cast.school, row)
    sitting = seat(ctx, cast.school)
    voiding.drop(ctx, sitting, DESK, reviews.one(ctx, sitting, row.code))
    other = ways.another(cast.school)
    assert refusal_of(lambda: ways.confirm_void(ctx, other, row)).code == "void_not_asked"
    assert agreements.fresh(row).status == "effective"


def test_a_void_ends_the_release_that_is_under_way(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _party, row = ways.in_force(ctx, cast)
    release = ways.asked(ctx, ways.graduate_of(ctx, cast.graduate), row)
    ways.ask_void(ctx, cast.school, row)
    done = ways.confirm_void(ctx, ways.another(cast.school), row)
    assert (done.status, ways.release_of(release).status) == ("voided", "cancelled")
    assert ways.release_of(release).open_key is None
    assert chain.broken_at(done) is None
