"""What sending messages must remember: quotas by day, stopped templates, credits for subscription notices."""

from peewee import CharField, DateField, IntegerField

from models.base import Base, Record
from models.fields import UtcField, utc_now


class SendQuota(Base):
    """Template messages of one account on one day in China: how many went out, and where the platform said stop."""

    app_id = CharField(max_length=32)
    day = DateField()
    used = IntegerField(default=0)
    learnt_limit = IntegerField(null=True)  # how many had gone out when the platform answered 45009
    spent_at = UtcField(null=True)

    class Meta:
        indexes = ((("app_id", "day"), True),)


class TemplateStop(Record):
    """A template that the platform refuses as misconfigured: nothing of it goes out until a person resumes it."""

    template = CharField(max_length=40, index=True)
    errcode = IntegerField()
    detail = CharField(max_length=200, default="")
    resumed_at = UtcField(null=True, index=True)


class SubscribeCredit(Base):
    """One-time consents to subscription notices: each allows one message (订阅通知, 一次性订阅)."""

    app_id = CharField(max_length=32)
    openid = CharField(max_length=64)
    template_id = CharField(max_length=64)
    credits = IntegerField(default=0)
    updated_at = UtcField(default=utc_now)

    class Meta:
        indexes = ((("app_id", "openid", "template_id"), True),)


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
