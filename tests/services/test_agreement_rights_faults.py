"""Who may not decide on an agreement, and with which units none is made."""

from functools import partial

from models.employer import Employer
from models.graduate import Graduate
from services import throttle
from services.agreements import looking
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.cast import CREDIT_CODE, Cast
from tests.services.tools import refusal_of


def test_nobody_reviews_what_they_have_signed_themselves(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    unit, row = ways.accepted(ctx, cast.graduate)
    before = Graduate.get_by_id(row.graduate_id).account
    for persona, decide in ((cast.counselor, ways.pass_first), (cast.school, ways.pass_school)):
        Graduate.update(account=persona.account).where(Graduate.id == row.graduate_id).execute()
        for word in (decide, ways.reject):
            assert refusal_of(partial(word, ctx, persona, row)).code == "same_reviewer"
        Graduate.update(account=before).where(Graduate.id == row.graduate_id).execute()
        decide(ctx, persona, row)
    row = ways.brought_into_force(ctx, row)
    release = ways.asked(ctx, unit, row)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    Graduate.update(account=cast.counselor.account).where(Graduate.id == row.graduate_id).execute()
    assert refusal_of(lambda: ways.release_passed(ctx, cast, release)).code == "same_reviewer"


def test_an_offer_of_a_suspended_unit_under_another_code_is_not_accepted(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    _unit, row = agreements.offer(ctx, cast.graduate, credit_code=agreements.OTHER_CREDIT_CODE)
    employer = Employer.get(Employer.credit_code == CREDIT_CODE)
    row.change(employer=employer)
    Employer.update(status="suspended").where(Employer.id == employer.id).execute()
    refused = refusal_of(lambda: agreements.accept(ctx, cast.graduate, agreements.fresh(row)))
    assert refused.code == "offer_unit_stopped"


def test_no_form_is_asked_for_with_a_suspended_unit(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    Employer.update(status="suspended").where(Employer.credit_code == CREDIT_CODE).execute()
    assert refusal_of(lambda: ways.applied(ctx, cast.graduate)).code == "offer_unit_stopped"


def test_nobody_keeps_all_that_compares_files_busy(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)
    row = ways.in_force(ctx, cast)[1]
    code, address = row.verify_code or "", "203.0.113.77"
    for _ in range(throttle.COMPARING.limit.amount):
        ctx.throttle.count(throttle.COMPARING, address)
    refused = refusal_of(lambda: looking.compare(ctx, code, b"%PDF-", address))
    assert refused.code == "too_many_tries"
    assert looking.public(ctx, code, address).state == "effective"
