"""未送达的消息: the page, its filters in the address, and its two buttons."""

import pytest

from domain.machines import MESSAGE
from handlers.console.message_words import UNREACHED_STEPS
from models.message import Message
from services.context import Context
from tests.browser import Browser
from tests.cast import Cast
from tests.tasks import give

PAGE = "/console/messages/unreached"


def add(ctx: Context, cast: Cast, key: str, status: str, **columns: object) -> Message:
    now = ctx.clock()
    return Message.create(
        **{
            "key": key,
            "channel": "template",
            "template": "task_assigned",
            "payload": '{"thing1": "a"}',
            "status": status,
            "account_id": cast.counselor.account.id,
            "settled_at": now,
            "fallback_at": now,
        }
        | columns
    )


def test_an_empty_list_says_so(ministry_desk: Browser) -> None:
    page = ministry_desk.open(PAGE)
    assert page.status == 200
    assert "没有未送达的消息" in page.text
    assert "没有符合条件的消息" in ministry_desk.open(f"{PAGE}?status=unknown").text


def test_one_row_each_without_names_or_phones_in_full(
    ministry_desk: Browser, ctx: Context, cast: Cast
) -> None:
    task = give(cast, ctx.clock())
    add(ctx, cast, "a", "unknown", assignment_id=task.id)
    add(ctx, cast, "b", "failed", errcode=47003)
    page = ministry_desk.open(PAGE)
    for words in (
        "新任务提醒",
        task.task.title,
        "139****0201",
        "无法确认",
        UNREACHED_STEPS["faulty"],
        "2026-11-20 15:00",
    ):
        assert words in page.text
    assert cast.counselor.account.name not in page.text
    assert "13900000201" not in page.html
    assert page.html.count("确认已收到</button>") == 1


def test_the_filters_stand_in_the_address_and_stay_through_an_act(
    ministry_desk: Browser, ctx: Context, cast: Cast
) -> None:
    row = add(ctx, cast, "a", "unknown")
    add(ctx, cast, "b", "failed")
    page = ministry_desk.open(f"{PAGE}?status=unknown&day=2026-11-20&template=task_assigned")
    assert page.html.count("<tr>") == 2
    done = page.submit(f"{PAGE}/{row.code}/confirm")
    assert "已记为送达" in done.text
    assert "没有符合条件的消息" in done.text
    assert 'value="2026-11-20"' in done.html


@pytest.mark.parametrize("query", ["status=queued", "day=yesterday"])
def test_what_cannot_be_asked_for_is_refused(ministry_desk: Browser, query: str) -> None:
    page = ministry_desk.open(f"{PAGE}?{query}")
    assert page.status == 422
    assert 'role="alert"' in page.html


def test_sending_again_twice_says_the_same(ministry_desk: Browser, ctx: Context, cast: Cast) -> None:
    row = add(ctx, cast, "a", "unknown", channel="sms", template="bind_reminder", payload="{}")
    page = ministry_desk.open(PAGE)
    for _ in range(2):
        assert "已重新发送" in page.submit(f"{PAGE}/{row.code}/resend").text
    assert sorted(one.status for one in Message.select()) == ["queued", "resent"]


def test_what_cannot_be_sent_says_what_to_do(ministry_desk: Browser, ctx: Context, cast: Cast) -> None:
    row = add(ctx, cast, "a", "unknown", channel="sms", template="bind_reminder", payload="{}")
    page = ministry_desk.open(PAGE)
    Message.update(useless_at=ctx.clock()).execute()
    assert "现在不能重新发送" in page.submit(f"{PAGE}/{row.code}/resend").text


def test_the_acts_are_found_in_the_journal(ministry_desk: Browser, ctx: Context, cast: Cast) -> None:
    row = add(ctx, cast, "a", "unknown")
    ministry_desk.open(PAGE).submit(f"{PAGE}/{row.code}/confirm")
    page = ministry_desk.open("/console/journal?verb=acknowledge")
    for words in ("确认消息已收到", "结果不明 → 已送达", "新任务提醒"):
        assert words in page.text


def test_the_machine_and_the_page_speak_of_the_same() -> None:
    assert {"acknowledge", "resend"} <= set(MESSAGE.verbs)
