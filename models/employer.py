"""Employers and who acts for them."""

from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from models.account import PHONE, Account
from models.base import Record
from models.fields import SealedField, UtcField
from models.graduate import Graduate
from models.org import OrgUnit


class Employer(Record):
    """用人单位: registered here by its recruiter, or known from the posts of a partner.

    ``unit`` is the office that reviews it; the units above are kept on the row, so that a range is one equality.
    """

    name = CharField(max_length=100)
    name_key = CharField(max_length=100, index=True)  # domain.reading's folded name, for finding doubles
    credit_code = CharField(max_length=18, null=True, unique=True)  # 统一社会信用代码
    unit = ForeignKeyField(OrgUnit, null=True, backref="employers", on_delete="RESTRICT")
    province_id = IntegerField(null=True)
    school_id = IntegerField(null=True)
    nature = CharField(max_length=4, default="")  # 单位性质
    industry = CharField(max_length=4, default="")  # 单位行业
    scale = CharField(max_length=12, default="")  # 单位规模, a code of config
    region = CharField(max_length=6, default="")  # county
    address = CharField(max_length=200, default="")
    website = CharField(max_length=200, default="")
    intro = TextField(default="")
    contact_name = CharField(max_length=40, default="")
    contact_phone = SealedField(null=True)
    contact_email = SealedField(null=True)
    status = CharField(max_length=12, default="known")  # see domain.hiring.EMPLOYER
    reason = CharField(max_length=200, default="")  # of the last refusal
    licence = CharField(max_length=64, default="")  # 营业执照: name in the vault
    licence_type = CharField(max_length=40, default="")
    filed_at = UtcField(null=True)
    reviewed_at = UtcField(null=True)
    reviewer_id = IntegerField(null=True)  # staff

    class Meta:
        indexes = (
            (("unit", "status", "filed_at", "id"), False),
            (("province_id", "status", "filed_at", "id"), False),
            (("school_id", "status", "filed_at", "id"), False),
            (("status", "filed_at", "id"), False),
        )


class Recruiter(Record):
    """招聘人员: an account that acts for one employer. Ended, never deleted."""

    account = ForeignKeyField(Account, unique=True, backref="recruiter", on_delete="RESTRICT")
    employer = ForeignKeyField(Employer, backref="recruiters", on_delete="RESTRICT")
    position = CharField(max_length=40, default="")
    phone = SealedField(null=True, index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24, null=True)
    ended_at = UtcField(null=True)

    @classmethod
    def of_account(cls, account_id: int) -> Self | None:
        """The live recruiter of an account, with the employer."""
        return (
            cls.select(cls, Employer)
            .join(Employer)
            .where((cls.account == account_id) & cls.ended_at.is_null())
            .first()
        )


class DegreeCheck(Record):
    """学历查询: an employer asks, the graduate consents or not, and may take it back."""

    employer = ForeignKeyField(Employer, backref="degree_checks", on_delete="RESTRICT")
    graduate = ForeignKeyField(Graduate, backref="degree_checks", on_delete="CASCADE")
    purpose = CharField(max_length=200, default="")
    status = CharField(max_length=12, default="asked")  # see domain.hiring.DEGREE_CHECK
    answered_at = UtcField(null=True)
    expires_at = UtcField(null=True)
    looks = IntegerField(default=0)

    class Meta:
        indexes = (
            (("employer", "graduate"), True),
            (("graduate", "status"), False),
            (("status", "expires_at"), False),
        )
