"""A task from the first word to the last check-in: written, sent, looked at, finished, counted."""

from collections.abc import Callable
from datetime import datetime

from models.message import Message
from models.task import Assignment
from services import binding
from services.context import Context
from services.seats import Seat
from services.tasks import audience, compose, desk, lists, progress, tally, waves
from services.tasks.drafts import Draft
from tests.cast import Cast
from tests.fakes import FixedClock
from tests.services.tasks import later
from tests.services.tools import Meet, owed

Sit = Callable[[str], Seat]


def test_a_live_course_from_province_to_counselor(
    ctx: Context, cast: Cast, sit: Sit, meet: Meet, clock: FixedClock
) -> None:
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    seat = sit("province")
    draft = Draft(
        title="就业创业直播课：求职材料怎么写",
        kind="live",
        body="<p>请转发<script>alert(1)</script></p>",
        starts=later(clock, hours=20),
        ends=later(clock, hours=21),
        due=later(clock, hours=30),
    )
    task = compose.save(ctx, seat, draft)
    assert task.body == "<p>请转发</p>"
    audience.preview(ctx, seat, task.code)
    waves.preview(ctx)
    preview = lists.one(ctx, seat, task.code).preview
    assert (preview["recipients"], preview["unbound"]) == (2, 1)
    assert [row.id for row in audience.unbound(ctx, seat, task.code).rows] == [cast.other_counselor.staff.id]

    compose.dispatch(ctx, seat, task.code)
    waves.work(ctx)
    tally.sweep(ctx)
    [message, text] = owed("task_assigned")
    assert (message.channel, text.channel) == ("template", "sms")  # who is bound to no WeChat has a phone
    row = Assignment.get(Assignment.staff == cast.counselor.staff.id)
    assert (message.assignment_id, message.link) == (row.id, f"http://wx.test/h5/tasks/{row.code}")
    Assignment.note_reach({"delivered": [row.id]})

    visitor = meet(cast.counselor)
    assert desk.counts(ctx, visitor).unread == 1
    desk.open(ctx, visitor, row.code)
    desk.forwarded(ctx, visitor, row.code)
    assert desk.shared(ctx, row.share_code).id == task.id
    desk.complete(ctx, visitor, row.code)
    clock.advance(hours=20)
    done = desk.check_in(ctx, visitor, row.code)
    assert done.finished_at == clock.now
    tally.sweep(ctx)
    found = progress.of(ctx, seat, task.code)
    total = found.total
    assert (total.assigned, total.told, total.delivered, total.unbound) == (2, 1, 1, 1)
    assert (total.viewed, total.forwarded, total.completed, total.checked_in, total.finished) == (1,) * 5
    assert [line.unit.name for line in found.rows] == ["江淮大学"]
    assert Message.select().count() >= 1
    assert isinstance(done.checked_in_at, datetime)
