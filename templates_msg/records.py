"""Messages about 生源信息, 去向登记 and what the national system says of them.

《安徽24365平台院系、辅导员操作指南》:
「毕业生本人已经在微信小程序上执行生源信息维护和确认」, 审核不通过 with its reason,
【全国系统信息反馈】 with 「生源信息错误、登记信息错误和档案信息错误」.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, slot
from templates_msg.fields import time

NO_LIMIT = "尽快"
STATES = ("待确认", "有变更待确认")
APPROVALS = ("初审通过", "审核通过")
ERRORS = ("生源信息错误", "登记信息错误", "档案信息错误")

_AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)
_SCHOOL = "合肥理工大学"
_COLLEGE = "合肥理工大学计算机学院"


def until(moment: datetime | None) -> str:
    """A time limit in words; there may be none."""
    return time(moment) if moment else NO_LIMIT


@dataclass(frozen=True)
class SourceToConfirm(Template):
    """生源信息确认提醒. ``state`` is one of ``STATES``; ``by`` is None where the school set no time limit."""

    name = "source_to_confirm"
    title = "生源信息确认提醒"

    graduate: str = slot("thing1", "毕业生", sample="李晓雨")
    school: str = slot("thing2", "学校", sample=_SCHOOL)
    state: str = slot("const3", "确认状态", sample=STATES[0], values=STATES)
    by: datetime | None = slot("thing4", "确认期限", sample=_AT, shows=until)


@dataclass(frozen=True)
class DestinationApproved(Template):
    """去向登记审核通过通知. ``result`` is one of ``APPROVALS``."""

    name = "destination_approved"
    title = "去向登记审核通过通知"

    destination: str = slot("thing1", "毕业去向", sample="签就业协议形式就业")
    reviewer: str = slot("thing2", "审核单位", sample=_COLLEGE)
    result: str = slot("const3", "审核结果", sample=APPROVALS[0], values=APPROVALS)
    at: datetime = slot("time4", "审核时间", sample=_AT)


@dataclass(frozen=True)
class DestinationRejected(Template):
    """去向登记审核不通过通知, with the reason; the page behind it has the whole of it."""

    name = "destination_rejected"
    title = "去向登记审核不通过通知"

    destination: str = slot("thing1", "毕业去向", sample="签就业协议形式就业")
    reviewer: str = slot("thing2", "审核单位", sample=_COLLEGE)
    reason: str = slot("thing3", "不通过原因", sample="单位名称与证明材料不一致")
    at: datetime = slot("time4", "审核时间", sample=_AT)


@dataclass(frozen=True)
class NationalFeedback(Template):
    """全国系统信息反馈: to the counselor and the graduate. ``kind`` is one of ``ERRORS``."""

    name = "national_feedback"
    title = "全国系统信息反馈通知"

    graduate: str = slot("thing1", "毕业生", sample="李晓雨")
    kind: str = slot("const2", "错误类型", sample=ERRORS[1], values=ERRORS)
    text: str = slot("thing3", "反馈内容", sample="单位联系电话不能为空")
    at: datetime = slot("time4", "反馈时间", sample=_AT)
