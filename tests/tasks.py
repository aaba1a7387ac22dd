"""Tasks as they lie at a counselor, written straight into the database."""

from datetime import datetime, timedelta
from typing import Any

from models.task import Assignment, Task, TaskTally
from tests.cast import Cast

BODY = "<h2>活动安排</h2><p>请通知<strong>毕业班</strong>学生参加。</p><ul><li>时间</li><li>地点</li></ul>"


def give(cast: Cast, now: datetime, **columns: Any) -> Assignment:
    """A task of 安徽省 that has gone out to the cast's counselor, with ``columns`` of its own."""
    task = Task.create(
        **{
            "unit": cast.units["province"],
            "staff": cast.province.staff,
            "level": "province",
            "province_id": cast.units["province"].id,
            "status": "dispatched",
            "kind": "event",
            "title": "秋季校园招聘会",
            "body": BODY,
            "due_at": now + timedelta(days=5),
            "dispatched_at": now - timedelta(hours=2),
            **columns,
        }
    )
    counselor = cast.counselor.staff
    TaskTally.create(task=task, unit=counselor.unit_id, assigned=1)
    return Assignment.create(task=task, staff=counselor, unit=counselor.unit_id)


def give_course(cast: Cast, begins: datetime, **columns: Any) -> Assignment:
    """A live course of an hour; one checks in from 30 minutes before its beginning to 30 minutes after."""
    times = {"starts_at": begins, "ends_at": begins + timedelta(hours=1)}
    return give(
        cast,
        begins - timedelta(days=1),
        **{"kind": "live", "title": "求职材料怎么写", "due_at": None, **times, **columns},
    )
