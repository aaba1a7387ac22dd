"""The graduate's answer: to exactly what was shown, in time, once, and by nobody else."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from models.agreement import Agreement
from models.agreement_papers import AgreementFile
from models.employer import Employer
from models.message import Message
from models.signing_rules import SigningRules
from services import binding
from services.agreements import answering, chain, drafting, materials, offers
from services.agreements.parties import Party
from services.context import Context
from services.sessions import Visitor
from tests import agreement_ways as ways
from tests.agreements import (
    OTHER_CREDIT_CODE,
    TERMS,
    accept,
    accepted,
    chain_of,
    fresh,
    graduate_party,
    offer,
    open_school,
    scan,
    show_ticket,
    signed_for,
    sms_code,
)
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tools import codes_of, owed, refusal_of, together

OTHER = "oSigner00000000000000000002"
Offered = tuple[Party, Agreement]


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


@pytest.fixture
def offered(ctx: Context, cast: Cast) -> Offered:
    return offer(ctx, cast.graduate)


@pytest.fixture
def me(ctx: Context, cast: Cast, offered: Offered) -> tuple[Party, Visitor]:
    """The graduate in WeChat, once there is an offer."""
    return graduate_party(ctx, cast.graduate)


@pytest.fixture
def at_desk(ctx: Context, cast: Cast, offered: Offered) -> tuple[Party, Visitor]:
    return graduate_party(ctx, cast.graduate, in_wechat=False)


def sign(ctx: Context, me: tuple[Party, Visitor], row: Agreement, **changes: Any) -> Agreement:
    return answering.accept(ctx, *me, row.code, **signed_for(row, **changes))


def test_a_signature_binds(ctx: Context, me: tuple[Party, Visitor], offered: Offered) -> None:
    row = sign(ctx, me, offered[1])
    assert (row.status, row.accepted_at, row.offer_key) == ("college_review", ctx.clock(), None)
    assert row.live_key == f"graduate:{row.graduate_id}"
    assert row.due_at == ctx.clock() + timedelta(hours=72)
    assert chain_of(row)[-3:] == ["consent.identity.given", "consent.signing.given", "offer.accepted"]
    event = chain.events(fresh(row))[-1]
    assert (event.body["terms"], event.body["version"], event.body["side"]) == (
        row.terms_digest,
        1,
        "graduate",
    )
    assert event.body["address"] == "203.0.113.8"
    assert me[0].device.openid not in str(event.body)
    ink = materials.current(row, "graduate_ink")
    assert ink is not None
    assert ink.digest == event.body["ink"]


def test_a_double_tap_is_one_signature(ctx: Context, me: tuple[Party, Visitor], offered: Offered) -> None:
    done = together(*[lambda: sign(ctx, me, offered[1])] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert sign(ctx, me, offered[1]).status == "college_review"
    assert chain_of(offered[1]).count("offer.accepted") == 1
    assert AgreementFile.select().where(AgreementFile.kind == "graduate_ink").count() == 1
    assert len([row for row in owed("signer_told") if "已应约" in row.payload]) == 1


def test_of_many_offers_one_binds(
    ctx: Context, cast: Cast, me: tuple[Party, Visitor], offered: Offered
) -> None:
    rows = [offered[1], offer(ctx, cast.graduate, OTHER, credit_code=OTHER_CREDIT_CODE)[1]]
    done = together(*[lambda row=row: sign(ctx, me, row) for row in rows] * 2)
    assert codes_of(done).count("agreement_other_live") == 2
    assert codes_of(done).count("ok") == 2
    assert sorted(fresh(row).status for row in rows) == ["college_review", "offered"]
    assert Agreement.select().where(Agreement.live_key.is_null(False)).count() == 1


def test_what_was_revised_meanwhile_is_not_signed(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered
) -> None:
    party, row = offered
    offers.revise(ctx, party, row, TERMS | {"pay": "7000", "months": "60"}, **ways.ink(3))
    refusal = refusal_of(lambda: sign(ctx, me, row))
    assert (refusal.code, refusal.status) == ("agreement_changed", 409)
    assert set(refusal.fields) == {"pay", "months"}
    assert fresh(row).status == "offered"
    assert sign(ctx, me, fresh(row)).terms_version == 2


def test_revised_and_signed_at_once_agree_on_one_text(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered
) -> None:
    party, row = offered
    done = together(
        lambda: offers.revise(ctx, party, row, TERMS | {"pay": "7000"}, **ways.ink(3)),
        lambda: sign(ctx, me, row),
    )
    assert codes_of(done) in (["agreement_changed", "ok"], ["illegal_move", "ok"])
    now = fresh(row)
    assert (now.status, now.terms_version) in (("college_review", 1), ("offered", 2))
    assert chain.broken_at(now) is None


@pytest.mark.parametrize("wrong", [{"digest": "0" * 64}, {"version": 2}, {"version": 0}])
def test_only_the_very_terms_are_signed(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered, wrong: dict[str, Any]
) -> None:
    assert refusal_of(lambda: sign(ctx, me, offered[1], **wrong)).code == "agreement_changed"


@pytest.mark.parametrize(("seconds", "code"), [(-1, "ok"), (0, "offer_over"), (1, "offer_over")])
def test_the_time_to_answer_ends_on_the_second(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered, clock: FixedClock, seconds: int, code: str
) -> None:
    clock.advance(days=7, seconds=seconds)
    assert codes_of(together(lambda: sign(ctx, me, offered[1]))) == [code]


class RunsOut:
    """A clock that passes the end of an offer while its signature is being drawn."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock, self._asked = clock, 0

    def __call__(self) -> Any:
        self._asked += 1
        return self._clock() + timedelta(seconds=2 if self._asked > 1 else 0)


def test_time_that_runs_out_between_reading_and_writing_is_out(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered, clock: FixedClock
) -> None:
    clock.advance(days=7, seconds=-1)
    late = dataclasses.replace(ctx, clock=RunsOut(clock))
    assert refusal_of(lambda: sign(late, me, offered[1])).code == "offer_over"
    assert materials.current(offered[1], "graduate_ink") is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent": False}, "consent_needed"),
        ({"strokes": ""}, "ink_malformed"),
        ({"strokes": "{}"}, "ink_malformed"),
    ],
)
def test_nothing_is_signed_halfway(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered, changes: dict[str, Any], code: str
) -> None:
    assert refusal_of(lambda: sign(ctx, me, offered[1], **changes)).code == code
    assert fresh(offered[1]).status == "offered"


def test_with_a_stopped_unit_nothing_is_signed(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered
) -> None:
    Employer.update(status="suspended").execute()
    assert refusal_of(lambda: sign(ctx, me, offered[1])).code == "offer_unit_stopped"


def test_nobody_else_signs_or_sees(ctx: Context, cast: Cast, offered: Offered) -> None:
    other = graduate_party(ctx, cast.other_graduate)
    assert refusal_of(lambda: sign(ctx, other, offered[1])).status == 404
    assert refusal_of(lambda: answering.view(ctx, other[1], offered[1].code)).status == 404
    assert refusal_of(lambda: answering.decline(ctx, *other, offered[1].code, "x")).status == 404
    assert refusal_of(lambda: answering.withdraw(ctx, *other, offered[1].code, "x")).status == 404


def test_a_draft_is_not_yet_the_graduates(ctx: Context, cast: Cast) -> None:
    _, row = scan(ctx, show_ticket(ctx, cast.graduate).token)
    me = graduate_party(ctx, cast.graduate)
    assert refusal_of(lambda: answering.view(ctx, me[1], row.code)).status == 404
    assert refusal_of(lambda: sign(ctx, me, row)).status == 404


# -- outside of the bound WeChat ---------------------------------------------------------------------------


def test_at_a_desk_a_code_shows_who_it_is(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered
) -> None:
    row = offered[1]
    assert not answering.is_in_own_wechat(ctx, *at_desk)
    assert refusal_of(lambda: sign(ctx, at_desk, row)).code == "code_wrong"
    answering.send_code(ctx, at_desk[1], "203.0.113.8")
    code = sms_code(cast.graduate.phone)
    bad = f"{(int(code) + 1) % 1_000_000:06d}"
    assert refusal_of(lambda: sign(ctx, at_desk, row, sms_code=bad)).code == "code_wrong"
    done = together(*[lambda: sign(ctx, at_desk, row, sms_code=code)] * 4)
    assert codes_of(done) == ["ok"] * 4
    assert chain_of(row).count("graduate.proven") == 1
    assert chain_of(row).count("offer.accepted") == 1


def test_tries_are_counted_and_codes_grow_old(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered, clock: FixedClock
) -> None:
    row = offered[1]
    answering.send_code(ctx, at_desk[1], "203.0.113.8")
    code = sms_code(cast.graduate.phone)
    for _ in range(5):
        assert refusal_of(lambda: sign(ctx, at_desk, row, sms_code="x")).code == "code_wrong"
    assert refusal_of(lambda: sign(ctx, at_desk, row, sms_code=code)).code == "code_wrong"
    clock.advance(seconds=61)
    answering.send_code(ctx, at_desk[1], "203.0.113.8")
    late = sms_code(cast.graduate.phone)
    clock.advance(minutes=5)
    assert refusal_of(lambda: sign(ctx, at_desk, row, sms_code=late)).code == "code_wrong"
    assert fresh(row).status == "offered"


def test_a_signers_code_signs_for_no_graduate(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered
) -> None:
    _, draft = scan(ctx, show_ticket(ctx, cast.graduate).token, OTHER)
    drafting.send_code(ctx, draft, cast.graduate.phone, "203.0.113.8")
    code = sms_code(cast.graduate.phone)
    assert refusal_of(lambda: sign(ctx, at_desk, offered[1], sms_code=code)).code == "code_wrong"


def test_a_code_that_was_right_serves_a_second_attempt(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered, clock: FixedClock
) -> None:
    party, row = offered
    answering.send_code(ctx, at_desk[1], "203.0.113.8")
    code = sms_code(cast.graduate.phone)
    me = at_desk
    # The code was typed, then the unit revised: the graduate reads the new terms and signs them without another code.
    assert answering._prove(ctx, *me, row, code)
    offers.revise(ctx, party, row, TERMS | {"pay": "9000"}, **ways.ink(3))
    assert refusal_of(lambda: sign(ctx, me, row)).code == "agreement_changed"
    clock.advance(minutes=29)
    assert sign(ctx, me, fresh(row)).status == "college_review"


def test_a_proof_is_of_one_session_and_half_an_hour(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered, clock: FixedClock
) -> None:
    row = offered[1]
    answering.send_code(ctx, at_desk[1], "203.0.113.8")
    assert answering._prove(ctx, *at_desk, row, sms_code(cast.graduate.phone))
    elsewhere = graduate_party(ctx, cast.graduate, in_wechat=False)
    assert refusal_of(lambda: sign(ctx, elsewhere, row)).code == "code_wrong"
    clock.advance(minutes=30)
    assert refusal_of(lambda: sign(ctx, at_desk, row)).code == "code_wrong"


def test_another_wechat_is_not_the_bound_one(
    ctx: Context, cast: Cast, at_desk: tuple[Party, Visitor], offered: Offered
) -> None:
    party, visitor = at_desk
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    device = dataclasses.replace(party.device, openid=cast.other_graduate.openid)
    stranger = dataclasses.replace(party, device=device)
    assert refusal_of(lambda: sign(ctx, (stranger, visitor), offered[1])).code == "code_wrong"


def test_without_a_phone_there_is_no_code(
    ctx: Context, at_desk: tuple[Party, Visitor], offered: Offered
) -> None:
    at_desk[1].account.phone = None
    assert refusal_of(lambda: answering.send_code(ctx, at_desk[1], "x")).code == "sign_in_wechat"
    assert refusal_of(lambda: sign(ctx, at_desk, offered[1], sms_code="1")).code == "code_wrong"


# -- no, and back ------------------------------------------------------------------------------------------


def test_a_graduate_declines_with_a_reason(
    ctx: Context, cast: Cast, me: tuple[Party, Visitor], offered: Offered
) -> None:
    row = offered[1]
    assert refusal_of(lambda: answering.decline(ctx, *me, row.code, "")).code == "review_reason_needed"
    assert refusal_of(lambda: answering.decline(ctx, *me, row.code, "字" * 201)).code == "too_long"
    done = [answering.decline(ctx, *me, row.code, "已有去向") for _ in range(2)]
    assert {(one.status, one.reason, one.offer_key) for one in done} == {("declined", "已有去向", None)}
    assert "对方已婉拒" in Message.select().order_by(Message.id.desc()).first().payload
    assert refusal_of(lambda: sign(ctx, me, row)).code == "illegal_move"
    assert offer(ctx, cast.graduate)[1].status == "offered"


def test_who_has_signed_does_not_decline(ctx: Context, me: tuple[Party, Visitor], offered: Offered) -> None:
    row = sign(ctx, me, offered[1])
    assert refusal_of(lambda: answering.decline(ctx, *me, row.code, "x")).code == "illegal_move"


def test_before_the_school_decides_a_graduate_may_go_back(ctx: Context, cast: Cast) -> None:
    _, row = accepted(ctx, cast.graduate)
    me = graduate_party(ctx, cast.graduate)
    done = [answering.withdraw(ctx, *me, row.code, "家里有变化") for _ in range(2)]
    assert {(one.status, one.live_key) for one in done} == {("withdrawn", None)}
    assert "对方已撤销签约" in owed("signer_told")[-1].payload
    assert chain_of(row)[-1] == "offer.withdrawn"
    assert accept(ctx, cast.graduate, offer(ctx, cast.graduate)[1]).status == "college_review"


def test_where_the_province_forbids_it_nobody_goes_back(ctx: Context, cast: Cast) -> None:
    SigningRules.update(may_withdraw=False).execute()
    _, row = accepted(ctx, cast.graduate)
    SigningRules.update(may_withdraw=True).execute()  # for later offers
    me = graduate_party(ctx, cast.graduate)
    refusal = refusal_of(lambda: answering.withdraw(ctx, *me, row.code, "x"))
    assert (refusal.code, refusal.status) == ("withdraw_not_allowed", 403)


def test_an_offer_is_not_gone_back_on_but_declined(
    ctx: Context, me: tuple[Party, Visitor], offered: Offered
) -> None:
    assert refusal_of(lambda: answering.withdraw(ctx, *me, offered[1].code, "x")).code == "illegal_move"
