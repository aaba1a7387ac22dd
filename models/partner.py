"""Partners that posts are shared with: 接口单位 by signed requests, 嵌入单位 by a sub-site in a frame."""

from datetime import datetime

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

from models.base import Base, Record
from models.fields import SealedField, UtcField, utc_now
from models.org import OrgUnit, Staff


class Partner(Record):
    """合作单位, with the columns of 接口单位信息表 and 嵌入单位信息表 (教学厅函〔2022〕8号 附件2)."""

    kind = CharField(
        max_length=12
    )  # interface | embed, or peer: a system that this one keeps in step with by itself
    unit = ForeignKeyField(
        OrgUnit, backref="partners", on_delete="RESTRICT"
    )  # the province or school it is for
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    name = CharField(max_length=100)
    contact_name = CharField(max_length=40)
    contact_duty = CharField(max_length=40, default="")
    landline = CharField(max_length=30, default="")
    mobile = SealedField(null=True)
    email = SealedField(null=True)
    ip_ranges = TextField(default="")  # CIDR, one a line
    sites = TextField(default="")  # origins that may frame the sub-site, one a line
    tenant = CharField(max_length=40, null=True, unique=True)  # in /embed/<tenant>
    status = CharField(max_length=12, default="applied")  # see domain.hiring.PARTNER
    reason = CharField(max_length=200, default="")
    handler = ForeignKeyField(Staff, null=True, on_delete="RESTRICT")  # who looks after it
    key_id = CharField(max_length=24, null=True, unique=True)
    secret = SealedField(null=True)
    former_secret = SealedField(null=True)  # still good until former_until
    former_until = UtcField(null=True)
    shown_at = UtcField(null=True)  # when the key was shown, once
    daily_quota = IntegerField(default=100_000)  # posts a day
    hold_days = IntegerField(
        default=0
    )  # local-first: so long the partner's posts stay with the partner's own
    is_trusted = BooleanField(default=False)  # posts that pass the gate are published without a person's look

    class Meta:
        indexes = ((("status", "id"), False), (("province_id", "id"), False), (("school_id", "id"), False))


class PartnerNonce(Base):
    """A request that was taken: the same again is a replay."""

    id = BigAutoField()
    partner = ForeignKeyField(Partner, on_delete="CASCADE")
    nonce = CharField(max_length=64)
    at = UtcField(default=utc_now, index=True)

    class Meta:
        indexes = ((("partner", "nonce"), True),)


class PartnerDay(Base):
    """What a partner did on one day."""

    partner = ForeignKeyField(Partner, on_delete="CASCADE")
    day = DateField()
    calls = IntegerField(default=0)
    refused = IntegerField(default=0)
    posts_in = IntegerField(default=0)
    posts_out = IntegerField(default=0)

    class Meta:
        indexes = ((("partner", "day"), True),)


class PeerLink(Record):
    """How far this system is in step with another one that it keeps up with by itself."""

    url = CharField(max_length=200, unique=True)
    partner = ForeignKeyField(Partner, on_delete="RESTRICT")  # to whom its posts belong here
    pulled = CharField(max_length=20, default="")  # its cursor
    pushed = BigIntegerField(default=0)  # PostChange up to which it has been told
    tried_at = UtcField(null=True)
    done_at = UtcField(null=True)
    problem = CharField(max_length=60, default="")  # what the last try ended with

    @classmethod
    def told_by_all(cls, since: datetime) -> int | None:
        """Up to which change all systems that were tried since a moment have been told; None where there are none."""
        return cls.select(fn.MIN(cls.pushed)).where(cls.tried_at >= since).scalar()
