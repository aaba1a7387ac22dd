"""Nobody who is to hear of an agreement is left without a channel, and each row of the tables reaches whom it names."""

import json
from collections.abc import Callable

import pytest

from models.agreement import Agreement
from models.callback import DeliveryReceipt
from models.employer import Recruiter
from models.message import Message
from models.wechat_user import Follower
from services import binding, followers, outbox, unreached
from services.agreements import answering, recording, telling
from services.context import Context
from services.seats import Seat
from tests import agreement_ways as ways
from tests.agreements import PHONE_OF_SIGNER, UNIT_DEVICE, accept, fresh, graduate_party, offer, open_school
from tests.cast import Cast
from tests.fakes import RecordingGateway, SmsInbox
from tests.pumps import pump
from tests.services.tools import owed
from wechat.outcomes import Outcome

TEXT = {"other": "李晓雨", "result": "对方已应约", "link": "http://wx.test/s/back"}


@pytest.fixture(autouse=True)
def _open(ctx: Context, cast: Cast) -> None:
    open_school(ctx, cast)


@pytest.fixture
def row(ctx: Context, cast: Cast) -> Agreement:
    return offer(ctx, cast.graduate)[1]


@pytest.fixture
def told(ctx: Context, cast: Cast, row: Agreement) -> Message:
    """What a signer who follows us is told of the graduate's answer."""
    app_id, now = ctx.settings.wechat_app_id, ctx.clock()
    Follower.create(app_id=app_id, openid=UNIT_DEVICE.openid, followed_at=now)
    accept(ctx, cast.graduate, row)
    (message,) = [one for one in owed("signing_decided") if one.openid == UNIT_DEVICE.openid]
    return message


def texts() -> list[tuple[str | None, dict[str, str]]]:
    return [(one.phone, json.loads(one.payload)) for one in owed("signer_told")]


def heard(result: str) -> set[str | None]:
    """Whose phones a word was texted to; nobody but the signer of these tests is in a WeChat."""
    return {
        one.phone for one in owed() if one.channel == "sms" and f'"result": "{result}"' in str(one.payload)
    }


def test_a_signer_who_follows_no_more_gets_the_text_once_the_platform_says_so(
    ctx: Context, told: Message, gateway: RecordingGateway, inbox: SmsInbox
) -> None:
    gateway.outcomes = [Outcome.UNREACHABLE] * 9
    pump(ctx)
    assert texts() == []
    outbox.escalate(ctx)
    assert texts() == [(PHONE_OF_SIGNER, TEXT)]
    pump(ctx)
    assert (PHONE_OF_SIGNER, "signer_told", TEXT) in inbox.messages
    kept = Message.get_by_id(told.id)
    assert (kept.status, kept.phone, kept.instead) == ("failed", None, None)
    outbox.escalate(ctx)
    assert len(texts()) == 1


def test_a_signer_who_leaves_before_the_message_goes_gets_the_text(ctx: Context, told: Message) -> None:
    followers.unfollow(ctx, str(UNIT_DEVICE.openid), at=ctx.clock())
    assert Message.get_by_id(told.id).status == "failed"
    outbox.escalate(ctx)
    assert texts() == [(PHONE_OF_SIGNER, TEXT)]


def test_a_signer_of_whom_it_is_known_that_nothing_arrives_gets_the_text_at_once(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    app_id, openid = ctx.settings.wechat_app_id, UNIT_DEVICE.openid
    Follower.create(app_id=app_id, openid=openid, is_unreachable=True)
    accept(ctx, cast.graduate, row)
    assert texts() == [(PHONE_OF_SIGNER, TEXT)]


def test_what_arrived_keeps_no_phone(ctx: Context, told: Message) -> None:
    assert told.phone == PHONE_OF_SIGNER
    pump(ctx)
    sent = Message.get_by_id(told.id)
    assert (sent.status, sent.phone) == (
        "accepted",
        PHONE_OF_SIGNER,
    )  # a receipt may still say that it did not
    DeliveryReceipt.create(
        fingerprint="r1",
        msgid=sent.msgid,
        openid=sent.openid,
        status="success",
        happened_at=ctx.clock(),
    )
    outbox.settle_receipts(ctx)
    sent = Message.get_by_id(told.id)
    assert (sent.status, sent.phone, sent.instead) == ("delivered", None, None)
    outbox.escalate(ctx)
    assert texts() == []


def test_a_person_at_the_desk_sends_the_text_of_what_is_in_doubt(
    ctx: Context, told: Message, sit: Callable[[str], Seat]
) -> None:
    Message.update(status="unknown", openid=None).where(Message.id == told.id).execute()
    outbox.escalate(ctx)
    assert texts() == []
    (case,) = unreached.look(ctx, sit("ministry"), unreached.Asked(status="unknown")).rows
    assert (case.way, case.phone) == ("sms", "139****0309")
    unreached.resend(ctx, sit("ministry"), told.code)
    assert texts() == [(PHONE_OF_SIGNER, TEXT)]


def test_of_a_registered_unit_without_anybody_at_work_whoever_signed_hears(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    row.change(employer=cast.unit)
    Recruiter.update(ended_at=ctx.clock()).execute()
    telling.voided(ctx, fresh(row))
    assert [phone for phone, _ in texts()] == [PHONE_OF_SIGNER]


# -- 签约成功 -----------------------------------------------------------------------------------------------


def test_what_holds_is_told_with_the_page_that_verifies_it(
    ctx: Context, cast: Cast, row: Agreement, gateway: RecordingGateway
) -> None:
    """To a graduate in WeChat, and to a signer who followed and does so no more."""
    binding.bind(ctx, cast.graduate.account, cast.graduate.openid)
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=UNIT_DEVICE.openid)
    row.change(verify_code="abcdefghijklmnop")
    telling.sealed(ctx, fresh(row))
    page = "http://wx.test/v/abcdefghijklmnop"
    told = {one.openid: one.link for one in owed("signing_decided") if "签约成功" in one.payload}
    assert told == {cast.graduate.openid: page, UNIT_DEVICE.openid: page}
    gateway.outcomes = [Outcome.UNREACHABLE] * 9
    pump(ctx)
    outbox.escalate(ctx)
    texts = {one.phone: json.loads(one.payload) for one in owed("signing_sealed")}
    assert texts == {cast.graduate.phone: {"link": page}, PHONE_OF_SIGNER: {"link": page}}


def test_of_a_registered_unit_everybody_at_work_gets_that_page(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    row.change(employer=cast.unit, verify_code="abcdefghijklmnop")
    telling.sealed(ctx, fresh(row))
    texts = {one.phone: json.loads(one.payload) for one in owed("signing_sealed")}
    assert texts[cast.employer.phone] == {"link": "http://wx.test/v/abcdefghijklmnop"}


# -- reviewers ---------------------------------------------------------------------------------------------


def test_reviewers_without_a_bound_wechat_get_a_text(ctx: Context, cast: Cast, row: Agreement) -> None:
    binding.bind(ctx, cast.college.account, cast.college.openid)
    accept(ctx, cast.graduate, row)
    (text,) = owed("review_told")
    assert (text.phone, json.loads(text.payload)) == (
        cast.counselor.phone,
        {"other": "李晓雨", "result": "有协议待审核"},
    )


def test_a_reviewer_whom_wechat_does_not_reach_gets_a_text(
    ctx: Context, cast: Cast, row: Agreement, gateway: RecordingGateway
) -> None:
    for person in (cast.college, cast.counselor):
        binding.bind(ctx, person.account, person.openid)
    accept(ctx, cast.graduate, row)
    gateway.outcomes = [Outcome.UNREACHABLE] * 9
    pump(ctx)
    outbox.escalate(ctx)
    assert {one.phone for one in owed("review_told")} == {cast.college.phone, cast.counselor.phone}


def test_what_has_waited_too_long_reaches_the_school_without_wechat(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    telling.review_late(ctx, row)
    assert heard("有协议逾期未审核") == {cast.school.phone}


def first(cast: Cast) -> set[str]:
    return {cast.counselor.phone, cast.college.phone}


def test_unit_and_reviewers_hear_that_the_graduate_has_gone_back(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    accept(ctx, cast.graduate, row)
    answering.withdraw(ctx, *graduate_party(ctx, cast.graduate), row.code, "考取研究生")
    assert heard("对方已撤销签约") == {PHONE_OF_SIGNER}
    assert heard("毕业生已撤销签约") == first(cast)


def test_reviewers_hear_that_a_registration_is_taken_back(ctx: Context, cast: Cast) -> None:
    party, row = ways.recorded(ctx, cast.graduate)
    recording.withdraw(ctx, party, row, "填错了")
    assert heard("毕业生已撤销签约") == first(cast)


def test_graduate_and_reviewers_hear_of_the_national_systems_word(
    ctx: Context, cast: Cast, row: Agreement
) -> None:
    telling.error_reported(ctx, row)
    assert heard("上报信息有误") == first(cast) | {cast.graduate.phone}


@pytest.mark.parametrize("way", [ways.applied, ways.recorded])
def test_on_paper_the_graduate_hears_of_each_step(
    ctx: Context, cast: Cast, way: Callable[..., tuple[object, Agreement]]
) -> None:
    row = way(ctx, cast.graduate)[1]
    ways.pass_first(ctx, cast.counselor, row)
    told = [one.openid for one in owed("signing_decided") if "院系审核通过" in one.payload]
    assert told == [cast.graduate.openid]
    assert heard("有协议待审核") == first(cast) | {cast.school.phone}


def test_online_the_graduate_waits_for_the_schools_word(ctx: Context, cast: Cast, row: Agreement) -> None:
    ways.pass_first(ctx, cast.counselor, accept(ctx, cast.graduate, row))
    assert not [one for one in owed() if "院系审核通过" in one.payload]
