"""消息与咨询: the board of 部级, and the questions."""

import pytest

from domain.machines import MESSAGE
from handlers.console.message_words import MESSAGE_STATUSES, TEMPLATES, why_unsent
from models.callback import CallbackLog, HelpQuestion
from models.message import Message
from services import health_board
from services.context import Context
from templates_msg.catalogue import CATALOGUE
from tests.browser import Browser
from tests.cast import Cast
from tests.fakes import FixedClock


def test_before_anybody_has_counted_the_board_says_so(ministry_desk: Browser) -> None:
    page = ministry_desk.open("/console/messages")
    assert page.status == 200
    assert "还没有统计" in page.text
    assert "没有处理过消息" not in page.text


def test_an_empty_board_says_so_and_as_of_when(
    ministry_desk: Browser, ctx: Context, clock: FixedClock
) -> None:
    health_board.count(ctx)
    page = ministry_desk.open("/console/messages")
    assert "统计截至 11-20 15:00:00" in page.text
    assert "没有新的统计" not in page.text
    assert page.status == 200
    for words in ("没有等待发送的消息", "最近 24 小时没有处理过消息", "最近 24 小时没有收到回调"):
        assert words in page.text
    clock.advance(minutes=11)
    assert "没有新的统计" in ministry_desk.open("/console/messages").text


def test_the_board_names_messages_reasons_and_kinds(ministry_desk: Browser, ctx: Context) -> None:
    row = {"channel": "template", "template": "account_bound", "payload": "{}", "errcode": 43004}
    Message.create(key="a", status="failed", settled_at=ctx.clock(), **row)
    Message.create(key="b", status="queued", due_at=ctx.clock(), **row)
    CallbackLog.create(fingerprint="x", kind="view", happened_at=ctx.clock())
    health_board.count(ctx)
    page = ministry_desk.open("/console/messages")
    for words in ("账号绑定成功", "发送失败", "用户没有关注公众号（43004）", "等待发送", "打开网页"):
        assert words in page.text
    assert 'aria-label="每小时消息：共 1 条"' in page.html
    assert page.html.count("<rect") == 2 * 2 * 24


def test_below_the_top_there_are_only_the_questions(school_desk: Browser, college_desk: Browser) -> None:
    page = school_desk.open("/console/messages")
    assert (page.path, page.status) == ("/console/messages/questions", 200)
    assert "没有待答复的咨询" in page.text
    assert college_desk.open("/console/messages").status == 403


def test_a_question_is_read_and_taken_off_the_list(ministry_desk: Browser, cast: Cast, ctx: Context) -> None:
    text = "协议<b>丢了</b>怎么办"
    row = HelpQuestion.create(
        fingerprint="q", app_id=ctx.settings.wechat_app_id, openid=None, text=text, asked_at=ctx.clock()
    )
    page = ministry_desk.open("/console/messages/questions")
    assert "协议&lt;b&gt;丢了" in page.html
    assert "未绑定的用户" in page.text
    done = page.submit(f"/console/messages/questions/{row.code}/answer")
    assert "已标记为已答复" in done.text
    assert "没有待答复的咨询" in done.text


def test_every_message_and_status_is_said_in_chinese() -> None:
    assert set(MESSAGE_STATUSES) == set(MESSAGE.statuses)
    assert set(CATALOGUE) <= set(TEMPLATES)


@pytest.mark.parametrize(
    ("status", "errcode", "words"),
    [
        ("failed", 47003, "消息内容不符合平台要求"),
        ("failed", 45009, "额度"),
        ("failed", 40037, "模板编号"),
        ("failed", 0, "运行日志"),
        ("blocked", 0, "拒收"),
        ("skipped", 0, "时效"),
        ("unknown", 0, "无法确认"),
    ],
)
def test_a_failure_says_why(status: str, errcode: int, words: str) -> None:
    assert words in why_unsent(status, errcode)
