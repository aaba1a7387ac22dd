"""What a province decides about agreements, and what a school has made ready before it opens."""

from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from models.base import Base, Record
from models.fields import UtcField
from models.org import OrgUnit, Staff


class SigningRules(Record):
    """A province's settings, without which none of its schools opens (教学厅函〔2021〕14号)."""

    unit = ForeignKeyField(OrgUnit, unique=True, backref="signing_rules", on_delete="RESTRICT")
    mode = CharField(max_length=8)  # two | three
    offer_days = IntegerField(default=7)  # 应约有效期, 3 to 15
    effective_by = CharField(max_length=12, default="school")  # school | acceptance: whose day is 生效日期
    may_withdraw = BooleanField(
        default=True
    )  # the graduate, after both have signed and before the school's word


class SchoolSigning(Record):
    """A school's opening: the stamp for 三方 agreements, what it has declared, since when it is open."""

    unit = ForeignKeyField(OrgUnit, unique=True, backref="school_signing", on_delete="RESTRICT")
    stamp = CharField(max_length=64, default="")  # picture of the school's seal, in the vault
    stamp_signer = CharField(max_length=40, default="")  # 学校经办人 as printed
    backlog_done_at = UtcField(null=True)  # the destinations collected before are reported
    opened_at = UtcField(null=True)
    opened_by = ForeignKeyField(Staff, null=True, on_delete="RESTRICT")


class NumberSerial(Base):
    """The last serial of a school's 协议书号 in one 届别."""

    school = ForeignKeyField(OrgUnit, on_delete="RESTRICT", index=False)
    year = IntegerField()
    last = IntegerField(default=0)

    class Meta:
        indexes = ((("school", "year"), True),)

    @classmethod
    def following(cls, school_id: int, year: int) -> int:
        """The next serial; taken for good when the caller's transaction ends well."""
        cls.insert_once([{"school": school_id, "year": year}])
        mine = (cls.school == school_id) & (cls.year == year)
        cls.update(last=cls.last + 1).where(mine).execute()
        row: Self = cls.get(mine)
        return int(row.last)
