"""What schools set for their people: rights on fields, and requests for accounts of one's own level."""

from peewee import BooleanField, CharField, ForeignKeyField

from models.account import PHONE
from models.base import Base, Record
from models.fields import SealedField, UtcField
from models.org import OrgUnit, Staff


class FieldRight(Base):
    """A school's word on whether a role may change a field, where it differs from the rule (灰色背景字段)."""

    school = ForeignKeyField(OrgUnit, on_delete="CASCADE")
    role = CharField(max_length=12)
    field = CharField(max_length=32)
    may_write = BooleanField()

    class Meta:
        indexes = ((("school", "role", "field"), True),)

    @classmethod
    def of_school(cls, school_id: int) -> dict[tuple[str, str], bool]:
        """(role, field) → whether it may be written, for what this school has set."""
        return {(row.role, row.field): row.may_write for row in cls.select().where(cls.school == school_id)}


class AccountRequest(Record):
    """账号增删申请: somebody asks the level above for an account of the asker's own level, or for its end."""

    asker = ForeignKeyField(Staff, backref="requests", on_delete="RESTRICT")
    unit = ForeignKeyField(OrgUnit, on_delete="RESTRICT")  # 省份 or school of the asker
    act = CharField(max_length=8)  # add 须新增 | remove 须删除
    name = CharField(max_length=40)
    phone = SealedField(index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24)
    status = CharField(max_length=12, default="filed")
    reason = CharField(max_length=100, default="")
    decided_at = UtcField(null=True)

    class Meta:
        indexes = ((("unit", "status"), False),)
