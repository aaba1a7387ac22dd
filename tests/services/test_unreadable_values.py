"""A value that no key opens any more stands in nobody's way but its own."""

from models.callback import HelpQuestion
from models.db import Keys
from models.message import Message
from models.wechat_user import Scene
from services import housekeeping, outbox
from services.context import Context
from tests.fakes import FixedClock, SmsInbox
from tests.pumps import pump


def owe(ctx: Context, key: str) -> None:
    params = {"code": "123456", "minutes": "5"}
    outbox.owe_sms(ctx, "code", params, phone="13900000101", key=key)


def test_a_message_under_a_lost_key_fails_and_the_others_are_sent(ctx: Context, inbox: SmsInbox) -> None:
    owe(ctx, "lost")
    owe(ctx, "good")
    sealed = Keys.ring.seal("{}", "another.column")
    Message.update(payload=sealed).where(Message.key == "lost").execute()
    pump(ctx)
    assert len(inbox.messages) == 1
    states = {row.key: row.status for row in Message.select(Message.key, Message.status)}
    assert states == {"lost": "failed", "good": "delivered"}


def test_old_scenes_and_answered_questions_go(ctx: Context, clock: FixedClock) -> None:
    Scene.create(purpose="counselor", expires_at=clock())
    for fingerprint, answered in (("old", clock()), ("open", None)):
        HelpQuestion.create(
            fingerprint=fingerprint, app_id="a", text="?", asked_at=clock(), answered_at=answered
        )
    clock.advance(days=181)
    housekeeping.tidy(ctx)
    assert Scene.select().count() == 0
    assert [row.fingerprint for row in HelpQuestion.select()] == ["open"]
