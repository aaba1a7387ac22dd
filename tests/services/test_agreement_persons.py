"""Who agrees is frozen with the terms: what the school's record says later changes no paper."""

import json
from pathlib import Path

import pytest

from models.agreement import Agreement, Release
from models.graduate import Graduate
from models.org import OrgUnit
from services.agreements import chain, offers, papers, persons, terms
from services.agreements.papers import Tampered
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS, fresh
from tests.cast import Cast
from tests.services.tools import refusal_of

NEW_NUMBER = "340104200501011239"


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


def correct(**columns: str) -> None:
    """The school's record of everybody says something else now."""
    Graduate.update(**columns).execute()


def without_people(row: Agreement) -> None:
    """As a row was frozen before people were part of it."""
    old = {name: value for name, value in json.loads(row.terms).items() if name != "people"}
    text = terms.frozen(old)
    Agreement.update(terms=text, terms_digest=terms.digest_of(text)).where(Agreement.id == row.id).execute()


def test_a_paper_names_people_and_offices_as_they_were_when_the_offer_was_sent(
    ctx: Context, cast: Cast
) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    before = papers.agreement_paper(ctx, fresh(row))
    correct(name="李晓宇", major_name="法学", student_number="20239999")
    OrgUnit.update(name="改名大学").where(OrgUnit.id == row.school_id).execute()
    Agreement.update(signer_name="何路", signer_position="总监").where(Agreement.id == row.id).execute()
    after = papers.agreement_paper(ctx, fresh(row))
    assert after.sides == before.sides
    assert (before.sides[0].name, before.sides[1].signer) == ("李晓雨", "周敏")
    assert ("学校", "江淮大学") in before.sides[0].facts


def test_the_digest_is_over_the_people_too(ctx: Context, cast: Cast) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    people = terms.people_in(row.terms)
    assert people["graduate"]["identity_number"] == cast.graduate.identity_number
    assert people["signer"] == {"name": "周敏", "position": "招聘主管"}
    forged = terms.with_people(row.terms, people | {"graduate": people["graduate"] | {"name": "王五"}})
    Agreement.update(terms=forged).where(Agreement.id == row.id).execute()
    with pytest.raises(Tampered):
        papers.agreement_paper(ctx, fresh(row))


def test_rows_from_before_still_verify_and_print_what_the_record_says(ctx: Context, cast: Cast) -> None:
    _party, row = ways.accepted(ctx, cast.graduate)
    without_people(row)
    correct(name="李晓宇")
    paper = papers.agreement_paper(ctx, fresh(row))
    assert (paper.sides[0].name, paper.sides[1].signer) == ("李晓宇", "周敏")
    assert not persons.is_other(fresh(row))


@pytest.mark.parametrize("change", [{"name": "李晓宇"}, {"identity_number": NEW_NUMBER}])
def test_under_another_name_nobody_signs_until_the_unit_sends_the_offer_again(
    ctx: Context, cast: Cast, change: dict[str, str]
) -> None:
    party, row = agreements.offer(ctx, cast.graduate)
    correct(**change)
    refusal = refusal_of(lambda: agreements.accept(ctx, cast.graduate, row))
    assert refusal.code == "agreement_person_changed"
    assert "修改条款" in refusal.say
    assert fresh(row).status == "offered"
    sent = offers.revise(ctx, party, row, TERMS, **ways.ink(5))
    [name] = change
    assert (sent.terms_version, offers.changes_since(sent, 1)) == (2, [f"graduate_{name}"])
    event = chain.events(sent)[-1]
    assert event.body["changed"] == {f"graduate_{name}": []}
    assert not any(value in str(event.body) for value in change.values())
    done = agreements.accept(ctx, cast.graduate, sent)
    assert done.status == "college_review"
    assert persons.of(ctx, done)[name] == change[name]


def test_another_major_does_not_hold_the_signature_up(ctx: Context, cast: Cast) -> None:
    party, row = agreements.offer(ctx, cast.graduate)
    correct(major_name="法学")
    assert offers.revise(ctx, party, row, TERMS, **ways.ink(5)).terms_version == 1
    done = agreements.accept(ctx, cast.graduate, row)
    assert persons.of(ctx, done)["major"] != "法学"
    assert persons.changed(ctx, done) == ["graduate_major"]


def test_a_form_names_who_it_is_when_it_is_issued(ctx: Context, cast: Cast, tmp_path: Path) -> None:
    party, row = ways.applied(ctx, cast.graduate)
    correct(name="李晓宇")
    ways.passed(ctx, cast, row)
    correct(name="李小宇")
    issuing = fresh(row)
    assert papers.form_paper(ctx, issuing, ctx.clock()).sides[0].name == "李晓宇"
    assert chain.events(issuing)[-1].body["terms"] == issuing.terms_digest
    assert papers.receipt_paper(ctx, issuing).sides[0].name == "李晓宇"
    assert party.side == "graduate"


def test_terms_that_were_changed_behind_us_are_not_frozen_anew(ctx: Context, cast: Cast) -> None:
    _party, row = ways.applied(ctx, cast.graduate)
    ways.pass_first(ctx, cast.counselor, row)
    Agreement.update(terms=terms.frozen(TERMS | {"pay": "80000"})).where(Agreement.id == row.id).execute()
    ways.pass_school(ctx, cast.school, row)
    with pytest.raises(Tampered):
        papers.form_paper(ctx, fresh(row), ctx.clock())


def test_a_registration_is_frozen_when_it_is_handed_in(ctx: Context, cast: Cast) -> None:
    _party, row = ways.recorded(ctx, cast.graduate)
    correct(name="李晓宇")
    assert papers.receipt_paper(ctx, fresh(row)).sides[0].name == "李晓雨"


def test_a_release_names_the_graduate_as_of_when_it_was_asked_for(ctx: Context, cast: Cast) -> None:
    party, row = ways.in_force(ctx, cast)
    correct(name="李晓宇")
    release = ways.asked(ctx, party, row)
    correct(name="李小宇")
    assert papers.release_paper(ctx, ways.release_of(release)).sides[0].name == "李晓宇"
    event = next(one for one in chain.events(fresh(row)) if one.kind == "term.requested")
    assert event.body["facts"] == terms.digest_of(Release.get().facts)
    forged = terms.frozen(terms.facts_in(Release.get().facts) | {"name": "王五"})
    for facts in (forged, None):
        Release.update(facts=facts).execute()
        with pytest.raises(Tampered):
            papers.release_paper(ctx, ways.release_of(release))


def test_a_release_from_before_names_who_the_agreement_names(ctx: Context, cast: Cast) -> None:
    _party, row = ways.in_force(ctx, cast)
    correct(name="李晓宇")
    release = Release(agreement=fresh(row), code="unknown to the chain")
    assert persons.of_release(ctx, release)["name"] == "李晓雨"
