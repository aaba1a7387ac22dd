"""Organisation units, staff and what they are responsible for."""

from collections.abc import Iterable
from typing import Any, Self

from peewee import CharField, ForeignKeyField, IntegerField

from models.account import Account
from models.base import Base, Record
from models.fields import UtcField


class OrgUnit(Record):
    """部、省、校、院: a node of the tree; ``path`` lists the ids from the root, as in ``/1/7/52/``."""

    level = CharField(max_length=12)
    name = CharField(max_length=100)
    number = CharField(
        max_length=20, default=""
    )  # 院校标识码 of a school, or a college's number in its school
    closed_at = UtcField(null=True)
    parent = ForeignKeyField("self", null=True, backref="children", on_delete="RESTRICT")
    path = CharField(max_length=200, default="", index=True)

    class Meta:
        indexes = ((("parent", "name"), True),)

    @classmethod
    def add(cls, level: str, name: str, parent: Self | None) -> Self:
        """Creates a unit below ``parent``, with its path."""
        unit = cls.create(level=level, name=name, parent=parent)
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        unit.save(only=[cls.path])
        return unit

    @classmethod
    def root(cls, name: str) -> Self | None:
        """The top unit of this name."""
        return cls.get_or_none((cls.name == name) & cls.parent.is_null())


class Staff(Record):
    """A capacity of an account at one level, in one unit (辅导员平台账号). Ended, never deleted."""

    account = ForeignKeyField(Account, backref="staff", on_delete="RESTRICT")
    level = CharField(max_length=12)
    unit = ForeignKeyField(OrgUnit, backref="staff", on_delete="RESTRICT")
    office = CharField(max_length=60, default="")  # where to find the person, shown to graduates
    invited_at = UtcField(null=True)  # when the first password was last sent
    ended_at = UtcField(null=True)

    class Meta:
        indexes = ((("account", "level", "unit"), True),)

    @classmethod
    def active_of(cls, account_id: int) -> list[Self]:
        """The capacities that an account holds now."""
        return list(
            cls.select(cls, OrgUnit)
            .join(OrgUnit)
            .where((cls.account == account_id) & cls.ended_at.is_null())
            .order_by(cls.id)
        )


class Responsibility(Base):
    """届别 × 院系 × 层次 × 班级 (× 专业) a counselor answers for; an empty class or major means every one."""

    staff = ForeignKeyField(Staff, backref="responsibilities", on_delete="CASCADE")
    year = IntegerField()
    college = ForeignKeyField(OrgUnit, on_delete="RESTRICT")
    education = CharField(max_length=2)  # 层次: first digit of the national 学历 code family
    class_name = CharField(max_length=60, default="")
    major_code = CharField(max_length=12, default="")

    class Meta:
        indexes = (
            (("staff", "year", "college", "education", "class_name", "major_code"), True),
            (("college", "year", "education"), False),
        )

    @classmethod
    def counselors_for(
        cls, college_id: int, year: int, education: str, class_name: str, major_code: str
    ) -> list[Staff]:
        """Counselors at work who answer for such a graduate, by name; at most 50."""
        match = (
            (cls.college == college_id)
            & (cls.year == year)
            & (cls.education == education)
            & (cls.class_name.in_(("", class_name)))
            & (cls.major_code.in_(("", major_code)))
        )
        query = (
            Staff.select(Staff, Account)
            .join(Account)
            .switch(Staff)
            .join(cls, on=(cls.staff == Staff.id))
            .where(match & Staff.ended_at.is_null())
            .distinct()
            .order_by(Account.name, Staff.id)
            .limit(50)
        )
        return list(query)

    @classmethod
    def of_staff(cls, staff_id: int) -> list[Self]:
        """What a counselor answers for, with the colleges; the newest 届别 first."""
        return list(
            cls.select(cls, OrgUnit)
            .join(OrgUnit)
            .where(cls.staff == staff_id)
            .order_by(cls.year.desc(), OrgUnit.name, cls.education, cls.class_name)
        )

    @classmethod
    def add_many(cls, staff: Staff, rows: Iterable[dict[str, Any]]) -> None:
        """Adds responsibilities, passing over those already held."""
        cls.insert_once([{"staff": staff, **row} for row in rows])
