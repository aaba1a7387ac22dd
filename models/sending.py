"""What sending messages must remember: quotas by day, stopped templates, credits for subscription notices."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from peewee import CharField, DateField, IntegerField

from models.base import Base, Record
from models.fields import UtcField, utc_now


class SendQuota(Base):
    """Template messages of one account on one day in China: how many went out, and where the platform said stop."""

    app_id = CharField(max_length=32)
    day = DateField()
    used = IntegerField(default=0)
    used_before_reset = IntegerField(default=0)  # an operator had the platform count anew from there
    reset_at = UtcField(null=True)
    learnt_limit = IntegerField(null=True)  # how many had gone out when the platform answered 45009
    spent_at = UtcField(null=True)

    class Meta:
        indexes = ((("app_id", "day"), True),)

    @property
    def counted(self) -> int:
        """How many the platform has counted since the day began, or since it began to count anew."""
        return self.used - self.used_before_reset

    @classmethod
    def of(cls, app_id: str, day: date) -> Self:
        """The entry of a day; an empty one, not written down, when nothing has happened."""
        found = cls.get_or_none((cls.app_id == app_id) & (cls.day == day))
        return found or cls(app_id=app_id, day=day, used=0, used_before_reset=0)

    @classmethod
    def hold(cls, app_id: str, day: date) -> None:
        """Lets one transaction after another pass: the others wait here for the caller's end."""
        cls.change(app_id, day, reset_at=cls.reset_at)

    @classmethod
    def change(cls, app_id: str, day: date, **columns: Any) -> None:
        """Writes columns of a day's entry, which is made if there was none."""
        mine = (cls.app_id == app_id) & (cls.day == day)
        cls.insert_once([{"app_id": app_id, "day": day}])
        cls.update(**columns).where(mine).execute()

    @classmethod
    def end(cls, app_id: str, day: date, now: datetime) -> bool:
        """Notes that the platform takes no more on a day; False when that was known."""
        cls.insert_once([{"app_id": app_id, "day": day}])
        going = (cls.app_id == app_id) & (cls.day == day) & cls.spent_at.is_null()
        limit = cls.used - cls.used_before_reset
        return bool(cls.update(spent_at=now, learnt_limit=limit).where(going).execute())

    @classmethod
    def learnt(cls, app_id: str, since: date) -> int | None:
        """Where the platform said stop the last time, on or after a day."""
        told = (cls.app_id == app_id) & (cls.day >= since) & cls.learnt_limit.is_null(False)
        newest = cls.select(cls.learnt_limit).where(told).order_by(cls.day.desc()).first()
        return newest.learnt_limit if newest else None


class TemplateStop(Record):
    """A template that the platform refuses as misconfigured: nothing of it goes out until a person resumes it.

    ``template`` is the message's name, with ``subscribe:`` in front for its subscription notice.
    """

    template = CharField(max_length=52, index=True)
    errcode = IntegerField()
    detail = CharField(max_length=200, default="")
    resumed_at = UtcField(null=True, index=True)

    @classmethod
    def standing(cls) -> list[Self]:
        """The stops that nobody has ended, the oldest first."""
        return list(cls.select().where(cls.resumed_at.is_null()).order_by(cls.id))

    def resume(self, now: datetime) -> bool:
        """Ends the stop, and others of the same template; False when that was done already."""
        cls = type(self)
        same = (cls.template == self.template) & cls.resumed_at.is_null()
        return bool(cls.update(resumed_at=now, updated_at=now).where(same).execute())


class SubscribeCredit(Base):
    """One-time consents to subscription notices: each allows one message (订阅通知, 一次性订阅)."""

    app_id = CharField(max_length=32)
    openid = CharField(max_length=64)
    template_id = CharField(max_length=64)
    credits = IntegerField(default=0)
    updated_at = UtcField(default=utc_now)

    class Meta:
        indexes = ((("app_id", "openid", "template_id"), True),)

    @classmethod
    def add(cls, app_id: str, openid: str, template_id: str) -> None:
        """One more notice of a template is allowed."""
        keys = {"app_id": app_id, "openid": openid, "template_id": template_id}
        cls.insert_once([keys])
        cls.update(credits=cls.credits + 1, updated_at=utc_now()).where(cls._of(**keys)).execute()

    @classmethod
    def left(cls, app_id: str, openid: str) -> set[str]:
        """The templates of which somebody still allows a notice."""
        theirs = (cls.app_id == app_id) & (cls.openid == openid) & (cls.credits > 0)
        return {template_id for (template_id,) in cls.select(cls.template_id).where(theirs).tuples()}

    @classmethod
    def take(cls, app_id: str, openid: str, template_id: str) -> bool:
        """Uses one up; False when there is none."""
        mine = cls._of(app_id=app_id, openid=openid, template_id=template_id) & (cls.credits > 0)
        return bool(cls.update(credits=cls.credits - 1, updated_at=utc_now()).where(mine).execute())

    @classmethod
    def clear(cls, app_id: str, openid: str, template_id: str) -> None:
        """No notice of a template is allowed any more."""
        mine = cls._of(app_id=app_id, openid=openid, template_id=template_id)
        cls.update(credits=0, updated_at=utc_now()).where(mine).execute()

    @classmethod
    def forget(cls, app_id: str, openid: str) -> None:
        """Deletes what is known of a person."""
        cls.delete().where((cls.app_id == app_id) & (cls.openid == openid)).execute()

    @classmethod
    def _of(cls, app_id: str, openid: str, template_id: str) -> Any:
        return (cls.app_id == app_id) & (cls.openid == openid) & (cls.template_id == template_id)


class TickRun(Base):
    """The last turn of each tick, by whichever worker made it."""

    name = CharField(max_length=40, unique=True)
    begun_at = UtcField(null=True)
    ended_at = UtcField(null=True)
    succeeded_at = UtcField(null=True)
    milliseconds = IntegerField(default=0)
    failures = IntegerField(default=0)  # since the last success
    failed_at = UtcField(null=True)
    problem = CharField(max_length=60, default="")  # the error's class
    lag_milliseconds = IntegerField(default=0)  # how late the turn began
    every_seconds = IntegerField(default=0)  # the interval, as that worker keeps it
    seen_at = UtcField(null=True)  # when a worker last said that it turns

    @classmethod
    def keep_only(cls, intervals: Mapping[str, int]) -> None:
        """One row for each of these ticks (name → seconds), and none for any that is gone."""
        cls.insert_once([{"name": name, "every_seconds": every} for name, every in intervals.items()])
        cls.delete().where(cls.name.not_in(list(intervals))).execute()
        for name, every in intervals.items():
            changed = (cls.name == name) & (cls.every_seconds != every)
            cls.update(every_seconds=every).where(changed).execute()

    @classmethod
    def note(cls, name: str, failures: int, has_succeeded: bool, **columns: Any) -> None:
        """Writes what became of a tick; ``failures`` count on from the row's unless a turn has succeeded."""
        columns["failures"] = failures if has_succeeded else cls.failures + failures
        cls.update(**columns).where(cls.name == name).execute()
