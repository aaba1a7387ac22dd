"""Tasks that staff dispatch, what became of them at each counselor, and the counts that are looked at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from models.base import Base, Record, new_code
from models.db import transaction
from models.fields import SmallJson, UtcField
from models.message import Message
from models.org import OrgUnit, Staff

_STATEMENT = 500  # ids
_REACHED = ("told", "delivered")


class Task(Record):
    """任务: a content, an audience, and when. The units above the dispatching unit are kept for lists."""

    unit = ForeignKeyField(OrgUnit, backref="tasks", on_delete="RESTRICT")  # in whose name it is dispatched
    staff = ForeignKeyField(Staff, backref="tasks", on_delete="RESTRICT")  # who wrote it
    sender_id = IntegerField(null=True)  # the staff who sent it, or had it sent later
    level = CharField(max_length=12)
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    status = CharField(max_length=12, default="draft")  # see domain.machines.TASK
    kind = CharField(max_length=12)  # see domain.tasks.TaskKind
    title = CharField(max_length=60)
    body = TextField(default="")  # HTML, cleaned when it was written
    campaign = CharField(max_length=40, default="")  # 秋季校园招聘月 …
    link = CharField(max_length=300, default="")  # a post, an event or a live room
    link_title = CharField(max_length=60, default="")
    due_at = UtcField(null=True)
    starts_at = UtcField(null=True)  # of a live course
    ends_at = UtcField(null=True)
    minutes_before = IntegerField(default=30)  # check-in windows
    minutes_after = IntegerField(default=30)
    is_check_in_twice = BooleanField(default=False)
    audience = SmallJson(null=True)  # domain.tasks.Filter → the values chosen
    preview = SmallJson(null=True)  # recipients, unbound, at: as last counted
    send_at = UtcField(null=True)  # when a scheduled task goes out
    dispatched_at = UtcField(null=True)
    withdrawn_at = UtcField(null=True)
    copied_from = CharField(max_length=24, default="")
    missed_why = CharField(max_length=24, default="")  # why it was not sent at its hour: a code of a refusal

    class Meta:
        indexes = (
            (("unit", "id"), False),
            (("province_id", "id"), False),
            (("school_id", "id"), False),
            (("status", "send_at"), False),
            (("status", "due_at"), False),
            (("status", "starts_at"), False),
        )

    @classmethod
    def by_levels(cls, levels: Sequence[str], statuses: Sequence[str]) -> Any:
        """The condition that units of some levels dispatch it and that it has one of some statuses.

        Said so that it is read along the ids, or those of one's range: by an index of the statuses or the units either
        database would gather and sort every task there is for one page.
        """
        return cls.level.in_(levels) & fn.COALESCE(cls.status, "").in_(statuses)


class TaskFile(Record):
    """An attachment (附件); the content lies in the vault."""

    task = ForeignKeyField(Task, backref="files", on_delete="CASCADE")
    name = CharField(max_length=120)
    size = IntegerField()
    media_type = CharField(max_length=80)
    file = CharField(max_length=64)  # name in the vault
    digest = CharField(max_length=64, default="")  # SHA-256 of the content


class Assignment(Record):
    """One task at one counselor. ``unit`` is the counselor's at the time of dispatch, or the college that dispatched to
    one who stands in its school and answers for it.

    ``reach`` is what became of the messages: waiting, told, delivered, or why nobody was reached (unbound,
    unfollowed, blocked, failed, unknown).
    """

    id = BigAutoField()
    task = ForeignKeyField(Task, backref="assignments", on_delete="RESTRICT")
    staff = ForeignKeyField(Staff, backref="assignments", on_delete="RESTRICT")
    unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
    share_code = CharField(max_length=24, unique=True, default=new_code)  # of the public page
    status = CharField(max_length=12, default="unread")  # see domain.machines.ASSIGNMENT
    reach = CharField(max_length=12, default="waiting")
    viewed_at = UtcField(null=True)
    forwarded_at = UtcField(null=True)
    completed_at = UtcField(null=True)
    checked_in_at = UtcField(null=True)
    checked_out_at = UtcField(null=True)
    finished_at = UtcField(null=True)  # everything asked for is done
    left_at = UtcField(null=True)  # since when nothing is asked of somebody who is not at work any more
    opens = IntegerField(default=0)  # of the public page

    class Meta:
        indexes = (
            (("task", "staff"), True),
            (("task", "unit", "id"), False),
            (("staff", "finished_at", "id"), False),
        )

    @classmethod
    @transaction
    def note_reach(cls, pairs: Mapping[str, Sequence[int]], keeps: Sequence[str] = ("delivered",)) -> None:
        """Writes what became of messages: reach → ids of assignments. A reach among ``keeps`` stays as it is.

        Whom one message has reached is told, whatever becomes of another: a reminder that fails takes nothing back.
        The counts that this touches are made anew behind it.
        """
        for reach, ids in pairs.items():
            for start in range(0, len(ids), _STATEMENT):
                some = list(ids[start : start + _STATEMENT])
                other = cls.reach.not_in(sorted({reach, *keeps}))
                if reach not in _REACHED:
                    other &= (cls.reach != "told") | cls.id.not_in(_reached(some))
                if cls.update(reach=reach).where(cls.id.in_(some) & other).execute():
                    places = cls.select(cls.task, cls.unit).where(cls.id.in_(some)).distinct()
                    TaskTally.touch_all(places.tuples())


def _reached(assignment_ids: list[int]) -> Any:
    """Of some assignments those of which a message was accepted and not refused afterwards."""
    theirs = Message.assignment_id.in_(assignment_ids) & Message.status.in_(("accepted", "delivered"))
    return Message.select(Message.assignment_id).where(theirs)


class TaskTally(Base):
    """Counts of one task, made anew behind whatever happens, so that no page counts or adds up a country.

    Level ``unit`` counts those who stand in the unit itself; ``school``, ``province`` and ``ministry`` are sums of
    the level below: everybody in that unit and below it.
    """

    task = ForeignKeyField(Task, on_delete="CASCADE")
    unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
    level = CharField(max_length=12, default="unit")
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    college_id = IntegerField(null=True)
    assigned = IntegerField(default=0)
    told = IntegerField(default=0)
    delivered = IntegerField(default=0)
    unbound = IntegerField(default=0)  # this and the next four: why nobody was reached
    unfollowed = IntegerField(default=0)
    blocked = IntegerField(default=0)
    failed = IntegerField(default=0)
    unknown = IntegerField(default=0)
    viewed = IntegerField(default=0)
    forwarded = IntegerField(default=0)
    completed = IntegerField(default=0)
    checked_in = IntegerField(default=0)
    finished = IntegerField(default=0)
    away = IntegerField(default=0)  # who left before they were through, and are in no other number
    is_dirty = BooleanField(default=True, index=True)

    class Meta:
        indexes = (
            (("task", "unit", "level"), True),
            (("task", "level", "province_id"), False),
            (("task", "school_id"), False),
        )

    @classmethod
    def touch(cls, task_id: int, unit_ids: Iterable[int]) -> None:
        """Asks for new counts, in the transaction that changes what is counted.

        Rows that wait for it already are written as well: whoever is counting them at this moment holds their
        locks, so that this comes after it and the change is not lost.
        """
        mine = (cls.task == task_id) & cls.unit.in_(sorted(set(unit_ids))) & (cls.level == "unit")
        cls.update(is_dirty=True).where(mine).execute()

    @classmethod
    def touch_all(cls, places: Iterable[tuple[int, int]]) -> None:
        """The same for pairs of task and unit."""
        by_task: dict[int, list[int]] = {}
        for task_id, unit_id in places:
            by_task.setdefault(task_id, []).append(unit_id)
        for task_id in sorted(by_task):
            cls.touch(task_id, by_task[task_id])


class TaskWave(Base):
    """A pass over all counselors of a task, in steps: counting, dispatching, reminding.

    ``at_id`` is committed with the rows before it, so that whoever goes on starts there.
    """

    task = ForeignKeyField(Task, backref="waves", on_delete="CASCADE")
    kind = CharField(max_length=16)  # preview | dispatch | withdraw | due | opens | closes | nudge
    unit_id = IntegerField(default=0)  # whose counselors alone; 0 stands for everybody
    number = IntegerField(default=0)  # which of several of one kind
    params = SmallJson(null=True)
    due_at = UtcField()
    at_id = IntegerField(default=0)
    count = IntegerField(default=0)
    lease_until = UtcField(null=True)
    finished_at = UtcField(null=True)
    tries = IntegerField(default=0)  # failures since it last came forward
    problem = CharField(max_length=60, default="")  # what the last failure was
    failed_at = UtcField(null=True)  # since when it waits for a person to have it tried again

    class Meta:
        indexes = (
            (("task", "kind", "unit_id", "number"), True),
            (("finished_at", "due_at"), False),
        )

    @classmethod
    @transaction
    def take(cls, now: datetime, until: datetime, kinds: Sequence[str]) -> Self | None:
        """Takes the oldest due wave of some kinds that nobody works on; its lease runs to ``until``."""
        free: Any = cls.lease_until.is_null() | (cls.lease_until < now)
        due = cls.finished_at.is_null() & (cls.due_at <= now) & free & cls.kind.in_(kinds)
        due &= cls.failed_at.is_null()
        for row in cls.select().where(due).order_by(cls.due_at, cls.id).limit(5):
            same = (
                cls.lease_until.is_null() if row.lease_until is None else cls.lease_until == row.lease_until
            )
            mine = (cls.id == row.id) & cls.finished_at.is_null() & same
            if cls.update(lease_until=until).where(mine).execute():
                row.lease_until = until
                return row
        return None

    @classmethod
    def failed(cls, task_id: int) -> list[Self]:
        """The waves of a task that were given up and wait for a person."""
        given_up = (cls.task == task_id) & cls.finished_at.is_null() & cls.failed_at.is_null(False)
        return list(cls.select().where(given_up).order_by(cls.id))

    @classmethod
    def begin_again(cls, task_id: int) -> int:
        """Lets those be tried anew, from where they stood; returns how many that were."""
        given_up = (cls.task == task_id) & cls.finished_at.is_null() & cls.failed_at.is_null(False)
        return int(cls.update(failed_at=None, tries=0, lease_until=None).where(given_up).execute())


class TaskOpening(Base):
    """One phone's opening of a public page on one day in China: kept so that it counts once."""

    id = BigAutoField()
    assignment_id = BigIntegerField()
    phone = CharField(max_length=24)  # a random word that the browser keeps
    day = DateField(index=True)

    class Meta:
        indexes = ((("assignment_id", "phone", "day"), True),)


class TaskAbsence(Base):
    """A counselor who is not at work any more, and of whose open assignments nothing is asked since."""

    staff = ForeignKeyField(Staff, on_delete="CASCADE", unique=True)
    since = UtcField()
