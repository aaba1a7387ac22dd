"""Menu 服务: the items answered in the chat, open to everybody."""

from domain.card import Card
from handlers.replies.known import Known
from handlers.replies.registry import click
from wechat.inbound import Inbound
from wechat.reply import Reply, Text

_SHOWN_TOPICS = 8


@click("EMPLOYERS")
def employers(_event: Inbound, _card: Card, known: Known) -> Reply:
    """用人单位."""
    return Text(
        "欢迎用人单位！请这样开始：\n"
        f"1. 打开{known.link('/employer/', '用人单位页面')}，用手机号注册，填写单位信息并上传营业执照；\n"
        "2. 审核通过后，可以发布职位、筛选简历、通知面试；\n"
        "3. 与毕业生谈妥后，扫毕业生的签约码在线签约，不注册也可以；"
        f"签过的在{known.link('/s/back', '我的签约')}查看。\n"
        "电脑上也可以打开同一网址使用。"
    )


@click("QUESTIONS")
def questions(_event: Inbound, _card: Card, known: Known) -> Reply:
    """常见问题: the first topics by name, the article, and how to ask."""
    names = "\n".join(f"· {topic.name}" for topic in known.faq.topics[:_SHOWN_TOPICS])
    desk = known.faq.desk
    return Text(
        f'先看看<a href="{desk.article}">常见问题</a>，或直接回复下面的词：\n{names}\n'
        f"没有您要的？把问题发给我们即可，工作日{desk.opens:%H:%M}至{desk.closes:%H:%M}有老师答复。"
    )


@click("SAFETY")
def safety(_event: Inbound, _card: Card, _known: Known) -> Reply:
    """风险防范: what 教就业〔2023〕4号 warns of (虚假招聘、售卖协议、“黑职介”“培训贷”)."""
    return Text(
        "求职安全，记住“五不”：\n"
        "1. 不交钱：入职前收押金、服装费、培训费的，多半是骗局；\n"
        "2. 不贷款：遇到“先培训后上岗、贷款交学费”的“培训贷”，立即离开；\n"
        "3. 不交证件：身份证、毕业证原件不离手，验证码不告诉任何人；\n"
        "4. 不买卖协议：就业协议只和真正录用您的单位签，找“黑职介”代签要承担后果；\n"
        "5. 不轻信：通过学校就业网和 www.ncss.cn 核实单位，独自面试先告诉家人同学。\n"
        "发现虚假招聘请告诉辅导员；已经受骗，马上拨打110。"
    )
