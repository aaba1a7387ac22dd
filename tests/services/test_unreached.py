"""Messages that reached nobody for certain: the list, saying that one came, sending one once more."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from domain.refusals import Conflict, IllegalMove, NotAllowed, NotFound
from models.account import Account
from models.db import transaction
from models.journal import Journal
from models.message import Message
from models.task import Assignment, Task
from models.wechat_user import Follower
from services import binding, outbox, unreached
from services.context import Context
from services.listing import SLICE
from services.seats import Seat
from services.unreached import Asked, Case
from templates_msg.tasks import TaskAssigned
from tests.cast import Cast
from tests.fakes import FixedClock, RecordingGateway, SmsInbox
from tests.tasks import give

Add = Callable[..., Message]


@pytest.fixture
def desk(sit: Callable[[str], Seat]) -> Seat:
    return sit("ministry")


@pytest.fixture
def bound(ctx: Context, cast: Cast) -> str:
    """The counselor is bound and follows."""
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    Follower.insert_once([{"app_id": ctx.settings.wechat_app_id, "openid": cast.counselor.openid}])
    return str(cast.counselor.openid)


@pytest.fixture
def assigned(cast: Cast, ctx: Context) -> Assignment:
    return give(cast, ctx.clock())


@pytest.fixture
def add(ctx: Context, cast: Cast) -> Add:
    """A message to the counselor that ended in some way, as the sweep for other channels left it."""

    def make(
        status: str = "unknown", key: str = "t", *, assignment: Assignment | None = None, **more: Any
    ) -> Message:
        outbox.owe(
            ctx,
            TaskAssigned.sample(),
            openid=cast.counselor.openid,
            key=key,
            path="/h5/tasks/x",
            account_id=cast.counselor.account.id,
            assignment_id=assignment.id if assignment else None,
        )
        now = ctx.clock()
        columns = {"status": status, "settled_at": now, "fallback_at": now} | more
        Message.update(**columns).where(Message.key == key).execute()
        return Message.get(Message.key == key)

    return make


def cases(ctx: Context, desk: Seat, **asked: Any) -> list[Case]:
    return list(unreached.look(ctx, desk, Asked(**asked)).rows)


def told_of_tasks() -> list[Message]:
    """The messages but for the one that tells of the binding."""
    return list(Message.select().where(Message.template == "task_assigned").order_by(Message.id))


def states(ctx: Context, desk: Seat, **asked: Any) -> list[str]:
    return [case.state for case in cases(ctx, desk, **asked)]


def test_what_is_in_doubt_or_failed_is_listed_with_whom_and_what(
    ctx: Context, desk: Seat, add: Add, bound: str, assigned: Assignment
) -> None:
    for status in ("accepted", "delivered", "skipped", "queued", "resent"):
        add(status, status)
    add("failed", "young", fallback_at=None)
    add("unknown", assignment=assigned)
    [case] = cases(ctx, desk)
    assert (case.row.key, case.phone, case.state) == ("t", "139****0201", "ask")
    assert case.person[1:].strip("*") == ""
    assert case.task is not None
    assert case.task.title == assigned.task.title
    assert case.may_confirm
    assert case.may_resend


def test_the_filters(ctx: Context, desk: Seat, add: Add, clock: FixedClock) -> None:
    add("unknown", "a")
    add("failed", "b", template="task_due")
    clock.advance(days=1)
    add("blocked", "c")

    def keys(**asked: Any) -> list[str]:
        return [case.row.key for case in cases(ctx, desk, **asked)]

    assert keys() == ["c", "b", "a"]
    assert keys(status="unknown") == ["a"]
    assert keys(template="task_due") == ["b"]
    assert keys(day=date(2026, 11, 20)) == ["b", "a"]
    assert keys(day=date(2026, 11, 21), status="blocked") == ["c"]
    assert keys(day=date(2026, 11, 22)) == []


def test_pages_lose_nobody_though_many_came_at_one_moment(ctx: Context, desk: Seat, add: Add) -> None:
    for number in range(SLICE + 20):
        add(("unknown", "failed", "blocked")[number % 3], f"k{number}")
    first = unreached.look(ctx, desk, Asked())
    second = unreached.look(ctx, desk, Asked(), first.after)
    assert (len(first.rows), len(second.rows), second.after) == (SLICE, 20, "")
    assert len({case.row.id for case in (*first.rows, *second.rows)}) == SLICE + 20


def test_a_rare_kind_is_looked_for_stretch_by_stretch(ctx: Context, desk: Seat, clock: FixedClock) -> None:
    common = {"channel": "template", "payload": "{}", "status": "failed", "settled_at": clock.now}
    Message.add_many([common | {"template": "task_due", "key": "rare"}])
    Message.update(fallback_at=clock.now - timedelta(hours=1)).execute()
    many = unreached.LOOKED_THROUGH
    Message.add_many([common | {"template": "task_assigned", "key": f"k{number}"} for number in range(many)])
    Message.update(fallback_at=clock.now).where(Message.key != "rare").execute()
    first = unreached.look(ctx, desk, Asked(template="task_due"))
    assert list(first.rows) == []
    second = unreached.look(ctx, desk, Asked(template="task_due"), first.after)
    assert [case.row.key for case in second.rows] == ["rare"]
    assert second.after == ""


# -- what there is to do -----------------------------------------------------------------------------------


def test_why_nothing_is_to_be_done(
    ctx: Context, desk: Seat, add: Add, bound: str, assigned: Assignment
) -> None:
    add("failed", assignment=assigned)
    assert states(ctx, desk) == ["again"]
    Assignment.update(status="viewed").execute()
    assert states(ctx, desk) == ["seen"]
    Message.add_many([{"key": "t:sms", "channel": "sms", "template": "task_assigned", "payload": "{}"}])
    assert states(ctx, desk) == ["elsewhere"]
    Task.update(status="withdrawn").execute()
    assert states(ctx, desk) == ["withdrawn"]
    add("failed", "late", useless_at=ctx.clock())
    assert states(ctx, desk)[0] == "late"
    assert not any(case.may_resend for case in cases(ctx, desk))


def test_who_cannot_be_reached_is_told_apart(ctx: Context, desk: Seat, add: Add, cast: Cast) -> None:
    Account.update(phone=None).execute()
    row = add("failed", errcode=43004)
    assert states(ctx, desk) == ["unbound"]
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    Follower.delete().execute()
    assert states(ctx, desk) == ["unfollowed"]
    Message.update(status="blocked").where(Message.id == row.id).execute()
    assert states(ctx, desk) == ["blocked"]
    Message.update(status="unknown").where(Message.id == row.id).execute()
    assert states(ctx, desk) == ["ask_only"]
    Follower.create(app_id=ctx.settings.wechat_app_id, openid=cast.counselor.openid, is_unreachable=True)
    assert states(ctx, desk) == ["ask_only"]
    Follower.update(is_unreachable=False).execute()
    assert states(ctx, desk) == ["ask"]
    Message.update(status="failed", errcode=47003).where(Message.id == row.id).execute()
    assert states(ctx, desk) == ["faulty"]
    with pytest.raises(Conflict):
        unreached.resend(ctx, desk, row.code)
    Message.update(channel="sms", errcode=0).where(Message.id == row.id).execute()
    assert states(ctx, desk) == ["no_phone"]


# -- doing it ----------------------------------------------------------------------------------------------


def test_what_came_is_delivered_and_journaled_once(
    ctx: Context, desk: Seat, add: Add, assigned: Assignment
) -> None:
    row = add("unknown", assignment=assigned)
    unreached.confirm(ctx, desk, row.code)
    unreached.confirm(ctx, desk, row.code)
    assert Message.get().status == "delivered"
    assert Assignment.get().reach == "delivered"
    [act] = Journal.select()
    assert (act.kind, act.record, act.verb, act.status_before, act.status_after) == (
        *("message", row.code, "acknowledge"),
        *("unknown", "delivered"),
    )
    with pytest.raises(IllegalMove):
        unreached.resend(ctx, desk, row.code)


def test_a_repeat_is_a_message_of_its_own_and_goes_once(
    ctx: Context, desk: Seat, add: Add, bound: str, assigned: Assignment, gateway: RecordingGateway
) -> None:
    row = add("unknown", assignment=assigned)
    unreached.resend(ctx, desk, row.code)
    unreached.resend(ctx, desk, row.code)
    old, new = told_of_tasks()
    assert (old.status, new.status, new.key) == ("resent", "queued", f"again:{row.code}")
    assert (new.payload, new.link, new.openid) == (old.payload, old.link, bound)
    assert (new.account_id, new.assignment_id) == (old.account_id, assigned.id)
    Message.update(status="skipped").where(Message.template == "account_bound").execute()
    outbox.pump_templates(ctx)
    assert [one.client_msg_id for one in gateway.sent] == [new.code]
    assert Assignment.get().reach == "told"
    assert [act.verb for act in Journal.select() if act.kind == "message"] == ["resend"]
    with pytest.raises(IllegalMove):
        unreached.confirm(ctx, desk, row.code)
    assert cases(ctx, desk) == []


def test_a_repeat_goes_to_where_the_person_is_bound_now(
    ctx: Context, desk: Seat, add: Add, cast: Cast
) -> None:
    row = add("failed", openid="oSomebodyElse00000000000001", errcode=43004)
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    Follower.insert_once([{"app_id": ctx.settings.wechat_app_id, "openid": cast.counselor.openid}])
    unreached.resend(ctx, desk, row.code)
    assert Message.get(Message.key.startswith("again")).openid == cast.counselor.openid


def test_whom_wechat_does_not_reach_a_text_does(ctx: Context, desk: Seat, add: Add, inbox: SmsInbox) -> None:
    row = add("unknown")
    unreached.resend(ctx, desk, row.code)
    outbox.pump_texts(ctx)
    assert [(phone, name) for phone, name, _params in inbox.messages] == [("13900000201", "task_assigned")]
    again = add("failed", "u")
    Message.add_many(
        [{"key": "u:sms", "channel": "sms", "template": "task_assigned", "payload": "{}", "status": "failed"}]
    )
    with pytest.raises(Conflict):
        unreached.resend(ctx, desk, again.code)


def test_a_text_in_doubt_is_sent_again(
    ctx: Context, desk: Seat, owe_sms: Callable[..., Message], inbox: SmsInbox
) -> None:
    row = owe_sms()
    Message.update(status="unknown", fallback_at=ctx.clock()).execute()
    [case] = cases(ctx, desk)
    assert (case.person, case.phone, case.state) == ("", "139****0101", "ask")
    unreached.resend(ctx, desk, row.code)
    outbox.pump_texts(ctx)
    assert inbox.messages == [("13900000101", "code", {"code": "123456", "minutes": "5"})]


def test_what_no_key_opens_is_not_sent(ctx: Context, desk: Seat, add: Add, bound: str) -> None:
    row = add("unknown")
    Message.update(payload=b"\x00\x01nonsense").where(Message.id == row.id).execute()
    with pytest.raises(Conflict):
        unreached.resend(ctx, desk, row.code)
    assert Message.select().where(Message.key.startswith("again")).count() == 0
    changes = {"channel": "sms", "account_id": None, "phone": b"\x00\x01nonsense"}
    Message.update(**changes).where(Message.id == row.id).execute()
    assert [case.phone for case in cases(ctx, desk)] == [""]


def test_a_withdrawn_task_is_not_told_again(
    ctx: Context, desk: Seat, add: Add, bound: str, assigned: Assignment
) -> None:
    row = add("unknown", assignment=assigned)
    Task.update(status="withdrawn").execute()
    with pytest.raises(Conflict):
        unreached.resend(ctx, desk, row.code)
    assert len(told_of_tasks()) == 1


def test_a_repeat_waits_for_whoever_decides_about_the_task(
    ctx: Context, desk: Seat, add: Add, bound: str, assigned: Assignment
) -> None:
    row = add("unknown", assignment=assigned)
    with ThreadPoolExecutor(1) as hands:

        @transaction
        def withdraw() -> Future[None]:
            Task.update(status="withdrawn").execute()
            other = hands.submit(unreached.resend, ctx, desk, row.code)
            time.sleep(0.2)
            assert not other.done()
            return other

        with pytest.raises(Conflict):
            withdraw().result(10)
    assert len(told_of_tasks()) == 1


@pytest.mark.parametrize("who", ["province", "school", "college", "counselor"])
def test_it_is_for_the_top_alone(ctx: Context, sit: Callable[[str], Seat], add: Add, who: str) -> None:
    row, other = add("unknown"), sit(who)
    for act in (unreached.confirm, unreached.resend):
        with pytest.raises(NotAllowed):
            act(ctx, other, row.code)
    with pytest.raises(NotAllowed):
        unreached.look(ctx, other, Asked())


def test_what_is_not_on_the_list_is_not_found(ctx: Context, desk: Seat, add: Add) -> None:
    young = add("unknown", fallback_at=None)
    for code in ("nothing", young.code):
        with pytest.raises(NotFound):
            unreached.resend(ctx, desk, code)
