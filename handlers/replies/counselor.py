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
        "您目前没有待办任务。\n部、省、校、院派发任务时，会在这里给您发提醒消息：点开查看详情，转发学生后点“完成”。\n"
        + known.link("/h5/workbench", "打开辅导员工作平台")
    )


@click("LIVE_SIGN_IN")
def live_sign_in(_event: Inbound, card: Card, known: Known) -> Reply:
    """直播课签到."""
    return for_counselors(card, known, "直播课签到") or Text(
        "现在没有可以签到的直播课。\n收到就业创业直播课任务后，在开课前后到平台中点“签到”，转发学生并点“完成”才算办结。\n"
        + known.link("/h5/workbench", "打开辅导员工作平台")
    )


@click("PROGRESS")
def progress(_event: Inbound, card: Card, known: Known) -> Reply:
    """就业进展."""
    return for_counselors(card, known, "就业进展") or Text(
        "已关联毕业生的求职意愿、求职期望和关注绑定情况，请看 "
        + known.link("/h5/my-graduates", "我的毕业生")
        + "。\n按专业、层次的就业统计在本校开放去向登记后提供。"
    )
