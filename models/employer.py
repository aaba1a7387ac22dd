"""Employers and who acts for them."""

from datetime import datetime
from typing import Self

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from models.account import PHONE, Account
from models.base import Record
from models.db import Keys
from models.fields import SealedField, SmallJson, UtcField
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
    # What an approved unit would like to be called, under review: its papers' fields, and the paper that shows it.
    proposal = SmallJson(null=True)
    new_licence = CharField(max_length=64, default="")
    new_licence_type = CharField(max_length=40, default="")
    # It was renamed, and its posts behind this id still have the words of the former name; null for none.
    renamed_up_to = IntegerField(null=True, index=True)
    filed_at = UtcField(null=True)
    reviewed_at = UtcField(null=True)
    reviewer_id = IntegerField(null=True)  # staff

    class Meta:
        indexes = (
            (("unit", "status", "filed_at", "id"), False),
            (("province_id", "status", "filed_at", "id"), False),
            (("school_id", "status", "filed_at", "id"), False),
            (("status", "filed_at", "id"), False),
            (("province_id", "filed_at", "id"), False),
            (("school_id", "filed_at", "id"), False),
            (("filed_at", "id"), False),
        )


class Recruiter(Record):
    """招聘人员: an account that acts for one employer. Ended, never deleted."""

    account = ForeignKeyField(Account, unique=True, backref="recruiter", on_delete="RESTRICT")
    employer = ForeignKeyField(Employer, backref="recruiters", on_delete="RESTRICT")
    position = CharField(max_length=40, default="")
    phone = SealedField(null=True, index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24, null=True)
    joined_at = UtcField(null=True)  # null for whoever registered the unit before there were colleagues
    ended_at = UtcField(null=True)

    @classmethod
    def of_employer(cls, employer_id: int) -> list[Self]:
        """Who acts for an employer, with the accounts, the first of them in front."""
        live = (cls.employer == employer_id) & cls.ended_at.is_null()
        return list(cls.select(cls, Account).join(Account).where(live).order_by(cls.joined_at, cls.id))

    @classmethod
    def of_account(cls, account_id: int) -> Self | None:
        """The live recruiter of an account, with the employer."""
        return (
            cls.select(cls, Employer)
            .join(Employer)
            .where((cls.account == account_id) & cls.ended_at.is_null())
            .first()
        )


class Invitation(Record):
    """邀请同事: whoever logs in with this phone may act for the employer too."""

    employer = ForeignKeyField(Employer, backref="invitations", on_delete="RESTRICT")
    phone = SealedField(index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24, index=True)
    expires_at = UtcField()
    ended_at = UtcField(null=True)  # taken up, or taken back

    @classmethod
    def open_of(cls, employer_id: int, now: datetime) -> list[Self]:
        """Those of an employer that wait, in their order."""
        mine = (cls.employer == employer_id) & cls.ended_at.is_null() & (cls.expires_at > now)
        return list(cls.select().where(mine).order_by(cls.id))

    @classmethod
    def open_for(cls, phone: str, now: datetime) -> list[Self]:
        """Those that wait for a phone, with the employers."""
        mine = cls.phone_index.in_(Keys.ring.blinds(phone, PHONE)) & cls.ended_at.is_null()
        return list(
            cls.select(cls, Employer).join(Employer).where(mine & (cls.expires_at > now)).order_by(cls.id)
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
