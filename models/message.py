"""The outbox: messages owed, each written in the transaction that caused it."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from peewee import BigAutoField, BigIntegerField, CharField, IntegerField, Value, fn

from domain.keyring import Unreadable
from models.base import Base, new_code
from models.db import transaction
from models.fields import SealedField, UtcField, utc_now

log = structlog.get_logger()


class Message(Base):
    """One message to one person by one channel. ``key`` makes owing it twice the same as owing it once."""

    id = BigAutoField()
    code = CharField(max_length=24, unique=True, default=new_code)
    key = CharField(max_length=120, unique=True)
    channel = CharField(max_length=12)  # template | subscribe | sms
    template = CharField(max_length=40)
    priority = IntegerField(default=2)  # the lower the earlier: 1 task, 2 result, 3 digest
    openid = CharField(max_length=64, null=True, index=True)
    phone = SealedField(null=True)
    account_id = IntegerField(null=True)  # whom another channel may reach when this one does not
    assignment_id = BigIntegerField(null=True, index=True)  # the task at a counselor that it tells of
    payload = SealedField()  # JSON of the fields promised
    link = CharField(max_length=300, default="")
    status = CharField(max_length=12, default="queued")
    due_at = UtcField(default=utc_now)
    useless_at = UtcField(null=True)  # from then on nobody wants it, e.g. a one-time code that has run out
    claim = CharField(max_length=24, default="", index=True)
    lease_until = UtcField(null=True)
    tries = IntegerField(default=0)
    msgid = BigIntegerField(default=0, index=True)
    errcode = IntegerField(default=0)
    created_at = UtcField(default=utc_now)
    doubtful_since = UtcField(null=True)  # from then on it may have been sent without our knowing
    settled_at = UtcField(null=True, index=True)
    fallback_at = UtcField(null=True)  # when another channel was considered after this one had failed

    class Meta:
        indexes = (
            (("status", "priority", "due_at"), False),
            (("status", "fallback_at"), False),
        )

    @classmethod
    def add(cls, **columns: Any) -> None:
        """Owes a message; nothing happens when its key is owed already."""
        cls.insert_once([columns])

    @classmethod
    @transaction
    def claim_due(cls, now: datetime, limit: int, lease: timedelta) -> list[Self]:
        """Takes up to ``limit`` due messages for this caller alone and answers them as ``sending``.

        Taken by a conditional update under a fresh word, so that any number of workers never share a row.
        """
        word = secrets.token_urlsafe(12)
        queued = cls.status == "queued"
        due = list(
            cls.select(cls.id, cls.useless_at)
            .where(queued & (cls.due_at <= now))
            .order_by(cls.due_at)
            .limit(limit)
        )
        too_late = [row.id for row in due if row.useless_at is not None and row.useless_at <= now]
        if too_late:
            cls.update(status="skipped", settled_at=now).where(cls.id.in_(too_late) & queued).execute()
        wanted = [row.id for row in due if row.id not in too_late]
        if not wanted:
            return []
        cls.update(
            status="sending",
            claim=word,
            lease_until=now + lease,
            tries=cls.tries + 1,
            doubtful_since=fn.COALESCE(cls.doubtful_since, Value(now, converter=cls.doubtful_since.db_value)),
        ).where(cls.id.in_(wanted) & queued).execute()
        mine = cls.select().where(cls.claim == word).order_by(cls.id)
        try:
            return list(mine)
        except Unreadable:
            cls._fail_unreadable([row_id for (row_id,) in mine.select(cls.id).tuples()], now)
            return list(mine.clone())

    @classmethod
    def _fail_unreadable(cls, row_ids: list[int], now: datetime) -> None:
        """Gives up the messages that no key on the ring opens, so that they do not hold up the others."""
        for row_id in row_ids:
            try:
                cls.get_by_id(row_id)
            except Unreadable:
                log.error("message_unreadable", row=row_id)
                cls.update(status="failed", claim="", settled_at=now).where(cls.id == row_id).execute()

    @classmethod
    def settle(cls, row_id: int, status: str, claim: str, **changes: Any) -> bool:
        """Ends this caller's claim with an outcome; False when the lease was lost to somebody else."""
        changes |= {"status": status, "claim": "", "lease_until": None}
        return bool(
            cls.update(**changes)
            .where((cls.id == row_id) & (cls.status == "sending") & (cls.claim == claim))
            .execute()
        )

    @classmethod
    def finish(cls, row_id: int, status: str, now: datetime) -> bool:
        """Ends an accepted message by its delivery receipt."""
        return bool(
            cls.update(status=status, settled_at=now)
            .where((cls.id == row_id) & (cls.status == "accepted"))
            .execute()
        )

    @classmethod
    def backlog(cls, now: datetime) -> tuple[int, float]:
        """How many messages are due and unsent, and the age in seconds of the oldest."""
        due = (cls.status == "queued") & (cls.due_at <= now)
        oldest = cls.select(cls.due_at).where(due).order_by(cls.due_at).first()
        return int(cls.select().where(due).count()), (now - oldest.due_at).total_seconds() if oldest else 0.0

    @classmethod
    def orphans(cls, now: datetime, limit: int) -> list[Self]:
        """Messages whose sender died between taking and settling: perhaps sent, perhaps not."""
        return list(cls.select().where((cls.status == "sending") & (cls.lease_until < now)).limit(limit))

    @classmethod
    def forget(cls, openid: str, now: datetime) -> None:
        """Takes an openid out of every message and drops those not yet sent to it."""
        mine = cls.openid == openid
        cls.update(status="skipped", settled_at=now).where(mine & (cls.status == "queued")).execute()
        cls.update(openid=None).where(mine).execute()
