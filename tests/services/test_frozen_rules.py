"""生效规则 and 撤回 are those of the day on which the terms were frozen, and part of what is signed."""

import json

import pytest

from models.agreement import Agreement
from models.signing_rules import SigningRules
from services.agreements import drafting, frozen_rules, offers, paper_way, papers, proof, recording, terms
from services.agreements.proof import Tampered
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS, fresh, strokes
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import refusal_of

BY_ACCEPTANCE = ("生效规则", "学校审核通过后，自毕业生签名同意之日起生效")
BY_SCHOOL = ("生效规则", "自学校审核通过之日起生效")
ON_PAPER = ("生效规则", "学校审核通过后，自协议书上的签订日期起生效")


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast, effective_by="acceptance")


def province_says(**columns: object) -> None:
    """The province changes its rules."""
    SigningRules.update(**columns).execute()


def said(ctx: Context, row: Agreement) -> list[tuple[str, str]]:
    """(title, words) of the rules among the terms."""
    return [
        (title, words) for name, title, words in terms.shown(ctx, row) if name in frozen_rules.to_freeze(row)
    ]


def without_rules(row: Agreement) -> None:
    """As a row was frozen before the rules were part of it."""
    old = {name: value for name, value in json.loads(row.terms).items() if name != "rules"}
    text = terms.frozen(old)
    digests = {"terms": text, "terms_digest": terms.digest_of(text)}
    Agreement.update(**digests, effective_by="", may_withdraw=None).where(Agreement.id == row.id).execute()


def test_the_rules_are_read_signed_and_printed_with_the_terms(ctx: Context, cast: Cast) -> None:
    _party, row = agreements.offer(ctx, cast.graduate)
    withdraw = ("签名后的撤回", "学校审核通过之前，毕业生可以说明原因撤回")
    assert said(ctx, row) == [BY_ACCEPTANCE, withdraw]
    assert terms.digest_of(row.terms) == row.terms_digest
    agreements.accept(ctx, cast.graduate, row)
    province_says(effective_by="school", may_withdraw=False)
    paper = papers.agreement_paper(ctx, ways.passed(ctx, cast, row))
    assert set(paper.terms) >= {BY_ACCEPTANCE, withdraw}


def test_another_rule_in_the_row_is_sealed_by_nobody(ctx: Context, cast: Cast) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    for columns in ({"effective_by": "school"}, {"may_withdraw": False}):
        Agreement.update(**columns).where(Agreement.id == row.id).execute()
        with pytest.raises(Tampered, match="rules"):
            proof.need(fresh(row))
        Agreement.update(effective_by="acceptance", may_withdraw=True).execute()
    proof.need(fresh(row))


def test_another_day_than_the_one_that_was_handed_in_is_sealed_by_nobody(ctx: Context, cast: Cast) -> None:
    _party, row = ways.recorded(ctx, cast.graduate)
    proof.need(row)
    Agreement.update(signed_on="2026-11-01").execute()
    with pytest.raises(Tampered, match="signed_on"):
        proof.need(fresh(row))


def test_revised_terms_keep_the_rules_under_which_they_were_sent(ctx: Context, cast: Cast) -> None:
    party, row = agreements.offer(ctx, cast.graduate)
    province_says(effective_by="school", may_withdraw=False)
    sent = offers.revise(ctx, party, row, TERMS | {"pay": "9000"}, **ways.ink(5))
    assert (sent.effective_by, sent.may_withdraw, said(ctx, sent)[0]) == ("acceptance", True, BY_ACCEPTANCE)
    _other, later = agreements.offer(ctx, cast.other_graduate)
    assert (later.effective_by, later.may_withdraw) == ("school", False)
    assert said(ctx, later) == [BY_SCHOOL, ("签名后的撤回", "毕业生签名后不能撤回")]


def test_rules_that_changed_under_the_units_eyes_are_read_again(ctx: Context, cast: Cast) -> None:
    party, row = agreements.scan(ctx, agreements.show_ticket(ctx, cast.graduate).token)
    agreements.fill(ctx, party, row)
    shown = frozen_rules.seen(fresh(row))
    assert next(words for _name, *words in frozen_rules.ahead(fresh(row))) == list(BY_ACCEPTANCE)
    province_says(effective_by="school")
    refusal = refusal_of(
        lambda: drafting.submit(ctx, party, row, consent=True, strokes=strokes(), rules=shown)
    )
    assert (refusal.code, fresh(row).status) == ("rules_changed", "draft")
    sent = drafting.submit(
        ctx, party, row, consent=True, strokes=strokes(), rules=frozen_rules.seen(fresh(row))
    )
    assert said(ctx, sent)[0] == BY_SCHOOL


def test_what_was_frozen_without_rules_takes_effect_as_its_clauses_say(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    without_rules(row)
    assert (said(ctx, fresh(row)), frozen_rules.may_withdraw(fresh(row))) == ([], True)
    province_says(may_withdraw=False)
    assert not frozen_rules.may_withdraw(fresh(row))
    clock.advance(days=3)
    assert frozen_rules.effective_on(fresh(row), clock().date()) == clock().date()
    assert papers.agreement_paper(ctx, fresh(row)).clauses


def test_a_revised_offer_from_before_gets_the_rules_of_today(ctx: Context, cast: Cast) -> None:
    party, row = agreements.offer(ctx, cast.graduate)
    without_rules(row)
    sent = offers.revise(ctx, party, fresh(row), TERMS | {"pay": "9000"}, **ways.ink(5))
    assert (sent.effective_by, said(ctx, sent)[0]) == ("acceptance", BY_ACCEPTANCE)


def test_on_paper_it_takes_effect_on_the_day_that_is_written_there(
    ctx: Context, cast: Cast, clock: FixedClock
) -> None:
    _party, row = ways.recorded(ctx, cast.graduate)
    assert said(ctx, row) == [ON_PAPER]
    clock.advance(days=3)
    done = ways.passed(ctx, cast, row)
    assert (done.effective_on, done.signed_on) == (done.signed_on, row.signed_on)
    paper = papers.receipt_paper(ctx, fresh(row))
    assert {ON_PAPER, ("签订日期", ways.SIGNED_ON), ("生效日期", ways.SIGNED_ON)} <= set(paper.terms)


def test_an_application_taken_back_is_a_new_one_and_one_returned_is_not(ctx: Context, cast: Cast) -> None:
    party, row = ways.applied(ctx, cast.graduate)
    ways.give_back(ctx, cast.counselor, row, "terms", "graduate")
    province_says(effective_by="school")
    row = paper_way.apply(ctx, party, row, TERMS | {"pay": "9000"})
    assert said(ctx, row) == [ON_PAPER]
    paper_way.recall(ctx, party, row)
    assert said(ctx, paper_way.apply(ctx, party, row, TERMS)) == [BY_SCHOOL]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("", "signing_day_needed"),
        ("2026-11-21", "bad_signing_day"),
        ("2024-11-17", "bad_signing_day"),
        ("2026-02-30", "bad_signing_day"),
        ("20日", "bad_signing_day"),
    ],
)
def test_the_day_on_the_paper_lies_within_two_years(ctx: Context, cast: Cast, day: str, code: str) -> None:
    party, visitor = agreements.graduate_party(ctx, cast.graduate)
    row = recording.begin(ctx, party, visitor)
    ways.add_scan(ctx, party, row)
    typed = TERMS | ways.ON_PAPER | {terms.SIGNED_ON: day}
    refusal = refusal_of(lambda: recording.submit(ctx, party, row, typed))
    assert list(refusal.fields) == [terms.SIGNED_ON]
    assert refusal.code == code
    for right in ("2026-11-20", "2024-11-18"):
        assert terms.signing_day(ctx, right).isoformat() == right
