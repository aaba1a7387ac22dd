"""Whom one channel does not reach is told by the next: a subscription notice, then a text message."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.template_ids import notice_ids
from models.account import Account
from models.message import Message
from models.sending import SubscribeCredit
from models.task import Assignment
from services import notices, outbox, quota
from services.context import Context
from services.outbox import Owed
from services.outbox.recording import record
from services.tasks import desk
from templates_msg.links import LinkEnded
from templates_msg.tasks import CheckInOpens, TaskAssigned
from tests.cast import Cast
from tests.fakes import FixedClock, RecordingGateway, SmsInbox
from tests.pumps import pump
from tests.services.tools import Meet
from tests.tasks import give
from wechat.answers import Sent
from wechat.outcomes import Outcome

OPENID = "oCounselor000000000000000001"
Rows = dict[str, Message]


def notice_id(ctx: Context, name: str = "task_assigned") -> str:
    return notice_ids(ctx.settings.template_ids)[name]


def allow(ctx: Context, times: int = 1) -> None:
    for _ in range(times):
        notices.consent(ctx, OPENID, [(notice_id(ctx), "accept")], is_popup=True)


def credits() -> list[int]:
    return [row.credits for row in SubscribeCredit.select()]


def rows() -> Rows:
    return {row.key: row for row in Message.select().order_by(Message.id)}


@pytest.fixture
def tell(ctx: Context, cast: Cast) -> Callable[..., Message]:
    """Owes a task to the counselor; ``columns`` are then written over it."""

    def add(key: str = "t", openid: str | None = OPENID, **columns: object) -> Message | None:
        account_id = cast.counselor.account.id
        outbox.owe(
            ctx, TaskAssigned.sample(), openid=openid, key=key, path="/h5/tasks/x", account_id=account_id
        )
        if columns:
            Message.update(**columns).where(Message.key == key).execute()
        return Message.get_or_none(Message.key == key)

    return add


def test_who_allowed_a_notice_gets_one(
    ctx: Context, tell: Callable[..., Message], gateway: RecordingGateway
) -> None:
    allow(ctx)
    row = tell(status="blocked")
    assert outbox.escalate(ctx) == 1
    owed = rows()["t:subscribe"]
    assert (owed.channel, owed.openid, owed.payload, owed.link) == (
        "subscribe",
        OPENID,
        row.payload,
        row.link,
    )
    assert (owed.priority, owed.account_id) == (row.priority, row.account_id)
    assert rows()["t"].fallback_at == ctx.clock()
    assert credits() == [0]
    pump(ctx)
    assert gateway.sent[-1].template_id == notice_id(ctx)
    assert rows()["t:subscribe"].status == "accepted"


def test_nothing_is_considered_twice(ctx: Context, tell: Callable[..., Message]) -> None:
    allow(ctx, 2)
    tell(status="failed")
    assert outbox.escalate(ctx) == 1
    assert outbox.escalate(ctx) == 0
    assert credits() == [1]


def test_who_allowed_none_gets_a_text(ctx: Context, tell: Callable[..., Message], inbox: SmsInbox) -> None:
    tell(status="failed", errcode=43004)
    outbox.escalate(ctx)
    pump(ctx)
    [(phone, name, params)] = inbox.messages
    assert (phone, name) == ("13900000201", "task_assigned")
    assert params == {"task": "就业创业直播课：求职材料怎么写", "due": "2026年11月30日 18:00"}
    assert rows()["t:sms"].status == "delivered"


def test_a_notice_that_fails_becomes_a_text_and_nothing_comes_after(
    ctx: Context, tell: Callable[..., Message]
) -> None:
    allow(ctx, 3)
    tell(status="failed")
    outbox.escalate(ctx)
    Message.update(status="failed", errcode=43101).where(Message.key == "t:subscribe").execute()
    assert outbox.escalate(ctx) == 1
    assert list(rows()) == ["t", "t:subscribe", "t:sms"]
    assert credits() == [0]  # the platform knows better
    Message.update(status="failed").where(Message.key == "t:sms").execute()
    assert outbox.escalate(ctx) == 0


@pytest.mark.parametrize("errcode", [48001, 50002, 47003, 40037, 45009, 99999])
def test_what_would_fail_for_everybody_goes_nowhere_else(
    ctx: Context, tell: Callable[..., Message], errcode: int
) -> None:
    allow(ctx)
    tell(status="failed", errcode=errcode)
    assert outbox.escalate(ctx) == 0
    assert credits() == [1]


def test_what_perhaps_arrived_goes_nowhere_else_and_waits_for_a_person(
    ctx: Context, tell: Callable[..., Message]
) -> None:
    allow(ctx)
    tell(status="unknown")
    assert outbox.escalate(ctx) == 0
    assert list(rows()) == ["t"]
    assert credits() == [1]
    assert rows()["t"].fallback_at == ctx.clock()


@pytest.mark.parametrize("status", ["queued", "sending", "accepted", "delivered", "skipped"])
def test_what_may_still_arrive_is_left_alone(ctx: Context, tell: Callable[..., Message], status: str) -> None:
    tell(status=status)
    assert outbox.escalate(ctx) == 0
    assert rows()["t"].fallback_at is None


def test_kinds_go_only_by_their_channels(ctx: Context, cast: Cast) -> None:
    account_id = cast.counselor.account.id
    for message in (CheckInOpens.sample(), LinkEnded.sample()):
        outbox.owe(ctx, message, openid=OPENID, key=message.name, account_id=account_id)
    Message.update(status="blocked").execute()
    assert outbox.escalate(ctx) == 0
    assert all(row.fallback_at for row in Message.select())
    notices.consent(ctx, OPENID, [(notice_id(ctx, "check_in_opens"), "accept")], is_popup=True)
    outbox.owe(ctx, CheckInOpens.sample(), openid=OPENID, key="again", account_id=account_id)
    Message.update(status="blocked").where(Message.key == "again").execute()
    assert outbox.escalate(ctx) == 1


def test_an_account_without_notices_goes_straight_to_texts(
    ctx: Context, tell: Callable[..., Message], tmp_path: Path
) -> None:
    (tmp_path / "ids.toml").write_text("[ids]\n", "utf-8")
    settings = ctx.settings.model_copy(update={"template_ids": tmp_path / "ids.toml"})
    tell(status="blocked")
    outbox.escalate(dataclasses.replace(ctx, settings=settings))
    assert list(rows()) == ["t", "t:sms"]


def test_who_is_bound_to_nothing_gets_a_text_at_once(ctx: Context, tell: Callable[..., Message]) -> None:
    assert tell(openid=None) is None
    tell(openid=None)
    row = rows()["t:sms"]
    assert (row.channel, row.phone, row.openid, row.link) == ("sms", "13900000201", None, "")
    assert json.loads(row.payload)["task"].startswith("就业创业直播课")
    assert len(rows()) == 1


def test_who_has_no_phone_or_no_account_any_more_gets_nothing(
    ctx: Context, tell: Callable[..., Message], cast: Cast
) -> None:
    Account.update(disabled_at=ctx.clock()).where(Account.id == cast.counselor.account.id).execute()
    tell(openid=None)
    Account.update(disabled_at=None, phone=None).where(Account.id == cast.counselor.account.id).execute()
    tell(openid=None)
    outbox.owe(ctx, TaskAssigned.sample(), openid=None, key="nobody")
    outbox.owe(ctx, LinkEnded.sample(), openid=None, key="no text", account_id=cast.college.account.id)
    assert rows() == {}


def test_bound_and_unbound_in_one_go(ctx: Context, cast: Cast) -> None:
    message = TaskAssigned.sample()
    people = {"bound": (OPENID, cast.counselor), "unbound": (None, cast.other_counselor)}
    outbox.owe_many(
        ctx, [Owed(message, openid, key, account_id=who.account.id) for key, (openid, who) in people.items()]
    )
    assert {key: row.channel for key, row in rows().items()} == {"bound": "template", "unbound:sms": "sms"}


def test_texts_do_not_wake_people(ctx: Context, tell: Callable[..., Message], clock: FixedClock) -> None:
    clock.now = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    tell(status="blocked")
    tell("unbound", openid=None)
    outbox.escalate(ctx)
    morning = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert [row.due_at for row in Message.select().where(Message.channel == "sms")] == [morning, morning]


def test_a_withdrawn_task_goes_on_by_no_channel(ctx: Context, tell: Callable[..., Message]) -> None:
    tell(status="failed", assignment_id=7)
    Message.skip_of([7], ctx.clock())
    assert outbox.escalate(ctx) == 0


# -- who knows already ------------------------------------------------------------------------------------


def test_who_opened_the_task_meanwhile_is_told_by_no_second_channel(
    ctx: Context, tell: Callable[..., Message], cast: Cast, clock: FixedClock
) -> None:
    row = give(cast, ctx.clock())
    allow(ctx)
    tell(status="failed", errcode=43004, assignment_id=row.id, created_at=ctx.clock())
    clock.advance(seconds=5)
    Assignment.update(status="viewed", viewed_at=ctx.clock()).execute()
    assert outbox.escalate(ctx) == 0
    assert list(rows()) == ["t"]
    assert credits() == [1]


def test_who_looked_before_a_reminder_and_not_since_gets_it_another_way(
    ctx: Context, tell: Callable[..., Message], cast: Cast, clock: FixedClock
) -> None:
    row = give(cast, ctx.clock())
    Assignment.update(status="viewed", viewed_at=ctx.clock()).execute()
    clock.advance(hours=1)
    tell(status="failed", assignment_id=row.id, created_at=ctx.clock())
    tell("done since", status="failed", assignment_id=row.id, created_at=ctx.clock())
    assert outbox.escalate(ctx) == 2
    tell("later", status="failed", assignment_id=row.id, created_at=ctx.clock())
    Assignment.update(status="completed", completed_at=ctx.clock()).execute()
    assert outbox.escalate(ctx) == 0


def test_a_text_that_waits_for_the_morning_is_dropped_when_the_task_is_opened(
    ctx: Context, tell: Callable[..., Message], cast: Cast, clock: FixedClock, meet: Meet, inbox: SmsInbox
) -> None:
    clock.now = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    row = give(cast, ctx.clock())
    tell(status="failed", assignment_id=row.id, created_at=ctx.clock())
    tell("other", status="failed", created_at=ctx.clock())
    outbox.escalate(ctx)
    tell("reminder", assignment_id=row.id)
    desk.open(ctx, meet(cast.counselor), row.code)
    clock.advance(hours=10)
    outbox.pump_texts(ctx)
    assert {key: one.status for key, one in rows().items()} == {
        "t": "failed",
        "t:sms": "skipped",
        "other": "failed",
        "other:sms": "delivered",
        "reminder": "queued",
    }
    assert len(inbox.messages) == 1


def test_many_at_once(ctx: Context, cast: Cast) -> None:
    message, account_id = TaskAssigned.sample(), cast.counselor.account.id
    outbox.owe_many(ctx, [Owed(message, OPENID, f"k{n}", account_id=account_id) for n in range(450)])
    Message.update(status="failed").execute()
    assert outbox.escalate(ctx) == 450
    assert Message.select().where(Message.channel == "sms").count() == 450


def test_a_long_key_stays_within_its_column(ctx: Context, tell: Callable[..., Message]) -> None:
    row = tell("k" * 118, status="failed")
    outbox.escalate(ctx)
    assert f"message:{row.code}:sms" in rows()


def test_what_no_key_opens_goes_nowhere(ctx: Context, tell: Callable[..., Message]) -> None:
    tell(status="failed")
    tell("other", status="failed")
    Message.update(payload=b"\x00\x01nonsense").where(Message.key == "t").execute()
    assert outbox.escalate(ctx) == 1


def test_a_phone_that_no_key_opens_does_not_hold_up_the_others(
    ctx: Context, tell: Callable[..., Message], cast: Cast
) -> None:
    tell("a", status="failed")
    tell("b", status="failed", account_id=cast.other_counselor.account.id)
    Account.update(phone=b"\x00\x01nonsense").where(Account.id == cast.counselor.account.id).execute()
    assert outbox.escalate(ctx) == 1


# -- notices -----------------------------------------------------------------------------------------------


def test_every_yes_is_one_message(ctx: Context) -> None:
    allow(ctx, 2)
    notices.consent(ctx, OPENID, [(notice_id(ctx), "reject")], is_popup=True)
    assert credits() == [2]
    notices.consent(ctx, OPENID, [(notice_id(ctx), "accept")], is_popup=False)
    assert credits() == [2]
    notices.consent(ctx, OPENID, [(notice_id(ctx), "reject")], is_popup=False)
    assert credits() == [0]


def test_a_notice_that_is_none_of_ours_is_passed_over(ctx: Context) -> None:
    notices.consent(ctx, OPENID, [("somebody's", "accept")], is_popup=True)
    notices.report(ctx, OPENID, [("somebody's", "success")])
    assert credits() == []


@pytest.mark.parametrize(("answer", "status"), [("success", "delivered"), ("user refuse", "failed")])
def test_the_platform_reports_what_became_of_a_notice(
    ctx: Context, tell: Callable[..., Message], answer: str, status: str
) -> None:
    tell("a", channel="subscribe", status="accepted")
    tell("b", channel="subscribe", status="accepted")
    tell("c", status="accepted")
    notices.report(ctx, OPENID, [(notice_id(ctx), answer)])
    assert [row.status for row in rows().values()] == [status, "accepted", "accepted"]


def test_a_report_that_comes_before_our_own_record_is_not_lost(
    ctx: Context, tell: Callable[..., Message], cast: Cast
) -> None:
    task = give(cast, ctx.clock())
    tell("notice", channel="subscribe", assignment_id=task.id)
    [row] = Message.claim_due(ctx.clock(), 10, timedelta(minutes=5), channels=("subscribe",))
    notices.report(ctx, OPENID, [(notice_id(ctx), "success")])
    record(ctx, [(row, Sent(Outcome.ACCEPTED))])
    assert rows()["notice"].status == "delivered"
    assert Assignment.get().reach == "delivered"
    outbox.reap(ctx)
    assert rows()["notice"].status == "delivered"


def test_a_report_speaks_first_of_what_was_accepted_then_of_what_is_in_doubt(
    ctx: Context, tell: Callable[..., Message]
) -> None:
    tell("doubtful", channel="subscribe", status="unknown", doubtful_since=ctx.clock())
    tell("going", channel="subscribe", status="sending")
    tell("accepted", channel="subscribe", status="accepted")
    told = []
    for answer in ("success", "user refuse", "success", "success"):
        notices.report(ctx, OPENID, [(notice_id(ctx), answer)])
        told.append([row.status for row in rows().values()])
    assert told == [
        ["unknown", "sending", "delivered"],
        ["unknown", "failed", "delivered"],
        ["delivered", "failed", "delivered"],
        ["delivered", "failed", "delivered"],
    ]
    assert rows()["doubtful"].doubtful_since is None


def test_notices_go_out_though_the_quota_of_templates_is_spent(
    ctx: Context, tell: Callable[..., Message], gateway: RecordingGateway
) -> None:
    tell("first")
    gateway.outcomes = [Outcome.QUOTA_SPENT]
    pump(ctx)
    tell("second")
    tell("notice", channel="subscribe")
    assert pump(ctx) == 1
    assert {key: row.status for key, row in rows().items()} == {
        "first": "queued",
        "second": "queued",
        "notice": "accepted",
    }


def test_a_stopped_notice_does_not_stop_the_message(ctx: Context, tell: Callable[..., Message]) -> None:
    quota.stop(ctx, quota.stop_name("task_assigned", "subscribe"), 40037, "invalid template_id")
    tell("notice", channel="subscribe")
    tell("message")
    pump(ctx)
    assert {key: row.status for key, row in rows().items()} == {"notice": "queued", "message": "accepted"}
    assert rows()["notice"].due_at > ctx.clock() + timedelta(minutes=5)


def test_a_refused_notice_stops_under_its_own_name(
    ctx: Context, tell: Callable[..., Message], cast: Cast
) -> None:
    row = tell("notice", channel="subscribe", status="sending", claim="c")
    row = Message.get_by_id(row.id)
    record(ctx, [(row, Sent(Outcome.MISCONFIGURED, errcode=40037, detail="invalid template_id"))])
    assert quota.stopped(ctx) == {"subscribe:task_assigned"}
