"""我的任务: the list, one task, and what is done with it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from config.template_ids import notice_ids
from models.journal import Journal
from models.sending import SubscribeCredit
from models.task import Assignment, TaskFile
from models.wechat_user import Binding
from services.jobs.steps import vault
from tests.tasks import give, give_course

FAR = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # 19:00 in China, four hours after the clock of the tests


def test_an_empty_list_says_what_will_come(cast, client_of):
    page = client_of(cast.counselor).open("/h5/tasks")
    assert "没有待办任务" in page.text
    assert "同时通过公众号提醒您" in page.text


def test_notices_are_offered_where_they_would_do_something(cast, ctx, client_of):
    ids = notice_ids(ctx.settings.template_ids)
    names = ("task_assigned", "task_due", "check_in_opens")
    phone = client_of(cast.counselor, in_wechat=True)
    page = phone.open("/h5/tasks")
    assert f'data-templates="{",".join(ids[name] for name in names)}"' in page.html
    assert "sdk" in page.html
    for path in ("/h5/tasks?show=all", "/h5/tasks?show=todo&after=x"):
        assert "data-templates" not in phone.open(path).html
    assert "data-templates" not in client_of(cast.counselor).open("/h5/tasks").html
    app_id = ctx.settings.wechat_app_id
    SubscribeCredit.add(app_id, cast.counselor.openid, ids["task_due"])
    assert f'data-templates="{ids["task_assigned"]},{ids["check_in_opens"]}"' in phone.open("/h5/tasks").html
    for name in names:
        SubscribeCredit.add(app_id, cast.counselor.openid, ids[name])
    page = phone.open("/h5/tasks")
    assert "data-templates" not in page.html
    assert 'id="sdk"' not in page.html
    SubscribeCredit.update(credits=0).execute()
    Binding.update(openid=None).execute()
    assert "data-templates" not in client_of(cast.counselor).open("/h5/tasks").html


def test_who_does_not_want_to_be_asked_is_not_for_a_month(cast, ctx, client_of, clock):
    phone = client_of(cast.counselor, in_wechat=True)
    done = phone.open("/h5/tasks").submit("/h5/notices/later")
    assert (done.path, "data-templates" in done.html) == ("/h5/tasks", False)
    row = give(cast, ctx.clock())
    done = phone.open(f"/h5/tasks/{row.code}").submit(f"/h5/tasks/{row.code}/complete")
    assert "data-templates" not in done.html
    assert "data-templates" in phone.open("/h5/account").html  # where one goes for it
    assert "data-templates" in client_of(cast.counselor, in_wechat=True).open("/h5/tasks").html
    with phone.remembers() as kept:
        kept["notices_later"] = ctx.clock().date().isoformat()
    assert "data-templates" in phone.open("/h5/tasks").html


def test_notices_are_offered_when_a_task_is_through_and_not_before_nor_long_after(
    cast, ctx, client_of, clock
):
    row = give(cast, ctx.clock())
    phone = client_of(cast.counselor, in_wechat=True)
    page = phone.open(f"/h5/tasks/{row.code}")
    assert "data-templates" not in page.html
    done = page.submit(f"/h5/tasks/{row.code}/complete")
    assert "data-templates" in done.html
    assert done.html.count('id="sdk"') == 1
    assert "data-templates" not in client_of(cast.counselor).open(f"/h5/tasks/{row.code}").html
    clock.advance(minutes=11)
    assert "data-templates" not in phone.open(f"/h5/tasks/{row.code}").html


def test_the_tabs_count_what_waits(cast, ctx, client_of):
    now = ctx.clock()
    give(cast, now, title="新任务")
    give(cast, now, title="后天到期", due_at=now + timedelta(days=2))
    give(cast, now, title="过期任务", due_at=now - timedelta(hours=5))
    done = give(cast, now, title="做完的")
    Assignment.update(status="completed", finished_at=now).where(Assignment.id == done.id).execute()
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/tasks")
    assert [word for word in ("新任务", "后天到期", "过期任务", "做完的") if word in page.text] == [
        "新任务",
        "后天到期",
        "过期任务",
    ]
    assert "待办 3 未读 3 快到期 1 逾期 1 已完成 1 全部" in page.text
    assert "已逾期 5 小时" in desktop.open("/h5/tasks?show=overdue").text
    assert "后天 15:00 截止" in desktop.open("/h5/tasks?show=due").text
    assert "做完的" in desktop.open("/h5/tasks?show=done").text
    assert "待办" in desktop.open("/h5/tasks?show=nonsense&after=nonsense").text


def test_slices_follow_one_another(cast, ctx, client_of):
    for n in range(53):
        give(cast, ctx.clock(), title=f"第{n:02d}项")
    desktop = client_of(cast.counselor)
    first = desktop.open("/h5/tasks")
    after = first.html.partition("after=")[2].partition('"')[0]
    second = desktop.open(f"/h5/tasks?show=todo&after={after}")
    assert (first.html.count('class="card task"'), second.html.count('class="card task"')) == (50, 3)
    assert "第00项" in second.text
    assert "99+" not in first.text


def test_looking_at_a_task_reads_it(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    page = client_of(cast.counselor).open(f"/h5/tasks/{row.code}")
    assert Assignment.get_by_id(row.id).status == "viewed"
    for word in ("秋季校园招聘会", "招聘活动", "安徽省", "今天 13:00派发", "11月25日 15:00 截止"):
        assert word in page.text
    assert "<h2>活动安排</h2>" in page.html
    assert "签到" not in page.text
    assert f"http://wx.test/t/{row.share_code}" in page.html


def test_whatever_got_into_the_text_does_not_run(cast, ctx, client_of):
    bad = '<p onclick="x()">文字</p><script>alert(1)</script><a href="javascript:x()">点</a><img src=x onerror=y>'
    row = give(cast, ctx.clock(), body=bad, title="<script>alert(2)</script>", link="javascript:alert(3)")
    desktop = client_of(cast.counselor)
    for page in (desktop.open(f"/h5/tasks/{row.code}"), desktop.open(f"/t/{row.share_code}")):
        assert page.status == 200
        for word in ("alert(1)", "onclick", "javascript:", "onerror", "<script>alert"):
            assert word not in page.html
        assert "文字" in page.text


def test_a_task_of_somebody_else_is_not_found(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    other = client_of(cast.other_counselor)
    assert other.open(f"/h5/tasks/{row.code}").status == 404
    for verb in ("forwarded", "complete", "check-in"):
        page = other.post(f"/h5/tasks/{row.code}/{verb}", {"csrf_token": other.token()})
        assert page.status == 404
    assert Assignment.get_by_id(row.id).status == "unread"


def test_forwarding_and_finishing_each_once(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    desktop = client_of(cast.counselor)
    path = f"/h5/tasks/{row.code}"
    page = desktop.open(path)
    for _ in range(2):
        again = page.submit(f"{path}/forwarded")
    assert "已记录转发" in again.text
    assert "还没有人打开公开页面" in again.text
    assert f"{path}/forwarded" not in again.html
    for _ in range(2):
        done = page.submit(f"{path}/complete")
    assert "已完成，派发单位可以看到。" in done.text
    assert "这个任务已办结" in done.text
    assert f"{path}/complete" not in done.html
    row = Assignment.get_by_id(row.id)
    assert (row.status, row.finished_at) == ("completed", ctx.clock())
    verbs = [
        entry.verb for entry in Journal.select().where(Journal.kind == "assignment").order_by(Journal.id)
    ]
    assert verbs == ["view", "forward", "complete"]


def test_finishing_before_looking_is_refused(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    desktop = client_of(cast.counselor)
    page = desktop.post(f"/h5/tasks/{row.code}/complete", {"csrf_token": desktop.token()})
    assert page.status == 409
    assert "请先打开任务查看详情" in page.text
    assert Assignment.get_by_id(row.id).completed_at is None


def test_the_script_is_told_in_its_own_way(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    desktop = client_of(cast.counselor, in_wechat=True)
    page = desktop.open(f"/h5/tasks/{row.code}")
    token = dict(page.form(f"/h5/tasks/{row.code}/forwarded").fields)["csrf_token"]
    answer = desktop.client.post(
        f"/h5/tasks/{row.code}/forwarded",
        data={"csrf_token": token},
        base_url="http://wx.test",
        headers={"Accept": "application/json"},
    )
    assert answer.json == {"code": row.code}
    assert Assignment.get_by_id(row.id).forwarded_at == ctx.clock()


def test_the_platforms_script_is_loaded_inside_wechat_alone(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    script = ctx.settings.wechat_js_url
    inside = client_of(cast.counselor, in_wechat=True)
    page = inside.open(f"/h5/tasks/{row.code}")
    assert f'src="{script}"' in page.html
    assert "script-src 'self' https://res.wx.qq.com;" in page.response.headers["Content-Security-Policy"]
    assert (
        "script-src 'self';" in inside.open("/h5/tasks?show=all").response.headers["Content-Security-Policy"]
    )
    page = client_of(cast.counselor).open(f"/h5/tasks/{row.code}")
    assert script not in page.html
    assert "script-src 'self';" in page.response.headers["Content-Security-Policy"]


def test_a_withdrawn_task_says_so_and_offers_nothing(cast, ctx, client_of):
    row = give(cast, ctx.clock(), status="withdrawn")
    desktop = client_of(cast.counselor)
    page = desktop.open(f"/h5/tasks/{row.code}")
    assert "派发单位已撤回这个任务" in page.text
    assert page.forms == []
    assert Assignment.get_by_id(row.id).status == "unread"
    answer = desktop.post(f"/h5/tasks/{row.code}/complete", {"csrf_token": desktop.token()})
    assert answer.status == 409


def test_attachments_are_listed_and_handed_out(cast, ctx, client_of):
    row = give(cast, ctx.clock())
    content = b"a sheet" * 200_000
    stored = vault(ctx).store([content])
    file = TaskFile.create(
        task=row.task, name="参会 单位.xlsx", size=len(content), media_type="application/x", file=stored
    )
    desktop = client_of(cast.counselor)
    assert "参会 单位.xlsx 1.3 MB" in desktop.open(f"/h5/tasks/{row.code}").text
    inside, outside = f"/h5/tasks/{row.code}/files/{file.code}", f"/t/{row.share_code}/files/{file.code}"
    for page in (desktop.open(inside), client_of(cast.graduate).open(outside)):
        assert page.response.data == content
        assert page.response.content_length == len(content)
        named = page.response.headers["Content-Disposition"]
        assert named == f"attachment; filename*=UTF-8''{quote('参会 单位.xlsx')}"
        assert page.response.headers["X-Content-Type-Options"] == "nosniff"
    assert client_of(cast.other_counselor).open(inside).status == 404
    assert desktop.open(f"/h5/tasks/{row.code}/files/nothing").status == 404
    vault(ctx).delete(stored)
    assert desktop.open(inside).status == 404


def test_checking_in_only_while_the_window_is_open(cast, ctx, client_of, clock):
    row = give_course(cast, FAR)
    desktop = client_of(cast.counselor)
    path = f"/h5/tasks/{row.code}"
    page = desktop.open(path)
    assert "还有 3 小时 30 分钟开始签到" in page.text
    assert "签到时间 今天 18:30–19:30" in page.text
    assert f"{path}/check-in" not in page.html
    early = desktop.post(f"{path}/check-in", {"csrf_token": desktop.token()})
    assert (early.status, "还没到签到时间" in early.text) == (409, True)
    clock.advance(hours=3, minutes=40)
    page = desktop.open(path)
    assert "现在可以签到，还剩 50 分钟" in page.text
    for _ in range(2):
        done = page.submit(f"{path}/check-in")
    assert "签到成功。还需点“完成”才算办结。" in done.text
    assert Assignment.get_by_id(row.id).checked_in_at == ctx.clock()
    assert Journal.select().where(Journal.verb == "check_in").count() == 1
    page = done.submit(f"{path}/complete")
    assert "这个任务已办结" in page.text


def test_who_came_too_late_is_told(cast, ctx, client_of, clock):
    row = give_course(cast, FAR)
    clock.advance(hours=6)
    desktop = client_of(cast.counselor)
    page = desktop.open(f"/h5/tasks/{row.code}")
    assert "签到时间已过，不能补签" in page.text
    late = desktop.post(f"/h5/tasks/{row.code}/check-in", {"csrf_token": desktop.token()})
    assert late.status == 409
    page = page.submit(f"/h5/tasks/{row.code}/complete")
    assert "这个任务已办结" not in page.text
    assert "缺签到" in desktop.open("/h5/tasks").text


def test_two_check_ins_have_names_of_their_own(cast, ctx, client_of, clock):
    row = give_course(cast, FAR, is_check_in_twice=True)
    desktop = client_of(cast.counselor)
    path = f"/h5/tasks/{row.code}"
    assert "课前签到 5 课后签到" in desktop.open(path).text
    clock.advance(hours=3, minutes=45)
    page = desktop.open(path).submit(f"{path}/check-in")
    assert "已课前签到" in page.text
    clock.advance(hours=1, minutes=20)
    page = page.submit(f"{path}/complete").submit(f"{path}/check-in")
    assert "已课后签到" in page.text
    assert "这个任务已办结" in page.text


def test_the_check_in_page_puts_what_is_open_first(cast, ctx, client_of, clock):
    give_course(cast, FAR + timedelta(days=3), title="下周的课")
    row = give_course(cast, FAR, title="今晚的课")
    give_course(cast, FAR - timedelta(days=2), title="前天的课")
    clock.advance(hours=4)
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/check-in")
    assert page.text.index("今晚的课") < page.text.index("下周的课")
    assert "前天的课" not in page.text
    assert "先查看任务，再签到" in page.text
    desktop.open(f"/h5/tasks/{row.code}")
    page = desktop.open("/h5/check-in").submit(f"/h5/tasks/{row.code}/check-in")
    assert "签到成功" in page.text


def test_without_courses_the_check_in_page_says_so(cast, client_of):
    assert "现在没有可以签到的直播课" in client_of(cast.counselor).open("/h5/check-in").text


def test_the_calendar_shows_a_month(cast, ctx, client_of):
    give_course(cast, FAR, title="今晚的课")
    give_course(cast, datetime(2026, 12, 31, 17, 0, tzinfo=UTC), title="元旦的课")  # January in China
    desktop = client_of(cast.counselor)
    page = desktop.open("/h5/calendar")
    assert "2026年11月" in page.text
    assert "11月20日 周五" in page.text
    assert "今晚的课" in page.text
    assert 'href="#d20"' in page.html
    assert "元旦的课" not in desktop.open("/h5/calendar?month=2026-12").text
    assert "元旦的课" in desktop.open("/h5/calendar?month=2027-01").text
    assert "这个月没有直播课" in desktop.open("/h5/calendar?month=2026-12").text


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-1", "2026-11-01"])
def test_what_is_no_month_is_refused(cast, client_of, month):
    assert client_of(cast.counselor).open(f"/h5/calendar?month={month}").status == 422


def test_a_slice_of_fifty_costs_a_handful_of_queries(cast, ctx, client_of, queries):
    for n in range(51):
        give_course(cast, FAR + timedelta(hours=n))
    desktop = client_of(cast.counselor)
    for path, most in (("/h5/tasks", 9), ("/h5/calendar", 4), ("/h5/check-in", 6), ("/h5/workbench", 16)):
        queries.count = 0
        desktop.open(path)
        assert 0 < queries.count <= most, path


def test_a_task_costs_a_handful_of_queries(cast, ctx, client_of, desktop, queries):
    row = give(cast, ctx.clock())
    mine = client_of(cast.counselor)
    mine.open(f"/h5/tasks/{row.code}")
    desktop.open(f"/t/{row.share_code}")
    for browser, path, most in ((mine, f"/h5/tasks/{row.code}", 8), (desktop, f"/t/{row.share_code}", 2)):
        queries.count = 0
        browser.open(path)
        assert 0 < queries.count <= most, path
