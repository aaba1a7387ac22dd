"""进度 at the console: figures that add up at every level, who may see how far, reminding and taking out."""

from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from models.job import Job
from models.org import Staff
from models.task import Assignment, Task, TaskTally, TaskWave
from services import binding, seats
from services.context import Context
from services.seats import Seat
from services.tasks import compose, tally
from services.tasks.drafts import Draft
from tests.browser import Browser
from tests.cast import Cast, Persona
from tests.fakes import FixedClock
from tests.services.tasks import work


def seat_of(persona: Persona) -> Seat:
    assert persona.account is not None
    assert persona.staff is not None
    actor = Actor(persona.account.code, frozenset({Role.PERSON}), persona.account.id)
    return seats.seat_for(actor, Staff.get_by_id(persona.staff.id))


@pytest.fixture
def sent(ctx: Context, cast: Cast) -> Task:
    """Sent by the province to both counselors; 王建国 is bound, 赵敏 is not."""
    binding.bind(ctx, cast.counselor.account, cast.counselor.openid)
    seat = seat_of(cast.province)
    task = compose.save(ctx, seat, Draft(title="学习促就业政策", kind="policy"))
    compose.dispatch(ctx, seat, task.code)
    work(ctx)
    return Task.get_by_id(task.id)


def look(ctx: Context, cast: Cast) -> None:
    """王建国 has read it and is through."""
    row = Assignment.get(Assignment.staff == cast.counselor.staff.id)
    row.change(viewed_at=ctx.clock(), completed_at=ctx.clock(), finished_at=ctx.clock())
    Assignment.note_reach({"told": [row.id]})
    Assignment.note_reach({"delivered": [row.id]})
    tally.sweep(ctx)


def test_the_figures_stand_on_the_page(province_desk: Browser, sent: Task, cast: Cast, ctx: Context) -> None:
    look(ctx, cast)
    page = province_desk.open(f"/console/tasks/{sent.code}/progress")
    for words in (
        *("2 应办辅导员", "1 已发提醒 50.0%", "1 已送达", "1 已查看", "1 已完成", "1 联系不上"),
        *("联系不上的原因： 未绑定微信 1", "江淮大学", "更新于 11-20 15:00:00", "全部完成 1", "未查看 1"),
    ):
        assert words in page.text, words
    assert "已签到" not in page.text


def test_one_walks_down_to_the_counselors(
    province_desk: Browser, sent: Task, cast: Cast, ctx: Context
) -> None:
    look(ctx, cast)
    at = f"/console/tasks/{sent.code}/progress"
    school = province_desk.open(f"{at}?unit={cast.units['school'].code}")
    assert "计算机学院" in school.text
    assert "外国语学院" in school.text
    college = province_desk.open(f"{at}?unit={cast.units['college'].code}")
    for words in ("安徽省 › 江淮大学 › 计算机学院", "王建国", "已送达", "全部完成"):
        assert words in college.text, words
    assert "赵敏" not in college.text


def test_below_only_ones_own_range_is_seen(
    college_desk: Browser, school_desk: Browser, sent: Task, cast: Cast, ctx: Context
) -> None:
    at = f"/console/tasks/{sent.code}/progress"
    assert "王建国" in college_desk.open(at).text
    for path in (f"{at}?unit=", f"/console/tasks/{sent.code}/counselors?unit="):
        assert college_desk.open(path + cast.units["other_college"].code).status == 404
        assert college_desk.open(path + cast.units["school"].code).status == 404
        assert school_desk.open(path + cast.units["province"].code).status == 404


def test_the_figures_of_this_moment_are_fetched_alone(
    province_desk: Browser, sent: Task, cast: Cast, ctx: Context
) -> None:
    at = f"/console/tasks/{sent.code}/progress/now"
    before = province_desk.open(at).response.json["figures"]
    Task.update(status="dispatching").where(Task.id == sent.id).execute()
    parts = province_desk.open(at).response.json
    assert ("派发中" in parts["state"], "提醒未完成的" in parts["acts"]) == (True, False)
    Task.update(status="dispatched").where(Task.id == sent.id).execute()
    parts = province_desk.open(at).response.json
    assert ("已派发" in parts["state"], "提醒未完成的" in parts["acts"]) == (True, True)
    look(ctx, cast)
    after = province_desk.open(at).response.json["figures"]
    assert "<strong>0</strong>已查看" in before
    assert "<strong>1</strong>已查看" in after
    assert "<html" not in after
    assert 'class="s-done" x="0" y="0" width="500.0"' in after


def test_counselors_are_shown_by_how_far_they_are(
    province_desk: Browser, sent: Task, cast: Cast, ctx: Context
) -> None:
    look(ctx, cast)
    at = f"/console/tasks/{sent.code}/counselors"
    shown = {
        show: [name for name in ("王建国", "赵敏") if name in province_desk.open(f"{at}?show={show}").text]
        for show in ("", "unread", "unfinished", "finished", "unreachable", "unbound", "blocked")
    }
    assert shown == {
        "": ["王建国", "赵敏"],
        "unread": ["赵敏"],
        "unfinished": ["赵敏"],
        "finished": ["王建国"],
        "unreachable": ["赵敏"],
        "unbound": ["赵敏"],
        "blocked": [],
    }
    assert province_desk.open(f"{at}?show=nonsense").status == 422


def test_a_reminder_goes_out_once_and_not_again_too_soon(
    school_desk: Browser, sent: Task, cast: Cast, ctx: Context, clock: FixedClock
) -> None:
    at = f"/console/tasks/{sent.code}/progress"
    page = school_desk.open(at)
    assert "已安排提醒 2 位未完成的辅导员" in page.submit(f"{at}/remind").text
    assert "已安排提醒 2 位" in page.submit(f"{at}/remind").text
    assert TaskWave.select().where(TaskWave.kind == "nudge").count() == 1
    clock.advance(minutes=10)
    later = school_desk.open(at)
    assert "刚提醒过" in later.text
    assert f"{at}/remind" not in [form.action for form in later.forms]
    assert "刚提醒过" in page.submit(f"{at}/remind").text
    assert TaskWave.select().where(TaskWave.kind == "nudge").count() == 1


def test_the_progress_is_taken_out(school_desk: Browser, sent: Task, cast: Cast) -> None:
    at = f"/console/tasks/{sent.code}/progress"
    page = school_desk.open(at).submit(f"{at}/export")
    assert "导出任务进度" in page.text
    assert Job.get().params == {"task": sent.code, "unit": ""}


def test_a_draft_has_no_progress(province_desk: Browser, cast: Cast, ctx: Context) -> None:
    task = compose.save(ctx, seat_of(cast.province), Draft(title="学习促就业政策", kind="policy"))
    page = province_desk.open(f"/console/tasks/{task.code}/progress")
    assert page.path == f"/console/tasks/{task.code}"
    token = {"csrf_token": province_desk.token()}
    assert province_desk.post(f"/console/tasks/{task.code}/progress/export", token).status == 404


def test_a_live_course_tells_who_checked_in(province_desk: Browser, cast: Cast, ctx: Context) -> None:
    seat = seat_of(cast.province)
    course = Draft(title="就业直播课", kind="live", starts="2026-11-21T19:00", ends="2026-11-21T20:00")
    task = compose.save(ctx, seat, course)
    compose.dispatch(ctx, seat, task.code)
    work(ctx)
    row = Assignment.get(Assignment.staff == cast.counselor.staff.id)
    row.change(viewed_at=ctx.clock(), completed_at=ctx.clock(), checked_in_at=ctx.clock() + timedelta(days=1))
    Assignment.note_reach({"delivered": [row.id]})
    tally.sweep(ctx)
    text = province_desk.open(f"/console/tasks/{task.code}/progress").text
    assert "1 已签到" in text
    assert "已完成，待签到 1" in text


def test_who_has_left_stands_apart(province_desk: Browser, sent: Task, cast: Cast, ctx: Context) -> None:
    row = Assignment.get(Assignment.staff == cast.other_counselor.staff.id)
    row.change(left_at=ctx.clock())
    TaskTally.touch_all([(sent.id, row.unit_id)])
    tally.sweep(ctx)
    at = f"/console/tasks/{sent.code}"
    page = province_desk.open(f"{at}/progress")
    assert "1 应办辅导员" in page.text
    assert "另有 1 位辅导员已离岗 ，没有办完的不再计入应办" in page.text
    shown = province_desk.open(f"{at}/counselors?show=away")
    assert "赵敏" in shown.text
    assert "王建国" not in shown.text
    assert "已离岗 2026-11-20 15:00" in shown.text
