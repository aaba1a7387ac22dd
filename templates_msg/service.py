"""Messages of care and news: 帮扶, 咨询 and 资讯推送.

教就业〔2023〕4号: 「"一对一"帮扶责任制」, 「政策、资讯、岗位信息等实现精准有效推送」.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from templates_msg.base import Template, slot
from templates_msg.fields import Span

NEWS = ("就业政策", "就业资讯", "招聘活动")


@dataclass(frozen=True)
class HelpDue(Template):
    """帮扶跟进提醒: to a named helper who has entered nothing for some days."""

    name = "help_due"
    title = "帮扶跟进提醒"

    graduate: str = slot("thing1", "帮扶对象", sample="李晓雨")
    helper: str = slot("thing2", "帮扶责任人", sample="王建国")
    days: int = slot("number3", "未跟进天数", sample=14)
    by: date = slot("date4", "请于此日前跟进", sample=date(2026, 11, 27))


@dataclass(frozen=True)
class QuestionAnswered(Template):
    """咨询回复通知: the help desk has answered a question after the platform's window for answers had closed."""

    name = "question_answered"
    title = "咨询回复通知"

    question: str = slot("thing1", "咨询内容", sample="协议书丢失了怎么办")
    answer: str = slot("thing2", "回复内容", sample="请向学校就业部门申请补办")
    at: datetime = slot("time3", "回复时间", sample=datetime(2026, 11, 20, 7, 1, tzinfo=UTC))


@dataclass(frozen=True)
class NewsPushed(Template):
    """就业资讯通知. ``kind`` is one of ``NEWS``; ``days`` is the day of a piece of news or those of an event."""

    name = "news_pushed"
    title = "就业资讯通知"

    headline: str = slot("thing1", "标题", sample="秋季校园招聘月专场活动")
    kind: str = slot("const2", "类型", sample=NEWS[2], values=NEWS)
    publisher: str = slot("thing3", "发布单位", sample="安徽省教育厅")
    days: date | Span = slot("date4", "日期", sample=Span(date(2026, 11, 26), date(2026, 11, 27)))
