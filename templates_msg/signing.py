"""Messages about signing and releasing (签约、解约).

教学厅函〔2021〕14号: 「用人单位在网签平台注册,与毕业生在线进行签约、解约」; an invitation that nobody answers in time
becomes void.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, slot

EXPIRIES = ("即将到期", "已失效")
RESULTS = ("对方已应约", "对方已婉拒", "审核通过", "审核不通过", "签约成功", "邀请已撤回")
RELEASES = ("同意解约", "不同意解约")

_UNIT = "合肥创新软件有限公司"
_UNTIL = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
_AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SigningInvited(Template):
    """签约邀请通知: to the graduate whom a unit invites; ``until`` is the end of 应约有效期."""

    name = "signing_invited"
    title = "签约邀请通知"

    unit: str = slot("thing1", "用人单位", sample=_UNIT)
    post: str = slot("thing2", "签约职位", sample="软件开发工程师")
    until: datetime = slot("time3", "应约截止时间", sample=_UNTIL)


@dataclass(frozen=True)
class SigningExpires(Template):
    """签约邀请到期提醒: shortly before 应约有效期 ends, or after it. ``state`` is one of ``EXPIRIES``."""

    name = "signing_expires"
    title = "签约邀请到期提醒"

    unit: str = slot("thing1", "用人单位", sample=_UNIT)
    until: datetime = slot("time2", "应约截止时间", sample=_UNTIL)
    state: str = slot("const3", "邀请状态", sample=EXPIRIES[0], values=EXPIRIES)


@dataclass(frozen=True)
class SigningDecided(Template):
    """签约结果通知: to either side. ``result`` is one of ``RESULTS``."""

    name = "signing_decided"
    title = "签约结果通知"

    other: str = slot("thing1", "签约对方", sample=_UNIT)
    result: str = slot("const2", "签约结果", sample=RESULTS[4], values=RESULTS)
    at: datetime = slot("time3", "处理时间", sample=_AT)


@dataclass(frozen=True)
class ReleaseApplied(Template):
    """解约申请通知: to the other side and to whoever reviews it."""

    name = "release_applied"
    title = "解约申请通知"

    applicant: str = slot("thing1", "申请人", sample="李晓雨")
    other: str = slot("thing2", "签约对方", sample=_UNIT)
    reason: str = slot("thing3", "解约原因", sample="考取硕士研究生")
    at: datetime = slot("time4", "申请时间", sample=_AT)


@dataclass(frozen=True)
class ReleaseDecided(Template):
    """解约审核结果通知. ``result`` is one of ``RELEASES``."""

    name = "release_decided"
    title = "解约审核结果通知"

    other: str = slot("thing1", "签约对方", sample=_UNIT)
    result: str = slot("const2", "审核结果", sample=RELEASES[0], values=RELEASES)
    remark: str = slot("thing3", "审核说明", sample="材料齐全")
    at: datetime = slot("time4", "审核时间", sample=_AT)
