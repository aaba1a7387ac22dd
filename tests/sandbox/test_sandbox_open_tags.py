"""The platform's button for subscription notices: which pages may show it, and what an answer leads to."""

from typing import Any

from tests.sandbox.boxes import Box
from tests.sandbox.test_sandbox_share import ask, config, open_page

NOTICE = "course-subscription"
TAGS = {"openTagList": ["wx-open-subscribe"]}


def signed(wechat: Box, **more: Any) -> None:
    open_page(wechat)
    assert ask(wechat, "config", config(wechat, **more)) == "config:ok"


def credits(wechat: Box) -> dict[str, int]:
    found: dict[str, int] = wechat.machine("GET", "/phones/wang")["credits"]
    return found


def test_a_page_asks_for_the_tag_before_it_may_ask_for_notices(wechat: Box) -> None:
    open_page(wechat)
    assert ask(wechat, "subscribe", {"templates": [NOTICE]}) == "subscribe:fail, permission denied"
    signed(wechat)
    assert ask(wechat, "subscribe", {"templates": [NOTICE]}) == "subscribe:fail, permission denied"


def test_only_notices_of_the_account_and_three_at_most(wechat: Box) -> None:
    signed(wechat, **TAGS)
    assert ask(wechat, "subscribe", {"templates": [NOTICE]}) == "subscribe:ok"
    for wrong in ([], ["thing-template"], ["nothing"], [NOTICE] * 4):
        assert ask(wechat, "subscribe", {"templates": wrong}) == "subscribe:fail, invalid template"
    assert ask(wechat, "subscribe", {"answers": {NOTICE: "perhaps"}}) == "subscribe:fail, invalid parameters"
    assert credits(wechat) == {}


def test_a_yes_is_one_credit_and_one_event(wechat: Box) -> None:
    wechat.do("wang", "follow")
    signed(wechat, **TAGS)
    assert ask(wechat, "subscribe", {"answers": {NOTICE: "accept"}}) == "subscribe:ok"
    wechat.idle()
    assert credits(wechat) == {NOTICE: 1}
    event = wechat.last_event()
    assert event["Event"] == "subscribe_msg_popup_event"
    ask(wechat, "subscribe", {"answers": {NOTICE: "reject"}})
    wechat.idle()
    assert credits(wechat) == {NOTICE: 1}
