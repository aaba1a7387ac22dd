"""Agreements (就业协议书), the codes by which units come to them, and their release (解约)."""

from typing import Any, Self

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, fn

from models.account import PHONE
from models.base import Record
from models.employer import Employer
from models.fields import SealedField, SmallJson, UtcField
from models.graduate import Graduate


class SigningTicket(Record):
    """签约码 of a graduate: a token of 128 bits, of which the digest alone is kept."""

    graduate = ForeignKeyField(Graduate, backref="signing_tickets", on_delete="CASCADE", index=False)
    status = CharField(max_length=12, default="live")  # see domain.agreements.TICKET
    token_digest = CharField(max_length=64, unique=True)
    live_key = CharField(max_length=40, null=True, unique=True)  # one live code a graduate
    expires_at = UtcField()
    opened = IntegerField(default=0)  # by how many units
    told_on = DateField(null=True)  # the day of which ``told`` counts
    told = IntegerField(default=0)  # messages that somebody opened it

    class Meta:
        indexes = (
            (("graduate", "id"), False),
            (("status", "expires_at", "id"), False),
        )


class Agreement(Record):
    """就业协议书, signed online, on paper, or registered after the fact (``kind``).

    The units above the graduate are copied onto the row, so that every queue is one equality. ``terms`` are frozen
    with their digest when they are offered; ``mode`` (两方、三方) and the rules of 生效日期 and 撤回 are copied then,
    from the province.
    """

    graduate = ForeignKeyField(Graduate, backref="agreements", on_delete="RESTRICT", index=False)
    year = IntegerField()
    province_id = IntegerField(null=True)
    school_id = IntegerField()
    college_id = IntegerField()
    kind = CharField(max_length=12)  # online | paper | recorded
    status = CharField(max_length=16, default="draft")  # see domain.agreements.BY_KIND
    mode = CharField(max_length=8, default="")  # two | three
    # The province's rules as they were frozen with the terms; empty and null for rows from before they were.
    effective_by = CharField(max_length=12, default="")  # school | acceptance
    may_withdraw = BooleanField(null=True)
    signed_on = DateField(null=True)  # 签订日期 on the paper of what was not signed online
    ticket = ForeignKeyField(SigningTicket, null=True, backref="agreements", on_delete="RESTRICT")
    employer = ForeignKeyField(
        Employer, null=True, backref="agreements", on_delete="RESTRICT", index=False
    )  # a registered one that invited
    unit_name = CharField(max_length=100, default="")
    credit_code = CharField(max_length=18, default="", index=True)
    number = CharField(max_length=40, null=True, unique=True)  # 协议书号
    verify_code = CharField(max_length=24, null=True, unique=True)  # names the public page /v/
    terms = SealedField(
        null=True
    )  # JSON: the fields of config.agreements; frozen, also codes' names, clauses, people
    terms_version = IntegerField(default=0)
    terms_digest = CharField(max_length=64, default="")  # SHA-256 of the canonical terms
    signer_name = SealedField(null=True)  # 单位经办人
    signer_position = CharField(max_length=40, default="")
    signer_phone = SealedField(null=True, index_column="signer_phone_index", index_purpose=PHONE)
    signer_phone_index = CharField(max_length=24, null=True, index=True)
    signer_openid = CharField(max_length=64, null=True)  # that scanned, inside WeChat
    signer_account_id = IntegerField(null=True)  # of a registered recruiter
    reason = CharField(max_length=200, default="")  # of the last refusal, return or end
    faults = SmallJson(null=True)  # kind of material → what is wrong with it, while returned
    fix_side = CharField(max_length=12, default="")  # graduate | unit: who replaces returned material
    offered_at = UtcField(null=True)
    accepted_at = UtcField(null=True)
    passed_at = UtcField(null=True)  # by the school
    effective_at = UtcField(null=True)
    effective_on = DateField(null=True)
    ended_at = UtcField(null=True)
    due_at = UtcField(null=True)  # when the present status ends, is reminded of or escalated
    reminders = IntegerField(default=0)  # how many of the present status have gone out
    first_reviewer_id = IntegerField(null=True)  # staff
    school_reviewer_id = IntegerField(null=True)
    criteria = SmallJson(null=True)  # criterion → staff code, as the first review ticked them
    void_asked_by = IntegerField(null=True)  # staff of the school; another one confirms
    void_reason = CharField(max_length=200, default="")
    error_note = CharField(max_length=200, default="")  # what the national system found wrong
    draft_key = CharField(max_length=120, null=True, unique=True)  # one draft a code and signer
    offer_key = CharField(max_length=60, null=True, unique=True)  # one open offer of a unit to a graduate
    live_key = CharField(max_length=40, null=True, unique=True)  # one binding agreement a graduate
    head_seq = IntegerField(default=0)  # of the chain of events
    head_hash = CharField(max_length=64, default="")

    class Meta:
        indexes = (
            (("graduate", "id"), False),
            (("status", "due_at", "id"), False),
            (("college_id", "status", "id"), False),
            (("school_id", "status", "id"), False),
            (("province_id", "status", "id"), False),
            (("college_id", "id"), False),
            (("school_id", "id"), False),
            (("province_id", "id"), False),
            (("status", "id"), False),
            (("employer", "status", "id"), False),
        )

    @classmethod
    def by_code(cls, code: str) -> Self | None:
        """An agreement with its graduate."""
        return cls.select(cls, Graduate).join(Graduate).where(cls.code == code).first()

    @classmethod
    def follow(cls, graduate_id: int, college_id: int) -> None:
        """A graduate is in another college now: whatever is not over is for its people to see, releases of it as well.

        In the caller's transaction. What has ended stays with those who had it.
        """
        going_on = (cls.graduate == graduate_id) & cls.ended_at.is_null()
        ids = [row_id for (row_id,) in cls.select(cls.id).where(going_on).tuples()]
        if ids:
            cls.update(college_id=college_id).where(cls.id.in_(ids)).execute()
            Release.update(college_id=college_id).where(Release.agreement.in_(ids)).execute()

    @classmethod
    def numbers(cls, where: Any) -> dict[str, int]:
        """How many of the agreements that meet a condition have each status."""
        counted = cls.select(cls.status, fn.COUNT(cls.id)).where(where)
        return dict(counted.group_by(cls.status).tuples())


class Release(Record):
    """解约 of an agreement: asked by one side, answered by the other, reviewed, sealed."""

    agreement = ForeignKeyField(Agreement, backref="releases", on_delete="RESTRICT", index=False)
    graduate = ForeignKeyField(Graduate, backref="releases", on_delete="RESTRICT")
    province_id = IntegerField(null=True)
    school_id = IntegerField()
    college_id = IntegerField()
    status = CharField(max_length=16, default="opened")  # see domain.agreements.RELEASE
    is_online = BooleanField(default=True)
    asked_by = CharField(max_length=12)  # graduate | unit | staff
    reason = CharField(max_length=300)
    facts = SealedField(
        null=True
    )  # JSON: the graduate as of when it was asked for; the digest is in the event
    text = SealedField(
        null=True
    )  # JSON: what is signed, frozen when it was asked for; null for rows from before
    text_digest = CharField(max_length=64, default="")
    answer = CharField(max_length=200, default="")  # why refused or rejected
    is_new_signer = BooleanField(
        default=False
    )  # somebody else than who signed acts for the unit, by its letter
    signer_name = SealedField(null=True)
    signer_phone = SealedField(null=True, index_column="signer_phone_index", index_purpose=PHONE)
    signer_phone_index = CharField(max_length=24, null=True)
    signer_openid = CharField(max_length=64, null=True)
    uploader_id = IntegerField(null=True)  # staff who brought the papers, and may not review them
    first_reviewer_id = IntegerField(null=True)
    school_reviewer_id = IntegerField(null=True)
    asked_at = UtcField(null=True)
    agreed_at = UtcField(null=True)
    passed_at = UtcField(null=True)
    due_at = UtcField(null=True)
    reminders = IntegerField(default=0)
    open_key = CharField(max_length=40, null=True, unique=True)  # one open release an agreement

    class Meta:
        indexes = (
            (("agreement", "id"), False),
            (("status", "due_at", "id"), False),
            (("college_id", "status", "id"), False),
            (("school_id", "status", "id"), False),
            (("province_id", "status", "id"), False),
            (("college_id", "id"), False),
            (("school_id", "id"), False),
            (("province_id", "id"), False),
        )

    @classmethod
    def by_code(cls, code: str) -> Self | None:
        """A release with its agreement and graduate."""
        found = cls.select(cls, Agreement, Graduate).join(Agreement).switch(cls)
        return found.join(Graduate, on=(cls.graduate == Graduate.id)).where(cls.code == code).first()

    @classmethod
    def open_of(cls, agreement_id: int) -> Self | None:
        """The release of an agreement that is still under way."""
        return cls.get_or_none((cls.agreement == agreement_id) & cls.open_key.is_null(False))
