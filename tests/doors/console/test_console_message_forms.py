"""消息模板与额度: every message as the phone shows it, the day's quota, what is stopped."""

from models.message import Message
from models.sending import SendQuota, TemplateStop
from services import quota
from services.context import Context
from templates_msg.catalogue import CATALOGUE
from tests.browser import Browser

PAGE = "/console/messages/templates"


def test_every_message_is_there_as_the_phone_shows_it(ministry_desk: Browser) -> None:
    page = ministry_desk.open(PAGE)
    assert page.status == 200
    assert page.html.count("form-card__tags") == len(CATALOGUE)
    for message in CATALOGUE.values():
        assert message.title in page.text
        assert all(value in page.text for value in message.sample().payload().values())
    for words in ("短信：【24365智慧就业】新任务", "限频次", "夜间不发", "订阅通知、短信", "不再用其他方式"):
        assert words in page.text
    assert "今天不再接收" not in page.text
    assert "停发时间" not in page.text


def test_what_waits_has_a_date(ministry_desk: Browser, ctx: Context) -> None:
    row = {"channel": "template", "template": "task_due", "payload": "{}", "priority": 1}
    Message.add_many([row | {"key": "a"}, row | {"key": "b"}])
    page = ministry_desk.open(PAGE)
    assert "2026-11-20" in page.text
    assert page.html.count('<td class="nowrap">—</td>') == 2


def test_a_spent_quota_is_told_and_set_back(ministry_desk: Browser, ctx: Context) -> None:
    quota.spend(ctx, 1234)
    quota.exhausted(ctx, 45009)
    page = ministry_desk.open(PAGE)
    for words in ("1,234", "今天不再接收模板消息", "发出 1,234 条后停止接收"):
        assert words in page.text
    done = page.submit("/console/messages/quota/reset")
    assert "已恢复发送" in done.text
    assert "今天不再接收" not in done.text
    assert SendQuota.get().spent_at is None


def test_a_stopped_message_is_told_and_resumed(ministry_desk: Browser, ctx: Context) -> None:
    quota.stop(ctx, "task_due", 40037, "invalid template_id")
    quota.stop(ctx, quota.stop_name("task_due", "subscribe"), 40037, "invalid template_id")
    page = ministry_desk.open(PAGE)
    assert "任务即将截止提醒（订阅通知）" in page.text
    assert page.text.count("已停发") == 1
    code = TemplateStop.get(TemplateStop.template == "task_due").code
    done = page.submit(f"/console/messages/stops/{code}/resume")
    assert "十分钟内发出" in done.text
    assert quota.stopped(ctx) == {"subscribe:task_due"}


def test_a_province_looks_and_does_not_touch(province_desk: Browser, ctx: Context) -> None:
    quota.exhausted(ctx, 45009)
    quota.stop(ctx, "task_due", 40037, "")
    page = province_desk.open(PAGE)
    assert page.status == 200
    assert "停发时间" in page.text
    assert "恢复发送" not in page.html
    assert "已重置" not in page.text
    assert 'href="/console/messages"' not in page.html.partition('class="tabs"')[2].partition("</nav>")[0]


def test_below_a_province_there_is_no_such_page(school_desk: Browser) -> None:
    assert school_desk.open(PAGE).status == 403
