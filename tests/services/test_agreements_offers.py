"""An offer in the unit's hands: revised, taken back, mended; and what a review has returned."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from services.agreements import answering, chain, materials, moves, offers, terms
from services.agreements.parties import Party, staff_party
from services.context import Context
from services.seats import Seat
from tests import agreement_ways as ways
from tests.agreements import (
    OTHER_CREDIT_CODE,
    TERMS,
    UNIT_DEVICE,
    accepted,
    chain_of,
    fresh,
    graduate_party,
    offer,
    open_school,
    scan,
    show_ticket,
    strokes,
)
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.papers import photo
from tests.services.tools import codes_of, fields_of, owed, refusal_of, together

Sit = Callable[[str], Seat]
OTHER = "oSigner00000000000000000002"


@pytest.fixture
def offered(ctx: Context, cast: Cast) -> tuple[Party, Agreement]:
    open_school(ctx, cast)
    return offer(ctx, cast.graduate)


def revise(ctx: Context, offered: tuple[Party, Agreement], **changes: str) -> Agreement:
    return offers.revise(ctx, *offered, TERMS | changes, **ways.ink(5))


def test_other_terms_are_a_new_version(
    ctx: Context, offered: tuple[Party, Agreement], clock: FixedClock
) -> None:
    _, row = offered
    clock.advance(days=3)
    new = revise(ctx, offered, pay="9000", contact_name="何路")
    assert (new.terms_version, terms.of(new)["pay"]) == (2, "9000")
    assert new.terms_digest != row.terms_digest
    assert new.due_at == ctx.clock() + timedelta(days=7)
    event = chain.events(fresh(row))[-1]
    assert (event.kind, event.body["version"]) == ("offer.revised", 2)
    assert event.body["changed"] == {"pay": ["8000", "9000"], "contact_name": []}
    assert "何路" not in str(event.body)
    assert set(offers.changes_since(new, 1)) == {"contact_name", "pay"}
    assert offers.changes_since(new, 2) == []
    assert "对方修改了条款" in owed("signing_decided")[-1].payload
    inks = AgreementFile.select().where(AgreementFile.kind == "unit_ink")
    assert [file.replaced_at is None for file in inks.order_by(AgreementFile.id)] == [False, True]


def test_the_same_terms_are_no_new_version(ctx: Context, offered: tuple[Party, Agreement]) -> None:
    done = together(*[lambda: revise(ctx, offered, pay="9000")] * 3)
    assert codes_of(done) == ["ok"] * 3
    assert revise(ctx, offered, pay="9000").terms_version == 2
    assert chain_of(offered[1]).count("offer.revised") == 1


def test_other_terms_are_checked_and_signed(ctx: Context, offered: tuple[Party, Agreement]) -> None:
    assert fields_of(lambda: revise(ctx, offered, pay="0")) == {"pay"}
    refusal = refusal_of(
        lambda: offers.revise(ctx, *offered, TERMS | {"pay": "9000"}, **ways.ink() | {"strokes": "{}"})
    )
    assert refusal.code == "ink_malformed"
    assert fresh(offered[1]).terms_version == 1


def test_a_revision_does_not_take_anothers_place(
    ctx: Context, cast: Cast, offered: tuple[Party, Agreement]
) -> None:
    other = offer(ctx, cast.graduate, OTHER, credit_code=OTHER_CREDIT_CODE)
    assert refusal_of(lambda: revise(ctx, other, pay="9000")).code == "offer_twice"


@pytest.mark.parametrize(("seconds", "code"), [(-1, "ok"), (0, "offer_over"), (1, "offer_over")])
def test_after_its_time_no_offer_is_revised(
    ctx: Context, offered: tuple[Party, Agreement], clock: FixedClock, seconds: int, code: str
) -> None:
    clock.advance(days=7, seconds=seconds)
    assert codes_of(together(lambda: revise(ctx, offered, pay="9000"))) == [code]


def test_a_draft_is_not_revised(ctx: Context, cast: Cast, offered: tuple[Party, Agreement]) -> None:
    draft = scan(ctx, show_ticket(ctx, cast.graduate).token, OTHER)
    assert refusal_of(lambda: revise(ctx, draft, credit_code=OTHER_CREDIT_CODE)).code == "illegal_move"


def test_an_offer_is_taken_back_with_a_reason(
    ctx: Context, cast: Cast, offered: tuple[Party, Agreement]
) -> None:
    party, row = offered
    assert refusal_of(lambda: offers.recall(ctx, party, row, " ")).code == "review_reason_needed"
    done = [offers.recall(ctx, party, row, "岗位取消") for _ in range(2)]
    assert {(one.status, one.reason, one.offer_key) for one in done} == {("recalled", "岗位取消", None)}
    assert "邀请已撤回" in owed("signing_decided")[-1].payload
    assert chain_of(row)[-1] == "offer.recalled"
    assert offer(ctx, cast.graduate)[1].status == "offered"  # and may make another


def test_two_hands_on_one_offer_and_one_wins(ctx: Context, offered: tuple[Party, Agreement]) -> None:
    party, row = offered
    done = together(
        lambda: offers.recall(ctx, party, row, "岗位取消"), lambda: revise(ctx, offered, pay="9000")
    )
    assert fresh(row).status == "recalled"
    assert codes_of(done) in (["ok", "ok"], ["illegal_move", "ok"])
    assert chain_of(row)[-1] == "offer.recalled"


# -- returned ----------------------------------------------------------------------------------------------


def give_back(ctx: Context, seat: Seat, row: Agreement, faults: dict[str, str], side: str) -> None:
    """As a review returns it."""
    columns = {"faults": faults, "fix_side": side, "reason": "请重新上传"}
    event = {"kind": "review.returned"}
    moves.move(ctx, fresh(row), "return", staff_party(seat, UNIT_DEVICE), event, **columns)


def test_only_what_is_new_goes_back_to_the_review(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    open_school(ctx, cast)
    party, row = accepted(ctx, cast.graduate)
    clock.advance(hours=1)
    give_back(ctx, sit("college"), row, {"licence": "看不清"}, "unit")
    assert fields_of(lambda: offers.replace(ctx, party, row)) == {"licence"}
    refusal = refusal_of(lambda: materials.add(ctx, party, row, "id_back", iter([photo((300, 400))])))
    assert refusal.code == "material_not_asked"
    clock.advance(hours=1)
    materials.add(ctx, party, row, "licence", iter([photo((300, 500))]))
    done = [offers.replace(ctx, party, row) for _ in range(2)]
    assert {(one.status, one.fix_side, one.faults) for one in done} == {("college_review", "", None)}
    assert chain_of(row)[-1] == "material.replaced"
    assert done[0].terms_version == 1


def test_the_side_that_has_nothing_to_mend_waits(
    ctx: Context, cast: Cast, sit: Sit, clock: FixedClock
) -> None:
    open_school(ctx, cast)
    unit, row = accepted(ctx, cast.graduate)
    clock.advance(hours=1)
    give_back(ctx, sit("college"), row, {"graduate_ink": "与姓名不符"}, "graduate")
    clock.advance(hours=1)
    assert refusal_of(lambda: offers.replace(ctx, unit, row)).code == "material_not_asked"
    party, visitor = graduate_party(ctx, cast.graduate)
    assert fields_of(lambda: answering.replace(ctx, party, visitor, row.code)) == {"graduate_ink"}
    materials.add_ink(ctx, party, row, strokes(20))
    assert answering.replace(ctx, party, visitor, row.code).status == "college_review"
