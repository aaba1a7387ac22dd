"""Lists: what is whose, what is outside somebody's range, and long lists slice by slice."""

from collections.abc import Callable

import pytest

from models.agreement import Agreement
from models.names import names_of
from models.signing_rules import SigningRules
from services import journals
from services.agreements import lists, parties, queues
from services.agreements.queues import Asked
from services.context import Context
from services.listing import SLICE
from services.seats import Seat
from tests.agreements import (
    OTHER_CREDIT_CODE,
    PHONE_OF_SIGNER,
    offer,
    open_school,
    scan,
    show_ticket,
    sms_code,
)
from tests.cast import Cast
from tests.posts import visitor_of
from tests.services.tools import refusal_of

Sit = Callable[[str], Seat]
OTHER = "oSigner00000000000000000002"


@pytest.fixture
def three(ctx: Context, cast: Cast) -> list[Agreement]:
    """Two offers to 李晓雨, one to 陈浩然; and a draft."""
    open_school(ctx, cast)
    rows = [
        offer(ctx, cast.graduate)[1],
        offer(ctx, cast.graduate, OTHER, credit_code=OTHER_CREDIT_CODE, unit_name="蓝湖设计有限公司")[1],
        offer(ctx, cast.other_graduate)[1],
    ]
    scan(ctx, show_ticket(ctx, cast.graduate).token, "oSigner00000000000000000003")
    return rows


def test_a_graduate_sees_own_offers_and_no_draft(ctx: Context, cast: Cast, three: list[Agreement]) -> None:
    mine = lists.of_graduate(visitor_of(ctx, cast.graduate))
    assert [row.code for row in mine.rows] == [three[1].code, three[0].code]
    assert refusal_of(lambda: lists.of_graduate(visitor_of(ctx, cast.person))).code == "identify_first"


def test_a_draft_that_has_run_out_is_nobody_elses(
    ctx: Context, cast: Cast, sit: Sit, three: list[Agreement]
) -> None:
    draft = Agreement.get(Agreement.status == "draft")
    draft.change(status="expired", ended_at=ctx.clock())
    visitor = visitor_of(ctx, cast.graduate)
    assert draft.code not in {row.code for row in lists.of_graduate(visitor).rows}
    assert draft.code not in {row.code for row in queues.agreements(ctx, sit("school"), Asked(state="")).rows}
    assert refusal_of(lambda: parties.own_agreement(visitor, draft.code)).status == 404


def test_a_signer_sees_what_the_browser_holds(three: list[Agreement]) -> None:
    held = {three[0].code, three[2].code, "made up"}
    assert [row.code for row in lists.of_signer(held)] == [three[2].code, three[0].code]
    assert lists.of_signer([]) == []
    assert lists.one_of_signer(held, three[0].code).id == three[0].id
    assert refusal_of(lambda: lists.one_of_signer(held, three[1].code)).status == 404
    assert refusal_of(lambda: lists.one_of_signer(held, "made up")).status == 404


def test_a_signer_comes_back_by_the_phone(ctx: Context, three: list[Agreement]) -> None:
    assert refusal_of(lambda: lists.come_back(ctx, PHONE_OF_SIGNER, "123456")).code == "code_wrong"
    lists.send_back_code(ctx, PHONE_OF_SIGNER, "203.0.113.7")
    found = lists.come_back(ctx, PHONE_OF_SIGNER, sms_code(PHONE_OF_SIGNER))
    assert [row.code for row in found] == [row.code for row in reversed(three)]
    lists.send_back_code(ctx, "13800000000", "203.0.113.7")
    refusal = refusal_of(lambda: lists.come_back(ctx, "13800000000", sms_code("13800000000")))
    assert refusal.code == "nothing_signed"


def test_the_journal_names_whose_it_is(ctx: Context, cast: Cast, sit: Sit, three: list[Agreement]) -> None:
    assert names_of("agreement", [three[2].code]) == {three[2].code: "陈浩然 20****02"}
    assert set(names_of("signing_ticket", [three[2].ticket.code]).values()) == {"陈浩然 20****02"}
    assert set(names_of("signing_rules", [SigningRules.get().code]).values()) == {"安徽省"}
    found = journals.acts(ctx, sit("school"), journals.Asked(kind="agreement", record=three[0].code))
    verbs = [act.row.verb for act in reversed(found.rows)]
    assert (verbs[0], verbs[-1]) == ("opened", "submit")
    assert {act.row.role for act in found.rows} == {"signer"}
    assert {act.record for act in found.rows} == {"李晓雨 20****01"}


def test_a_long_list_comes_slice_by_slice(ctx: Context, cast: Cast) -> None:
    graduate = cast.graduate.graduate
    keys = {"graduate": graduate, "year": 2027, "school_id": graduate.school_id, "college_id": 1}
    for _ in range(SLICE + 1):
        Agreement.create(kind="paper", status="rejected", **keys)
    mine = lists.of_graduate(visitor_of(ctx, cast.graduate))
    rest = lists.of_graduate(visitor_of(ctx, cast.graduate), mine.after)
    assert (len(mine.rows), len(rest.rows), rest.after) == (SLICE, 1, "")
    assert not {row.id for row in mine.rows} & {row.id for row in rest.rows}
