"""What waits for a WeChat whose person has left it: no stranger reads it, and it is told by another way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.db import transaction
from models.message import Message
from models.task import Assignment
from services import binding, followers, outbox
from services.context import Context
from services.outbox import Owed
from templates_msg.tasks import TaskAssigned
from tests.cast import PASSWORD, Cast
from tests.fakes import SmsInbox
from tests.pumps import pump
from tests.tasks import give

NEW = "oNewPhone0000000000000000001"
HERE = "203.0.113.1"


@pytest.fixture
def row(ctx: Context, cast: Cast) -> Assignment:
    """A task at the counselor, of which a message waits."""
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    pump(ctx)
    given = give(cast, ctx.clock())
    person = cast.counselor.account.id
    owed = Owed(
        TaskAssigned.sample(), cast.counselor.openid, key="t", account_id=person, assignment_id=given.id
    )
    outbox.owe_many(ctx, [owed])
    return given


def unbind(ctx: Context, cast: Cast) -> None:
    binding.unbind(ctx, cast.counselor.account, cast.counselor.openid)


def unfollow(ctx: Context, cast: Cast) -> None:
    transaction(lambda: followers.unfollow(ctx, cast.counselor.openid, at=ctx.clock()))()


@pytest.mark.parametrize(("leaves", "reach"), [(unbind, "unbound"), (unfollow, "unfollowed")])
def test_the_task_says_why_and_a_text_goes_instead(
    ctx: Context,
    cast: Cast,
    row: Assignment,
    leaves: Callable[[Context, Cast], None],
    reach: str,
) -> None:
    leaves(ctx, cast)
    assert (Message.get(Message.key == "t").status, Assignment.get_by_id(row.id).reach) == ("failed", reach)
    outbox.escalate(ctx)
    assert Message.get(Message.key == "t:sms").status == "queued"
    pump(ctx)
    assert "task_assigned" not in {message.template for message in Message.select() if message.msgid}


def test_what_may_have_arrived_is_left_in_doubt(ctx: Context, cast: Cast, row: Assignment) -> None:
    Message.update(doubtful_since=ctx.clock()).where(Message.key == "t").execute()
    unbind(ctx, cast)
    assert (Message.get(Message.key == "t").status, Assignment.get_by_id(row.id).reach) == ("unknown",) * 2
    outbox.escalate(ctx)
    assert not Message.select().where(Message.key == "t:sms").exists()


def test_whom_an_earlier_message_reached_is_told(ctx: Context, cast: Cast, row: Assignment) -> None:
    Assignment.note_reach({"delivered": [row.id]})
    unbind(ctx, cast)
    assert Assignment.get_by_id(row.id).reach == "delivered"


def test_it_moves_to_the_new_phone_with_its_owner(
    ctx: Context, cast: Cast, row: Assignment, inbox: SmsInbox
) -> None:
    Message.update(due_at=ctx.clock() + timedelta(days=1)).where(Message.key == "t").execute()
    binding.ask_move(ctx, cast.counselor.account, HERE)
    pump(ctx)
    code = inbox.code_for(cast.counselor.phone)
    binding.move(ctx, cast.counselor.account, NEW, PASSWORD, code)
    assert (Message.get(Message.key == "t").openid, Message.get(Message.key == "t").status) == (NEW, "queued")
