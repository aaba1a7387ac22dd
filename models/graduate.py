"""Graduates of record, what they wish for, and their links with counselors."""

from collections.abc import Sequence
from typing import Any, Self

from peewee import JOIN, SQL, CharField, DateField, ForeignKeyField, IntegerField, fn

from models.account import IDENTITY_NUMBER, PHONE, Account
from models.base import Record
from models.db import Keys
from models.fields import SealedField, SmallJson, UtcField, utc_now
from models.org import OrgUnit, Staff


class Graduate(Record):
    """毕业生: a row of the imported roster (生源信息). ``account`` is set once the person has proved to be this one.

    The three units above are kept on the row, so that every scope is one equality on an index: each of them begins
    some of the indexes below, and has none of its own.
    """

    year = IntegerField()  # 年度, 届别
    province = ForeignKeyField(
        OrgUnit, null=True, backref="graduates_of_province", on_delete="RESTRICT", index=False
    )
    school = ForeignKeyField(OrgUnit, backref="graduates_of_school", on_delete="RESTRICT", index=False)
    college = ForeignKeyField(OrgUnit, backref="graduates_of_college", on_delete="RESTRICT", index=False)
    class_name = CharField(max_length=60, default="")
    name = CharField(max_length=40)
    student_number = CharField(max_length=32, index=True)
    identity_number = SealedField(index_column="identity_index", index_purpose=IDENTITY_NUMBER)
    identity_index = CharField(max_length=24, index=True)
    phone = SealedField(null=True, index_column="phone_index", index_purpose=PHONE)
    phone_index = CharField(max_length=24, null=True, index=True)
    education = CharField(max_length=2)  # 层次: first digit of 学历
    education_code = CharField(max_length=4, default="")  # 学历
    education_kind = CharField(max_length=4, default="")  # 学历类型
    teacher_kind = CharField(max_length=4, default="")  # 师范生类别
    gender = CharField(max_length=2, default="")
    candidate_number = CharField(max_length=20, default="", index=True)  # 考生号
    training = CharField(max_length=4, default="")  # 培养方式
    major_code = CharField(max_length=12, default="")
    major_name = CharField(max_length=60, default="")
    school_years = CharField(max_length=4, default="")  # 修业年限
    ethnicity = CharField(max_length=4, default="")
    politics = CharField(max_length=4, default="")
    division = CharField(max_length=6, default="")  # 行政区划
    origin = CharField(max_length=6, default="")  # 生源所在地, to county level
    commissioned_by = CharField(max_length=100, default="")  # 定向或委培单位
    enrolled_on = DateField(null=True)
    graduates_on = DateField(null=True)
    conclusion = CharField(max_length=4, default="")  # 毕结业结论
    hardship = CharField(max_length=4, default="")  # 困难生类别, the school's own judgement
    special_group = CharField(max_length=40, default="")  # 特殊群体, from the ministry's list alone
    status = CharField(max_length=12, default="open")  # see domain.machines.ROSTER
    edits = SealedField(null=True)  # JSON: field → value as imported, of every field changed since
    edited_at = UtcField(null=True)  # when last; nothing while there are no edits
    import_digest = CharField(
        max_length=32, default=""
    )  # keyed digest of the imported row: the same again is no change
    account = ForeignKeyField(Account, null=True, unique=True, backref="graduate", on_delete="RESTRICT")
    # What lists show of the 简历; written by services.resumes.standing alone, and not a change of this record.
    resume_percent = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    resume_missing = IntegerField(default=127, constraints=[SQL("DEFAULT 127")])  # bits, see domain.resume
    resume_at = UtcField(null=True)  # when its owner last changed it

    class Meta:
        indexes = (
            (("college", "year", "education", "class_name"), False),
            (("school", "student_number"), False),
            (("school", "year", "student_number", "id"), False),
            (("college", "year", "student_number", "id"), False),
            (("province", "year", "student_number", "id"), False),
            (("school", "year", "name", "id"), False),
            (("school", "year", "status", "student_number", "id"), False),
            (("school", "year", "education_code", "student_number", "id"), False),
            (("school", "year", "updated_at", "id"), False),
            (("school", "year", "edited_at"), False),
            (("college", "year", "major_code", "student_number", "id"), False),
            (("school", "year", "resume_percent", "id"), False),
            (("college", "year", "resume_percent", "id"), False),
        )

    @classmethod
    def matching(cls, name: str, student_number: str, identity_number: str) -> list[Self]:
        """Roster rows that carry all three: 姓名, 学号, 证件号码. More than two need not be told apart."""
        return list(
            cls.select()
            .where(
                cls.identity_index.in_(Keys.ring.blinds(identity_number, IDENTITY_NUMBER))
                & (cls.student_number == student_number)
                & (cls.name == name)
            )
            .limit(2)
        )

    @classmethod
    def of_account(cls, account_id: int) -> Self | None:
        """The roster row that belongs to an account, with its units."""
        school = OrgUnit.alias()
        return (
            cls.select(cls, OrgUnit, school)
            .join(OrgUnit, on=(cls.college == OrgUnit.id), attr="college")
            .switch(cls)
            .join(school, on=(cls.school == school.id), attr="school")
            .where(cls.account == account_id)
            .first()
        )

    @classmethod
    def by_major(cls, held: Any) -> list[tuple[str, str, str, int, int]]:
        """Of the rows that a condition holds 专业 (code and name), 层次, 届别, and how many of them there are."""
        key = (cls.major_code, cls.major_name, cls.education, cls.year)
        return list(cls.select(*key, fn.COUNT(cls.id)).where(held).group_by(*key).tuples())

    def claim(self, account: Account) -> bool:
        """Gives this row to an account; False when it belongs to another one already."""
        cls = type(self)
        taken = cls.update(account=account, version=cls.version + 1, updated_at=utc_now()).where(
            (cls.id == self.id) & cls.account.is_null()
        )
        return bool(taken.execute())


class Intention(Record):
    """求职意愿 and 求职期望 of a graduate; places and industries are codes of the tables."""

    graduate = ForeignKeyField(Graduate, unique=True, backref="intention", on_delete="CASCADE")
    direction = CharField(max_length=16)
    work_type = CharField(max_length=16, default="")
    places = SmallJson(null=True)
    industries = SmallJson(null=True)
    kinds = SmallJson(null=True)  # 工作职位类别
    natures = SmallJson(null=True)  # 单位性质
    major_match = CharField(max_length=8, default="class")  # 专业匹配: exact | class | open
    hides = SmallJson(null=True)  # what employers do not see, see domain.posts.HIDEABLE
    pay_floor = IntegerField(default=0)  # yuan a month; 0 means 面议
    remark = CharField(max_length=200, default="")

    @classmethod
    def of_graduate(cls, graduate_id: int) -> Self | None:
        """The graduate's registered intention."""
        return cls.get_or_none(cls.graduate == graduate_id)

    @classmethod
    def of_graduates(cls, graduate_ids: Sequence[int]) -> list[Self]:
        """The registered intentions of some graduates."""
        return list(cls.select().where(cls.graduate.in_(list(graduate_ids)))) if graduate_ids else []


class Link(Record):
    """关联: one graduate and one counselor; both may end it."""

    graduate = ForeignKeyField(Graduate, backref="links", on_delete="CASCADE")
    staff = ForeignKeyField(Staff, backref="links", on_delete="CASCADE")
    status = CharField(max_length=16, default="unlinked")
    reason = CharField(max_length=100, default="")
    linked_at = UtcField(null=True)  # when last; kept by an ended link, after which a list may go on

    class Meta:
        indexes = (
            (("graduate", "staff"), True),
            (("staff", "status", "linked_at"), False),
        )

    @classmethod
    def by_code(cls, code: str) -> Self | None:
        """A link with both its people."""
        return (
            cls.select(cls, Graduate, Staff, Account)
            .join(Graduate)
            .switch(cls)
            .join(Staff)
            .join(Account)
            .where(cls.code == code)
            .first()
        )

    @classmethod
    def live_of_graduate(cls, graduate_id: int) -> list[Self]:
        """The counselors a graduate is linked with, with staff and account."""
        return list(
            cls.select(cls, Staff, Account)
            .join(Staff)
            .join(Account)
            .where((cls.graduate == graduate_id) & (cls.status == "linked"))
            .order_by(cls.linked_at)
        )

    @classmethod
    def page_of_staff(
        cls, staff_id: int, keyword: str, before: tuple[Any, int] | None, limit: int
    ) -> list[Self]:
        """A counselor's linked graduates, newest first: ``limit`` links after the one named by ``before``.

        ``before`` is the (linked_at, id) of the last row shown, so that a deep page costs what the first does.
        """
        query = (
            cls.select(cls, Graduate, OrgUnit, Intention, Account)
            .join(Graduate)
            .join(OrgUnit, on=(Graduate.college == OrgUnit.id), attr="college")
            .switch(Graduate)
            .join(Intention, JOIN.LEFT_OUTER, on=(Intention.graduate == Graduate.id), attr="intention_row")
            .switch(Graduate)
            .join(Account, JOIN.LEFT_OUTER, on=(Graduate.account == Account.id), attr="account_row")
            .where((cls.staff == staff_id) & (cls.status == "linked"))
        )
        if keyword:
            query = query.where(
                (Graduate.name.contains(keyword)) | (Graduate.student_number.contains(keyword.upper()))
            )
        if before:
            at, row_id = before
            query = query.where((cls.linked_at < at) | ((cls.linked_at == at) & (cls.id < row_id)))
        return list(query.order_by(cls.linked_at.desc(), cls.id.desc()).limit(limit))

    @classmethod
    def standing_of_staff(cls, staff_id: int) -> list[tuple[str, str, str, int | None, int | None]]:
        """Of each linked graduate 层次, major, 生源信息 status, id of the 求职意愿 and of the account."""
        query = (
            cls.select(
                Graduate.education, Graduate.major_name, Graduate.status, Intention.id, Graduate.account
            )
            .join(Graduate)
            .join(Intention, JOIN.LEFT_OUTER, on=(Intention.graduate == Graduate.id))
            .where((cls.staff == staff_id) & (cls.status == "linked"))
        )
        return list(query.tuples())

    @classmethod
    def count_of_staff(cls, staff_id: int) -> int:
        """How many graduates a counselor is linked with."""
        return int(cls.select().where((cls.staff == staff_id) & (cls.status == "linked")).count())
