"""What people write: answered by keyword, else handed to the help desk with its hours."""

import re
from datetime import UTC, datetime

from config.faq import plain
from domain.card import Card
from handlers.replies.known import Known
from handlers.replies.registry import message
from wechat.inbound import Inbound
from wechat.reply import Reply, Silence, Text, TransferToDesk

_WEEKDAYS = "一二三四五六日"
_STICKER = re.compile(r"\[[^\[\]\s]{1,8}\]")  # how WeChat writes its own faces, e.g. [微笑]


def _calls_for_people(event: Inbound, known: Known) -> bool:
    return known.faq.asks_for_people(event.text)


def _has_answer(event: Inbound, known: Known) -> bool:
    return known.faq.find(event.text) is not None


def _is_empty(event: Inbound, _known: Known) -> bool:
    return not event.text.strip()


@message("text", when=_is_empty)
def nothing(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """A message of blanks, or a sticker that the platform sends as one."""
    return Silence()


def _is_wordless(event: Inbound, _known: Known) -> bool:
    return not plain(_STICKER.sub("", event.text))


@message("text", when=_is_wordless)
def faces(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """Faces, question marks: nothing that somebody at the help desk could answer."""
    return Text("没有看出您想问什么。请用一句话写明问题，例如“怎么关联辅导员”，也可以从底部菜单开始。")


@message("text", when=_calls_for_people)
def people(event: Inbound, _card: Card, known: Known) -> Reply:
    """人工: handed over within hours, else told when."""
    return TransferToDesk() if known.desk_is_open(event) else Text(_when(event, known))


@message("text", when=_has_answer)
def answer(event: Inbound, _card: Card, known: Known) -> Reply:
    """A topic of the FAQ."""
    topic = known.faq.find(event.text)
    if topic is None:
        return _asked(event, known)
    page = f"\n{known.link(topic.path, topic.label)}" if topic.path else ""
    more = "\n——\n没有解决？请把问题写详细些发给我们，或回复“人工”。" if topic.is_listed else ""
    return Text(f"{topic.answer}{page}{more}")


@message("text", effect="ask")
def question(event: Inbound, _card: Card, known: Known) -> Reply:
    """Anything else waits for a person at the help desk."""
    return _asked(event, known)


def _asked(event: Inbound, known: Known) -> Reply:
    if known.desk_is_open(event):
        return Text(
            "您的问题已转给咨询老师，会在今天的咨询时间内答复，请留意这里的消息。\n"
            f"等待时可以先看看{_article(known)}。学信账号本身的问题请直接联系学信客服，"
            "上报数据的问题请直接联系负责该项工作的老师。"
        )
    return Text(f"您的问题已记下。{_when(event, known)}")


def _when(event: Inbound, known: Known) -> str:
    opening = known.hours.next_opening(datetime.fromtimestamp(event.created, UTC))
    desk = known.faq.desk
    day = f"{opening.month}月{opening.day}日（周{_WEEKDAYS[opening.weekday()]}）{opening:%H:%M}"
    doubt = "" if known.hours.knows(opening.year) else "（遇节假日以放假通知为准）"
    return (
        f"现在不是咨询时间。咨询时间为工作日{desk.opens:%H:%M}至{desk.closes:%H:%M}，"
        f"最近的一次从{day}开始{doubt}，届时答复。\n可以先看看{_article(known)}，"
        f"也可以到“{desk.account}”公众号对话框里发送。"
    )


def _article(known: Known) -> str:
    return f'<a href="{known.faq.desk.article}">常见问题</a>'
