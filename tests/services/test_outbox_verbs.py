"""Messages owed: once each, sent when due, and tried again or given up by outcome."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domain.machines import MESSAGE
from models.db import transaction
from models.message import Message
from providers.sms import SmsResult
from services import outbox, unreached
from services.context import Context
from services.outbox import receipts, recording
from services.seats import Seat
from services.unreached import Asked
from templates_msg.account import AccountBound
from tests.fakes import START, FixedClock, RecordingGateway, SmsInbox
from tests.pumps import at_once, pump
from tests.services.owing import OPENID, PHONE, again, follow, is_unreachable
from tests.services.tools import owed, together
from wechat.outcomes import Outcome

# -- owing -------------------------------------------------------------------------------------------------


def test_owing_twice_under_one_key_is_owing_once(ctx: Context, owe: Callable[..., Message]) -> None:
    first = owe()
    again_row = owe()
    assert first.id == again_row.id
    assert len(owed()) == 1


def test_owing_at_once_under_one_key_is_owing_once(ctx: Context, owe: Callable[..., Message]) -> None:
    together(*[transaction(owe)] * 8)
    assert len(owed()) == 1


def test_nothing_is_owed_to_whom_nobody_can_reach(ctx: Context) -> None:
    outbox.owe(ctx, AccountBound(account="李晓雨", at=ctx.clock()), openid=None, key="k1")
    assert owed() == []


def test_a_verb_that_fails_owes_nothing(
    ctx: Context, owe: Callable[..., Message], owe_sms: Callable[..., Message]
) -> None:
    @transaction
    def verb() -> None:
        owe()
        owe_sms()
        assert len(owed()) == 2
        raise RuntimeError("the machine stops here")

    with pytest.raises(RuntimeError):
        verb()
    assert owed() == []


# -- sending -----------------------------------------------------------------------------------------------


def test_a_message_goes_out_as_it_was_owed(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway
) -> None:
    row = owe()
    assert pump(ctx) == 1
    [sent] = gateway.sent
    assert sent.openid == OPENID
    assert sent.template_id == "2X9noM6rOaxr8u0GMQ1WO_KlwQS9qhjHCQD_AdYorNM"
    assert sent.data == {"thing1": "李晓雨", "time2": "2026年11月20日 15:00"}
    assert sent.link == "http://wx.test/h5/account"
    assert sent.client_msg_id == row.code
    stored = again(row)
    assert (stored.status, stored.msgid, stored.tries, stored.claim) == ("accepted", 10**18, 1, "")
    assert stored.settled_at == ctx.clock()
    assert pump(ctx) == 0


def test_a_text_message_goes_out_and_is_settled_by_its_vendors_word(
    ctx: Context, owe_sms: Callable[..., Message], inbox: SmsInbox
) -> None:
    row = owe_sms()
    pump(ctx)
    assert inbox.messages == [(PHONE, "code", {"code": "123456", "minutes": "5"})]
    assert again(row).status == "delivered"


def test_nothing_is_sent_before_its_time(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    row = owe()
    Message.update(due_at=ctx.clock() + timedelta(minutes=1)).where(Message.id == row.id).execute()
    assert pump(ctx) == 0
    clock.advance(minutes=1)
    assert pump(ctx) == 1


def test_the_longest_due_goes_first(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    for number in (3, 1, 2):
        row = owe(f"k{number}", f"o{number}")
        Message.update(due_at=START + timedelta(seconds=number)).where(Message.id == row.id).execute()
    clock.advance(minutes=1)
    outbox.pump_templates(at_once(ctx, 1))
    assert [sent.openid for sent in gateway.sent] == ["o1", "o2", "o3"]


class PoisonedInbox(SmsInbox):
    """A sender that stumbles over one template."""

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        if template == "poison":
            raise ValueError("text message 'poison' takes exactly: code")
        return super().send(phone, template, params)


def test_one_message_that_cannot_be_made_holds_up_no_other(
    ctx: Context, owe: Callable[..., Message], owe_sms: Callable[..., Message]
) -> None:
    good, text = owe(), owe_sms()
    outbox.owe_sms(ctx, "poison", {}, phone=PHONE, key="p1")
    poisoned = Context(**{**vars(ctx), "sms": PoisonedInbox()})
    with capture_logs() as logs:
        assert pump(poisoned) == 3
    assert (again(good).status, again(text).status) == ("accepted", "delivered")
    assert Message.get(Message.key == "p1").status == "failed"
    assert [entry["event"] for entry in logs] == ["message_not_made", "message_not_sent"]


def test_a_message_without_template_id_waits_for_the_operator(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, tmp_path: Path
) -> None:
    (tmp_path / "ids.toml").write_text("[ids]\n", "utf-8")
    settings = ctx.settings.model_copy(update={"template_ids": tmp_path / "ids.toml"})
    row = owe()
    pump(Context(**{**vars(ctx), "settings": settings}))
    assert again(row).status == "queued"
    assert timedelta(minutes=7) < again(row).due_at - ctx.clock() <= timedelta(minutes=10)
    assert gateway.sent == []


AGAIN_AFTER = {
    Outcome.RETRY: 5,
    Outcome.SLOW_DOWN: 60,
    Outcome.QUOTA_SPENT: 3600,
    Outcome.MISCONFIGURED: 600,
    Outcome.AMBIGUOUS: 10,
}
GIVEN_UP = {Outcome.UNREACHABLE, Outcome.BLOCKED, Outcome.NO_CREDIT, Outcome.FORBIDDEN, Outcome.BUG}


def test_every_outcome_is_spoken_of_here() -> None:
    assert set(AGAIN_AFTER) | GIVEN_UP | {Outcome.ACCEPTED} == set(Outcome)


@pytest.mark.parametrize("outcome", sorted(AGAIN_AFTER))
def test_outcomes_that_are_tried_again(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock, outcome: Outcome
) -> None:
    follow(ctx)
    row = owe()
    gateway.outcomes = [outcome]
    pump(ctx)
    stored = again(row)
    pause = timedelta(seconds=AGAIN_AFTER[outcome])
    assert stored.status == "queued"
    assert 0.7 * pause < stored.due_at - ctx.clock() <= pause
    assert (stored.claim, stored.lease_until, stored.settled_at) == ("", None, None)
    assert not is_unreachable(ctx)
    assert pump(ctx) == 0
    clock.advance(seconds=AGAIN_AFTER[outcome])
    if outcome is Outcome.QUOTA_SPENT:
        assert pump(ctx) == 0
        clock.advance(hours=12)  # the next day in China
    assert pump(ctx) == 1
    assert again(row).status == "accepted"
    assert {sent.client_msg_id for sent in gateway.sent} == {row.code}


@pytest.mark.parametrize("outcome", sorted(GIVEN_UP))
def test_outcomes_that_are_given_up(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock, outcome: Outcome
) -> None:
    follow(ctx)
    row = owe()
    gateway.outcomes = [outcome]
    pump(ctx)
    assert (again(row).status, again(row).settled_at) == ("failed", ctx.clock())
    assert is_unreachable(ctx) is (outcome in (Outcome.UNREACHABLE, Outcome.BLOCKED))
    clock.advance(days=1)
    assert pump(ctx) == 0


def test_pauses_grow_and_end(
    ctx: Context, owe: Callable[..., Message], gateway: RecordingGateway, clock: FixedClock
) -> None:
    row = owe()
    gateway.outcomes = [Outcome.RETRY] * 8
    pauses = []
    while again(row).status == "queued":
        pump(ctx)
        pause = again(row).due_at - ctx.clock()
        pauses.append(int(pause.total_seconds()))
        clock.advance(seconds=max(0, pause.total_seconds()))
    for pause, longest in zip(pauses[:-1], (5, 10, 20, 40, 80, 160, 320), strict=True):
        assert 0.6 * longest < pause <= longest
    assert (again(row).status, again(row).tries) == ("failed", 8)


class Vendor(SmsInbox):
    """A vendor of text messages that answers as told."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        super().send(phone, template, params)
        return SmsResult(self.answers.pop(0), "code")


def test_a_text_message_refused_fails_and_is_logged_without_the_phone(
    ctx: Context, owe_sms: Callable[..., Message]
) -> None:
    row = owe_sms()
    with capture_logs() as logs:
        pump(Context(**{**vars(ctx), "sms": Vendor("refused")}))
    assert (again(row).status, again(row).settled_at) == ("failed", ctx.clock())
    assert logs[0]["message"] == row.code
    assert PHONE not in str(logs)
    assert "123456" not in str(logs)


def test_a_text_message_is_tried_again(
    ctx: Context, owe_sms: Callable[..., Message], clock: FixedClock
) -> None:
    vendor = Vendor("retry", "accepted")
    with_vendor = Context(**{**vars(ctx), "sms": vendor})
    row = owe_sms()
    pump(with_vendor)
    assert again(row).status == "queued"
    clock.advance(seconds=5)
    pump(with_vendor)
    assert again(row).status == "delivered"
    assert len(vendor.messages) == 2


def test_a_text_message_that_perhaps_went_out_is_not_repeated_but_shown_to_a_person(
    ctx: Context, owe_sms: Callable[..., Message], clock: FixedClock, sit: Callable[[str], Seat]
) -> None:
    vendor = Vendor("ambiguous")
    with_vendor = Context(**{**vars(ctx), "sms": vendor})
    row = owe_sms()
    outbox.pump_texts(with_vendor)
    assert again(row).status == "unknown"
    clock.advance(days=1)
    outbox.pump_texts(with_vendor)
    assert len(vendor.messages) == 1
    assert outbox.escalate(ctx) == 0
    [case] = unreached.look(ctx, sit("ministry"), Asked()).rows
    assert (case.row.code, case.phone, case.state) == (row.code, "139****0101", "ask")


# -- the backlog and the machine ---------------------------------------------------------------------------


def test_the_backlog_is_what_is_due(
    ctx: Context, owe: Callable[..., Message], clock: FixedClock, gateway: RecordingGateway
) -> None:
    assert Message.backlog(ctx.clock()) == (0, 0.0)
    owe("k1")
    clock.advance(seconds=30)
    owe("k2")
    late = owe("k3")
    Message.update(due_at=ctx.clock() + timedelta(hours=1)).where(Message.id == late.id).execute()
    assert Message.backlog(ctx.clock()) == (2, 30.0)
    pump(ctx)
    assert Message.backlog(ctx.clock()) == (0, 0.0)


@pytest.mark.parametrize("channel", ["template", "sms"])
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("tries", [1, recording.MAX_TRIES])
def test_the_machine_knows_every_way_a_message_may_go(channel: str, outcome: Outcome, tries: int) -> None:
    """Message statuses do not pass through ``step``; the table in the documents must still be true."""
    row = Message(channel=channel, tries=tries, doubtful_since=START)
    status, _due = recording.next_status(row, outcome, START)
    assert status in {arrow.status for (source, _), arrow in MESSAGE.arrows.items() if source == "sending"}


def test_receipts_lead_where_the_machine_says() -> None:
    ends = {arrow.status for (source, _), arrow in MESSAGE.arrows.items() if source == "accepted"}
    assert {receipts.verdict(word) for word in ("success", "failed:user block", "failed:x")} == ends
