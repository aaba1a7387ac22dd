"""Tasks (任务) that staff dispatch to counselors: kinds, who may narrow by what, and the windows of a check-in.

《辅导员平台使用说明》: 省级 「分学校、学院、届别、层次选择辅导员」, 校级 「分学院、届别、层次」, 院级 「分届别、层次」;
for a live course 「转发学生并点击完成之外，还需在直播课开课前后，在平台中点击“签到”」.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actors import Role
from domain.refusals import Invalid


class TaskKind(StrEnum):
    """What a task is about."""

    POLICY = "policy"  # 就业创业政策
    EVENT = "event"  # 招聘活动
    COURSE = "course"  # 就业课程
    JOB = "job"  # 岗位信息
    NOTICE = "notice"  # 通知
    LIVE = "live"  # 就业创业直播课


class Filter(StrEnum):
    """By what a dispatcher may narrow the counselors below."""

    PROVINCE = "provinces"
    SCHOOL = "schools"
    COLLEGE = "colleges"
    YEAR = "years"  # 届别
    EDUCATION = "educations"  # 层次


DISPATCHERS = (Role.MINISTRY, Role.PROVINCE, Role.SCHOOL, Role.COLLEGE)

_BY_DUTY = frozenset({Filter.YEAR, Filter.EDUCATION})
FILTERS: dict[Role, frozenset[Filter]] = {
    Role.MINISTRY: frozenset(Filter),
    Role.PROVINCE: _BY_DUTY | {Filter.SCHOOL, Filter.COLLEGE},
    Role.SCHOOL: _BY_DUTY | {Filter.COLLEGE},
    Role.COLLEGE: _BY_DUTY,
}


def check_filters(level: Role, chosen: Iterable[str]) -> None:
    """Raises Invalid when a dispatcher of ``level`` narrows by something that is not theirs."""
    if not set(chosen) <= FILTERS.get(level, frozenset()):
        raise Invalid("task_filter_not_yours")


@dataclass(frozen=True, slots=True)
class Window:
    """When one check-in may be made, both ends included. ``mark`` names it on the assignment."""

    mark: str  # checked_in_at | checked_out_at
    opens_at: datetime
    closes_at: datetime

    def holds(self, moment: datetime) -> bool:
        return self.opens_at <= moment <= self.closes_at


def windows(
    starts_at: datetime, ends_at: datetime, minutes_before: int, minutes_after: int, *, twice: bool
) -> tuple[Window, ...]:
    """The check-ins that a live course asks for.

    Once: a single window around the beginning (「开课前后」). Twice: one before the beginning, one after the end.
    """
    before, after = timedelta(minutes=minutes_before), timedelta(minutes=minutes_after)
    if twice:
        return (
            Window("checked_in_at", starts_at - before, starts_at),
            Window("checked_out_at", ends_at, ends_at + after),
        )
    return (Window("checked_in_at", starts_at - before, starts_at + after),)
