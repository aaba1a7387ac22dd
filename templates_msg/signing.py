"""Messages about signing and releasing (签约、解约).

教学厅函〔2021〕14号: 「用人单位在网签平台注册,与毕业生在线进行签约、解约」; an invitation that nobody answers in time
becomes void.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from templates_msg.base import Template, slot

EXPIRIES = {"soon": "即将到期", "over": "已失效"}
# What became of an agreement, or what somebody is to do about it.
RESULTS = {
    "accepted": "对方已应约",
    "declined": "对方已婉拒",
    "passed": "审核通过",
    "rejected": "审核不通过",
    "effective": "签约成功",
    "recalled": "邀请已撤回",
    "opened": "有单位打开签约码",
    "revised": "对方修改了条款",
    "withdrawn": "对方已撤销签约",
    "returned": "材料退回修改",
    "replaced": "材料已重新提交",
    "returned_soon": "退回材料即将逾期",
    "voided": "协议已作废",
    "error_reported": "上报信息有误",
    "form_issued": "纸质协议书可下载",
    "scan_by_unit": "单位已上传扫描件",
    "scan_soon": "请尽快上传签章协议",
    "number_over": "协议书号已失效",
    "waiting": "有协议待审核",
    "late": "有协议逾期未审核",
    "release_waiting": "有解约待审核",
    "release_late": "有解约逾期未审核",
    "college_passed": "院系审核通过",
    "called_off": "毕业生已撤销签约",
}
RELEASES = {
    "released": "同意解约",
    "rejected": "不同意解约",
    "agreed": "对方同意解约",
    "refused": "对方不同意解约",
    "cancelled": "对方已撤回申请",
    "soon": "解约申请即将到期",
    "expired": "解约申请已失效",
    "proof_added": "对方已提交解约函",
    "filed_for_graduate": "学校代您提交解约函",
}
ASKED = "对方申请解约，请答复"  # in a text message; in WeChat the application has a message of its own
# Said where nobody wrote a remark.
_REMARKS = {
    "released": "就业协议已解除",
    "rejected": "就业协议继续有效",
    "agreed": "等待学校审核",
    "refused": "就业协议继续有效",
    "cancelled": "就业协议继续有效",
    "soon": "请尽快答复",
    "expired": "就业协议继续有效",
    "proof_added": "等待学校审核",
    "filed_for_graduate": "等待学校审核，有异议请联系学校",
}

UNKNOWN_UNIT = "用人单位（填写中）"  # of which nothing is known but that it has opened a code

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
    """签约邀请到期提醒: shortly before 应约有效期 ends, or after it. ``state`` is a word of ``EXPIRIES``."""

    name = "signing_expires"
    title = "签约邀请到期提醒"

    unit: str = slot("thing1", "用人单位", sample=_UNIT)
    until: datetime = slot("time2", "应约截止时间", sample=_UNTIL)
    state: str = slot("const3", "邀请状态", sample=EXPIRIES["soon"], values=tuple(EXPIRIES.values()))


@dataclass(frozen=True)
class SigningDecided(Template):
    """签约结果通知: to either side, and to whoever reviews. ``result`` is a word of ``RESULTS``."""

    name = "signing_decided"
    title = "签约结果通知"

    other: str = slot("thing1", "签约对方", sample=_UNIT)
    result: str = slot("const2", "签约结果", sample=RESULTS["effective"], values=tuple(RESULTS.values()))
    at: datetime = slot("time3", "处理时间", sample=_AT)

    @classmethod
    def of(cls, other: str, result: str, at: datetime) -> Self:
        """From a key of ``RESULTS``."""
        return cls(other, RESULTS[result], at)


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
    """解约审核结果通知: to either side. ``result`` is a word of ``RELEASES``."""

    name = "release_decided"
    title = "解约审核结果通知"

    other: str = slot("thing1", "签约对方", sample=_UNIT)
    result: str = slot("const2", "审核结果", sample=RELEASES["released"], values=tuple(RELEASES.values()))
    remark: str = slot("thing3", "审核说明", sample="材料齐全")
    at: datetime = slot("time4", "审核时间", sample=_AT)

    @classmethod
    def of(cls, other: str, result: str, remark: str, at: datetime) -> Self:
        """From a key of ``RELEASES``; without a remark what follows from the result."""
        return cls(other, RELEASES[result], remark or _REMARKS[result], at)
