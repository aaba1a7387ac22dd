"""The pages of tasks in a real browser: sent on with and without the platform's script, and never too wide."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.task import Assignment, TaskFile
from services.context import Context
from tests.browser import WECHAT
from tests.cast import Cast
from tests.fakes import RecordingGateway
from tests.live import Served
from tests.tasks import give, give_course
from wechat.outcomes import Outcome, WeChatTrouble

pytestmark = pytest.mark.e2e

# As much of the platform's script as the page calls; {config} is what becomes of wx.config.
SCRIPT = """
window.wx = {{
  calls: {{}},
  config: function (given) {{ wx.given = given; {config} }},
  ready: function (work) {{ wx.onReady = work; }},
  error: function (work) {{ wx.onError = work; }},
  showMenuItems: function () {{}},
  updateAppMessageShareData: function (wish) {{ wx.calls.card = wish; wish.success({{}}); }},
  updateTimelineShareData: function () {{}},
  onMenuShareAppMessage: function (wish) {{ wx.calls.tap = wish; }},
}};
"""
LONG = "关于组织参加全国高校毕业生就业创业公益直播课暨秋季校园招聘月活动的通知之一二三四五六七八九十"


@pytest.fixture
def row(cast: Cast, ctx: Context) -> Assignment:
    return give(cast, ctx.clock())


@pytest.fixture
def in_wechat(site: Served, cast: Cast, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens pages as the counselor inside WeChat, where the platform's script is the given text, or out of reach."""
    contexts: list[BrowserContext] = []

    def make(script: str) -> Page:
        context = browser.new_context(user_agent=WECHAT, viewport={"width": 360, "height": 740})
        contexts.append(context)
        context.add_cookies([site.cookie(cast.counselor)])
        page = context.new_page()
        address = f"{site.ctx.settings.wechat_js_url}"
        if script:
            page.route(address, lambda route: route.fulfill(body=script, content_type="text/javascript"))
        else:
            page.route(address, lambda route: route.abort())
        return page

    yield make
    for context in contexts:
        context.close()


def test_the_card_is_set_and_a_tap_is_recorded(
    site: Served, row: Assignment, in_wechat: Callable[[str], Page], gateway: RecordingGateway
) -> None:
    page = in_wechat(SCRIPT.format(config="wx.onReady();"))
    page.goto(f"{site.url}/h5/tasks/{row.code}")
    expect(page.get_by_text("选“发送给朋友”")).to_be_visible()
    expect(page.get_by_label("公开页面的链接")).to_be_hidden()
    assert gateway.signed == [f"{site.url}/h5/tasks/{row.code}"]
    given = page.evaluate("wx.given")
    assert (given["appId"], given["nonceStr"], given["signature"]) == (
        "wx0000000000000001",
        "nonce",
        "signature",
    )
    card = page.evaluate(
        "({ title: wx.calls.card.title, desc: wx.calls.card.desc, link: wx.calls.card.link })"
    )
    assert card == {
        "title": "秋季校园招聘会",
        "desc": "安徽省 · 招聘活动",
        "link": f"{site.url}/t/{row.share_code}",
    }
    page.evaluate("wx.calls.tap.success({})")
    expect(page.get_by_text("已记录转发。")).to_be_visible()
    assert Assignment.get_by_id(row.id).forwarded_at is not None


@pytest.mark.parametrize(
    "script",
    ["", "void 0;", SCRIPT.format(config="wx.onError({errMsg: 'config:invalid signature'});")],
    ids=["out of reach", "not what it should be", "refused"],
)
def test_without_the_script_the_link_is_copied(
    site: Served, row: Assignment, in_wechat: Callable[[str], Page], script: str
) -> None:
    page = in_wechat(script)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    page.goto(f"{site.url}/h5/tasks/{row.code}")
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}/t/{row.share_code}"
    expect(page.get_by_text("选“发送给朋友”")).to_be_hidden()
    page.get_by_role("button", name="我已转发").click()
    expect(page.get_by_text("已记录转发。")).to_be_visible()


def test_without_a_ticket_the_link_is_copied(
    site: Served, row: Assignment, in_wechat: Callable[[str], Page], gateway: RecordingGateway
) -> None:
    gateway.trouble = WeChatTrouble(Outcome.RETRY, -1, "", "system busy")
    page = in_wechat(SCRIPT.format(config="wx.onReady();"))
    with page.expect_response("**/h5/js-signature**") as told:
        page.goto(f"{site.url}/h5/tasks/{row.code}")
    assert told.value.status == 503
    expect(page.get_by_label("公开页面的链接")).to_be_visible()
    expect(page.get_by_text("选“发送给朋友”")).to_be_hidden()


def test_the_page_of_a_student_has_its_card_too(
    site: Served, row: Assignment, in_wechat: Callable[[str], Page]
) -> None:
    page = in_wechat(SCRIPT.format(config="wx.onReady();"))
    page.goto(f"{site.url}/t/{row.share_code}?from=singlemessage")
    # The page's policy forbids what Playwright's own waiting is made of.
    for _ in range(100):
        if page.evaluate("Boolean(window.wx && wx.calls.tap)"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("wx.calls.card.link") == f"{site.url}/t/{row.share_code}"
    page.evaluate("wx.calls.tap.success({})")
    assert Assignment.get_by_id(row.id).forwarded_at is None


def test_finishing_asks_once_more_and_works_without_scripts(
    site: Served, row: Assignment, cast: Cast, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.add_cookies([site.cookie(cast.counselor)])
    page = context.new_page()
    page.goto(f"{site.url}/h5/tasks/{row.code}")
    expect(page.get_by_role("button", name="确认完成")).to_be_hidden()
    page.locator("summary").click()
    page.get_by_role("button", name="确认完成").click()
    expect(page.get_by_text("这个任务已办结")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_of_a_task_is_wider_than_the_phone(
    site: Served, cast: Cast, ctx: Context, browser: Browser, width: int
) -> None:
    table = "<table><tr>" + "<td>单位名称很长很长</td>" * 8 + "</tr></table>"
    body = f"<p>{'长' * 300}</p><p>https://example.cn/{'x' * 200}</p>{table}"
    row = give_course(
        cast, ctx.clock() + timedelta(minutes=5), title=LONG, body=body, campaign="就业促进周专项行动",
        link="https://example.cn/" + "y" * 250, is_check_in_twice=True,
    )  # fmt: skip
    TaskFile.create(task=row.task, name="z" * 100 + ".docx", size=1, media_type="x/y", file="none")
    for path in (
        f"/h5/tasks/{row.code}",
        f"/t/{row.share_code}",
        "/h5/tasks",
        "/h5/check-in",
        "/h5/calendar",
    ):
        context = browser.new_context(viewport={"width": width, "height": 640})
        context.add_cookies([site.cookie(cast.counselor)])
        page = context.new_page()
        page.goto(f"{site.url}{path}")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
        context.close()
