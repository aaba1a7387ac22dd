"""Messages about the tie between a graduate and a counselor."""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, slot

_AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)
NO_REASON = "未填写原因"
ACCOUNT_ENDED = "辅导员账号已停用"
MOVED_AWAY = "辅导员已调到其他单位"


@dataclass(frozen=True)
class CounselorLinked(Template):
    """毕业生关联通知 (教学厅函〔2022〕8号 附件1 二4): to the counselor whom a graduate has ticked."""

    name = "counselor_linked"
    title = "毕业生关联通知"

    graduate: str = slot("thing1", "毕业生", sample="李晓雨")
    group: str = slot("thing2", "学院班级", sample="计算机学院 软件工程2301班")
    at: datetime = slot("time3", "关联时间", sample=_AT)


@dataclass(frozen=True)
class LinkEnded(Template):
    """解除关联通知: to the other side of a tie that one side has ended."""

    name = "link_ended"
    title = "解除关联通知"

    person: str = slot("thing1", "对方姓名", sample="王建国")
    reason: str = slot("thing2", "原因", sample=NO_REASON)
    at: datetime = slot("time3", "解除时间", sample=_AT)
