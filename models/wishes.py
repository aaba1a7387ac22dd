"""What graduates do with posts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from peewee import CharField, ForeignKeyField, TextField, fn

from models.base import Base, Record
from models.employer import Employer
from models.fields import UtcField, utc_now
from models.graduate import Graduate
from models.post import Post


class Application(Record):
    """投递: a graduate applies for a post, once; after withdrawing, again on the same row."""

    post = ForeignKeyField(Post, backref="applications", on_delete="RESTRICT")
    employer = ForeignKeyField(Employer, backref="applications", on_delete="RESTRICT")
    graduate = ForeignKeyField(Graduate, backref="applications", on_delete="CASCADE")
    status = CharField(max_length=12, default="sent")  # see domain.hiring.APPLICATION
    note = CharField(max_length=300, default="")  # 自荐的话
    reason = CharField(max_length=200, default="")  # why rejected or withdrawn
    resume = CharField(max_length=64, default="")  # the 简历 as it was sent: name in the vault
    sent_at = UtcField(default=utc_now)
    seen_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("graduate", "post"), True),
            (("graduate", "id"), False),
            (("employer", "status", "id"), False),
            (("post", "status", "id"), False),
        )

    @classmethod
    def of_graduates(cls, graduate_ids: Sequence[int]) -> list[tuple[int, int]]:
        """(graduate, post) of what some people applied for, the latest first."""
        query = cls.select(cls.graduate, cls.post).where(cls.graduate.in_(list(graduate_ids)))
        return list(query.order_by(cls.id.desc()).tuples())

    @classmethod
    def counts(cls, post_ids: Sequence[int]) -> dict[int, int]:
        """Post id → how many have applied for it and not taken it back."""
        if not post_ids:
            return {}
        live = cls.post.in_(list(post_ids)) & (cls.status != "withdrawn")
        return dict(cls.select(cls.post, fn.COUNT(cls.id)).where(live).group_by(cls.post).tuples())


class Interview(Record):
    """面试通知, to be answered by a moment."""

    application = ForeignKeyField(Application, backref="interviews", on_delete="CASCADE")
    graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
    employer = ForeignKeyField(Employer, on_delete="RESTRICT")
    status = CharField(max_length=12, default="offered")  # see domain.hiring.INTERVIEW
    mode = CharField(max_length=8, default="onsite")  # onsite | online | phone
    at = UtcField()
    place = CharField(max_length=200, default="")  # or the link of an online interview
    note = TextField(default="")
    answer_by = UtcField()
    answered_at = UtcField(null=True)
    reason = CharField(max_length=200, default="")

    class Meta:
        indexes = (
            (("graduate", "at"), False),
            (("employer", "at"), False),
            (("status", "answer_by"), False),
        )

    @classmethod
    def ahead(cls, application: Application, now: datetime) -> list[Self]:
        """Those of an application that wait for an answer, and those agreed on that are still to come."""
        waits = (cls.status == "offered") | ((cls.status == "accepted") & (cls.at > now))
        return list(
            cls.select(cls, Application, Post, Graduate)
            .join(Application)
            .join(Post)
            .switch(cls)
            .join(Graduate, on=(cls.graduate == Graduate.id))
            .where((cls.application == application) & waits)
        )


class Favourite(Base):
    """收藏"""

    graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
    post = ForeignKeyField(Post, on_delete="CASCADE")
    created_at = UtcField(default=utc_now)

    class Meta:
        indexes = ((("graduate", "post"), True), (("graduate", "id"), False))


class Dislike(Base):
    """不感兴趣, and why (a code of config): the post is gone, and what it is like weighs less."""

    graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
    post = ForeignKeyField(Post, on_delete="CASCADE")
    employer = ForeignKeyField(Employer, on_delete="CASCADE")
    reason = CharField(max_length=16, default="")
    created_at = UtcField(default=utc_now)

    class Meta:
        indexes = ((("graduate", "post"), True),)

    @classmethod
    def of_graduates(cls, graduate_ids: Sequence[int]) -> list[tuple[int, int, int, str, str, str]]:
        """(graduate, post, employer, reason, 职位类别, 行业) of what some people put away, the latest first."""
        query = cls.select(cls.graduate, cls.post, cls.employer, cls.reason, Post.position, Post.industry)
        theirs = cls.graduate.in_(list(graduate_ids))
        return list(query.join(Post).where(theirs).order_by(cls.id.desc()).tuples())
