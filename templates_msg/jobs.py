"""Messages about posts and interviews.

教学厅函〔2022〕8号 四(三): 「结合毕业生专业、求职意愿等主动推送给毕业班辅导员和高校毕业生」; 二(二) names 「面试通知」.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from templates_msg.base import Template, slot
from templates_msg.fields import Span

_POST = "软件开发工程师"
_UNIT = "合肥创新软件有限公司"


@dataclass(frozen=True)
class JobsForGraduate(Template):
    """职位推荐通知: the best of some posts that suit a graduate, and how many there are."""

    name = "jobs_for_graduate"
    title = "职位推荐通知"

    post: str = slot("thing1", "推荐职位", sample=_POST)
    unit: str = slot("thing2", "用人单位", sample=_UNIT)
    place: str = slot("thing3", "工作地点", sample="安徽省合肥市")
    count: int = slot("number4", "推荐职位数", sample=8)


@dataclass(frozen=True)
class JobsForCounselor(Template):
    """岗位信息汇总通知: new posts for the majors and levels that a counselor holds. ``days`` is a day or a Span."""

    name = "jobs_for_counselor"
    title = "岗位信息汇总通知"

    majors: str = slot("thing1", "适用专业", sample="软件工程、计算机科学与技术")
    count: int = slot("number2", "新增岗位数", sample=126)
    graduates: int = slot("number3", "适合毕业生数", sample=43)
    days: date | Span = slot("date4", "统计日期", sample=Span(date(2026, 11, 16), date(2026, 11, 22)))


@dataclass(frozen=True)
class InterviewInvited(Template):
    """面试通知: to the graduate whom a unit wants to see."""

    name = "interview_invited"
    title = "面试通知"

    post: str = slot("thing1", "面试职位", sample=_POST)
    unit: str = slot("thing2", "面试单位", sample=_UNIT)
    at: datetime = slot("time3", "面试时间", sample=datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    place: str = slot("thing4", "面试地点", sample="高新区创新大道 88 号 3 楼")
    phone: str = slot("phone_number5", "联系电话", sample="0551-65000000")
