"""Both sides of a 解约 sign one text, frozen when it was asked for; its paper is set from that."""

from typing import Any

import pytest

from config.consents import consents
from models.agreement import Agreement, Release
from models.agreement_papers import AgreementEvent, SealedPaper
from services.agreements import chain, papers, proof, release_texts, releases, terms
from services.agreements.chain import Body
from services.agreements.papers import Tampered
from services.agreements.parties import Party
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import fresh
from tests.cast import Cast
from tests.services.tools import refusal_of

Held = tuple[Party, Agreement]
REASON = "考取硕士研究生"


@pytest.fixture
def held(ctx: Context, cast: Cast) -> Held:
    """An agreement in force, and the unit's side."""
    agreements.open_school(ctx, cast)
    return ways.in_force(ctx, cast)


def asked(ctx: Context, held: Held) -> Release:
    """The unit asks."""
    return ways.asked(ctx, *held, reason=REASON)


def said(row: Agreement, kind: str) -> Body:
    """What the last event of a kind says."""
    return [event.body for event in chain.events(fresh(row)) if event.kind == kind][-1]


def stored(release: Release, **columns: Any) -> Release:
    """The row with something else in it, as nobody of ours writes it."""
    Release.update(**columns).where(Release.id == release.id).execute()
    return ways.release_of(release)


def test_reason_number_paper_and_clauses_are_frozen_with_the_question(ctx: Context, held: Held) -> None:
    _party, row = held
    digest = "ab" * 32
    SealedPaper.create(agreement=row, kind="agreement", key="agreement:x", file="x", digest=digest, size=1)
    release = asked(ctx, held)
    text = release_texts.of(release)
    assert (text.reason, text.number, text.paper) == (REASON, row.number, digest)
    assert (f"编号为 {row.number}" in text.lead, [title for title, _text in text.clauses]) == (
        *(True, ["解除", "责任", "后续"]),
    )
    whole = terms.parts_in(release.text)
    assert (whole["asked_by"], whole["graduate"]) == ("unit", terms.digest_of(release.facts))
    assert terms.digest_of(release.text) == release.text_digest
    assert said(row, "term.requested")["release_text"] == release.text_digest


def test_each_side_agrees_to_the_way_of_signing_and_the_other_to_what_it_was_shown(
    ctx: Context, held: Held, cast: Cast
) -> None:
    _party, row = held
    release = asked(ctx, held)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    assert said(row, "term.agreed")["release_text"] == release.text_digest
    given = [event.body for event in chain.events(fresh(row)) if event.kind == "consent.signing.given"][2:]
    assert [(one["side"], one["release"], one["text"]) for one in given] == [
        (side, release.code, consents()["release"].digest) for side in ("unit", "graduate")
    ]
    proof.need(fresh(row), ways.release_of(release))


@pytest.mark.parametrize("missing", ["consent", "identity"])
def test_without_the_tick_nobody_asks_or_agrees(ctx: Context, held: Held, cast: Cast, missing: str) -> None:
    party, row = held
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = asked(ctx, held)
    AgreementEvent.delete().where(AgreementEvent.kind == "consent.identity.given").execute()
    unticked: Any = ways.ink() | {missing: False}
    for verb in (
        lambda: releases.ask(ctx, party, row, REASON, **unticked),
        lambda: releases.agree(ctx, graduate, release, release.text_digest, **unticked),
    ):
        assert list(refusal_of(verb).fields) == [missing]
    assert ways.release_of(release).status == "asked"


def test_who_agreed_to_have_handwriting_kept_is_not_asked_again(ctx: Context, held: Held, cast: Cast) -> None:
    release = asked(ctx, held)
    graduate = ways.graduate_of(ctx, cast.graduate)
    signed: Any = ways.ink() | {"identity": False}
    done = releases.agree(ctx, graduate, release, release.text_digest, **signed)
    assert done.status == "college_review"


def test_another_text_than_the_one_that_was_shown_is_not_signed(ctx: Context, held: Held, cast: Cast) -> None:
    release = asked(ctx, held)
    graduate = ways.graduate_of(ctx, cast.graduate)
    for digest in ("", "0" * 64):
        refusal = refusal_of(
            lambda digest=digest: releases.agree(ctx, graduate, release, digest, **ways.ink())
        )
        assert (refusal.code, refusal.status) == ("release_changed", 409)
        assert "重新核对" in refusal.say
    assert ways.release_of(release).status == "asked"
    assert ways.agreed(ctx, graduate, release).status == "college_review"


def test_the_paper_is_set_from_the_frozen_text(ctx: Context, held: Held, cast: Cast) -> None:
    _party, row = held
    release = asked(ctx, held)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    frozen = terms.parts_in(release.text)
    text = terms.frozen(frozen | {"clauses": [["解除", "按旧版条款解除。"]], "lead": "旧版引言"})
    changed = stored(release, text=text, text_digest=terms.digest_of(text), reason="别的原因")
    paper = papers.release_paper(ctx, changed)
    assert (paper.clauses, paper.lead, paper.reason) == ((("解除", "按旧版条款解除。"),), "旧版引言", REASON)
    with pytest.raises(Tampered):
        proof.need(fresh(row), changed)


@pytest.mark.parametrize("columns", [{"text": None}, {"text": "{}"}, {"text_digest": "0" * 64}])
def test_a_text_that_was_changed_is_sealed_by_nobody(
    ctx: Context, held: Held, cast: Cast, columns: dict[str, Any]
) -> None:
    release = asked(ctx, held)
    ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    with pytest.raises(Tampered, match="release_text"):
        proof.need(fresh(held[1]), stored(release, **columns))


def test_a_letter_is_recorded_and_nobodys_clauses_are(ctx: Context, held: Held, cast: Cast) -> None:
    _party, row = held
    graduate = ways.graduate_of(ctx, cast.graduate)
    release = releases.begin(ctx, graduate, row)
    ways.add_letter(ctx, graduate, release)
    releases.file_offline(ctx, graduate, release, REASON)
    paper = papers.release_paper(ctx, ways.release_of(release))
    assert (paper.reason, paper.clauses, paper.lead) == (REASON, (), "")
    assert said(row, "term.offline_requested")["release_text"] == ways.release_of(release).text_digest
    proof.need(fresh(row), ways.release_of(release))


def test_what_was_asked_before_there_were_texts_goes_on(ctx: Context, held: Held, cast: Cast) -> None:
    release = stored(asked(ctx, held), text=None, text_digest="")
    done = ways.agreed(ctx, ways.graduate_of(ctx, cast.graduate), release)
    assert done.status == "college_review"
    paper = papers.release_paper(ctx, ways.release_of(release))
    assert (paper.reason, len(paper.clauses)) == (REASON, 3)
    assert f"{held[1].number}" in paper.lead
