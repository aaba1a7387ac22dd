"""What became of a registration, a post, an invitation, a complaint or a question about a degree.

教学厅函〔2022〕8号 二(二): 「为用人单位提供职位发布、简历筛选、面试通知、网上签约等招聘服务」.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from templates_msg.base import Template, slot
from templates_msg.fields import SHANGHAI

SUBJECTS = {
    "employer": "单位注册",
    "post": "岗位发布",
    "complaint": "岗位投诉",
    "interview": "面试邀请",
    "degree": "学历查询",
}
# Verbs of offices, and statuses that an answer leads to.
RESULTS = {
    "approve": "审核通过",
    "publish": "已发布",
    "return": "退回修改",
    "decline": "不予通过",
    "suspend": "已暂停",
    "restore": "已恢复",
    "adopt": "变更通过",
    "keep": "变更未通过",
    "close": "已关闭",
    "accepted": "已接受",
    "declined": "已谢绝",
    "expired": "逾期未答复",
    "cancelled": "对方已取消",
    "asked": "等待您同意",
    "granted": "本人同意",
    "refused": "本人不同意",
    "uphold": "投诉属实",
    "dismiss": "投诉不属实",
}
# Said where an office gave no reason.
_NOTES = {
    "approve": "可以发布岗位了",
    "publish": "毕业生可以看到这个岗位",
    "restore": "可以继续使用",
    "adopt": "新的单位信息已生效",
    "cancelled": "这次面试不再进行",
    "granted": "同意后 30 天内可以查看",
    "refused": "不能查看，请与本人联系",
}
# Where an interview is that has no place to go to.
NO_PLACE = {"phone": "电话面试", "online": "线上面试，链接见详情"}


@dataclass(frozen=True)
class HiringTold(Template):
    """办理结果通知: what an office decided about a unit or a post, or how a graduate answered. ``note`` says more."""

    name = "hiring_told"
    title = "办理结果通知"

    subject: str = slot("const1", "事项", sample=SUBJECTS["post"], values=tuple(SUBJECTS.values()))
    what: str = slot("thing2", "名称", sample="软件开发工程师")
    result: str = slot("const3", "结果", sample=RESULTS["publish"], values=tuple(RESULTS.values()))
    note: str = slot("thing4", "说明", sample="毕业生可以看到这个岗位")
    at: datetime = slot("time5", "时间", sample=datetime(2026, 11, 20, 7, 1, tzinfo=UTC))

    @classmethod
    def of(cls, subject: str, what: str, result: str, note: str, at: datetime) -> Self:
        """From a key of ``SUBJECTS`` and one of ``RESULTS``; without a note what follows from the result."""
        return cls(SUBJECTS[subject], what, RESULTS[result], note or _NOTES[result], at)


def purpose_words(purpose: str) -> str:
    """What an employer wants to know a degree for."""
    return f"用途：{purpose}"


def interview_words(at: datetime, reason: str) -> str:
    """Which interview, and why somebody is not coming."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M} 面试" + (f"：{reason}" if reason else "")
