"""Messages to a counselor about the tasks (任务) that those above dispatch.

《辅导员平台使用说明》: 「向辅导员发送任务提醒消息，辅导员用户点击消息即可查看任务详情」; for a live course
「还需在直播课开课前后，在平台中点击“签到”」.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from templates_msg.base import Template, fixed, slot
from templates_msg.fields import Span, time

NO_DUE = "不限期"
KINDS = ("就业创业政策", "招聘活动", "就业课程", "岗位信息", "通知", "就业创业直播课")
STATES = ("未查看", "未完成", "未签到")  # how far the counselor is

_COURSE = "就业创业直播课：求职材料怎么写"
_OFFICE = "安徽省教育厅"
_EVENING = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
_LATER = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def until(due: datetime | None) -> str:
    """A deadline in words; a task may have none."""
    return time(due) if due else NO_DUE


@dataclass(frozen=True)
class TaskAssigned(Template):
    """新任务提醒. ``kind`` is one of ``KINDS``; ``due`` is None when the task has no deadline."""

    name = "task_assigned"
    title = "新任务提醒"

    task: str = slot("thing1", "任务名称", sample=_COURSE)
    kind: str = slot("const2", "任务类型", sample=KINDS[5], values=KINDS)
    dispatcher: str = slot("thing3", "派发单位", sample=_OFFICE)
    due: datetime | None = slot("thing4", "完成期限", sample=_EVENING, shows=until)


@dataclass(frozen=True)
class TaskDue(Template):
    """任务即将截止: of their own to those who are not through. ``state`` is one of ``STATES``."""

    name = "task_due"
    title = "任务即将截止提醒"

    task: str = slot("thing1", "任务名称", sample=_COURSE)
    dispatcher: str = slot("thing2", "派发单位", sample=_OFFICE)
    due: datetime = slot("time3", "截止时间", sample=_EVENING)
    state: str = slot("const4", "办理情况", sample=STATES[1], values=STATES)


@dataclass(frozen=True)
class TaskUnfinished(Template):
    """任务未完成提醒: when the dispatcher, or somebody above the counselor, asks again."""

    name = "task_unfinished"
    title = "任务未完成提醒"

    task: str = slot("thing1", "任务名称", sample=_COURSE)
    asker: str = slot("thing2", "提醒单位", sample="合肥理工大学")
    due: datetime | None = slot("thing3", "完成期限", sample=_EVENING, shows=until)
    state: str = slot("const4", "办理情况", sample=STATES[0], values=STATES)


@dataclass(frozen=True)
class CheckInOpens(Template):
    """直播课签到 has opened. ``window`` is the Span in which one may check in."""

    name = "check_in_opens"
    title = "直播课签到提醒"

    task: str = slot("thing1", "课程名称", sample=_COURSE)
    window: Span = slot("time2", "签到时间", sample=Span(_EVENING, _LATER))
    state: str = fixed("const3", "签到状态", "签到已开始")


@dataclass(frozen=True)
class CheckInCloses(Template):
    """直播课签到 closes soon: to those who have not checked in. The same form as ``CheckInOpens``."""

    name = "check_in_closes"
    title = "直播课签到提醒"

    task: str = slot("thing1", "课程名称", sample=_COURSE)
    window: Span = slot("time2", "签到时间", sample=Span(_EVENING, _LATER))
    state: str = fixed("const3", "签到状态", "签到即将截止")


@dataclass(frozen=True)
class TaskWithdrawn(Template):
    """任务撤回通知: to those who had been told of it."""

    name = "task_withdrawn"
    title = "任务撤回通知"

    task: str = slot("thing1", "任务名称", sample=_COURSE)
    dispatcher: str = slot("thing2", "派发单位", sample=_OFFICE)
    at: datetime = slot("time3", "撤回时间", sample=_EVENING)
