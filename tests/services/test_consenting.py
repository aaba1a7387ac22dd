"""Consent to sign and consent to have handwriting kept are two, each said by itself."""

from typing import Any

import pytest

from config.consents import consents
from services.agreements import answering, chain, offers
from services.context import Context
from tests import agreement_ways as ways
from tests import agreements
from tests.agreements import TERMS, fresh, signed_for
from tests.cast import Cast
from tests.services.tools import refusal_of


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    agreements.open_school(ctx, cast)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"consent": False}, ["consent"]),
        ({"identity": False}, ["identity"]),
        ({"consent": False, "identity": False}, ["consent", "identity"]),
    ],
)
def test_a_graduate_gives_each_by_itself(
    ctx: Context, cast: Cast, changes: dict[str, Any], missing: list[str]
) -> None:
    _party, row = agreements.offer(ctx, cast.graduate)
    me = agreements.graduate_party(ctx, cast.graduate)
    refusal = refusal_of(lambda: answering.accept(ctx, *me, row.code, **signed_for(row, **changes)))
    assert (list(refusal.fields), fresh(row).status) == (missing, "offered")
    assert not [event for event in chain.events(fresh(row)) if event.body["side"] == "graduate"]


def test_a_revised_offer_takes_the_consent_that_it_records(ctx: Context, cast: Cast) -> None:
    party, row = agreements.offer(ctx, cast.graduate)
    typed = TERMS | {"pay": "9000"}
    unticked: Any = ways.ink(5) | {"consent": False}
    refusal = refusal_of(lambda: offers.revise(ctx, party, row, typed, **unticked))
    assert (list(refusal.fields), fresh(row).terms_version) == (["consent"], 1)
    seen: Any = ways.ink(5) | {"identity": False}  # given with the papers before
    sent = offers.revise(ctx, party, row, typed, **seen)
    given, revised = chain.events(sent)[-2:]
    assert (given.kind, revised.kind) == ("consent.signing.given", "offer.revised")
    assert (given.body["text"], given.body["side"]) == (consents()["signing"].digest, "unit")
    assert "text" not in revised.body
