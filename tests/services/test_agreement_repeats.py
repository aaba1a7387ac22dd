"""Twice is once: a verb that the same person repeats answers as at first, and does nothing more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.agreement_papers import AgreementEvent
from services.agreements import paper_way, recording, release_reviews, releases, reviews, voiding
from services.context import Context
from tests import agreement_ways as ways
from tests.agreement_ways import ALL, DESK, seat
from tests.agreements import TERMS, fresh, open_school
from tests.cast import Cast
from tests.papers import photo
from tests.services.tools import acts, owed, refusal_of

NO = "与事实不符"


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


def once(verb: Callable[[], Any]) -> Any:
    """Calls a verb twice; the second call may change and tell nothing."""
    first = verb()

    def left() -> tuple[int, int, int]:
        return len(acts()), len(owed()), AgreementEvent.select().count()

    before = left()
    again = verb()
    assert (again.code, again.status, left()) == (first.code, first.status, before)
    return again


# -- reviews -----------------------------------------------------------------------------------------------


def test_a_reviewers_second_tap_is_the_first_one_and_anybody_elses_is_late(ctx: Context, cast: Cast) -> None:
    row = ways.accepted(ctx, cast.graduate)[1]
    counselor, college, school = (seat(ctx, one) for one in (cast.counselor, cast.college, cast.school))
    page = reviews.one(ctx, counselor, row.code)
    assert once(lambda: reviews.pass_first(ctx, counselor, DESK, page, ALL)).status == "school_review"
    for late in (
        lambda: reviews.pass_first(ctx, college, DESK, page, ALL),
        lambda: reviews.reject(ctx, counselor, DESK, page, NO),
        lambda: reviews.give_back(ctx, college, DESK, page, {"licence": "看不清"}, "unit"),
    ):
        assert refusal_of(late).code == "stale"
    page = reviews.one(ctx, school, row.code)
    assert once(lambda: reviews.pass_school(ctx, school, DESK, page)).status == "sealing"
    ways.brought_into_force(ctx, row)
    assert reviews.pass_school(ctx, school, DESK, page).status == "effective"  # the worker was quick
    assert refusal_of(lambda: reviews.pass_first(ctx, counselor, DESK, page, ALL)).code == "stale"


def test_what_somebody_else_did_meanwhile_ends_the_repeat(ctx: Context, cast: Cast) -> None:
    row = ways.accepted(ctx, cast.graduate)[1]
    counselor = seat(ctx, cast.counselor)
    page = reviews.one(ctx, counselor, row.code)
    reviews.pass_first(ctx, counselor, DESK, page, ALL)
    ways.give_back(ctx, cast.school, row, "licence", "unit")
    assert refusal_of(lambda: reviews.pass_first(ctx, counselor, DESK, page, ALL)).code == "stale"


def test_returned_and_refused_once(ctx: Context, cast: Cast) -> None:
    row = ways.accepted(ctx, cast.graduate)[1]
    counselor = seat(ctx, cast.counselor)
    page = reviews.one(ctx, counselor, row.code)
    faults = {"licence": "看不清"}
    assert (
        once(lambda: reviews.give_back(ctx, counselor, DESK, page, faults, "unit")).fix_side,
        fresh(row).faults,
    ) == ("unit", faults)
    other = ways.accepted(ctx, cast.other_graduate)[1]
    theirs = seat(ctx, cast.college)
    page = reviews.one(ctx, theirs, other.code)
    assert once(lambda: reviews.reject(ctx, theirs, DESK, page, NO)).reason == NO


def test_void_is_asked_dropped_and_confirmed_once(ctx: Context, cast: Cast) -> None:
    row = ways.in_force(ctx, cast)[1]
    school, other = seat(ctx, cast.school), seat(ctx, ways.another(cast.school))

    def ask() -> Any:
        return voiding.ask(ctx, school, DESK, page, "冒用单位名义", iter([photo()]))

    page = reviews.one(ctx, school, row.code)
    once(ask)
    assert refusal_of(lambda: voiding.confirm(ctx, school, DESK, fresh(row))).code == "same_reviewer"
    page = reviews.one(ctx, school, row.code)
    once(lambda: voiding.drop(ctx, school, DESK, page))
    page = reviews.one(ctx, school, row.code)
    once(ask)
    page = reviews.one(ctx, other, row.code)
    assert refusal_of(lambda: voiding.ask(ctx, other, DESK, page, NO, iter([photo()]))).code == "void_asked"
    assert once(lambda: voiding.confirm(ctx, other, DESK, page)).status == "voided"


# -- on paper ----------------------------------------------------------------------------------------------


def test_an_application_is_handed_in_taken_back_and_thrown_away_once(ctx: Context, cast: Cast) -> None:
    party, row = ways.applied(ctx, cast.graduate)
    assert paper_way.apply(ctx, party, row, TERMS).version == row.version
    others = TERMS | {"pay": "9000"}
    assert refusal_of(lambda: paper_way.apply(ctx, party, row, others)).code == "illegal_move"
    assert once(lambda: paper_way.recall(ctx, party, row)).status == "draft"
    assert once(lambda: paper_way.apply(ctx, party, row, others)).status == "form_college"
    paper_way.recall(ctx, party, row)
    assert once(lambda: paper_way.discard(ctx, party, row)).status == "discarded"


def test_a_scan_is_handed_in_and_a_number_given_up_once(ctx: Context, cast: Cast) -> None:
    party, row = ways.applied(ctx, cast.graduate)
    fresh(row).change(status="issued", number="2027-1-000001", due_at=ctx.clock() + timedelta(days=9))
    ways.add_scan(ctx, party, row)
    assert once(lambda: paper_way.upload(ctx, party, row, ways.SIGNED_ON)).status == "college_review"
    ways.give_back(ctx, cast.counselor, row, "scan", "graduate")
    assert once(lambda: paper_way.cancel(ctx, party, row, NO)).status == "cancelled"


def test_a_registration_is_handed_in_withdrawn_and_thrown_away_once(ctx: Context, cast: Cast) -> None:
    party, row = ways.recorded(ctx, cast.graduate)
    typed = TERMS | ways.ON_PAPER
    assert recording.submit(ctx, party, row, typed).version == row.version
    others = typed | {"pay": "9000"}
    assert refusal_of(lambda: recording.submit(ctx, party, row, others)).code == "illegal_move"
    assert once(lambda: recording.withdraw(ctx, party, row, NO)).status == "withdrawn"
    begun = recording.begin(ctx, party, ways.agreements.graduate_party(ctx, cast.graduate)[1])
    assert once(lambda: recording.discard(ctx, party, begun)).status == "discarded"


# -- releases ----------------------------------------------------------------------------------------------


def test_a_letter_is_filed_once_and_reviewed_once(ctx: Context, cast: Cast) -> None:
    _unit, row = ways.in_force(ctx, cast)
    graduate = ways.graduate_of(ctx, cast.graduate)
    ways.add_letter(ctx, graduate, releases.begin(ctx, graduate, row))

    def file() -> Any:
        return releases.file_offline(ctx, graduate, releases.begin(ctx, graduate, row), "读研")

    release = once(file)
    assert refusal_of(lambda: ways.add_letter(ctx, graduate, release)).code == "material_not_asked"
    counselor, school = seat(ctx, cast.counselor), seat(ctx, cast.school)
    page = release_reviews.one(ctx, counselor, release.code)
    once(lambda: release_reviews.pass_first(ctx, counselor, DESK, page, ALL))
    late = seat(ctx, cast.college)
    assert refusal_of(lambda: release_reviews.pass_first(ctx, late, DESK, page, ALL)).code == "stale"
    page = release_reviews.one(ctx, school, release.code)
    assert once(lambda: release_reviews.pass_school(ctx, school, DESK, page)).status == "sealing"


def test_a_question_is_answered_taken_back_and_replaced_by_a_letter_once(ctx: Context, cast: Cast) -> None:
    unit, row = ways.in_force(ctx, cast)
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = ways.asked(ctx, graduate, row)
    assert once(lambda: releases.cancel(ctx, graduate, release)).status == "cancelled"
    release = ways.asked(ctx, graduate, row)
    assert once(lambda: releases.refuse(ctx, unit, release, NO)).status == "refused"
    assert refusal_of(lambda: releases.cancel(ctx, graduate, release)).code == "illegal_move"
    release = ways.asked(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    assert once(lambda: releases.add_proof(ctx, graduate, release)).status == "college_review"
    counselor = seat(ctx, cast.counselor)
    page = release_reviews.one(ctx, counselor, release.code)
    assert once(lambda: release_reviews.reject(ctx, counselor, DESK, page, NO)).status == "rejected"
    assert fresh(row).status == "effective"
    release = ways.asked(ctx, unit, row)
    assert once(lambda: ways.agreed(ctx, graduate, release)).status == "college_review"
