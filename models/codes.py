"""Code tables by 届别, as imported (学历, 专业, 行政区划, 民族 …)."""

from typing import Self

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from models.base import Base, Record
from models.fields import UtcField


class CodeSet(Record):
    """One edition of one table. For a 届别 the newest edition in force counts whose ``year`` is not after it."""

    name = CharField(max_length=32)
    year = IntegerField()  # first 届别 that it holds for
    rows = IntegerField(default=0)
    digest = CharField(max_length=64)
    in_force_at = UtcField(null=True)

    class Meta:
        indexes = ((("name", "year", "in_force_at"), False),)

    @classmethod
    def all_in_force(cls) -> list[Self]:
        """Every edition in force, of each table the one that counts first."""
        return list(
            cls.select()
            .where(cls.in_force_at.is_null(False))
            .order_by(cls.name, cls.year.desc(), cls.in_force_at.desc(), cls.id.desc())
        )


class CodeRow(Base):
    """One code of an edition; ``successor`` names the code that took a retired one's place."""

    edition = ForeignKeyField(CodeSet, backref="entries", on_delete="CASCADE")
    code = CharField(max_length=16)
    name = CharField(max_length=100)
    parent = CharField(max_length=16, default="")
    is_retired = BooleanField(default=False)
    successor = CharField(max_length=16, default="")
    place = IntegerField(default=0)  # order in the table

    class Meta:
        indexes = (
            (("edition", "code"), True),
            (("edition", "name"), False),
            (("edition", "place"), False),
        )
