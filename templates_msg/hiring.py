"""What became of a registration, a post, an invitation or a complaint.

教学厅函〔2022〕8号 二(二): 「为用人单位提供职位发布、简历筛选、面试通知、网上签约等招聘服务」.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, slot

SUBJECTS = ("单位注册", "岗位发布", "岗位投诉", "面试邀请", "学历查询")
RESULTS = (
    *("审核通过", "退回修改", "不予通过", "已暂停", "已恢复", "已关闭"),
    *("已接受", "已谢绝", "逾期未答复", "本人同意", "本人不同意", "投诉属实", "投诉不属实", "对方已取消", "等待您同意"),
)


@dataclass(frozen=True)
class HiringTold(Template):
    """办理结果通知: what an office decided about a unit or a post, or how a graduate answered. ``note`` says more."""

    name = "hiring_told"
    title = "办理结果通知"

    subject: str = slot("const1", "事项", sample=SUBJECTS[1], values=SUBJECTS)
    what: str = slot("thing2", "名称", sample="软件开发工程师")
    result: str = slot("const3", "结果", sample=RESULTS[0], values=RESULTS)
    note: str = slot("thing4", "说明", sample="毕业生可以看到这个岗位")
    at: datetime = slot("time5", "时间", sample=datetime(2026, 11, 20, 7, 1, tzinfo=UTC))
