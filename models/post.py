"""Posts (岗位), and the feed of what became of them for whoever keeps a copy."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from peewee import (
    BigAutoField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from domain.hiring import STOPPED
from models.base import Base, Record
from models.employer import Employer
from models.fields import SealedField, SmallJson, UtcField, utc_now
from models.graduate import Graduate
from models.org import OrgUnit
from models.partner import Partner


class Post(Record):
    """岗位, as people read it and as codes. Levels are ranks (1 专科 … 4 博士, see domain.posts); 0 is no bound.

    ``unit`` is the office that reviews it, or the partner's; the units above it are kept for ranges.
    """

    employer = ForeignKeyField(Employer, backref="posts", on_delete="RESTRICT")
    unit = ForeignKeyField(OrgUnit, backref="posts", on_delete="RESTRICT")
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    source = CharField(max_length=12, default="employer")  # employer | partner | staff
    partner = ForeignKeyField(Partner, null=True, backref="posts", on_delete="RESTRICT")
    partner_key = CharField(max_length=64, null=True)  # the partner's own name of the post
    origin = CharField(
        max_length=140, default="", index=True
    )  # who had it first, and its name there; ours: empty
    status = CharField(max_length=12, default="draft")  # see domain.hiring.POST
    reason = CharField(max_length=200, default="")
    title = CharField(max_length=60)
    description = TextField(default="")  # plain text, contact data masked
    position = CharField(max_length=4, default="")  # 工作职位类别
    industry = CharField(max_length=4, default="")
    nature = CharField(max_length=4, default="")
    work_type = CharField(max_length=8, default="full")  # full | intern
    level_low = IntegerField(default=0)
    level_high = IntegerField(default=0)
    majors = SmallJson(null=True)  # codes of 6, 4 or 2 digits; none is 专业不限
    majors_text = CharField(max_length=300, default="")  # as the employer wrote it
    places = SmallJson(null=True)  # GB/T 2260 codes; 000000 is 全国
    address = CharField(max_length=200, default="")
    pay_low = IntegerField(default=0)  # yuan a month; both 0 is 面议
    pay_high = IntegerField(default=0)
    year_low = IntegerField(default=0)  # 届别; 0 is any
    year_high = IntegerField(default=0)
    headcount = IntegerField(default=1)
    tags = SmallJson(null=True)  # 国聘行动, 三支一扶 …: codes of config
    contact_name = CharField(max_length=40, default="")  # with phone and e-mail hidden until one has applied
    contact_phone = SealedField(null=True)
    contact_email = SealedField(null=True)
    closes_on = DateField(null=True)  # last day to apply
    published_at = UtcField(null=True)
    closed_at = UtcField(null=True)
    is_shareable = BooleanField(default=False)  # the employer consents to sharing
    hold_until = DateField(null=True, index=True)  # until then for its own place and school first
    same_key = CharField(max_length=44, default="")  # unit, title and place, folded: doubles have the same
    unread = SmallJson(null=True)  # field → what could not be read into codes

    class Meta:
        indexes = (
            (("partner", "partner_key"), True),
            (("same_key", "status"), False),
            (("updated_at", "id"), False),
            (("status", "closes_on"), False),
            (("status", "published_at", "id"), False),
            (("employer", "status", "id"), False),
            (("unit", "status", "id"), False),
            (("province_id", "status", "id"), False),
            (("school_id", "status", "id"), False),
        )

    @classmethod
    def brief(cls, ids: Collection[int]) -> dict[int, Self]:
        """Those of some posts that are published, by id: what a message tells of them, with their employers' names."""
        if not ids:
            return {}
        columns = (cls.id, cls.title, cls.places, cls.headcount, Employer.id, Employer.name)
        found = cls.select(*columns).join(Employer).where(cls.id.in_(list(ids)) & cls.is_open())
        return {post.id: post for post in found}

    @classmethod
    def is_open(cls) -> Any:
        """Before everybody's eyes, as a condition on posts joined with their employers.

        The posts of a unit that was stopped are taken off some at a time, and nobody sees them meanwhile.
        """
        return (cls.status == "published") & Employer.status.not_in(STOPPED)


class PostWord(Base):
    """A word or a code by which published posts are found; rows exist only while the post is published."""

    word = CharField(max_length=24)
    post = ForeignKeyField(Post, on_delete="CASCADE")

    class Meta:
        primary_key = CompositeKey("word", "post")


class PostChange(Base):
    """What became of a published post, in order: publish, change or withdraw. Partners pull it by ``id``."""

    id = BigAutoField()
    post = ForeignKeyField(Post, on_delete="CASCADE")
    verb = CharField(max_length=12)
    at = UtcField(default=utc_now, index=True)

    @classmethod
    def behind(cls, change: int) -> list[tuple[int, int]]:
        """(id, id of the post) of what is behind a change, in order."""
        return list(cls.select(cls.id, cls.post).where(cls.id > change).order_by(cls.id).tuples())

    @classmethod
    def last(cls) -> int:
        """The id of the last change; 0 when there is none."""
        return cls.select(fn.MAX(cls.id)).scalar() or 0

    @classmethod
    def newest_before(cls, moment: datetime) -> int:
        """The id of the newest change before a moment; 0 when there is none."""
        older = cls.select(cls.id).where(cls.at < moment)
        return older.order_by(cls.at.desc(), cls.id.desc()).limit(1).scalar() or 0

    @classmethod
    def forget(cls, before: int, limit: int) -> int:
        """Deletes up to ``limit`` changes before one, returns how many; the last of each published post stays.

        Whoever reads from the start so finds every published post, and nothing of those that are gone.
        """
        later = cls.alias()
        is_last = ~fn.EXISTS(later.select(later.id).where((later.post == cls.post) & (later.id > cls.id)))
        query = (
            cls.select(cls.id).join(Post).where((cls.id < before) & ~((Post.status == "published") & is_last))
        )
        ids = [row for (row,) in query.limit(limit).tuples()]
        return int(cls.delete().where(cls.id.in_(ids)).execute()) if ids else 0


class Fair(Record):
    """专场招聘: a campaign with its own list of posts."""

    unit = ForeignKeyField(OrgUnit, backref="fairs", on_delete="RESTRICT")
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    status = CharField(max_length=12, default="draft")  # see domain.hiring.FAIR
    title = CharField(max_length=60)
    body = TextField(default="")  # HTML, cleaned when it was written
    campaign = CharField(max_length=40, default="")
    starts_on = DateField()
    ends_on = DateField()

    class Meta:
        indexes = (
            (("status", "ends_on", "id"), False),
            (("unit", "id"), False),
            (("province_id", "id"), False),
        )


class FairPost(Base):
    """A post in a fair."""

    fair = ForeignKeyField(Fair, backref="entries", on_delete="CASCADE")
    post = ForeignKeyField(Post, backref="fairs", on_delete="CASCADE")

    class Meta:
        indexes = ((("fair", "post"), True),)


class Complaint(Record):
    """投诉 of a post by a graduate; one each."""

    post = ForeignKeyField(Post, backref="complaints", on_delete="RESTRICT")
    graduate = ForeignKeyField(Graduate, on_delete="CASCADE")
    unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")  # the post's, who answers it
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    reason = CharField(max_length=16)  # one of seven, see config
    text = TextField(default="")
    status = CharField(max_length=12, default="filed")  # see domain.hiring.COMPLAINT
    answer = CharField(max_length=200, default="")
    answered_at = UtcField(null=True)

    class Meta:
        indexes = (
            (("graduate", "post"), True),
            (("status", "id"), False),
            (("unit", "status", "id"), False),
            (("province_id", "status", "id"), False),
        )
