"""Menu 辅导员: the items answered in the chat."""

from domain.card import Card
from handlers.replies.known import Known, for_counselors
from handlers.replies.registry import click
from wechat.inbound import Inbound
from wechat.reply import Reply, Text


@click("MY_TASKS")
def my_tasks(_event: Inbound, card: Card, known: Known) -> Reply:
    """我的任务."""
    return for_counselors(card, known, "我的任务") or Text(
        "部、省、校、院派发的任务都在这里，点开查看详情，转发学生后点“完成”。\n"
        + known.link("/h5/tasks", "打开我的任务")
    )


@click("LIVE_SIGN_IN")
def live_sign_in(_event: Inbound, card: Card, known: Known) -> Reply:
    """直播课签到."""
    return for_counselors(card, known, "直播课签到") or Text(
        "开课前后在平台中签到，并转发学生、点“完成”，直播课任务才算办结。\n"
        + known.link("/h5/check-in", "去签到")
        + "\n"
        + known.link("/h5/calendar", "直播课日历")
    )


@click("PROGRESS")
def progress(_event: Inbound, card: Card, known: Known) -> Reply:
    """就业进展."""
    return for_counselors(card, known, "就业进展") or Text(
        "已关联毕业生的求职意愿、关注绑定和生源信息确认情况。\n"
        + known.link("/h5/progress", "查看就业进展")
        + "\n"
        + known.link("/h5/my-graduates", "我的毕业生名单")
    )
