"""The page that is sent on: what a graduate sees, without log-in."""

import re
from datetime import timedelta

from models.journal import Journal
from models.task import Assignment, TaskFile
from tests.browser import WECHAT, Browser
from tests.tasks import give, give_course


def opens(row):
    return Assignment.get_by_id(row.id).opens


def test_a_stranger_reads_the_task_and_nothing_of_the_counselor(cast, ctx, desktop, phone):
    row = give(cast, ctx.clock(), link="https://job.example.cn/1", link_title="报名")
    TaskFile.create(task=row.task, name="名单.pdf", size=2048, media_type="application/pdf", file="gone")
    for browser in (desktop, phone):
        page = browser.open(f"/t/{row.share_code}")
        assert page.status == 200
        assert page.path == f"/t/{row.share_code}"  # nobody is asked to log in
        for word in ("秋季校园招聘会", "招聘活动", "安徽省", "活动安排", "报名", "名单.pdf", "风险防范"):
            assert word in page.text
        for word in (cast.counselor.name, cast.province.name, "完成", "截止", "办理", row.code):
            assert word not in page.html
        assert page.forms == []
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert f'<meta property="og:url" content="http://wx.test/t/{row.share_code}">' in page.html


def tell(browser, row):
    """What the page's script does."""
    page = browser.open(f"/t/{row.share_code}")
    token = re.search(r'data-token="([^"]+)"', page.html)[1]
    assert f'data-opened="/t/{row.share_code}/opened"' in page.html
    return browser.post(f"/t/{row.share_code}/opened", {"csrf_token": token}).status


def test_a_fetched_page_counts_nothing(cast, ctx, app, desktop):
    row = give(cast, ctx.clock())
    path = f"/t/{row.share_code}"
    for browser in (desktop, Browser(app, WECHAT)):
        browser.open(path)
        browser.client.head(path, base_url="http://wx.test")
        assert browser.post(f"{path}/opened", {"csrf_token": "guessed"}).status in (400, 403)
    assert opens(row) == 0


def test_a_page_that_is_seen_counts_once_a_day_and_the_counselor_never(
    cast, ctx, app, client_of, desktop, clock
):
    row = give(cast, ctx.clock())
    assert [tell(desktop, row) for _ in range(3)] == [204] * 3
    assert opens(row) == 1
    tell(Browser(app, WECHAT), row)
    assert opens(row) == 2
    tell(client_of(cast.counselor), row)
    assert opens(row) == 2
    clock.advance(hours=12)
    tell(desktop, row)
    assert opens(row) == 3
    assert Journal.select().where(Journal.kind == "assignment").count() == 0


def test_a_browser_without_its_word_counts_nothing(cast, ctx, desktop):
    row = give(cast, ctx.clock())
    done = desktop.post(f"/t/{row.share_code}/opened", {"csrf_token": desktop.token()})
    assert (done.status, opens(row)) == (204, 0)


def test_a_withdrawn_task_is_gone(cast, ctx, desktop):
    row = give(cast, ctx.clock(), status="withdrawn")
    page = desktop.open(f"/t/{row.share_code}")
    assert page.status == 410
    assert "发布单位已撤回这条内容" in page.text
    assert "秋季" not in page.text
    assert opens(row) == 0
    assert desktop.open(f"/t/{row.share_code}/files/x").status == 404


def test_nothing_stands_behind_a_guessed_code(cast, ctx, desktop):
    row = give(cast, ctx.clock())
    assert desktop.open("/t/guessed").status == 404
    assert desktop.open(f"/t/{row.code}").status == 404
    assert desktop.open(f"/t/{row.task.code}").status == 404


def test_a_course_that_is_over_says_so(cast, ctx, desktop, clock):
    row = give_course(cast, ctx.clock() + timedelta(hours=1))
    page = desktop.open(f"/t/{row.share_code}")
    assert "直播时间 今天 16:00–17:00" in page.text
    assert "签到" not in page.text
    clock.advance(hours=3)
    assert "直播课已经结束" in desktop.open(f"/t/{row.share_code}").text
