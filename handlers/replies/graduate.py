"""Menu 毕业生: the items answered in the chat."""

from domain.card import Card
from handlers.replies.known import Known, for_graduates
from handlers.replies.registry import click
from wechat.inbound import Inbound
from wechat.reply import Reply, Text


@click("JOBS_FOR_ME")
def jobs_for_me(_event: Inbound, card: Card, known: Known) -> Reply:
    """职位精准推荐: an intention is what recommendations are made from."""
    refused = for_graduates(card, known, "职位精准推荐")
    if refused:
        return refused
    if not card.has_intention:
        return Text(
            "推荐要先知道您想去哪里、做什么：\n"
            + known.link("/h5/intention?next=/h5/recommended", "登记求职意愿")
            + "（约两分钟）\n"
            "登记以后，我们按您的专业和意愿为您挑选岗位。"
        )
    return Text(
        "已按您的专业和求职意愿选好职位，每个都写明推荐的理由：\n"
        + known.link("/h5/recommended", "查看推荐职位")
        + "\n想法有变化，请"
        + known.link("/h5/intention", "更新求职意愿")
        + "，推荐马上随之改变。"
    )


@click("SIGN_ONLINE")
def sign_online(_event: Inbound, card: Card, known: Known) -> Reply:
    """网上签约."""
    refused = for_graduates(card, known, "网上签约")
    if refused:
        return refused
    return Text(
        "与单位谈妥后，出示签约码，单位用微信扫一扫就能填写条款并签名，不用注册：\n"
        + known.link("/h5/signing-code", "出示签约码")
        + "\n收到的邀约、线下签约、已签协议登记和解约都在这里：\n"
        + known.link("/h5/agreements", "网上签约")
        + "\n签约前请先看一遍菜单“服务”—“风险防范”。"
    )


@click("DESTINATION")
def destination(_event: Inbound, card: Card, known: Known) -> Reply:
    """去向登记."""
    refused = for_graduates(card, known, "去向登记")
    if refused:
        return refused
    advice = (
        ""
        if card.is_linked
        else ("\n登记由辅导员初审，请先" + known.link("/h5/my-counselors", "关联我的辅导员") + "。")
    )
    return Text(
        "签了就业协议书的，毕业去向随协议登记；其他去向的类别、填写内容和证明材料都在这里：\n"
        + known.link("/h5/destinations", "去向登记")
        + "\n拿不准类别可以先问辅导员。"
        + advice
    )
